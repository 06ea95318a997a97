//! Requests that reach no handler, or whose handler fails.

use std::time::Duration;

use axum::http::{Method, StatusCode};
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
async fn a_body_may_have_64_kib() {
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
async fn a_body_of_unannounced_length_is_cut_off() {
    let router = portal_stack(|_| {});
    let unannounced = |length: usize| post("/api/portal/read").text("text/plain", vec![b'x'; length]);
    assert_eq!(send(&router, unannounced(BODY_LIMIT)).await.status, StatusCode::OK);
    assert_eq!(
        send(&router, unannounced(BODY_LIMIT + 1)).await.status,
        StatusCode::PAYLOAD_TOO_LARGE
    );
}

#[tokio::test]
async fn a_slow_handler_is_given_up() {
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
    // Passed on by a proxy on this machine that nobody told us of.
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

#[tokio::test]
async fn it_is_not_ready_while_the_database_does_not_answer() {
    let config = keyward_gateway::config::Config::for_data(std::path::Path::new("unused"));
    let edge = keyward_gateway::edge::Edge::new(&config, Box::new(|| Box::pin(async { false })));
    let router = keyward_gateway::edge::portal_stack(axum::Router::new(), edge);
    assert_eq!(
        send(&router, get("/readyz").empty()).await.status,
        StatusCode::SERVICE_UNAVAILABLE
    );
    assert_eq!(send(&router, get("/healthz").empty()).await.status, StatusCode::OK);
}
