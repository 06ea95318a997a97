//! Paths that an API client gets wrong, with what to change. The vendor's SDKs put `/api/v1` behind the address that they are
//! given, so one that has it already, or a slash at its end, makes a path that nothing is at.

use axum::http::Method;

/// What is wrong with a path that looks like one of the cloud service API; `None` if it doesn't, or if nothing is. `base` is the
/// address of the API as an SDK takes it.
pub(super) fn explained(method: &Method, path: &str, base: &str) -> Option<String> {
    let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    let has_slash_too_many = path.contains("//");
    Some(match segments.as_slice() {
        ["api", "v1", "api", "v1", ..] => format!(
            "/api/v1 is already part of the address that you set. Set ZIA_OVERRIDE_URL, or what your client calls it, to {base}: \
             without /api/v1, and without a slash at its end."
        ),
        ["api", "v1", ..] | ["ztw", ..] if has_slash_too_many => format!(
            "This path has a slash too many. Set ZIA_OVERRIDE_URL, or what your client calls it, to {base}: without a slash at \
             its end."
        ),
        ["api", "v1", ..] | ["ztw", ..] => return None,
        // As the vendor's Go SDK signs out.
        ["authenticatedSession"] if method == Method::DELETE && !has_slash_too_many => return None,
        ["authenticatedSession", ..] => format!("This path lacks /api/v1. The base URL is {base}/api/v1."),
        ["zia", ..] => format!("This path is of a different API of the vendor. The base URL is {base}/api/v1."),
        segments if segments.windows(2).any(|pair| pair == ["api", "v1"]) => {
            format!("Nothing is at this path. The base URL is {base}/api/v1.")
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_misplaced_path_is_explained() {
        let told = |method: Method, path: &str| explained(&method, path, "https://keys.example");
        for (path, words) in [
            ("/api/v1/api/v1/authenticatedSession", "/api/v1 is already part of"),
            ("/api/v1//api/v1/authenticatedSession", "/api/v1 is already part of"),
            ("//api/v1/authenticatedSession", "a slash too many"),
            ("/api/v1//authenticatedSession", "a slash too many"),
            ("/authenticatedSession", "lacks /api/v1"),
            ("/zia/api/v1/users", "a different API"),
            ("/keys/api/v1/users", "The base URL is https://keys.example/api/v1."),
        ] {
            let text = told(Method::POST, path).expect(path);
            assert!(
                text.contains(words) && text.contains("https://keys.example"),
                "{path}: {text}"
            );
        }
        for path in [
            "/api/v1/users",
            "/api/v1/",
            "/ztw/api/v1/auth",
            "/o/1/api-key",
            "/",
            "/apiv1/v1",
        ] {
            assert_eq!(told(Method::GET, path), None, "{path}");
        }
        assert_eq!(told(Method::DELETE, "/authenticatedSession"), None);
    }
}
