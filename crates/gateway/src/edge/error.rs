//! Answers to requests that reach no handler or whose handler fails, in the shape that the path's readers know.

use axum::response::{IntoResponse as _, Response};
use keyward_contract::ProblemCode;

use crate::{cloud_api, problem::Problem, verify};

/// Which readers a path has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Space {
    /// Browsers: the portal's files, and every address within the portal.
    Portal,
    /// The portal's programs, and whoever watches over the gateway.
    Api,
    /// API clients made for the vendor's API.
    CloudApi,
    /// Proxies that ask whether a request may pass.
    Verify,
}

impl Space {
    pub(super) fn of(path: &str) -> Self {
        let within = |space: &str| {
            path.strip_prefix(space)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        if within("/api/v1") || within("/ztw") {
            Self::CloudApi
        } else if within("/verify") {
            Self::Verify
        } else if within("/api") || matches!(path, "/healthz" | "/readyz" | "/metrics") {
            Self::Api
        } else {
            Self::Portal
        }
    }

    /// An answer with more to say than its code.
    pub(super) fn refuse(self, problem: Problem) -> Response {
        match self {
            Self::CloudApi => cloud_api::error::edge_problem(problem),
            Self::Api | Self::Portal | Self::Verify => problem.into_response(),
        }
    }

    pub(super) fn error(self, code: ProblemCode) -> Response {
        match self {
            Self::CloudApi => cloud_api::error::edge_error(code),
            Self::Verify => verify::fault(code),
            Self::Api | Self::Portal => Problem::new(code).into_response(),
        }
    }
}
