//! Errors of the cloud service API, in the vendor's shape: `{"code","message"}`.

use std::{borrow::Cow, time::Duration};

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use keyward_contract::{ProblemCode, Subscription};
use serde::Serialize;

use crate::{
    access_tokens::{self, Refused},
    credentials::{password::RETRY_AFTER, try_again},
    http::problem::Problem,
    limits::Exceeded,
    store::{StoreError, store_code},
};

/// An answer that says what went wrong.
#[derive(Debug)]
pub struct ApiError {
    status: StatusCode,
    body: Body,
    retry_after: Option<u64>,
}

/// What an error says.
#[derive(Debug, Serialize)]
struct Body {
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    message: Cow<'static, str>,
    #[serde(rename = "Retry-After", skip_serializing_if = "Option::is_none")]
    retry_after: Option<String>,
}

impl ApiError {
    /// A failed sign-in. Whether user name, password or key was wrong is for the audit log alone.
    pub const SIGN_IN_FAILED: Self = Self::new(
        StatusCode::BAD_REQUEST,
        "INVALID_USERNAME_OR_PASSWORD",
        "The user name, the password or the API key is wrong.",
    );
    /// No session, or one that has ended.
    pub const SESSION_NOT_VALID: Self = Self::new(
        StatusCode::UNAUTHORIZED,
        "SESSION_NOT_VALID",
        "The session has ended, or there is none. Sign in with POST /api/v1/authenticatedSession.",
    );
    /// The service provider has disabled the key.
    pub const KEY_DISABLED: Self = Self::new(
        StatusCode::FORBIDDEN,
        "API_KEY_DISABLED",
        "The service provider has disabled the API key of this organization.",
    );
    /// The admin's role does not grant API access.
    pub const API_ACCESS_DENIED: Self = Self::new(
        StatusCode::FORBIDDEN,
        "API_ACCESS_DENIED",
        "The role of this admin does not allow API sessions.",
    );
    /// The same key is valid in several organizations of the admin.
    pub const ORGANIZATION_AMBIGUOUS: Self = Self::new(
        StatusCode::CONFLICT,
        "ORGANIZATION_AMBIGUOUS",
        "This key is valid in several organizations of this admin. Say which one is meant with organizationId.",
    );
    /// The timestamp shows too little of the key: see [`PLACES_SHOWN_MIN`](keyward_contract::PLACES_SHOWN_MIN).
    pub const TIMESTAMP_UNUSABLE: Self = Self::new(
        StatusCode::BAD_REQUEST,
        "TIMESTAMP_UNUSABLE",
        "The last six digits of this timestamp show too little of the API key. Send the current time, obfuscate the key \
         with it, and try again.",
    );
    /// A fault of the gateway.
    pub const UNEXPECTED: Self = Self::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        "UNEXPECTED_ERROR",
        "Something went wrong in the gateway.",
    );
    /// Nothing is at this path.
    pub const NOT_FOUND: Self = Self::new(
        StatusCode::NOT_FOUND,
        "RESOURCE_NOT_FOUND",
        "This API has nothing at this path.",
    );

    const fn new(status: StatusCode, code: &'static str, message: &'static str) -> Self {
        Self {
            status,
            body: Body {
                code: Some(code),
                message: Cow::Borrowed(message),
                retry_after: None,
            },
            retry_after: None,
        }
    }

    /// A body that can't be understood.
    pub fn invalid_input(message: impl Into<Cow<'static, str>>) -> Self {
        let mut error = Self::new(StatusCode::BAD_REQUEST, "INVALID_INPUT_ARGUMENT", "");
        error.body.message = message.into();
        error
    }

    /// A body of another type or charset.
    pub fn unsupported_media_type(message: impl Into<Cow<'static, str>>) -> Self {
        let mut error = Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "UNSUPPORTED_MEDIA_TYPE", "");
        error.body.message = message.into();
        error
    }

    /// A timestamp too far from the server's time, which the message tells: it is no secret.
    pub fn timestamp_out_of_range(now_millis: i64, window: Duration) -> Self {
        let minutes = window.as_secs() / 60;
        let mut error = Self::new(StatusCode::BAD_REQUEST, "TIMESTAMP_OUT_OF_RANGE", "");
        error.body.message = format!(
            "The timestamp must be in milliseconds since 1970 and within {minutes} minutes of the server's time, which \
             is {now_millis}. Check the client's clock."
        )
        .into();
        error
    }

    /// Too many failed sign-ins. Without `Retry-After`: clients that wait for minutes in silence help nobody.
    pub fn account_locked(until: DateTime<Utc>) -> Self {
        Self::locked(format!("Too many sign-ins have failed. {}", try_again(until)))
    }

    /// Too many wrong keys beside the right password.
    pub fn key_locked(until: DateTime<Utc>) -> Self {
        Self::locked(format!(
            "Too many sign-ins of this admin came with a wrong API key. {}",
            try_again(until)
        ))
    }

    fn locked(message: String) -> Self {
        let mut error = Self::new(StatusCode::FORBIDDEN, "ACCOUNT_LOCKED", "");
        error.body.message = message.into();
        error
    }

    /// Too many passwords wait to be checked.
    pub fn busy() -> Self {
        let mut error = Self::from(ProblemCode::Busy);
        error.retry_after = Some(RETRY_AFTER);
        error
    }

    /// No subscription, in the vendor's words, which come without a code.
    pub fn subscription_required(subscription: Subscription) -> Self {
        let mut error = Self::new(
            StatusCode::FORBIDDEN,
            "",
            match subscription {
                Subscription::Expired => "API subscription is required, but it is currently expired.",
                Subscription::Active | Subscription::None => "API subscription is required.",
            },
        );
        error.body.code = None;
        error
    }
}

