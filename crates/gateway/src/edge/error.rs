//! Errors of requests that reach no handler or whose handler fails, in the format of the path's API.

use axum::response::{IntoResponse as _, Response};
use keyward_contract::ProblemCode;

use crate::http::problem::Problem;

/// Which readers a path has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Space {
    /// Browsers: the portal's files, and every address within the portal.
    Portal,
    /// The portal's programs, and monitoring.
    Api,
    /// API clients made for the vendor's API.
    CloudApi,
    /// Proxies that authorize requests.
    Verify,
}

impl Space {
    pub(super) fn of(path: &str) -> Self {
        let within = |space: &str| {
            path.strip_prefix(space)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        // The vendor's SDKs leave the prefix out when they sign out.
        let signs_out = matches!(path, "/auth" | "/authenticatedSession");
        if within("/api/v1") || within("/ztw") || signs_out {
            Self::CloudApi
        } else if within("/verify") {
            Self::Verify
        } else if within("/api") || matches!(path, "/healthz" | "/readyz" | "/metrics") {
            Self::Api
        } else {
            Self::Portal
        }
    }
}

/// Writes an error in the format of its API, for the cloud service API and `/verify`.
#[derive(Clone, Copy)]
pub struct ApiErrors {
    /// For API clients made for the vendor's API.
    pub cloud_api: fn(Problem) -> Response,
    /// For proxies that authorize requests.
    pub verify: fn(Problem) -> Response,
}

/// Answers that no handler gives.
pub(super) struct Errors(pub(super) ApiErrors);

impl Errors {
    pub(super) fn answer(&self, space: Space, problem: impl Into<Problem>) -> Response {
        match space {
            Space::CloudApi => (self.0.cloud_api)(problem.into()),
            Space::Verify => (self.0.verify)(problem.into()),
            Space::Api | Space::Portal => problem.into().into_response(),
        }
    }

    pub(super) fn at(&self, path: &str, code: ProblemCode) -> Response {
        self.answer(Space::of(path), code)
    }
}
