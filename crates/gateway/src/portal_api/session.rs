//! `/api/portal/session`

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use keyward_contract::{AuditInterface, FreshPassword, Problem as ProblemBody, ProblemCode, Session, SignIn};

use super::parameters::Marked;
use crate::{
    domain::account,
    http::{ClientInfo, body::JsonBody, problem::Problem},
    portal_auth::session::{self, Authentication, SignedIn},
    state::AppState,
    store::{StoreError, people::password_sign_in},
};

/// The current session
///
/// The session of the cookie.
#[utoipa::path(get, path = "/api/portal/session", tag = "session", operation_id = "session_read", responses(
    (status = 200, body = Session),
    (status = 401, body = ProblemBody, description = "`not-signed-in`, or `setup-required` on an empty installation"),
))]
pub async fn read(State(app): State<AppState>, signed_in: SignedIn) -> Result<Json<Session>, Problem> {
    Ok(Json(signed_in.describe(&app).await?))
}

/// Sign in
///
/// Sets the session cookie, replacing a previous one.
#[utoipa::path(post, path = "/api/portal/session", tag = "session", operation_id = "session_create",
    request_body = SignIn, responses(
    (status = 200, body = Session),
    (status = 401, body = ProblemBody, description = "`sign-in-failed`"),
    (status = 403, body = ProblemBody, description = "`account-disabled`: the password is right; `password-sign-in-off`"),
    (status = 429, body = ProblemBody, description = "`account-locked`; `Retry-After` says for how long"),
))]
pub async fn sign_in(
    State(app): State<AppState>,
    client: ClientInfo,
    former: Option<SignedIn>,
    JsonBody(body): JsonBody<SignIn>,
) -> Result<Response, Problem> {
    let mut reader = app.store.read().await?;
    let is_on = password_sign_in::is_on(&mut reader).await?;
    drop(reader);
    if !is_on {
        return Err(ProblemCode::PasswordSignInOff.into());
    }
    let credentials = (body.username.as_str(), body.password.as_str());
    let verified = app
        .credentials
        .check(credentials, AuditInterface::AdminUi, &client)
        .await
        .map_err(|error| error.at_sign_in(app.clock.now()))?;
    let mut transaction = app.store.write().await?;
    let confirmed = verified.confirm(&mut transaction, app.clock.now()).await;
    if !confirmed.map_err(|error| error.at_sign_in(app.clock.now()))?
        || !password_sign_in::is_on(&mut transaction).await?
    {
        return Err(ProblemCode::SignInFailed.into());
    }
    if let Some(former) = former {
        former.end_in(&mut transaction, &app).await?;
    }
    let (session, cookie) = session::open(
        &mut transaction,
        &app,
        (&verified.admin, Authentication::Password),
        &client,
    )
    .await?;
    transaction.commit().await.map_err(StoreError::from)?;
    Ok(([(header::SET_COOKIE, cookie)], Json(session)).into_response())
}

/// Sign out
///
/// Ends the session and clears the cookie.
#[utoipa::path(delete, path = "/api/portal/session", tag = "session", operation_id = "session_delete",
    params(Marked), responses(
    (status = 204),
    (status = 401, body = ProblemBody, description = "`not-signed-in`"),
))]
pub async fn sign_out(State(app): State<AppState>, signed_in: SignedIn) -> Result<Response, Problem> {
    let headers = signed_in.end(&app).await?;
    Ok((StatusCode::NO_CONTENT, headers).into_response())
}

/// Re-authenticate with the password
///
/// Sensitive operations require it when the last sign-in is too long ago. The session gets a new cookie; the previous one stays
/// valid, without the re-authentication, until the new one is used.
#[utoipa::path(post, path = "/api/portal/session/password", tag = "session", operation_id = "session_password",
    params(Marked), request_body = FreshPassword, responses(
    (status = 204),
    (status = 401, body = ProblemBody, description = "`not-signed-in`"),
    (status = 403, body = ProblemBody, description = "`wrong-password`; `sign-in-at-provider` in a session that was opened there"),
    (status = 429, body = ProblemBody, description = "`account-locked`"),
))]
pub async fn give_password(
    State(app): State<AppState>,
    signed_in: SignedIn,
    JsonBody(body): JsonBody<FreshPassword>,
) -> Result<Response, Problem> {
    let cookie = account::give_password(&app, &signed_in, &body.password).await?;
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie)]).into_response())
}
