//! Requests forged by pages of other sites (CSRF). A change must come from the portal's own origin, as far as the
//! browser tells, and carry a header that a page of another origin can't send without asking.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, Method, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use keyward_contract::{ProblemCode, paths};

use crate::{app::AppState, problem::Problem};

/// Refuses what another site may have sent.
pub async fn refuse_forged(State(app): State<AppState>, request: Request, next: Next) -> Response {
    if is_safe(request.method()) {
        return next.run(request).await;
    }
    if !from_own_origin(request.headers(), &app) {
        return Problem::new(ProblemCode::CrossSiteRequest)
            .detail("A page of another site sent this request. Open the portal itself.")
            .into_response();
    }
    if uses_session(&request) && !has_change_header(request.headers()) {
        return Problem::new(ProblemCode::CrossSiteRequest)
            .detail("Send the header X-Keyward: 1 with every change.")
            .into_response();
    }
    next.run(request).await
}

fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// Signing in, setting up and accepting an invitation are what makes a session; there is none yet whose rights could be
/// misused, and their JSON body is what another origin can't send. An identity provider that tells of a sign-out proves
/// itself by a token.
fn uses_session(request: &Request) -> bool {
    let path = request.uri().path().trim_start_matches('/');
    let without = [
        paths::SESSION,
        paths::SETUP,
        paths::INVITATION,
        paths::INVITATION_READ,
        paths::SSO_LOGOUT,
    ];
    !(request.method() == Method::POST && without.contains(&path))
}

fn has_change_header(headers: &HeaderMap) -> bool {
    headers.get(paths::CHANGE_HEADER).is_some_and(|value| value == "1")
}

/// Browsers say where a request comes from: all present ones in `Sec-Fetch-Site`, older ones in `Origin`. Programs say
/// neither, and carry no cookie that somebody else put there.
fn from_own_origin(headers: &HeaderMap, app: &AppState) -> bool {
    if let Some(site) = headers.get("sec-fetch-site") {
        return site == "same-origin" || site == "none";
    }
    let Some(origin) = headers.get(header::ORIGIN) else {
        return true;
    };
    let Ok(origin) = origin.to_str() else { return false };
    if origin == app.config.public_url.origin() {
        return true;
    }
    // Reached under another name than the configured one: then by the name in `Host`.
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    origin
        .split_once("://")
        .is_some_and(|(_, authority)| Some(authority) == host)
}
