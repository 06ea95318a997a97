//! Requests that reach no handler, or whose handler fails.

use std::time::Duration;

use axum::{
    body::Body,
    http::{Method, StatusCode, Version},
};
use keyward_gateway::edge::BODY_LIMIT;

use crate::{
    edge_support::{api_stack, from, portal_stack, send},
    support::{Answer, get, post, request},
};

fn assert_problem(answer: &Answer, status: u16, code: &str) {
    assert_eq!(answer.status.as_u16(), status, "{}", answer.text);
    assert_eq!(answer.headers["content-type"], "application/problem+json");
    assert_eq!(answer.code(), code);
    assert_eq!(answer.json()["status"], status);
    assert_eq!(
        answer.json()["requestId"],
        answer.headers["x-request-id"].to_str().expect("text")
    );
}

/// The vendor's shape: code and message, and nothing of ours.
fn assert_api_error(answer: &Answer, status: u16) {
    assert_eq!(answer.status.as_u16(), status, "{}", answer.text);
    assert_eq!(answer.headers["content-type"], "application/json");
    let body = answer.json();
    assert!(body["code"].is_string() && body["message"].is_string(), "{body}");
    assert!(body.get("status").is_none() && body.get("title").is_none(), "{body}");
}

/// `/api` never answers with HTML, a missing file never with the page.
#[tokio::test]
async fn an_unknown_path_is_404_and_never_html() {
    let router = portal_stack(|_| {});
    for path in [
        "/api",
        "/api/",
        "/api/portal",
        "/api/portal/nothing",
        "/api/v2",
        "/api/v1x",
        "/api/index.html",
    ] {
        assert_problem(&send(&router, get(path).empty()).await, 404, "not-found");
    }
    for path in ["/api/v1", "/api/v1/", "/api/v1/nothing", "/ztw/api/v1/nothing"] {
        assert_api_error(&send(&router, get(path).empty()).await, 404);
    }
}

#[tokio::test]
async fn a_wrong_method_is_405_and_says_which_are_right() {
    let router = portal_stack(|_| {});
    for method in [
        Method::POST,
        Method::DELETE,
        Method::OPTIONS,
        Method::TRACE,
        Method::from_bytes(b"BREW").expect("a method"),
    ] {
        let answer = send(&router, request(method, "/api/portal/items/1").empty()).await;
        assert_problem(&answer, 405, "method-not-allowed");
        assert_eq!(answer.headers["allow"], "GET,HEAD,PUT");
    }
    let answer = send(&router, get("/api/v1/read").empty()).await;
    assert_api_error(&answer, 405);
    assert_eq!(answer.headers["allow"], "POST");
    assert_problem(
        &send(&router, post("/healthz").empty()).await,
        405,
        "method-not-allowed",
    );
}

#[tokio::test]
async fn a_body_can_have_64_kib() {
    let router = portal_stack(|_| {});
    let announced = |path: &str, length: usize| {
        post(path)
            .header("content-length", &length.to_string())
            .text("text/plain", vec![b'x'; length])
    };
    let answer = send(&router, announced("/api/portal/read", BODY_LIMIT)).await;
    assert_eq!((answer.status, answer.text.as_str()), (StatusCode::OK, "65536"));
    assert_problem(
        &send(&router, announced("/api/portal/read", BODY_LIMIT + 1)).await,
        413,
        "body-too-large",
    );
    assert_api_error(&send(&router, announced("/api/v1/read", BODY_LIMIT + 1)).await, 413);
}

#[tokio::test]
async fn a_body_without_a_length_is_limited() {
    let router = portal_stack(|_| {});
    let unannounced = |length: usize| post("/api/portal/read").text("text/plain", vec![b'x'; length]);
    assert_eq!(send(&router, unannounced(BODY_LIMIT)).await.status, StatusCode::OK);
    assert_eq!(
        send(&router, unannounced(BODY_LIMIT + 1)).await.status,
        StatusCode::PAYLOAD_TOO_LARGE
    );
}

#[tokio::test]
async fn a_slow_handler_times_out() {
    let router = portal_stack(|config| config.request_timeout = Duration::from_millis(1));
    assert_problem(&send(&router, get("/api/portal/slow").empty()).await, 503, "timeout");
    assert_api_error(&send(&router, get("/api/v1/slow").empty()).await, 503);
}

