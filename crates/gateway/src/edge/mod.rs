//! Everything around the handlers: the client of a request, the headers of every answer, and errors outside handlers.
//!
//! Every request passes `stack`. Paths below `/api` continue through `guard` to their handler; everything else is the
//! `portal`.

mod error;
mod guard;
mod headers;
mod host;
mod measure;
mod misplaced;
mod operations;
pub mod portal;
mod proxies;
mod rest;
mod stack;
mod unreadable;

use std::{
    pin::Pin,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use axum::{Router, http::Uri};
use keyward_contract::ProblemCode;
use metrics_exporter_prometheus::PrometheusHandle;

use self::{error::Errors, headers::SecurityHeaders, host::Hosts, portal::Portal, proxies::Proxies, stack::Stack};
use crate::{
    config::{Config, Networks, PublicUrl},
    state::AppState,
};

pub use self::{
    error::ApiErrors,
    guard::BODY_LIMIT,
    headers::{FOR_ANY_ORIGIN, hsts, portal_headers},
    unreadable::Unreadable,
};

/// What `/readyz` tells of.
pub struct Probes {
    /// Whether the database answers.
    pub ready: Box<dyn Fn() -> Pin<Box<dyn Future<Output = bool> + Send>> + Send + Sync>,
    /// Whether the clock is trusted.
    pub clock_is_trusted: Box<dyn Fn() -> bool + Send + Sync>,
    /// Whether the clock is too far from that of the database.
    pub clock_is_off: Box<dyn Fn() -> bool + Send + Sync>,
    /// Whether the gateway is stopping.
    pub is_stopping: Box<dyn Fn() -> bool + Send + Sync>,
}

impl Probes {
    /// Those of a gateway.
    pub fn of(state: &AppState) -> Self {
        let (ready, trusted, off, stopping) = (state.clone(), state.clone(), state.clone(), state.clone());
        Self {
            ready: Box::new(move || {
                let state = ready.clone();
                Box::pin(async move { state.store.is_ready().await })
            }),
            clock_is_trusted: Box::new(move || trusted.trust.now().is_some()),
            clock_is_off: Box::new(move || off.skew.is_off()),
            is_stopping: Box::new(move || stopping.is_stopping.load(Ordering::Acquire)),
        }
    }
}

/// What the edge needs: configuration, portal, and state of the gateway.
pub struct Edge {
    proxies: Proxies,
    hosts: Hosts,
    headers: SecurityHeaders,
    portal: Portal,
    /// Public base paths. Proxies may strip them or not.
    base_paths: Vec<String>,
    request_timeout: Duration,
    metrics_allow: Networks,
    metrics: PrometheusHandle,
    probes: Probes,
    errors: Errors,
    /// The address of the cloud service API, for what is said of misplaced paths.
    api_url: PublicUrl,
}

impl Edge {
    /// Reads the portal, so that no request has to.
    pub fn new(config: &Config, probes: Probes, api_errors: ApiErrors) -> Arc<Self> {
        let mut base_paths = vec![
            config.public_url.path().to_owned(),
            config.public_api_url.path().to_owned(),
        ];
        base_paths.retain(|path| !path.is_empty());
        base_paths.dedup();
        Arc::new(Self {
            proxies: Proxies::new(config),
            hosts: Hosts::new(config),
            headers: SecurityHeaders::new(config),
            portal: Portal::new(config),
            base_paths,
            request_timeout: config.request_timeout,
            metrics_allow: config.metrics_allow.clone(),
            metrics: crate::metrics::recorder(),
            probes,
            errors: Errors(api_errors),
            api_url: config.public_api_url.clone(),
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
    let (no_route, no_method) = (Arc::clone(&edge), Arc::clone(&edge));
    let inner = inner
        .fallback(async move |uri: Uri| no_route.errors.at(uri.path(), ProblemCode::NotFound))
        // The router adds `Allow`.
        .method_not_allowed_fallback(async move |uri: Uri| {
            no_method.errors.at(uri.path(), ProblemCode::MethodNotAllowed)
        })
        .layer(axum::middleware::from_fn_with_state(Arc::clone(&edge), guard::guard));
    Router::new().fallback_service(Stack::new(inner, edge, with_portal))
}
