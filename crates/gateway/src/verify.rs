//! `/verify`: asked by a proxy before it lets a request through to something behind it (nginx `auth_request`, Traefik
//! ForwardAuth, Envoy `ext_authz` over HTTP, Caddy `forward_auth`).
//!
//! It answers 204, 401 or 403 and nothing else: nginx turns any other status into a 500. For Envoy, which takes 200 alone
//! for a yes, 204 is 200 below `/verify/ext_authz`. `docs/proxies` has a configuration for each.

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode},
    response::{IntoResponse as _, Response},
    routing::any,
};
use keyward_contract::{ProblemCode, Subscription};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    app::AppState,
    cloud_api::session,
    problem::{self, Problem},
    store::ApiSession,
};

const ORGANIZATION: HeaderName = HeaderName::from_static("x-keyward-organization");
const PRINCIPAL: HeaderName = HeaderName::from_static("x-keyward-principal");
const ROLE: HeaderName = HeaderName::from_static("x-keyward-role");
const CREDENTIAL: HeaderName = HeaderName::from_static("x-keyward-credential");

/// The kind of credential that a session of the cloud service API is.
const API_SESSION: &str = "api-session";

/// The route, with its description.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(verify))
}

/// The routes, ready to serve: any method, and any path below, since some proxies put the original one there.
pub fn router(app: AppState) -> Router {
    Router::new()
        .route("/verify", any(verify))
        .route("/verify/", any(verify))
        .route("/verify/{*path}", any(verify))
        .route("/verify/ext_authz", any(ext_authz))
        .route("/verify/ext_authz/", any(ext_authz))
        .route("/verify/ext_authz/{*path}", any(ext_authz))
        .with_state(app)
}

/// May this request pass
///
/// For proxies. Takes the headers of the original request and looks at its cookie `JSESSIONID`; its method, path and
/// body don't matter. Faults of the gateway are 403, too. Below `/verify/ext_authz` 204 is 200, for Envoy.
#[utoipa::path(get, path = "/verify", tag = "verify", operation_id = "verify", responses(
    (status = 204, description = "It may", headers(
        ("X-Keyward-Organization" = i64, description = "Identifier of the organization"),
        ("X-Keyward-Principal" = String, description = "Login name of the admin; `%` and what is not printable ASCII \
            is percent-encoded UTF-8"),
        ("X-Keyward-Role" = String, description = "Name of the admin's role, encoded likewise"),
        ("X-Keyward-Credential" = String, description = "What was shown: `api-session`"))),
    (status = 401, body = keyward_contract::Problem, description = "`session-not-valid`: there is no live session"),
    (status = 403, body = keyward_contract::Problem,
        description = "The session may not use the API (`permission-denied`, `subscription-expired`, \
            `subscription-none`), or the gateway can't tell (`storage-unavailable`, `timeout`, `internal`)"),
))]
async fn verify(State(app): State<AppState>, headers: HeaderMap) -> Response {
    match session::find_live(&app, &headers).await {
        Ok(Some(live)) => match refusal(&live.session) {
            None => admitted(&live.session),
            Some(problem) => problem.into_response(),
        },
        Ok(None) => Problem::new(ProblemCode::SessionNotValid)
            .detail("Open a session with POST /api/v1/authenticatedSession.")
            .into_response(),
        Err(error) => fault(problem::store_code(&error)),
    }
}

/// The same for Envoy.
async fn ext_authz(app: State<AppState>, headers: HeaderMap) -> Response {
    let mut response = verify(app, headers).await;
    if response.status() == StatusCode::NO_CONTENT {
        *response.status_mut() = StatusCode::OK;
    }
    response
}

/// The answer when something failed: nobody is let through.
pub fn fault(code: ProblemCode) -> Response {
    Problem::new(code)
        .status(StatusCode::FORBIDDEN)
        .detail("The gateway could not check the request.")
        .into_response()
}

fn refusal(session: &ApiSession) -> Option<Problem> {
    match session.subscription {
        Subscription::Expired => Some(ProblemCode::SubscriptionExpired.into()),
        Subscription::None => Some(ProblemCode::SubscriptionNone.into()),
        Subscription::Active if session.api_access => None,
        Subscription::Active => Some(Problem::new(ProblemCode::PermissionDenied)),
    }
}

fn admitted(session: &ApiSession) -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    let headers = response.headers_mut();
    headers.insert(ORGANIZATION, HeaderValue::from(session.organization.0));
    headers.insert(PRINCIPAL, text(&session.admin.name));
    headers.insert(ROLE, text(session.role.as_deref().unwrap_or_default()));
    headers.insert(CREDENTIAL, HeaderValue::from_static(API_SESSION));
    response
}

/// A name as the value of a header, which has no encoding of its own (RFC 9110, section 5.5).
fn text(name: &str) -> HeaderValue {
    let mut encoded = String::with_capacity(name.len());
    for byte in name.bytes() {
        if matches!(byte, b' '..=b'~') && byte != b'%' {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    HeaderValue::from_str(&encoded).unwrap_or(HeaderValue::from_static(""))
}
