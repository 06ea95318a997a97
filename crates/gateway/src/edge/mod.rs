//! Everything around the handlers: who sent a request, what every answer carries, and what no handler answers.
//!
//! A request passes `stack` once. What is below `/api` goes on through the `guard` to its handler, everything else is
//! the `portal`.

mod client;
mod error;
mod guard;
mod headers;
mod host;
mod measure;
mod operations;
mod portal;
pub mod request_id;
mod rest;
mod stack;
mod unreadable;

use std::{pin::Pin, sync::Arc, time::Duration};

use axum::Router;
use metrics_exporter_prometheus::PrometheusHandle;

use self::{client::Proxies, headers::SecurityHeaders, host::Hosts, portal::Portal, stack::Stack};
use crate::config::{Config, Networks};

pub use self::{
    client::{ClientInfo, address_group},
    guard::BODY_LIMIT,
    host::RequestHost,
    measure::{
        audit_event_counted, clock_is_believed, connection_ended, connection_gauge, keep_up, key_use_dropped, wrong_key,
    },
    unreadable::Unreadable,
};

/// Tells whether the database answers.
pub type Ready = Box<dyn Fn() -> Pin<Box<dyn Future<Output = bool> + Send>> + Send + Sync>;

/// What the edge needs to know: of the configuration, of the portal, of the database.
pub struct Edge {
    proxies: Proxies,
    hosts: Hosts,
    headers: SecurityHeaders,
    portal: Portal,
    /// Paths below which we are reached from outside. A proxy may cut them off or not.
    base_paths: Vec<String>,
    request_timeout: Duration,
    metrics_allow: Networks,
    metrics: PrometheusHandle,
    ready: Ready,
}

impl Edge {
    /// Reads the portal, so that no request has to.
    pub fn new(config: &Config, ready: Ready) -> Arc<Self> {
        let mut base_paths = vec![
            config.public_url.path().to_owned(),
            config.public_api_url.path().to_owned(),
        ];
        base_paths.retain(|path| !path.is_empty());
        base_paths.dedup();
        Arc::new(Self {
            proxies: Proxies::new(config),
            hosts: Hosts::new(config),
            headers: SecurityHeaders::new(&config.frame_ancestors),
            portal: Portal::new(config.portal.clone(), config.public_url.path()),
            base_paths,
            request_timeout: config.request_timeout,
            metrics_allow: config.metrics_allow.clone(),
            metrics: measure::recorder(),
            ready,
        })
    }
}

/// The main listener: `api`, and around it the portal, `/healthz`, `/readyz` and `/metrics`.
pub fn portal_stack(api: Router, edge: Arc<Edge>) -> Router {
    let inner = api.merge(operations::health(&edge)).merge(operations::metrics(&edge));
    stack(inner, edge, true)
}

/// The listener of the cloud service API alone: `api`, `/healthz` and `/readyz`.
pub fn api_stack(api: Router, edge: Arc<Edge>) -> Router {
    let inner = api.merge(operations::health(&edge));
    stack(inner, edge, false)
}

fn stack(inner: Router, edge: Arc<Edge>, with_portal: bool) -> Router {
    let inner = inner
        .fallback(guard::not_found)
        .method_not_allowed_fallback(guard::method_not_allowed)
        .layer(axum::middleware::from_fn_with_state(Arc::clone(&edge), guard::guard));
    Router::new().fallback_service(Stack::new(inner, edge, with_portal))
}
