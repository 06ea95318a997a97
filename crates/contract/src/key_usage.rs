//! Who uses the key: what an admin wants to know before replacing it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::AdminId;

/// `GET /api/portal/orgs/{org}/key-usage`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct KeyUsage {
    /// The clients of the last 30 days, last seen first. At most [`KEY_USAGE_CLIENTS_MAX`].
    pub clients: Vec<KeyClient>,
    /// Whether there were more clients than the list has room for.
    pub more_clients: bool,
    /// API sessions that live now.
    pub live_sessions: u32,
    /// Sessions opened in each of the last 24 hours, oldest first; the last is the hour that is running.
    pub sessions_per_hour: Vec<u32>,
    /// Start of the first of them.
    #[serde(deserialize_with = "crate::instant::read")]
    pub hours_since: DateTime<Utc>,
    /// Whoever still signs in with the key before the present one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub former_key: Option<FormerKey>,
    /// Somebody is guessing the key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub guessing: Option<KeyGuessing>,
    /// The age from which on a key should be replaced, in days.
    pub age_hint_days: u32,
}

/// How many clients a list of [`KeyUsage`] has at most.
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
    /// Address of the client.
    pub client_address: String,
    /// What the client calls itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub user_agent: Option<String>,
    /// Sessions opened within the last 24 hours.
    pub sessions_last_day: u32,
    /// Sessions opened within the last 30 days.
    pub sessions_last_month: u32,
    /// Sessions that live now.
    pub live_sessions: u32,
    /// When it was last seen.
    #[serde(deserialize_with = "crate::instant::read")]
    pub last_seen_on: DateTime<Utc>,
}

/// Many wrong keys came beside right passwords: somebody is guessing the key. It is told until the key changes, or a day
/// has passed without another one.
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

/// The key before the present one, and who still tries it. The key itself is not here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct FormerKey {
    /// When it was replaced or deleted.
    #[serde(deserialize_with = "crate::instant::read")]
    pub replaced_on: DateTime<Utc>,
    /// Until when attempts with it are recognised.
    #[serde(deserialize_with = "crate::instant::read")]
    pub watched_until: DateTime<Utc>,
    /// The clients that tried it since, the last one first.
    pub clients: Vec<FormerKeyClient>,
}

/// A client that signs in with the former key, and is refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct FormerKeyClient {
    /// The admin whose user name and password came with it.
    pub admin_id: AdminId,
    /// Their name.
    pub admin_name: String,
    /// Address of the client.
    pub client_address: String,
    /// What the client calls itself.
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
