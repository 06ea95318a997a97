//! The middleware stack.

use std::{
    convert::Infallible,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Instant,
};

use axum::{
    Router,
    extract::{MatchedPath, Request},
    http::{Uri, uri::PathAndQuery},
    response::Response,
};
use keyward_contract::{OrganizationId, ProblemCode};
use tower::{Service, ServiceExt as _};
use tracing::Instrument as _;

use super::{Edge, error::Space, host::misdirected, measure::Measure, misplaced, rest::Rest};
use crate::http::{ClientInfo, RequestHost, is_navigation, problem::Problem, request_id};

/// One service instead of half a dozen layers, because most requests are for files, and each layer costs time.
#[derive(Clone)]
pub(super) struct Stack(Arc<Inner>);

struct Inner {
    handlers: Router,
    edge: Arc<Edge>,
    with_portal: bool,
}

impl Stack {
    pub(super) fn new(handlers: Router, edge: Arc<Edge>, with_portal: bool) -> Self {
        Self(Arc::new(Inner {
            handlers,
            edge,
            with_portal,
        }))
    }
}

impl Service<Request> for Stack {
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let inner = Arc::clone(&self.0);
        Box::pin(async move { Ok(inner.answer(request).await) })
    }
}

impl Inner {
    async fn answer(&self, mut request: Request) -> Response {
        let started = Instant::now();
        let id = request_id::new();
        let host = RequestHost::of(request.uri(), request.headers());
        if let Some(uri) = self.without_base_path(request.uri()) {
            *request.uri_mut() = uri;
        }
        let organization = self.organization(&host, &mut request);
        let path = request.uri().path_and_query().cloned();
        let path = path.as_ref().map_or("", PathAndQuery::path);
        let mut space = Space::of(path);
        let misplaced = match space {
            Space::Portal if is_navigation(request.headers()) => None,
            Space::Portal | Space::CloudApi => {
                let base = organization
                    .as_ref()
                    .map_or_else(|| self.edge.api_url.to_string(), |it| it.base.clone());
                misplaced::explained(request.method(), path, &base)
            }
            Space::Api | Space::Verify => None,
        };
        // Pages and their API are at the address of all organizations.
        let is_elsewhere = organization.is_some() && matches!(space, Space::Portal | Space::Api) && !is_health(path);
        if misplaced.is_some() || is_elsewhere {
            space = Space::CloudApi;
        }
        let origin = self.edge.proxies.origin(request.extensions(), request.headers());
        let measure = Measure {
            started,
            id,
            client: origin.address,
            method: request.method().clone(),
        };

        // Trusted proxies choose what they forward, and /verify and the health checks reveal nothing to a page.
        let any_host = match path {
            "/metrics" => false,
            path if is_health(path) => true,
            _ => origin.by_proxy || space == Space::Verify,
        };
        let is_ours = any_host || self.edge.hosts.allow(&host);
        let rest = Rest::of(&mut request);
        let mut response = request_id::within(id, async {
            if !is_ours {
                return self.edge.errors.answer(space, misdirected(&host));
            }
            if let Some(text) = misplaced {
                let problem = Problem::new(ProblemCode::NotFound).detail(text);
                return self.edge.errors.answer(space, problem);
            }
            match space {
                _ if is_elsewhere => self.edge.errors.answer(space, ProblemCode::NotFound),
                Space::Portal if !self.with_portal => self.edge.errors.answer(space, ProblemCode::NotFound),
                Space::Portal => self.edge.portal.answer(request.method(), path, request.headers()).await,
                Space::Api | Space::CloudApi | Space::Verify => {
                    let client = ClientInfo {
                        organization: organization.map(|addressed| addressed.id),
                        ..ClientInfo::new(origin.address, origin.https, request.headers(), id)
                    };
                    request.extensions_mut().insert(client);
                    request.extensions_mut().insert(origin);
                    request.extensions_mut().insert(host);
                    let span = tracing::info_span!("request", request_id = %id);
                    let Ok(response) = self.handlers.clone().oneshot(request).instrument(span).await;
                    response
                }
            }
        })
        .await;
        if let Some(rest) = rest
            && space != Space::Verify
        {
            rest.discard().await;
        }

        let route = response.extensions_mut().remove::<MatchedPath>();
        measure.finish(path, route.as_ref(), space == Space::Portal, response.status());
        let headers = response.headers_mut();
        self.edge.headers.apply(headers, space, origin.https);
        headers.insert(request_id::HEADER, request_id::header(id));
        response
    }

    /// The organization whose own host or base URL a request is for. What the base URL begins with is taken off, so that the same
    /// handlers serve it.
    fn organization(&self, host: &RequestHost, request: &mut Request) -> Option<Addressed> {
        let of_host = self.edge.hosts.organization(host).map(|(id, name)| Addressed {
            id,
            base: self.edge.api_url.at_host(&name),
        });
        let of_path = organization_in(request.uri());
        match (of_host, of_path) {
            (Some(of_host), Some((id, _))) if of_host.id != id => Some(of_host),
            (of_host, Some((id, uri))) => {
                *request.uri_mut() = uri;
                let base = of_host.map_or_else(|| self.edge.api_url.to_string(), |it| it.base);
                Some(Addressed {
                    id,
                    base: format!("{base}/orgs/{id}"),
                })
            }
            (of_host, None) => of_host,
        }
    }

    /// The path within the gateway, without a base path that a proxy has left.
    fn without_base_path(&self, uri: &Uri) -> Option<Uri> {
        let rest = self
            .edge
            .base_paths
            .iter()
            .find_map(|base| uri.path().strip_prefix(base.as_str()))?;
        if !rest.is_empty() && !rest.starts_with('/') {
            return None;
        }
        with_path(uri, if rest.is_empty() { "/" } else { rest })
    }
}

/// An organization's own address.
struct Addressed {
    id: OrganizationId,
    /// The address of its API as an SDK takes it, without `/api/v1`.
    base: String,
}

/// The organization of a path `/orgs/{id}/…`, and the address without it.
fn organization_in(uri: &Uri) -> Option<(OrganizationId, Uri)> {
    let rest = uri.path().strip_prefix("/orgs/")?;
    let (id, _) = rest.split_once('/')?;
    if !id.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some((OrganizationId(id.parse().ok()?), with_path(uri, &rest[id.len()..])?))
}

fn with_path(uri: &Uri, path: &str) -> Option<Uri> {
    match uri.query() {
        Some(query) => format!("{path}?{query}").parse().ok(),
        None => path.parse().ok(),
    }
}

fn is_health(path: &str) -> bool {
    matches!(path, "/healthz" | "/readyz")
}
