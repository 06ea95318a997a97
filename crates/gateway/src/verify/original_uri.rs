//! The Sandbox API token in the URI of the original request, as sent by proxies.

use axum::http::{HeaderMap, HeaderValue, Uri};
use keyward_contract::SandboxTokenString;
use url::form_urlencoded;

/// Where proxies put the original URI: nginx as the configuration in `docs/proxies` says, Traefik and Caddy by themselves.
/// Envoy puts it below the path of `/verify`.
const HEADERS: [&str; 2] = ["x-original-uri", "x-forwarded-uri"];
/// The query parameter that holds the token.
const PARAMETER: &str = "api_token";
/// What each token begins with.
const PREFIX: &str = "sbx_";
/// What the token is for. It opens nothing else behind the same proxy.
const SANDBOX: &str = "/zscsb/";

/// What the original URI says of a token.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Named {
    /// Nothing.
    Nothing,
    /// This one.
    Token(SandboxTokenString),
    /// Something that is no token, or several of them, or one for a path it is not for.
    NotValid,
}

/// Reads the token. `uri` is that of the request to `/verify` itself.
///
/// Some proxies pass on a header of theirs that the client has written. So where one of them names a token, all that are
/// there must name it, or a client could show its token beside the path that it really wants.
pub(super) fn token(headers: &HeaderMap, uri: &Uri) -> Named {
    let below = uri.path_and_query().map_or("", |all| all.as_str());
    let below = below.strip_prefix("/verify").unwrap_or(below);
    let below = below.strip_prefix("/ext_authz").unwrap_or(below);
    let below = Some(below)
        .filter(|below| !matches!(*below, "" | "/"))
        .map(str::as_bytes);
    let told = HEADERS.iter().flat_map(|name| headers.get_all(*name));
    let mut named = told.map(HeaderValue::as_bytes).chain(below).map(named_in);
    let first = named.next().unwrap_or(Named::Nothing);
    if named.all(|other| other == first) {
        first
    } else {
        Named::NotValid
    }
}

fn named_in(uri: &[u8]) -> Named {
    let Some(at) = uri.iter().position(|byte| *byte == b'?') else {
        return Named::Nothing;
    };
    let (path, query) = (&uri[..at], &uri[at + 1..]);
    // A different application behind the proxy may have a parameter with this name.
    let is_ours = |value: &str| value.starts_with(PREFIX) || path.starts_with(SANDBOX.as_bytes());
    let tokens = form_urlencoded::parse(query).filter(|(name, value)| name == PARAMETER && is_ours(value));
    let tokens: Vec<_> = tokens.map(|(_, token)| token.parse::<SandboxTokenString>()).collect();
    match tokens.as_slice() {
        [] => Named::Nothing,
        [Ok(token)] if is_of_sandbox(path) => Named::Token(token.clone()),
        _ => Named::NotValid,
    }
}

