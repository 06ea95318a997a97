//! How a request can fail.

use std::sync::Arc;

use keyward_contract::{LastChange, Problem, ProblemCode};

/// Why there is no result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ApiError {
    /// No answer came. Whether the request arrived is not known.
    Unreachable,
    /// The gateway says what is wrong. Shared, since the code that copies one is large.
    Problem(Arc<Problem>),
    /// Something answered, but not as the gateway does: a proxy, perhaps.
    Unexpected(u16),
    /// A web page or a redirect came in place of an answer: a sign-in of the network, or of a proxy whose own session is over.
    /// Asking again brings the same.
    Intercepted,
    /// The browser did not keep the cookie of a sign-in that went well.
    CookieRefused,
}

impl ApiError {
    pub(crate) fn code(&self) -> Option<ProblemCode> {
        match self {
            Self::Problem(problem) => Some(problem.code),
            _ => None,
        }
    }

    pub(crate) fn is(&self, code: ProblemCode) -> bool {
        self.code() == Some(code)
    }

    pub(crate) fn problem(&self) -> Option<&Problem> {
        match self {
            Self::Problem(problem) => Some(problem),
            _ => None,
        }
    }

    /// Whether someone else was faster: what was to be changed is different by now, or gone.
    pub(crate) fn is_overtaken(&self) -> bool {
        matches!(self.code(), Some(ProblemCode::StaleVersion | ProblemCode::NoApiKey))
    }

    pub(crate) fn last_change(&self) -> Option<LastChange> {
        self.problem().and_then(|problem| problem.last_change.clone())
    }

    /// The same of a repetition: only the gateway itself tells what became of what was sent before.
    pub(crate) fn leaves_doubt_after(&self, in_doubt: bool) -> bool {
        self.leaves_doubt() || (in_doubt && !matches!(self, Self::Problem(_)))
    }

    /// Whether a change may or may not have been made, so that only its repetition tells.
    pub(crate) fn leaves_doubt(&self) -> bool {
        match self {
            Self::Unreachable => true,
            Self::Unexpected(status) => matches!(status, 502..=504) || (200..300).contains(status),
            Self::Intercepted | Self::CookieRefused => false,
            Self::Problem(problem) => {
                matches!(
                    problem.code,
                    ProblemCode::Timeout | ProblemCode::IdempotencyKeyInUse | ProblemCode::UpstreamPending
                )
            }
        }
    }
}
