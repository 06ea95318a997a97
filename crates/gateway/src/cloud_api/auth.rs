//! `/api/v1/auth`: the session of the Cloud & Branch Connector API. It is the same as
//! [`authenticated_session`](super::authenticated_session), and valid wherever that is, but may be unused for longer.

use std::time::Duration;

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};

use super::{
    authenticated_session::{self, AuthenticatedSession, JsonBody, SignedOut},
    error::ApiError,
    sign_in::ApiSignIn,
};
use crate::{http::ClientInfo, state::AppState};

/// Sessions opened here end after this time without use.
const IDLE: Duration = Duration::from_secs(30 * 60);

/// Sign in to the Cloud & Branch Connector API
///
/// As `POST /api/v1/authenticatedSession`. The session ends after 30 minutes without use.
#[utoipa::path(post, path = "/api/v1/auth", tag = "cloud service API", operation_id = "auth_create",
    request_body = ApiSignIn, responses(
    (status = 200, body = AuthenticatedSession),
    (status = 400, description = "`INVALID_USERNAME_OR_PASSWORD`, `TIMESTAMP_OUT_OF_RANGE`, `TIMESTAMP_UNUSABLE`, \
        `INVALID_INPUT_ARGUMENT`"),
    (status = 403, description = "`ACCOUNT_LOCKED`, `API_KEY_DISABLED`, `API_ACCESS_DENIED`, or no subscription"),
    (status = 415, description = "`UNSUPPORTED_MEDIA_TYPE`"),
    (status = 429, description = "Rate limit exceeded"),
))]
pub async fn sign_in(
    app: State<AppState>,
    client: ClientInfo,
    JsonBody(mut body): JsonBody,
) -> Result<Response, ApiError> {
    body.idle_extra = IDLE.saturating_sub(app.config.api_session_idle);
    authenticated_session::sign_in(app, client, JsonBody(body)).await
}

/// Read the session of the Cloud & Branch Connector API
///
/// As `GET /api/v1/authenticatedSession`.
#[utoipa::path(get, path = "/api/v1/auth", tag = "cloud service API", operation_id = "auth_read", responses(
    (status = 200, body = AuthenticatedSession),
    (status = 401, description = "`SESSION_NOT_VALID`"),
    (status = 429, description = "Rate limit exceeded"),
))]
pub async fn read(
    app: State<AppState>,
    client: ClientInfo,
    headers: HeaderMap,
) -> Result<Json<AuthenticatedSession>, ApiError> {
    authenticated_session::read(app, client, headers).await
}

/// Sign out of the Cloud & Branch Connector API
#[utoipa::path(delete, path = "/api/v1/auth", tag = "cloud service API", operation_id = "auth_delete", responses(
    (status = 200, body = SignedOut),
    (status = 429, description = "Rate limit exceeded"),
))]
pub async fn sign_out(
    app: State<AppState>,
    client: ClientInfo,
    headers: HeaderMap,
) -> Result<Json<SignedOut>, ApiError> {
    authenticated_session::sign_out(app, client, headers).await
}

/// Sign out as the vendor's Python SDK does
///
/// Its client of the Cloud & Branch Connector API leaves `/api/v1` out, and takes only 204 as success.
#[utoipa::path(delete, path = "/auth", tag = "cloud service API", operation_id = "auth_delete_without_prefix", responses(
    (status = 204),
    (status = 429, description = "Rate limit exceeded"),
))]
pub async fn sign_out_without_prefix(
    app: State<AppState>,
    client: ClientInfo,
    headers: HeaderMap,
) -> Result<StatusCode, ApiError> {
    let _ = authenticated_session::sign_out(app, client, headers).await?;
    Ok(StatusCode::NO_CONTENT)
}
