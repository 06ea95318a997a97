//! The edge around a few routes of its own, in this process.

use std::{net::SocketAddr, path::Path};

use axum::{
    Json, Router,
    body::{Body, Bytes},
    extract::ConnectInfo,
    http::Request,
    routing::{get, post},
};
use http_body_util::BodyExt as _;
use keyward_gateway::{
    config::Config,
    edge::{self, Edge, Probes},
    http::ClientInfo,
};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::support::Answer;

/// The main listener.
pub(crate) fn portal_stack(change: impl FnOnce(&mut Config)) -> Router {
    edge::portal_stack(routes(), new_edge(change))
}

/// The listener of the cloud service API alone.
pub(crate) fn api_stack(change: impl FnOnce(&mut Config)) -> Router {
    edge::api_stack(routes(), new_edge(change))
}

fn new_edge(change: impl FnOnce(&mut Config)) -> std::sync::Arc<Edge> {
    let mut config = Config::for_data(Path::new("unused"));
    change(&mut config);
    Edge::new(
        &config,
        Probes {
            ready: Box::new(|| Box::pin(async { true })),
            clock_is_trusted: Box::new(|| true),
            clock_is_off: Box::new(|| false),
            is_stopping: Box::new(|| false),
        },
        keyward_gateway::app::API_ERRORS,
    )
}

fn routes() -> Router {
    Router::new()
        .route("/api/portal/client", get(client))
        .route("/api/portal/read", post(async |body: Bytes| body.len().to_string()))
        .route(
            "/api/portal/cached",
            get(async || ([("cache-control", "max-age=5")], "kept")),
        )
        .route(
            "/api/portal/items/{id}",
            get(async || "an item").put(async || "changed"),
        )
        .route("/api/portal/panic", get(panics))
        .route("/api/portal/slow", get(std::future::pending::<()>))
        .route("/api/v1/panic", get(panics))
        .route("/api/v1/slow", get(std::future::pending::<()>))
        .route("/api/v1/read", post(async |body: Bytes| body.len().to_string()))
}

async fn client(client: ClientInfo) -> Json<Value> {
    Json(json!({
        "address": client.address.to_string(),
        "https": client.https,
        "userAgent": client.user_agent,
        "requestId": client.request_id,
        "current": keyward_gateway::http::request_id::current(),
    }))
}

async fn panics() {
    panic!("the cause, which is nobody's business")
}

/// What the router answers, read to its end.
pub(crate) async fn send(router: &Router, request: Request<Body>) -> Answer {
    let response = router.clone().oneshot(request).await.expect("an answer");
    let (parts, body) = response.into_parts();
    let bytes = body.collect().await.expect("a body").to_bytes();
    let text = String::from_utf8(bytes.to_vec()).expect("text");
    Answer {
        status: parts.status,
        headers: parts.headers,
        text,
    }
}

/// A request that comes from `peer`.
pub(crate) fn from(peer: &str, mut request: Request<Body>) -> Request<Body> {
    let peer = SocketAddr::new(peer.parse().expect("an address"), 40_000);
    request.extensions_mut().insert(ConnectInfo(peer));
    request
}
