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

use super::code::ApiCode;
use crate::{
    access_tokens::{self, Refused},
    credentials::{password::RETRY_AFTER, try_again},
    http::problem::Problem,
    limits::Exceeded,
    store::{StoreError, store_code},
};

/// An error answer.
#[derive(Debug)]
pub struct ApiError {
    status: StatusCode,
    body: ApiErrorBody,
    retry_after: Option<u64>,
}

/// The body of an error.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ApiErrorBody {
    /// What happened, for programs; missing where the vendor's API has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    code: Option<&'static str>,
    /// What happened, for people.
    message: Cow<'static, str>,
    /// How long to wait, such as `1 seconds`.
    #[serde(rename = "Retry-After", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    retry_after: Option<String>,
}

impl ApiError {
    /// A failed sign-in. Only the audit log says whether user name, password or key was wrong.
    pub const SIGN_IN_FAILED: Self = Self::new(
        ApiCode::InvalidUsernameOrPassword,
        "The user name, the password or the API key is wrong.",
    );
    /// No session, or one that has ended.
    pub const SESSION_NOT_VALID: Self = Self::new(
        ApiCode::SessionNotValid,
        "No active session. Sign in with POST /api/v1/authenticatedSession.",
    );
    /// No valid Sandbox API token.
    pub const SANDBOX_TOKEN_NOT_VALID: Self = Self::new(
        ApiCode::SandboxTokenNotValid,
        "Send one valid Sandbox API token as api_token, to a path below /zscsb/.",
    );
    /// The service provider has disabled the key.
    pub const KEY_DISABLED: Self = Self::new(
        ApiCode::ApiKeyDisabled,
        "The service provider has disabled the API key of this organization.",
    );
    /// The admin's role does not grant API access.
    pub const API_ACCESS_DENIED: Self = Self::new(
        ApiCode::ApiAccessDenied,
        "This admin's role doesn't allow API sessions.",
    );
    /// Access tokens can't manage keys.
    pub const NO_KEYS_BY_TOKEN: Self = Self::new(
        ApiCode::PermissionDenied,
        "Access tokens can't manage API keys. Sign in with an admin's user name, password and API key.",
    );
    /// No key has the identifier.
    pub const NO_SUCH_KEY: Self = Self::new(ApiCode::ResourceNotFound, "No API key has this ID.");
    /// The timestamp shows too little of the key: see [`PLACES_SHOWN_MIN`](keyward_contract::PLACES_SHOWN_MIN).
    pub const TIMESTAMP_UNUSABLE: Self = Self::new(
        ApiCode::TimestampUnusable,
        "The last six digits of this timestamp show too little of the API key. Send the current time, obfuscate the key \
         with it, and try again.",
    );
    /// A fault of the gateway.
    pub const UNEXPECTED: Self = Self::new(ApiCode::Unexpected, "Something went wrong in the gateway.");
    /// Nothing is at this path.
    pub const NOT_FOUND: Self = Self::new(ApiCode::ResourceNotFound, "Nothing is at this path.");

    const fn new(code: ApiCode, message: &'static str) -> Self {
        Self {
            status: code.status(),
            body: ApiErrorBody {
                code: Some(code.as_str()),
                message: Cow::Borrowed(message),
                retry_after: None,
            },
            retry_after: None,
        }
    }

    /// A body that can't be read.
    pub fn invalid_input(message: impl Into<Cow<'static, str>>) -> Self {
        let mut error = Self::new(ApiCode::InvalidInputArgument, "");
        error.body.message = message.into();
        error
    }

    /// A body with a wrong type or charset.
    pub fn unsupported_media_type(message: impl Into<Cow<'static, str>>) -> Self {
        let mut error = Self::new(ApiCode::UnsupportedMediaType, "");
        error.body.message = message.into();
        error
    }

    /// A timestamp too far from the server's time, which the message says: it isn't a secret.
    pub fn timestamp_out_of_range(now_millis: i64, window: Duration) -> Self {
        let minutes = window.as_secs() / 60;
        let mut error = Self::new(ApiCode::TimestampOutOfRange, "");
        error.body.message = format!(
            "The timestamp must be in milliseconds since 1970 and within {minutes} minutes of the server's time, which \
             is {now_millis}. Check the client's clock."
        )
        .into();
        error
    }

    /// The same key is valid in several organizations of the admin. `named` says how to sign in to each of them, or to some of
    /// them if there are `more`.
    pub fn organization_ambiguous(named: &[String], more: bool) -> Self {
        let mut error = Self::new(ApiCode::OrganizationAmbiguous, "");
        let more = if more { "; and others" } else { "" };
        error.body.message = format!(
            "This key is valid in several of this admin's organizations. Use the base URL or the user name of the one you mean \
             ({}{more}), or send organizationId.",
            named.join("; ")
        )
        .into();
        error
    }

    /// Too many failed sign-ins. Without `Retry-After`, because clients would wait silently for minutes.
    pub fn account_locked(until: DateTime<Utc>) -> Self {
        Self::locked(format!("Too many failed sign-ins. {}", try_again(until)))
    }

