//! Error answers of the portal API. The cause of an internal one is logged here, once, and never sent.

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use keyward_contract::{FieldError, LastChange, Problem as Body, ProblemCode, Refusal};

use super::request_id;

/// An error answer (RFC 9457).
#[derive(Debug)]
pub struct Problem(Box<Body>);

impl Problem {
    /// A problem with only its code, status and title.
    pub fn new(code: ProblemCode) -> Self {
        Self(Box::new(Body::new(code)))
    }

    /// What happened this time and what to do about it.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.0.detail = Some(detail.into());
        self
    }

    /// What is wrong with a field of the body or the query.
    #[must_use]
    pub fn field(mut self, name: &str, error: impl Into<FieldError>) -> Self {
        let error = error.into();
        self.0.fields.insert(name.to_owned(), error.to_string());
        self.0.field_errors.insert(name.to_owned(), error);
        self
    }

    /// A different status than that of the code, for clients that only know a few.
    #[must_use]
    pub fn status(mut self, status: StatusCode) -> Self {
        self.0.status = status.as_u16();
        self
    }

    /// In how many seconds to try again.
    #[must_use]
    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.0.retry_after = Some(seconds);
        self
    }

    /// The code.
    pub fn code(&self) -> ProblemCode {
        self.0.code
    }

    /// Whether it is a fault of the gateway and not a refusal.
    pub fn is_fault(&self) -> bool {
        self.0.status >= 500
    }

    /// What is sent.
    pub fn into_body(self) -> Body {
        *self.0
    }

    /// The change that came first.
    #[must_use]
    pub fn last_change(mut self, change: Option<LastChange>) -> Self {
        self.0.last_change = change;
        self
    }
}

impl IntoResponse for Problem {
    fn into_response(mut self) -> Response {
        self.0.request_id = request_id::current();
        let status = StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let retry_after = self.0.retry_after;
        let mut response = (status, Json(self.0)).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        if let Some(seconds) = retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

impl From<Body> for Problem {
    fn from(body: Body) -> Self {
        Self(Box::new(body))
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let (code, detail) = match refusal {
            Refusal::PermissionDenied => (ProblemCode::PermissionDenied, "Your role doesn't allow this."),
            Refusal::NotSupported => (
                ProblemCode::NotSupported,
                "The service that stores this key doesn't offer it.",
            ),
            Refusal::ApiKeyDisabled => (
                ProblemCode::ApiKeyDisabled,
                "The key can't be used or changed until the service provider enables it again.",
            ),
            Refusal::SubscriptionExpired => (
                ProblemCode::SubscriptionExpired,
                "The key can't be used or changed until the subscription is renewed.",
            ),
            Refusal::SubscriptionNone => (
                ProblemCode::SubscriptionNone,
                "Your first key appears automatically once there is a subscription.",
            ),
            Refusal::OwnAccount => (
                ProblemCode::OwnAccount,
                "Ask a different admin. You can manage your own sessions on the Account page.",
            ),
            Refusal::LastSuperAdmin => (
                ProblemCode::LastSuperAdmin,
                "No one else can sign in as Super Admin here. Give someone else this role first.",
            ),
            Refusal::ExceedsOwnPermissions => (
                ProblemCode::ExceedsOwnPermissions,
                "You can't grant permissions you don't have, or change an admin who has more than you.",
            ),
            Refusal::BuiltInRole => (ProblemCode::BuiltInRole, "Add a role of your own instead."),
            Refusal::OauthServerLimit => (ProblemCode::OauthServerLimit, "Delete one first."),
            Refusal::AccessTokensDisabled => (
                ProblemCode::AccessTokensDisabled,
                "Access tokens are rejected and nothing here can be changed until the service provider enables them again.",
            ),
            Refusal::ApiRoleLimit => (ProblemCode::ApiRoleLimit, "Delete one first."),
            Refusal::SandboxTokenLimit => (ProblemCode::SandboxTokenLimit, "Delete one first."),
            Refusal::RoleInUse => (
                ProblemCode::RoleInUse,
                "Give the admins who have it a different role first.",
            ),
        };
        Self::new(code).detail(detail)
    }
}

impl From<ProblemCode> for Problem {
    fn from(code: ProblemCode) -> Self {
        Self::new(code)
    }
}
