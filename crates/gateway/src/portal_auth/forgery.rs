//! CSRF protection. A change has to come from the portal's own origin, as far as the browser says, and carry a header that
//! other origins can't send without a preflight request. A read has to come from there, too: it prolongs the session, and one that
//! takes the audit log away is logged, while the cookie for frames is one that browsers send for pages of other origins.

use std::sync::atomic::{AtomicBool, Ordering};

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use keyward_contract::{ProblemCode, paths};
use url::{Origin, Url};

use crate::{
    http::{ClientInfo, RequestHost, problem::Problem},
    state::AppState,
};

/// Rejects cross-site requests.
pub async fn refuse_forged(State(app): State<AppState>, request: Request, next: Next) -> Response {
    if is_safe(request.method()) {
        if is_read_for_others(&request) {
            return Problem::new(ProblemCode::CrossSiteRequest)
                .detail(OTHER_SITE)
                .into_response();
        }
        return next.run(request).await;
    }
    if let Err(refused) = from_own_origin(&request, &app) {
        return refused.into_response();
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

/// Whether a page of another origin reads. Identity providers send admins here from theirs.
fn is_read_for_others(request: &Request) -> bool {
    let path = request.uri().path().trim_start_matches('/');
    let is_sso = path.strip_prefix(paths::SSO).is_some_and(|rest| rest.starts_with('/'));
    let is_own = |site: &HeaderValue| site == "same-origin" || site == "none";
    request.method() != Method::OPTIONS
        && !is_sso
        && request.headers().get(FETCH_SITE).is_some_and(|site| !is_own(site))
}

/// Signing in, setting up and accepting an invitation are what makes a session; there is none yet whose rights could be
/// misused, and their JSON body is what another origin can't send. An identity provider that tells of a sign-out proves
/// itself by a token.
fn uses_session(request: &Request) -> bool {
    let path = request.uri().path().trim_start_matches('/');
    let without = [
        paths::SESSION,
        paths::SETUP,
        paths::SETUP_READ,
        paths::INVITATION,
        paths::INVITATION_READ,
        paths::SSO_LOGOUT,
    ];
    !(request.method() == Method::POST && without.contains(&path))
}

fn has_change_header(headers: &HeaderMap) -> bool {
    headers.get(paths::CHANGE_HEADER).is_some_and(|value| value == "1")
}

/// Browsers send the origin of a request: current ones in `Sec-Fetch-Site`, older ones in `Origin`. Other programs send
/// neither, but they aren't subject to CSRF.
fn from_own_origin(request: &Request, app: &AppState) -> Result<(), Problem> {
    let headers = request.headers();
    let origin = headers
        .get(header::ORIGIN)
        .map(|origin| String::from_utf8_lossy(origin.as_bytes()));
    let host = match request.extensions().get::<RequestHost>() {
        Some(host) => host.clone(),
        None => RequestHost::of(request.uri(), headers),
    };
    let https = request
        .extensions()
        .get::<ClientInfo>()
        .is_some_and(|client| client.https);
    let is_own = match (headers.get(FETCH_SITE), &origin) {
        (Some(site), _) => site == "same-origin" || site == "none",
        (None, None) => true,
        (None, Some(origin)) => {
            is_origin(origin, app.config.public_url.origin())
                || host.as_str().is_some_and(|host| is_origin_at(origin, host, https))
        }
    };
    if is_own {
        return Ok(());
    }
    let public_url = &app.config.public_url;
    let detail = match origin.as_deref() {
        None | Some("null") => OTHER_SITE.to_owned(),
        Some(origin) => {
            let origin = cut(origin);
            let host = cut(host.as_str().unwrap_or_default());
            // The operator can tell an attack from a missing setting.
            if !WARNED.swap(true, Ordering::Relaxed) {
                tracing::warn!(%origin, %host, %public_url, "a page of another origin was refused; if people open the \
                    portal there, set public-url to it");
            }
            format!(
                "The page that sent this is at {origin}; the server takes itself for {public_url} (public-url), and was \
                 asked as {host:?}. Open the portal at its public-url, or have the operator set public-url to where you \
                 open it."
            )
        }
    };
    Err(Problem::new(ProblemCode::CrossSiteRequest).detail(detail))
}

const FETCH_SITE: &str = "sec-fetch-site";
const OTHER_SITE: &str = "A page of another site sent this request. Open the portal itself.";

static WARNED: AtomicBool = AtomicBool::new(false);

fn cut(text: &str) -> String {
    text.chars().take(100).collect()
}

/// Whether two origins are the same, however they are written: scheme, host and port, which each scheme has one of its own
/// for (RFC 6454).
fn is_origin(one: &str, other: &str) -> bool {
    let of = |text: &str| Url::parse(text).ok().map(|url| url.origin()).filter(Origin::is_tuple);
    of(one).is_some_and(|one| Some(one) == of(other))
}

/// Whether `origin` is where a request for `host` came to. A proxy may not say that it was HTTPS; then the page's word is
/// taken for the scheme.
fn is_origin_at(origin: &str, host: &str, https: bool) -> bool {
    let Some((scheme, _)) = origin.split_once("://") else {
        return false;
    };
    (scheme.eq_ignore_ascii_case("https") || !https) && is_origin(origin, &format!("{scheme}://{host}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_compared_by_scheme_host_and_port() {
        for (origin, host, https) in [
            ("https://h.example", "h.example:443", true),
            ("https://h.example", "h.example:443", false),
            ("http://h.example", "h.example:80", false),
            ("http://nas.lan", "NAS.lan", false),
            ("http://nas.lan:8081", "nas.lan:8081", false),
            ("https://[2001:db8::1]:8443", "[2001:DB8::1]:8443", true),
        ] {
            assert!(is_origin_at(origin, host, https), "{origin} {host}");
        }
        for (origin, host, https) in [
            ("http://nas.lan:8081", "nas.lan", false),
            ("http://h.example", "h.example", true),
            ("https://h.example:8443", "h.example", true),
            ("null", "null", false),
            ("null", "", false),
            ("http://evil.example", "h.example", false),
            ("http://h.example", "nas.lan, h.example", false),
            ("http://h.example@evil.example", "h.example", false),
            ("file://", "", false),
        ] {
            assert!(!is_origin_at(origin, host, https), "{origin} {host}");
        }
    }
}
