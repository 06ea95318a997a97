//! What every answer carries.

use axum::{Router, http::HeaderMap};

use crate::{
    edge_support::{from, portal_stack, send},
    support::{get, post},
};

const PORTAL: &[&str] = &["/", "/o/1/api-key", "/app.js", "/missing.js", "/%2e%2e/"];
const API: &[&str] = &[
    "/api/portal/client",
    "/api/portal/panic",
    "/api/portal/nothing",
    "/api",
    "/api/v1/nothing",
    "/healthz",
    "/readyz",
    "/metrics",
];

fn with_portal() -> (tempfile::TempDir, Router) {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("index.html"), "<!doctype html>").expect("a file");
    std::fs::write(folder.path().join("app.js"), "1").expect("a file");
    let path = folder.path().to_owned();
    (folder, portal_stack(|config| config.portal = Some(path)))
}

fn assert_common(headers: &HeaderMap, path: &str) {
    let expected = [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("x-frame-options", "DENY"),
    ];
    for (name, value) in expected {
        assert_eq!(
            headers.get(name).map(|found| found.to_str().expect("text")),
            Some(value),
            "{name} of {path}"
        );
    }
    let permissions = headers["permissions-policy"].to_str().expect("text");
    assert!(
        permissions.starts_with("clipboard-write=(self),") && permissions.contains("camera=()"),
        "{permissions}"
    );
    assert!(headers.contains_key("x-request-id"), "{path}");
    assert!(headers.contains_key("cache-control"), "{path}");
    assert!(!headers.contains_key("strict-transport-security"), "{path}");
}

#[tokio::test]
async fn the_portal_can_only_load_its_own_files() {
    let (_folder, router) = with_portal();
    for path in PORTAL {
        let headers = send(&router, get(path).empty()).await.headers;
        assert_common(&headers, path);
        assert_eq!(
            headers["content-security-policy"],
            "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; \
             img-src 'self' data:; font-src 'self'; manifest-src 'self'; base-uri 'self'; form-action 'self'; \
             frame-ancestors 'none'",
            "{path}"
        );
    }
}

#[tokio::test]
async fn api_answers_are_not_pages_and_not_cached() {
    let (_folder, router) = with_portal();
    for path in API {
        let headers = send(&router, get(path).empty()).await.headers;
        assert_common(&headers, path);
        assert_eq!(
            headers["content-security-policy"], "default-src 'none'; frame-ancestors 'none'",
            "{path}"
        );
        assert_eq!(headers["cache-control"], "no-store", "{path}");
    }
    let headers = send(&router, post("/healthz").empty()).await.headers;
    assert_common(&headers, "POST /healthz");
}

#[tokio::test]
async fn a_handler_can_set_its_own_cache_control() {
    let router = portal_stack(|_| {});
    assert_eq!(
        send(&router, get("/api/portal/cached").empty()).await.headers["cache-control"],
        "max-age=5"
    );
}

#[tokio::test]
async fn a_304_carries_them_too() {
    let (_folder, router) = with_portal();
    let first = send(&router, get("/app.js").empty()).await;
    let etag = first.headers["etag"].to_str().expect("text");
    let second = send(&router, get("/app.js").header("if-none-match", etag).empty()).await;
    assert_eq!(second.status, 304);
    assert_common(&second.headers, "304");
    assert_eq!(
        second.headers["content-security-policy"],
        first.headers["content-security-policy"]
    );
}

#[tokio::test]
async fn configured_origins_can_frame_the_portal_but_no_api() {
    let router = portal_stack(|config| {
        config.frame_ancestors = vec!["https://intranet.example".into(), "https://*.partner.example".into()];
    });
    let portal = send(&router, get("/").empty()).await.headers;
    let policy = portal["content-security-policy"].to_str().expect("text");
    assert!(
        policy.ends_with("; frame-ancestors https://intranet.example https://*.partner.example"),
        "{policy}"
    );
    assert!(!portal.contains_key("x-frame-options"));
    let api = send(&router, get("/api/portal/client").empty()).await.headers;
    assert_eq!(
        api["content-security-policy"],
        "default-src 'none'; frame-ancestors 'none'"
    );
    assert_eq!(api["x-frame-options"], "DENY");
}

#[tokio::test]
async fn hsts_is_sent_over_https() {
    let router = portal_stack(|config| config.trusted_proxies = "10.0.0.1".parse().expect("a network"));
    for path in ["/", "/api/portal/client", "/api/portal/panic"] {
        let request = || get(path).header("x-forwarded-proto", "https").empty();
        let by_proxy = send(&router, from("10.0.0.1", request())).await.headers;
        assert_eq!(by_proxy["strict-transport-security"], "max-age=31536000", "{path}");
        let by_stranger = send(&router, from("10.0.0.2", request())).await.headers;
        assert!(!by_stranger.contains_key("strict-transport-security"), "{path}");
    }
}

#[tokio::test]
async fn the_hsts_max_age_can_be_set() {
    for (seconds, header) in [
        (0, None),
        (1, Some("max-age=1")),
        (63_072_000, Some("max-age=63072000")),
    ] {
        let router = portal_stack(|config| {
            config.trusted_proxies = "10.0.0.1".parse().expect("a network");
            config.hsts_max_age = std::time::Duration::from_secs(seconds);
        });
        for path in ["/", "/api/portal/client", "/api/portal/nothing"] {
            let request = get(path).header("x-forwarded-proto", "https").empty();
            let headers = send(&router, from("10.0.0.1", request)).await.headers;
            let found = headers.get("strict-transport-security");
            assert_eq!(found.map(|value| value.to_str().expect("text")), header, "{path}");
        }
    }
}