impl From<Exceeded> for ApiError {
    /// Too many requests. It comes without a code.
    fn from(Exceeded { limit, retry_after }: Exceeded) -> Self {
        Self {
            status: StatusCode::TOO_MANY_REQUESTS,
            body: Body {
                code: None,
                message: format!("Rate Limit ({limit}) exceeded").into(),
                retry_after: Some(format!("{retry_after} seconds")),
            },
            retry_after: Some(retry_after),
        }
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        store_code(&error).into()
    }
}

impl From<ProblemCode> for ApiError {
    fn from(code: ProblemCode) -> Self {
        let status = StatusCode::from_u16(code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let api_code = match code {
            ProblemCode::BodyTooLarge => "REQUEST_TOO_LARGE",
            ProblemCode::MalformedBody => "INVALID_INPUT_ARGUMENT",
            ProblemCode::NotFound => return Self::NOT_FOUND,
            ProblemCode::MethodNotAllowed => "METHOD_NOT_ALLOWED",
            ProblemCode::Busy | ProblemCode::Timeout | ProblemCode::StorageUnavailable => "SERVICE_UNAVAILABLE",
            ProblemCode::StorageFull => "STORAGE_FULL",
            ProblemCode::MisdirectedRequest => "MISDIRECTED_REQUEST",
            _ => "UNEXPECTED_ERROR",
        };
        Self::new(status, api_code, code.title())
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(self.body)).into_response();
        if self.status == StatusCode::UNAUTHORIZED {
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, access_tokens::CHALLENGE);
        }
        if let Some(seconds) = self.retry_after {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// A problem that no handler has answered, for API clients.
pub fn of_edge(problem: Problem) -> Response {
    let mut error = ApiError::from(problem.code());
    if let Some(detail) = problem.into_body().detail {
        error.body.message = detail.into();
    }
    error.into_response()
}

/// The answer to an access token that is refused, with the challenge of RFC 6750.
pub(super) fn unauthorized(refused: &Refused) -> Response {
    let (status, code) = match refused.code {
        ProblemCode::AccessTokenNotValid => (StatusCode::UNAUTHORIZED, "ACCESS_TOKEN_NOT_VALID"),
        ProblemCode::InsufficientScope => (StatusCode::FORBIDDEN, "INSUFFICIENT_SCOPE"),
        ProblemCode::AccessTokensDisabled => (StatusCode::FORBIDDEN, "ACCESS_TOKENS_DISABLED"),
        ProblemCode::SubscriptionNone => (StatusCode::FORBIDDEN, "SUBSCRIPTION_NONE"),
        _ => (StatusCode::FORBIDDEN, "SUBSCRIPTION_EXPIRED"),
    };
    let mut response = ApiError::new(status, code, refused.description).into_response();
    if let Some(challenge) = refused.challenge() {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    }
    response
}