/// Whether a path belongs to the Sandbox submission API, however a server parses it: paths with anything that only some
/// servers take for a parent step or a separator are rejected (path confusion).
fn is_of_sandbox(path: &[u8]) -> bool {
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_./".contains(byte);
    let is_step = |segment: &[u8]| matches!(segment, b"" | b"." | b"..");
    path.starts_with(SANDBOX.as_bytes())
        && path.iter().all(is_plain)
        && !path[SANDBOX.len()..].split(|byte| *byte == b'/').any(is_step)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random;

    fn read(headers: &[(&'static str, &str)], uri: &str) -> Named {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, HeaderValue::from_str(value).expect("a value"));
        }
        token(&map, &uri.parse().expect("a URI"))
    }

    #[test]
    fn the_original_uri_is_read_from_each_proxy() {
        let token = random::sandbox_token_string();
        let uri = format!("/zscsb/submit?force=1&api_token={}", token.reveal());
        let named = || Named::Token(token.clone());
        assert_eq!(read(&[("x-original-uri", &uri)], "/verify"), named());
        assert_eq!(read(&[("x-forwarded-uri", &uri)], "/verify"), named());
        assert_eq!(read(&[], &format!("/verify{uri}")), named());
        assert_eq!(read(&[], &format!("/verify/ext_authz{uri}")), named());
        assert_eq!(
            read(&[("x-original-uri", &uri)], &format!("/verify{uri}")),
            named(),
            "the same twice"
        );
        assert_eq!(
            read(&[("x-original-uri", "/zscsb/submit?force=1")], "/verify"),
            Named::Nothing
        );
        assert_eq!(read(&[], "/verify"), Named::Nothing);
    }

    /// Of a client, or of a proxy that replaces the path alone, as Caddy with `uri /verify` does.
    #[test]
    fn a_query_at_verify_itself_is_of_no_path() {
        let token = random::sandbox_token_string();
        let uri = format!("/zscsb/submit?api_token={}", token.reveal());
        let query = format!("/verify?api_token={}", token.reveal());
        for headers in [
            &[][..],
            &[("x-original-uri", &*uri)],
            &[("x-original-uri", &*uri), ("x-forwarded-uri", "/admin?x=1")],
        ] {
            assert_eq!(read(headers, &query), Named::NotValid, "{headers:?}");
        }
    }

    #[test]
    fn conflicting_original_uris_are_rejected() {
        let [one, two] = [(); 2].map(|()| random::sandbox_token_string());
        let uri = |token: &SandboxTokenString| format!("/zscsb/submit?api_token={}", token.reveal());
        let both = format!("{}&api_token={}", uri(&one), two.reveal());
        assert_eq!(read(&[("x-original-uri", &both)], "/verify"), Named::NotValid);
        let headers = [("x-original-uri", &*uri(&one)), ("x-forwarded-uri", &*uri(&two))];
        assert_eq!(read(&headers, "/verify"), Named::NotValid);
        assert_eq!(read(&headers[..1], &format!("/verify{}", uri(&two))), Named::NotValid);
        let encoded = format!("{}&api%5Ftoken={}", uri(&one), two.reveal());
        assert_eq!(read(&[("x-original-uri", &encoded)], "/verify"), Named::NotValid);
    }

    #[test]
    fn a_client_header_cannot_hide_the_requested_path() {
        let token = random::sandbox_token_string();
        let uri = format!("/zscsb/submit?api_token={}", token.reveal());
        for true_one in ["/admin", "/admin?x=1", "/zscsb/submit"] {
            let headers = [("x-original-uri", &*uri), ("x-forwarded-uri", true_one)];
            assert_eq!(read(&headers, "/verify"), Named::NotValid, "{true_one}");
            let below = format!("/verify/ext_authz{true_one}");
            assert_eq!(read(&headers[..1], &below), Named::NotValid, "{true_one}");
        }
        let twice = [("x-forwarded-uri", "/admin"), ("x-forwarded-uri", &*uri)];
        assert_eq!(read(&twice, "/verify"), Named::NotValid);
    }

    #[test]
    fn a_sandbox_token_only_opens_the_sandbox() {
        let token = random::sandbox_token_string();
        for path in [
            "/",
            "/api/v1/status",
            "/zscsb",
            "/zscsb/",
            "/zscsbx/submit",
            "/ZSCSB/submit",
            "//zscsb/submit",
            "/zscsb//submit",
            "/zscsb/../api/v1/status",
            "/zscsb/./submit",
            "/zscsb/%2e%2e/api/v1/status",
            "/zscsb/a%2f..%2f..%2fapi",
            "/zscsb/a;/../../api",
            "/zscsb/..\\api",
            "http://elsewhere.example/zscsb/submit",
        ] {
            let uri = format!("{path}?api_token={}", token.reveal());
            assert_eq!(read(&[("x-original-uri", &uri)], "/verify"), Named::NotValid, "{path}");
        }
        for path in ["/zscsb/submit", "/zscsb/v1.2/discan_x-y"] {
            let uri = format!("{path}?api_token={}", token.reveal());
            assert_eq!(
                read(&[("x-original-uri", &uri)], "/verify"),
                Named::Token(token.clone()),
                "{path}"
            );
        }
    }

    #[test]
    fn an_invalid_sandbox_token_is_not_valid() {
        for value in ["", "sbx_", "sbx_AbCdEfGhIjKlMnOpQrStUvWxYz000000", "JSESSIONID"] {
            let uri = format!("/zscsb/submit?api_token={value}");
            assert_eq!(read(&[("x-original-uri", &uri)], "/verify"), Named::NotValid, "{value}");
        }
        let uri = "/api/v1/reports?api_token=one-of-another-program";
        assert_eq!(read(&[("x-original-uri", uri)], "/verify"), Named::Nothing);
    }
}
