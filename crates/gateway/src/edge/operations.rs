//! Liveness, readiness and metrics, for operators.

use std::sync::Arc;

use axum::{
    Extension, Router,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::get,
};
use keyward_contract::ProblemCode;

use super::{Edge, proxies::Origin};
use crate::http::problem::Problem;

pub(super) fn health(edge: &Arc<Edge>) -> Router {
    Router::new()
        .route("/healthz", get(alive))
        .route("/readyz", get(ready))
        .with_state(Arc::clone(edge))
}

pub(super) fn metrics(edge: &Arc<Edge>) -> Router {
    Router::new()
        .route("/metrics", get(read_metrics))
        .with_state(Arc::clone(edge))
}

async fn alive() -> &'static str {
    "alive\n"
}

async fn ready(State(edge): State<Arc<Edge>>) -> (StatusCode, &'static str) {
    match (edge.probes.ready)().await {
        // A restart wouldn't fix the clock, and requests still work.
        true if !(edge.probes.clock_is_trusted)() => (
            StatusCode::OK,
            "ready, but the clock isn't trusted: it jumped, and nothing is deleted by its age for now\n",
        ),
        true => (StatusCode::OK, "ready\n"),
        false => (
            StatusCode::SERVICE_UNAVAILABLE,
            "not ready: the database does not answer\n",
        ),
    }
}

/// A client whose address is hidden by a proxy is rejected: the proxy's own address may be an allowed one.
async fn read_metrics(State(edge): State<Arc<Edge>>, Extension(origin): Extension<Origin>) -> Response {
    if origin.hidden || !edge.metrics_allow.contains(origin.address) {
        return Problem::new(ProblemCode::PermissionDenied)
            .detail("This address can't read the metrics. The setting metrics-allow says which ones can.")
            .into_response();
    }
    const TEXT: HeaderValue = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    ([(header::CONTENT_TYPE, TEXT)], edge.metrics.render()).into_response()
}
