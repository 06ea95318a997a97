//! `/api/portal/account`

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::{AppendHeaders, IntoResponse as _, Response},
};
use keyward_contract::{AccountSession, ChangePassword, Problem as ProblemBody, SessionId, SessionsEnded};

use super::parameters::{Id, Repeatable};
use crate::{
    domain::account,
    http::{
        body::{JsonBody, NoBody},
        preconditions::Preconditions,
        problem::Problem,
    },
    portal_auth::session::SignedIn,
    state::AppState,
};

/// Change my password
///
/// Ends all my other sessions. This one gets a new cookie.
#[utoipa::path(put, path = "/api/portal/account/password", tag = "account", operation_id = "account_password",
    params(Repeatable),
    request_body = ChangePassword, responses(
    (status = 204),
    (status = 403, body = ProblemBody, description = "`wrong-password`"),
    (status = 429, body = ProblemBody, description = "`account-locked`"),
))]
pub async fn change_password(
    State(app): State<AppState>,
    signed_in: SignedIn,
    preconditions: Preconditions,
    JsonBody(body): JsonBody<ChangePassword>,
) -> Result<Response, Problem> {
    let cookie = account::change_password(&app, &signed_in, &preconditions, &body).await?;
    let cookie = cookie.map(|cookie| (header::SET_COOKIE, cookie));
    Ok((StatusCode::NO_CONTENT, AppendHeaders(cookie)).into_response())
}

/// My sessions
///
/// Active ones, last used first.
#[utoipa::path(get, path = "/api/portal/account/sessions", tag = "account", operation_id = "account_sessions_list",
    responses((status = 200, body = Vec<AccountSession>)))]
pub async fn sessions(State(app): State<AppState>, signed_in: SignedIn) -> Result<Json<Vec<AccountSession>>, Problem> {
    Ok(Json(account::sessions(&app, &signed_in).await?))
}

/// End all my other sessions
#[utoipa::path(delete, path = "/api/portal/account/sessions", tag = "account",
    operation_id = "account_sessions_end_others", params(Repeatable),
    responses((status = 200, body = SessionsEnded)))]
pub async fn end_other_sessions(
    State(app): State<AppState>,
    signed_in: SignedIn,
    preconditions: Preconditions,
    _: NoBody,
) -> Result<Json<SessionsEnded>, Problem> {
    Ok(Json(
        account::end_other_sessions(&app, &signed_in, &preconditions).await?,
    ))
}

/// End one of my sessions
#[utoipa::path(delete, path = "/api/portal/account/sessions/{session}", tag = "account",
    operation_id = "account_session_end", params(Id<SessionId>, Repeatable),
    responses((status = 204)))]
pub async fn end_session(
    State(app): State<AppState>,
    signed_in: SignedIn,
    session: Id<SessionId>,
    preconditions: Preconditions,
    _: NoBody,
) -> Result<StatusCode, Problem> {
    account::end_session(&app, &signed_in, &preconditions, session.found()?).await?;
    Ok(StatusCode::NO_CONTENT)
}
