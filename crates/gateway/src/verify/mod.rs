//! `/verify`: asked by a proxy before it lets a request through to something behind it (nginx `auth_request`, Traefik
//! ForwardAuth, Envoy `ext_authz` over HTTP, Caddy `forward_auth`).
//!
//! It only answers 204, 401 or 403: nginx turns any other status into a 500. For Envoy, which only accepts 200, 204 is 200
//! below `/verify/ext_authz`. `docs/proxies` has a configuration for each.
//!
//! A request is authorized by its session of the cloud service API; or only by its access token, if it has one; or only by
//! the Sandbox API token in its URI, if it has one. A proxy hands a rejection on to the client, so it has the shape that API
//! clients act on: they sign in again after `SESSION_NOT_VALID`, and after nothing else.

mod original_uri;

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri},
    response::{IntoResponse as _, Response},
    routing::any,
};
use keyward_contract::{OrganizationId, SandboxTokenString, Subscription};
use utoipa_axum::{router::OpenApiRouter, routes};

use self::original_uri::Named;
use crate::{
    access_tokens::{self, Call, Denied},
    cloud_api::error::{ApiError, ApiErrorBody, unauthorized},
    http::{ClientInfo, problem::Problem},
    key_usage::Client,
    secrets::hash_token,
    state::AppState,
    store::{ApiSession, StoreError, store_code},
};

const ORGANIZATION: HeaderName = HeaderName::from_static("x-keyward-organization");
const PRINCIPAL: HeaderName = HeaderName::from_static("x-keyward-principal");
const ROLE: HeaderName = HeaderName::from_static("x-keyward-role");
const CREDENTIAL: HeaderName = HeaderName::from_static("x-keyward-credential");

/// Credential: a session of the cloud service API.
const API_SESSION: &str = "api-session";
/// Credential: a Sandbox API token.
const SANDBOX_TOKEN: &str = "sandbox-token";
/// Credential: an access token.
const ACCESS_TOKEN: &str = "access-token";
/// The role of a Sandbox API token.
const SANDBOX_TOKEN_ROLE: &str = "Sandbox API Token";

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

/// Authorize a request
///
/// For proxies. Checks the cookie `JSESSIONID` of the original request; the body doesn't matter. If the request has
/// `Authorization: Bearer`, only that counts; an API role with read-only access needs the original method in
/// `X-Original-Method` or `X-Forwarded-Method`. If the original URI (`X-Original-URI`, `X-Forwarded-Uri`, or what is below `/verify`) has the query parameter
/// `api_token`, only that counts: it has to be a Sandbox API token, and the path below `/zscsb/`. Faults of the gateway are
/// 403, too. Below `/verify/ext_authz` 204 is 200, for Envoy.
#[utoipa::path(get, path = "/verify", tag = "verify", operation_id = "verify", responses(
    (status = 204, description = "The request is authorized", headers(
        ("X-Keyward-Organization" = i64, description = "Identifier of the organization"),
        ("X-Keyward-Principal" = String, description = "Login name of the admin, `oauth-<role>$@<organization>.<cloud>`, or \
            name of the Sandbox API token; `%` and what is \
            not printable ASCII is percent-encoded UTF-8"),
        ("X-Keyward-Role" = String, description = "Name of the admin's role or of the API role, encoded likewise; \
            `Sandbox API Token`"),
        ("X-Keyward-Credential" = String, description = "The kind of credential: `api-session`, `access-token` or \
            `sandbox-token`"))),
    (status = 401, body = ApiErrorBody,
        description = "`SESSION_NOT_VALID`: no active session; `ACCESS_TOKEN_NOT_VALID`, with `WWW-Authenticate` as \
            RFC 6750 has it; `SANDBOX_TOKEN_NOT_VALID`"),
    (status = 403, body = ApiErrorBody,
        description = "The session or token isn't authorized to use the API (`API_ACCESS_DENIED`, `INSUFFICIENT_SCOPE`, \
            `ACCESS_TOKENS_DISABLED`, `SUBSCRIPTION_EXPIRED`, `SUBSCRIPTION_NONE`), or the gateway can't tell (`SERVICE_UNAVAILABLE`, `UNEXPECTED_ERROR`)"),
))]
async fn verify(State(app): State<AppState>, client: ClientInfo, uri: Uri, headers: HeaderMap) -> Response {
    let call = Call::told(&headers);
    decide(&app, &client, &uri, &headers, call).await
}

