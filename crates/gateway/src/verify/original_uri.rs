//! The Sandbox API token in the URI of the original request, as proxies tell it.

use axum::http::{HeaderMap, Uri};
use keyward_contract::SandboxTokenString;
use url::form_urlencoded;

/// Where proxies put the original URI: nginx as the configuration in `docs/proxies` says, Traefik and Caddy by themselves.
/// Envoy puts it below the path of `/verify`.
const HEADERS: [&str; 2] = ["x-original-uri", "x-forwarded-uri"];
/// The query parameter that holds the token.
const PARAMETER: &str = "api_token";
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
pub(super) fn token(headers: &HeaderMap, uri: &Uri) -> Named {
    let told = HEADERS.iter().flat_map(|name| headers.get_all(*name));
    let below = uri.path_and_query().map_or("", |all| all.as_str());
    let below = below.strip_prefix("/verify").unwrap_or(below);
    let below = below.strip_prefix("/ext_authz").unwrap_or(below);
    let uris = told.map(|value| value.as_bytes()).chain([below.as_bytes()]);

    let mut named = Named::Nothing;
    for uri in uris {
        let Some(at) = uri.iter().position(|byte| *byte == b'?') else {
            continue;
        };
        let (path, query) = (&uri[..at], &uri[at + 1..]);
        let tokens = form_urlencoded::parse(query).filter(|(name, _)| name == PARAMETER);
        for (_, token) in tokens {
            let Ok(token) = token.parse::<SandboxTokenString>() else {
                return Named::NotValid;
            };
            named = match named {
                _ if !is_of_sandbox(path) => return Named::NotValid,
                Named::Token(other) if other != token => return Named::NotValid,
                _ => Named::Token(token),
            };
        }
    }
    named
}

/// Whether a path leads to the Sandbox submission API, by whichever program it is read: without anything that one takes for
/// a step up or a separator, and another does not.
fn is_of_sandbox(path: &[u8]) -> bool {
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_./".contains(byte);
    let is_step = |segment: &[u8]| matches!(segment, b"" | b"." | b"..");
    path.starts_with(SANDBOX.as_bytes())
        && path.iter().all(is_plain)
        && !path[SANDBOX.len()..].split(|byte| *byte == b'/').any(is_step)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

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
    fn each_proxy_tells_it_in_its_way() {
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

    #[test]
    fn nobody_chooses_between_two() {
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
    fn it_opens_the_sandbox_alone() {
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
    fn what_is_no_token_is_not_valid() {
        for value in ["", "sbx_", "sbx_AbCdEfGhIjKlMnOpQrStUvWxYz000000", "JSESSIONID"] {
            let uri = format!("/zscsb/submit?api_token={value}");
            assert_eq!(read(&[("x-original-uri", &uri)], "/verify"), Named::NotValid, "{value}");
        }
    }
}