#[tokio::test]
async fn a_panic_is_500_without_its_cause() {
    let router = portal_stack(|_| {});
    let portal = send(&router, get("/api/portal/panic").empty()).await;
    assert_problem(&portal, 500, "internal");
    let api = send(&router, get("/api/v1/panic").empty()).await;
    assert_api_error(&api, 500);
    for answer in [portal, api] {
        assert!(!answer.text.contains("nobody's business"), "{}", answer.text);
    }
    // And the next request is served.
    assert_eq!(send(&router, get("/healthz").empty()).await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_api_listener_has_no_portal_and_no_metrics() {
    let router = api_stack(|_| {});
    for path in ["/", "/o/1/api-key", "/index.html", "/metrics"] {
        assert_problem(&send(&router, get(path).empty()).await, 404, "not-found");
    }
    assert_eq!(send(&router, get("/healthz").empty()).await.text, "alive\n");
    assert_eq!(send(&router, get("/readyz").empty()).await.text, "ready\n");
    assert_api_error(&send(&router, get("/api/v1/nothing").empty()).await, 404);
}

#[tokio::test]
async fn metrics_are_for_allowed_addresses() {
    let router = portal_stack(|_| {});
    let metrics = || get("/metrics").empty();
    assert_problem(
        &send(&router, from("203.0.113.7", metrics())).await,
        403,
        "permission-denied",
    );
    // Forwarded by an untrusted proxy on this machine.
    let proxied = get("/metrics").header("x-forwarded-for", "203.0.113.7").empty();
    assert_problem(
        &send(&router, from("127.0.0.1", proxied)).await,
        403,
        "permission-denied",
    );
    assert_eq!(send(&router, from("::1", metrics())).await.status, StatusCode::OK);

    let router = portal_stack(|config| config.metrics_allow = "203.0.113.0/24".parse().expect("a network"));
    assert_eq!(
        send(&router, from("203.0.113.7", metrics())).await.status,
        StatusCode::OK
    );
    assert_eq!(
        send(&router, from("127.0.0.1", metrics())).await.status,
        StatusCode::FORBIDDEN
    );
}

#[tokio::test]
async fn metrics_count_by_route_and_not_by_path() {
    let router = portal_stack(|_| {});
    send(&router, get("/api/portal/items/no-label").empty()).await;
    send(&router, get("/api/portal/no-label").empty()).await;
    let answer = send(&router, get("/metrics").empty()).await;
    assert_eq!(
        answer.headers["content-type"],
        "text/plain; version=0.0.4; charset=utf-8"
    );
    let count =
        r#"keyward_http_request_duration_seconds_count{route="/api/portal/items/{id}",method="GET",status="2xx"}"#;
    assert!(answer.text.contains(count), "{}", answer.text);
    assert!(!answer.text.contains("no-label"), "{}", answer.text);
}

/// A body of which is known how far it was read.
fn slow_body(frames: usize) -> (Body, std::sync::Arc<std::sync::atomic::AtomicUsize>) {
    let read = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let count = std::sync::Arc::clone(&read);
    let frames = futures_util::stream::unfold(0, move |number| {
        let count = std::sync::Arc::clone(&count);
        async move {
            tokio::task::yield_now().await;
            if number == frames {
                return None;
            }
            count.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            Some((Ok::<_, std::io::Error>(vec![b'x'; 1024]), number + 1))
        }
    });
    (Body::from_stream(frames), read)
}

#[tokio::test]
async fn over_http_2_a_small_body_is_read_before_an_early_answer() {
    let router = portal_stack(|_| {});
    for (path, status) in [
        ("/api/portal/nothing", StatusCode::NOT_FOUND),
        ("/api/portal/items/1", StatusCode::METHOD_NOT_ALLOWED),
        ("/favicon.svg", StatusCode::METHOD_NOT_ALLOWED),
    ] {
        let (body, read) = slow_body(8);
        let mut request = post(path).empty();
        *request.version_mut() = Version::HTTP_2;
        *request.body_mut() = body;
        assert_eq!(send(&router, request).await.status, status, "{path}");
        assert_eq!(read.load(std::sync::atomic::Ordering::Relaxed), 8, "{path}");
    }
    // A large one is not, beyond what any request may have.
    let (body, read) = slow_body(1000);
    let mut request = post("/api/portal/nothing").empty();
    *request.version_mut() = Version::HTTP_2;
    *request.body_mut() = body;
    send(&router, request).await;
    assert!(read.load(std::sync::atomic::Ordering::Relaxed) <= 66);
}
