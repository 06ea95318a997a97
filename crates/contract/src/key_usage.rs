//! Key usage: what an admin wants to know before replacing the key.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::AdminId;

/// `GET /api/portal/orgs/{org}/key-usage`. Empty for a key at an upstream: its clients sign in there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct KeyUsage {
    /// The clients of the last 30 days, last seen first. At most [`KEY_USAGE_CLIENTS_MAX`].
    pub clients: Vec<KeyClient>,
    /// Whether there were more clients than the list can have.
    pub more_clients: bool,
    /// Active API sessions.
    pub live_sessions: u32,
    /// Sessions opened in each of the last 24 hours, oldest first; the last is the current hour.
    pub sessions_per_hour: Vec<u32>,
    /// Start of the first hour.
    #[serde(deserialize_with = "crate::instant::read")]
    pub hours_since: DateTime<Utc>,
    /// The clients that still use the previous key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub former_key: Option<FormerKey>,
    /// Someone is guessing the key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub guessing: Option<KeyGuessing>,
    /// The last sign-in that failed within [`SIGN_IN_FAILURES_DAYS`](crate::SIGN_IN_FAILURES_DAYS); missing without one, or if
    /// the role doesn't grant [`SignInFailures`](crate::SignInFailures).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub last_failure: Option<LastFailure>,
    /// The age from which a key should be replaced, in days.
    pub age_hint_days: u32,
}

/// The most clients that a list of [`KeyUsage`] can have.
pub const KEY_USAGE_CLIENTS_MAX: usize = 200;

/// A client: an admin at an address with a user agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct KeyClient {
    /// The admin who signed in.
    pub admin_id: AdminId,
    /// Their name.
    pub admin_name: String,
    /// IP address of the client.
    pub client_address: String,
    /// User agent of the client.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub user_agent: Option<String>,
    /// Sessions opened within the last 24 hours.
    pub sessions_last_day: u32,
    /// Sessions opened within the last 30 days.
    pub sessions_last_month: u32,
    /// Active sessions.
    pub live_sessions: u32,
    /// When it was last seen.
    #[serde(deserialize_with = "crate::instant::read")]
    pub last_seen_on: DateTime<Utc>,
}

/// Many wrong keys came with correct passwords: someone is guessing the key. Reported until the key changes, or a day has
/// passed without a further wrong key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct KeyGuessing {
    /// When it began.
    #[serde(deserialize_with = "crate::instant::read")]
    pub since: DateTime<Utc>,
    /// The last wrong key.
    #[serde(deserialize_with = "crate::instant::read")]
    pub last_on: DateTime<Utc>,
}

/// The previous key, and the clients that still use it. The key itself isn't included.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct FormerKey {
    /// When it was replaced or deleted.
    #[serde(deserialize_with = "crate::instant::read")]
    pub replaced_on: DateTime<Utc>,
    /// Until when attempts with it are tracked.
    #[serde(deserialize_with = "crate::instant::read")]
    pub watched_until: DateTime<Utc>,
    /// The clients that tried it since, the latest first.
    pub clients: Vec<FormerKeyClient>,
}

/// A client that tries to sign in with the previous key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct FormerKeyClient {
    /// The admin whose user name and password were used.
    pub admin_id: AdminId,
    /// Their name.
    pub admin_name: String,
    /// IP address of the client.
    pub client_address: String,
    /// User agent of the client.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub user_agent: Option<String>,
    /// How often it was tried.
    pub attempts: u32,
    /// When first.
    #[serde(deserialize_with = "crate::instant::read")]
    pub first_seen_on: DateTime<Utc>,
    /// When last.
    #[serde(deserialize_with = "crate::instant::read")]
    pub last_seen_on: DateTime<Utc>,
}

/// The last failed sign-in with the key. [`SignInFailures`](crate::SignInFailures) has the others, and more about each.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct LastFailure {
    /// The true reason, as in [`SignInFailure`](crate::SignInFailure).
    pub reason: String,
    /// When it was.
    #[serde(deserialize_with = "crate::instant::read")]
    pub on: DateTime<Utc>,
}
