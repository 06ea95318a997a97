//! `/api/portal/invitation`

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::{AppendHeaders, IntoResponse, Response},
};
use keyward_contract::{AcceptInvitation, InvitationOffer, Problem as ProblemBody, ReadInvitation, Session};

use crate::{
    domain::one_time_links,
    http::{ClientInfo, body::JsonBody, problem::Problem},
    portal_auth::session::SignedIn,
    state::AppState,
};

/// What a link offers
///
/// For an invitation, or a link that sets a new password. The secret is in the body, so that it isn't logged.
#[utoipa::path(post, path = "/api/portal/invitation/read", tag = "invitation", operation_id = "invitation_read",
    request_body = ReadInvitation, responses(
    (status = 200, body = InvitationOffer),
    (status = 403, body = ProblemBody, description = "`invitation-invalid`"),
))]
pub async fn read(
    State(app): State<AppState>,
    client: ClientInfo,
    signed_in: Option<SignedIn>,
    JsonBody(body): JsonBody<ReadInvitation>,
) -> Result<Json<InvitationOffer>, Problem> {
    Ok(Json(
        one_time_links::offer(&app, &body.token, &client, signed_in.as_ref()).await?,
    ))
}

/// Accept an invitation
///
/// With a session of an account with this user name, that account joins. Otherwise the password is for a new account, whose
/// user name ends in `/` and a number if the name is taken. Signs in.
#[utoipa::path(post, path = "/api/portal/invitation", tag = "invitation", operation_id = "invitation_accept",
    request_body = AcceptInvitation, responses(
    (status = 201, body = Session),
    (status = 403, body = ProblemBody, description = "`invitation-invalid`, `wrong-password`, `account-disabled`, `sign-in-at-provider`"),
    (status = 409, body = ProblemBody, description = "`administrator-exists`"),
    (status = 422, body = ProblemBody, description = "`invalid-input`, with `fieldErrors`"),
))]
pub async fn accept(
    State(app): State<AppState>,
    client: ClientInfo,
    former: Option<SignedIn>,
    JsonBody(body): JsonBody<AcceptInvitation>,
) -> Result<Response, Problem> {
    let (session, cookie) = one_time_links::accept(&app, &body, &client, former).await?;
    let cookie = cookie.map(|cookie| [(header::SET_COOKIE, cookie)]);
    Ok((
        StatusCode::CREATED,
        AppendHeaders(cookie.into_iter().flatten()),
        Json(session),
    )
        .into_response())
}
