//! Liveness, readiness and metrics, for operators.

use std::{sync::Arc, time::Duration};

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

/// The database has to answer `/readyz` within this time.
const DATABASE_TIMEOUT: Duration = Duration::from_secs(2);

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

/// Load balancers send requests to gateways that are ready. A restart fixes none of the reasons for not being so.
async fn ready(State(edge): State<Arc<Edge>>) -> (StatusCode, &'static str) {
    let probes = &edge.probes;
    if (probes.is_stopping)() {
        return (StatusCode::SERVICE_UNAVAILABLE, "not ready: stopping\n");
    }
    // A database that hangs doesn't answer either.
    let answers = tokio::time::timeout(DATABASE_TIMEOUT, (probes.ready)()).await;
    if !answers.unwrap_or(false) {
        return (
            StatusCode::SERVICE_UNAVAILABLE,
            "not ready: the database does not answer\n",
        );
    }
    if (probes.clock_is_off)() {
        return (
            StatusCode::SERVICE_UNAVAILABLE,
            "not ready: the clock is more than 2 seconds off the database's\n",
        );
    }
    if !(probes.clock_is_trusted)() {
        // Requests still work.
        return (
            StatusCode::OK,
            "ready, but the clock isn't trusted: it jumped, and nothing is deleted by its age for now\n",
        );
    }
    (StatusCode::OK, "ready\n")
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
