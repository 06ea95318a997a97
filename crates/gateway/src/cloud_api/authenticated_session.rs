//! `/api/v1/authenticatedSession`

use axum::{
    Json,
    extract::{FromRequest, Request, State},
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;

use super::{
    error::ApiError,
    session::{self, caller},
    sign_in::{self, ApiSignIn},
};
use crate::{
    api_session,
    http::{ClientInfo, body},
    state::AppState,
    store::people::admins,
};

/// The answer to signing in and to reading the session.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuthenticatedSession {
    /// `ADMIN_LOGIN`; missing without an active session.
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
#[derive(Debug, Serialize, utoipa::ToSchema)]
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
    (status = 400, description = "`INVALID_USERNAME_OR_PASSWORD`, `TIMESTAMP_OUT_OF_RANGE`, `TIMESTAMP_UNUSABLE`, \
        `INVALID_INPUT_ARGUMENT`"),
    (status = 403, description = "`ACCOUNT_LOCKED`, `API_KEY_DISABLED`, `API_ACCESS_DENIED`, or no subscription"),
    (status = 415, description = "`UNSUPPORTED_MEDIA_TYPE`"),
    (status = 429, description = "Rate limit exceeded"),
))]
pub async fn sign_in(
    State(app): State<AppState>,
    client: ClientInfo,
    JsonBody(mut body): JsonBody,
) -> Result<Response, ApiError> {
    body.read_organization(&app).await?;
    // Before authentication, rate limits are per login and address, so that strangers can't use up the limits of others, or
    // learn which logins exist.
    let login = admins::fold_login(&body.username);
    app.limits
        .session
        .count(&format!("POST {} {login}", client.network()))?;
    let id = sign_in::sign_in(&app, body, &client).await?;
    Ok(signed_in(&id, client.https))
}

/// The answer to a sign-in that opened this session.
pub(super) fn signed_in(id: &str, https: bool) -> Response {
    let cookie = api_session::set_cookie(id, https);
    ([(header::SET_COOKIE, cookie)], Json(AuthenticatedSession::new(true))).into_response()
}

/// Read the session
///
/// Without a cookie it answers 200, as documented. A cookie of a session that has ended is rejected: clients take any 200 for
/// an active session, and would never sign in again.
#[utoipa::path(get, path = "/api/v1/authenticatedSession", tag = "cloud service API",
    operation_id = "authenticated_session_read", responses(
    (status = 200, body = AuthenticatedSession),
    (status = 401, description = "`SESSION_NOT_VALID`"),
    (status = 429, description = "Rate limit exceeded"),
))]
pub async fn read(
    State(app): State<AppState>,
    client: ClientInfo,
    headers: HeaderMap,
) -> Result<Json<AuthenticatedSession>, ApiError> {
    let found = session::find(&app, &headers, &client).await?;
    app.limits.session_read.count(&caller("", found.as_ref(), &client))?;
    if found.is_none() && api_session::is_shown(&headers) {
        return Err(ApiError::SESSION_NOT_VALID);
    }
    Ok(Json(AuthenticatedSession::new(found.is_some())))
}

/// Sign out
///
/// Answers the same without an active session: clients that are told 401 sign in again just to sign out, with a key that may have
/// been replaced. The vendor's Go SDK asks at `/authenticatedSession`, without `/api/v1`.
#[utoipa::path(delete, path = "/api/v1/authenticatedSession", tag = "cloud service API",
    operation_id = "authenticated_session_delete", responses(
    (status = 200, body = SignedOut),
    (status = 429, description = "Rate limit exceeded"),
))]
pub async fn sign_out(
    State(app): State<AppState>,
    client: ClientInfo,
    headers: HeaderMap,
) -> Result<Json<SignedOut>, ApiError> {
    let found = session::find(&app, &headers, &client).await?;
    app.limits.session.count(&caller("DELETE", found.as_ref(), &client))?;
    if let Some(live) = found {
        sign_in::sign_out(&app, &live, &client).await?;
    }
    Ok(Json(SignedOut { status: "ACTIVE" }))
}

/// A sign-in as JSON. As an extractor, it rejects everything else in the vendor's shape.
pub struct JsonBody(pub(super) ApiSignIn);

impl<S: Send + Sync> FromRequest<S> for JsonBody {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        body::check_type(request.headers()).map_err(ApiError::unsupported_media_type)?;
        let bytes = body::read(request, state).await?;
        let text = body::text(&bytes).map_err(ApiError::invalid_input)?;
        serde_json::from_str(text).map(Self).map_err(|error| {
            ApiError::invalid_input(body::field_error(&error).unwrap_or_else(|| {
                let (line, column) = (error.line(), error.column());
                format!(
                    "The body must be a JSON object with apiKey, username, password and timestamp. It's invalid at line \
                     {line}, column {column}."
                )
            }))
        })
    }
}
