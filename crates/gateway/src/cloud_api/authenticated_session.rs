//! `/api/v1/authenticatedSession`

use axum::{
    Json,
    body::Bytes,
    extract::State,
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;

use super::{
    error::ApiError,
    session::{self, caller},
    sign_in::{self, ApiSignIn},
};
use crate::{app::AppState, edge::ClientInfo, portal_api::is_json, store::admins};

/// The answer to signing in, and to asking for the session.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuthenticatedSession {
    /// `ADMIN_LOGIN`; missing when there is no live session.
    #[serde(skip_serializing_if = "Option::is_none")]
    auth_type: Option<&'static str>,
    /// Always true: the key is sent obfuscated.
    obfuscate_api_key: bool,
    /// -1: passwords don't expire.
    password_expiry_time: i64,
    /// -1: passwords don't expire.
    password_expiry_days: i64,
}

impl AuthenticatedSession {
    fn new(alive: bool) -> Self {
        Self {
            auth_type: alive.then_some("ADMIN_LOGIN"),
            obfuscate_api_key: true,
            password_expiry_time: -1,
            password_expiry_days: -1,
        }
    }
}

/// The answer to signing out.
#[derive(Serialize, utoipa::ToSchema)]
pub struct SignedOut {
    /// `ACTIVE`
    status: &'static str,
}

/// Sign in
///
/// Sets the cookie `JSESSIONID`.
#[utoipa::path(post, path = "/api/v1/authenticatedSession", tag = "cloud service API",
    operation_id = "authenticated_session_create", request_body = ApiSignIn, responses(
    (status = 200, body = AuthenticatedSession),
    (status = 400, description = "`INVALID_USERNAME_OR_PASSWORD`, `TIMESTAMP_OUT_OF_RANGE`, `INVALID_INPUT_ARGUMENT`"),
    (status = 403, description = "`API_KEY_DISABLED`, `API_ACCESS_DENIED`, or no subscription"),
    (status = 415, description = "`UNSUPPORTED_MEDIA_TYPE`"),
    (status = 429, description = "`ACCOUNT_LOCKED`, or the rate limit"),
))]
pub async fn sign_in(
    State(app): State<AppState>,
    client: ClientInfo,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, ApiError> {
    if !is_json(&headers) {
        return Err(ApiError::NOT_JSON);
    }
    let body: ApiSignIn = serde_json::from_slice(&body).map_err(|error| invalid(&error))?;
    app.limits.session.count(&format!("POST {}", admins::fold_login(&body.username)))?;
    let id = sign_in::sign_in(&app, body, &client).await?;
    let cookie = session::set_cookie(&id, client.https);
    Ok(([(header::SET_COOKIE, cookie)], Json(AuthenticatedSession::new(true))).into_response())
}

/// Is there a session
///
/// Answers 200 in any case.
#[utoipa::path(get, path = "/api/v1/authenticatedSession", tag = "cloud service API",
    operation_id = "authenticated_session_read", responses(
    (status = 200, body = AuthenticatedSession),
    (status = 429, description = "The rate limit"),
))]
pub async fn read(
    State(app): State<AppState>,
    client: ClientInfo,
    headers: HeaderMap,
) -> Result<Json<AuthenticatedSession>, ApiError> {
    let found = session::find(&app, &headers).await?;
    app.limits.session.count(&caller("GET", found.as_ref(), &client))?;
    Ok(Json(AuthenticatedSession::new(found.is_some())))
}

/// Sign out
#[utoipa::path(delete, path = "/api/v1/authenticatedSession", tag = "cloud service API",
    operation_id = "authenticated_session_delete", responses(
    (status = 200, body = SignedOut),
    (status = 401, description = "`SESSION_NOT_VALID`"),
    (status = 429, description = "The rate limit"),
))]
pub async fn sign_out(
    State(app): State<AppState>,
    client: ClientInfo,
    headers: HeaderMap,
) -> Result<Json<SignedOut>, ApiError> {
    let found = session::find(&app, &headers).await?;
    app.limits.session.count(&caller("DELETE", found.as_ref(), &client))?;
    let live = found.ok_or(ApiError::SESSION_NOT_VALID)?;
    sign_in::sign_out(&app, &live, &client).await?;
    Ok(Json(SignedOut { status: "ACTIVE" }))
}

/// Says where it goes wrong without repeating a value: it may be a secret.
fn invalid(error: &serde_json::Error) -> ApiError {
    let text = error.to_string();
    if ["unknown field", "missing field", "duplicate field"].iter().any(|start| text.starts_with(start)) {
        return ApiError::invalid_input(text);
    }
    let (line, column) = (error.line(), error.column());
    ApiError::invalid_input(format!(
        "The body must be a JSON object with apiKey, username, password and timestamp; it goes wrong at line {line}, \
         column {column}."
    ))
}