    /// Too many wrong keys with the right password.
    pub fn key_locked(until: DateTime<Utc>) -> Self {
        Self::locked(format!("Too many sign-ins with a wrong API key. {}", try_again(until)))
    }

    fn locked(message: String) -> Self {
        let mut error = Self::new(ApiCode::AccountLocked, "");
        error.body.message = message.into();
        error
    }

    /// Too many passwords are waiting to be checked.
    pub fn busy() -> Self {
        let mut error = Self::from(ProblemCode::Busy);
        error.retry_after = Some(RETRY_AFTER);
        error
    }

    /// No subscription, in the vendor's words and without a code.
    pub fn subscription_required(subscription: Subscription) -> Self {
        let mut error = Self::no_subscription(subscription);
        error.body.code = None;
        error
    }

    /// The same with a code, for a request whose session or token is valid.
    pub fn no_subscription(subscription: Subscription) -> Self {
        match subscription {
            Subscription::Expired => Self::new(
                ApiCode::SubscriptionExpired,
                "API subscription is required, but it is currently expired.",
            ),
            Subscription::Active | Subscription::None => {
                Self::new(ApiCode::SubscriptionNone, "API subscription is required.")
            }
        }
    }

    /// A fault at `/verify`, where proxies understand 401 and 403 only.
    pub fn unverified(code: ProblemCode) -> Self {
        let mut error = Self::from(code);
        error.status = StatusCode::FORBIDDEN;
        error.body.message = "The gateway couldn't check the request.".into();
        error
    }
}

impl From<Exceeded> for ApiError {
    /// Too many requests. It comes without a code.
    fn from(Exceeded { limit, retry_after }: Exceeded) -> Self {
        Self {
            status: StatusCode::TOO_MANY_REQUESTS,
            body: ApiErrorBody {
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

impl From<Problem> for ApiError {
    fn from(problem: Problem) -> Self {
        let problem = problem.into_body();
        let mut error = match problem.code {
            // In the vendor's words.
            ProblemCode::SubscriptionExpired => return Self::subscription_required(Subscription::Expired),
            ProblemCode::SubscriptionNone => return Self::subscription_required(Subscription::None),
            ProblemCode::NoApiKey => return Self::NO_SUCH_KEY,
            // The admin was removed a moment ago.
            ProblemCode::OrganizationNotFound => return Self::SESSION_NOT_VALID,
            code => Self::from(code),
        };
        if let Some(detail) = problem.detail {
            error.body.message = detail.into();
        }
        error.retry_after = problem.retry_after;
        error
    }
}

impl From<ProblemCode> for ApiError {
    fn from(code: ProblemCode) -> Self {
        let api_code = match code {
            ProblemCode::PermissionDenied => ApiCode::PermissionDenied,
            ProblemCode::ApiKeyDisabled => ApiCode::ApiKeyDisabled,
            ProblemCode::NotSupported => ApiCode::NotSupported,
            ProblemCode::StaleVersion => ApiCode::StaleVersion,
            ProblemCode::InvalidIdempotencyKey | ProblemCode::IfMatchRequired => ApiCode::InvalidInputArgument,
            ProblemCode::IdempotencyKeyInUse => ApiCode::IdempotencyKeyInUse,
            ProblemCode::IdempotencyKeyReused => ApiCode::IdempotencyKeyReused,
            ProblemCode::BodyTooLarge => ApiCode::RequestTooLarge,
            ProblemCode::MalformedBody => ApiCode::InvalidInputArgument,
            ProblemCode::NotFound => return Self::NOT_FOUND,
            ProblemCode::MethodNotAllowed => ApiCode::MethodNotAllowed,
            ProblemCode::Busy | ProblemCode::Timeout | ProblemCode::StorageUnavailable => ApiCode::ServiceUnavailable,
            ProblemCode::StorageFull => ApiCode::StorageFull,
            ProblemCode::MisdirectedRequest => ApiCode::MisdirectedRequest,
            _ => ApiCode::Unexpected,
        };
        let mut error = Self::new(api_code, code.title());
        error.status = StatusCode::from_u16(code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        error
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

/// An error that didn't come from a handler, for API clients.
pub fn of_edge(problem: Problem) -> Response {
    ApiError::from(problem).into_response()
}

/// The answer to a rejected access token, with the challenge of RFC 6750.
pub fn unauthorized(refused: &Refused) -> Response {
    let code = match refused.code {
        ProblemCode::AccessTokenNotValid => ApiCode::AccessTokenNotValid,
        ProblemCode::InsufficientScope => ApiCode::InsufficientScope,
        ProblemCode::AccessTokensDisabled => ApiCode::AccessTokensDisabled,
        ProblemCode::SubscriptionNone => ApiCode::SubscriptionNone,
        _ => ApiCode::SubscriptionExpired,
    };
    let mut response = ApiError::new(code, refused.description).into_response();
    if let Some(challenge) = refused.challenge() {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    }
    response
}
