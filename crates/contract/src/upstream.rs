//! The key of an organization that lives at an upstream, as it was last read there.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{ApiKey, code::codes};

/// The answer of `GET /api/portal/orgs/{org}/api-key`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ReadApiKey {
    /// The key, without its secret.
    #[serde(flatten)]
    pub key: ApiKey,
    /// For a key that lives at an upstream: how current this is. Missing for other keys.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub upstream: Option<UpstreamState>,
}

/// How current the last known state of a key at an upstream is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct UpstreamState {
    /// When the key was last read at the upstream.
    #[serde(deserialize_with = "crate::instant::read")]
    pub fetched_on: DateTime<Utc>,
    /// Why it couldn't be read again; missing if it could.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub failure: Option<UpstreamFailure>,
    /// Since when a regenerated key is waiting for confirmation, because the upstream's answer got lost; missing if none is.
    /// Until then, this is the state before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub pending_since: Option<DateTime<Utc>>,
}

/// Why an upstream can't be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct UpstreamFailure {
    /// The kind, for programs.
    pub code: UpstreamFailureCode,
    /// The reason and what to do, as an English sentence.
    pub text: String,
    /// In how many seconds Keyward asks again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub retry_after: Option<u64>,
}

codes! {
    /// Why an upstream can't be used.
    UpstreamFailureCode {
        Address = "address" "Its URL can't be used, or its address isn't allowed (SSRF protection).";
        Unreachable = "unreachable" "It can't be reached, or closes the connection.";
        Certificate = "certificate" "Its certificate isn't valid, or it doesn't speak TLS 1.2 or 1.3.";
        Timeout = "timeout" "It takes too long.";
        Credentials = "credentials" "It rejects Keyward's credentials.";
        RateLimited = "rate-limited" "Its rate limit is exceeded.";
        EditLock = "edit-lock" "Someone else is editing there.";
        Rejected = "rejected" "It rejects the request.";
        Fault = "fault" "It has a fault of its own.";
        Unreadable = "unreadable" "Its answer can't be read, such as a web page.";
    }
}