async fn decide(app: &AppState, client: &ClientInfo, uri: &Uri, headers: &HeaderMap, call: Call) -> Response {
    let answer = match (original_uri::token(headers, uri), access_tokens::bearer(headers)) {
        (Named::Token(token), _) => by_token(app, &token, client).await,
        (Named::NotValid, _) => Ok(ApiError::SANDBOX_TOKEN_NOT_VALID.into_response()),
        (Named::Nothing, Err(refused)) => Ok(unauthorized(&refused)),
        (Named::Nothing, Ok(Some(token))) => by_access_token(app, token, client, call).await,
        (Named::Nothing, Ok(None)) => by_session(app, headers, client).await,
    };
    answer.unwrap_or_else(|error| ApiError::unverified(store_code(&error)).into_response())
}

async fn by_session(app: &AppState, headers: &HeaderMap, client: &ClientInfo) -> Result<Response, StoreError> {
    let Some(live) = app.api_sessions.find(headers, client, &app.live().api).await? else {
        return Ok(ApiError::SESSION_NOT_VALID.into_response());
    };
    let ApiSession {
        organization,
        subscription,
        admin,
        role,
        api_access,
        ..
    } = &live.session;
    Ok(match subscription {
        Subscription::Active if !api_access => ApiError::API_ACCESS_DENIED.into_response(),
        Subscription::Active => admitted(
            *organization,
            &admin.name,
            role.as_deref().unwrap_or_default(),
            API_SESSION,
        ),
        ended => ApiError::no_subscription(*ended).into_response(),
    })
}

async fn by_access_token(app: &AppState, token: &str, client: &ClientInfo, call: Call) -> Result<Response, StoreError> {
    match app.access_tokens.admit(token, client, call).await {
        Ok(admit) => Ok(admitted(
            admit.organization,
            &admit.principal,
            &admit.role,
            ACCESS_TOKEN,
        )),
        Err(Denied::Refused(refused)) => Ok(unauthorized(&refused)),
        Err(Denied::Fault(error)) => Err(error),
    }
}

async fn by_token(app: &AppState, token: &SandboxTokenString, client: &ClientInfo) -> Result<Response, StoreError> {
    let found = app
        .store
        .sandbox_token(&app.secrets, &hash_token(token.reveal()))
        .await?;
    let is_meant = |organization| client.organization.is_none_or(|meant| meant == organization);
    let Some(found) = found.filter(|found| is_meant(found.organization)) else {
        return Ok(ApiError::SANDBOX_TOKEN_NOT_VALID.into_response());
    };
    if found.subscription != Subscription::Active {
        return Ok(ApiError::no_subscription(found.subscription).into_response());
    }
    let client = Client {
        address: &client.address.to_string(),
        user_agent: client.user_agent.as_deref(),
    };
    app.key_usage.note_token(found.organization, found.id, client);
    Ok(admitted(
        found.organization,
        &found.name,
        SANDBOX_TOKEN_ROLE,
        SANDBOX_TOKEN,
    ))
}

/// The same for Envoy, which keeps the method of the original request.
async fn ext_authz(
    State(app): State<AppState>,
    client: ClientInfo,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let mut response = decide(&app, &client, &uri, &headers, Call::of(&method)).await;
    if response.status() == StatusCode::NO_CONTENT {
        *response.status_mut() = StatusCode::OK;
    }
    response
}

/// The answer when something failed: the request is rejected. Proxies turn any other status into an error of their own.
pub fn of_edge(problem: Problem) -> Response {
    ApiError::unverified(problem.code()).into_response()
}

fn admitted(organization: OrganizationId, principal: &str, role: &str, credential: &'static str) -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    let headers = response.headers_mut();
    headers.insert(ORGANIZATION, HeaderValue::from(organization.0));
    headers.insert(PRINCIPAL, text(principal));
    headers.insert(ROLE, text(role));
    headers.insert(CREDENTIAL, HeaderValue::from_static(credential));
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
