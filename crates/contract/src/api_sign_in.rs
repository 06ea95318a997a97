//! Sign-ins of API clients, for the page: those that failed, and trying one.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::AdminId;

/// How many lines a list of [`SignInFailures`] has at most.
pub const SIGN_IN_FAILURES_MAX: usize = 20;

/// How many days back [`SignInFailures`] go.
pub const SIGN_IN_FAILURES_DAYS: u16 = 7;

/// `GET /api/portal/orgs/{org}/api-key/failures`: the sign-ins with the key that failed recently.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SignInFailures {
    /// The failures, the last first. Equal ones are one line. At most [`SIGN_IN_FAILURES_MAX`].
    pub failures: Vec<SignInFailure>,
    /// Whether there were more than the list can have.
    pub more: bool,
    /// How far back the list goes.
    #[serde(deserialize_with = "crate::instant::read")]
    pub since: DateTime<Utc>,
}

/// Failed sign-ins of an admin from one address, for the same reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SignInFailure {
    /// The true reason, which the client wasn't told: a code of [`AuditReason`](crate::AuditReason), or one of a newer version.
    pub reason: String,
    /// The admin whose user name was sent; missing for an unknown one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub admin_id: Option<AdminId>,
    /// Their name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub admin_name: Option<String>,
    /// IP address of the client; missing if there were several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub client_address: Option<String>,
    /// User agent of the client, the last time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub user_agent: Option<String>,
    /// With `timestamp-out-of-range`: by how many milliseconds the timestamp was ahead of the gateway's clock, the last time;
    /// negative if it was behind. Missing if what was sent was no number. A timestamp in seconds is behind by more than 50
    /// years.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub clock_offset_ms: Option<i64>,
    /// How many there were.
    pub count: u64,
    /// When the first of them was.
    #[serde(deserialize_with = "crate::instant::read")]
    pub first_on: DateTime<Utc>,
    /// When the last of them was.
    #[serde(deserialize_with = "crate::instant::read")]
    pub last_on: DateTime<Utc>,
}

/// Body of `POST /api/portal/orgs/{org}/api-key/try`.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct TryApiKey {
    /// The password of the signed-in admin.
    pub password: String,
}

impl std::fmt::Debug for TryApiKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TryApiKey(hidden)")
    }
}

/// The answer to [`TryApiKey`]: what an API client would have sent, and got.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ApiTrial {
    /// Whether the sign-in opened a session.
    pub signed_in: bool,
    /// Sign-in, a read and sign-out; the sign-in alone if it failed.
    pub exchanges: Vec<ApiExchange>,
}

/// A request of [`ApiTrial`] and its answer, with `••••••••••••` in place of each secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ApiExchange {
    /// The method.
    pub method: String,
    /// The URL.
    pub url: String,
    /// The headers of the request.
    pub request_headers: Vec<HttpHeader>,
    /// Its body, as JSON; missing if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub request_body: Option<String>,
    /// The status of the answer.
    pub status: u16,
    /// Its headers.
    pub response_headers: Vec<HttpHeader>,
    /// Its body.
    pub response_body: String,
}

/// A header of an [`ApiExchange`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HttpHeader {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}
