//! The cloud service API key as a resource of an organization.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{AdminId, KeyString, Restored};

/// The key of an organization: `GET /api/portal/orgs/{org}/api-key` without [`key`](Self::key), the answers to add,
/// edit, regenerate and reveal with it. Its ETag is the version in double quotes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ApiKey {
    /// Stays the same while the key is edited and regenerated; a key added later has a different one.
    pub id: i64,
    /// Whether the service provider has enabled the key.
    pub status: KeyStatus,
    /// The last admin to change the key.
    pub last_modified_by: ChangedBy,
    /// When the key was last changed.
    #[serde(deserialize_with = "crate::instant::read")]
    pub last_modified_on: DateTime<Utc>,
    /// Grows with each change, also across delete and add.
    pub version: i64,
    /// What a restore couldn't verify; missing if there is nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub restored: Option<Restored>,
    /// The secret. Only in answers that reveal it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub key: Option<KeyString>,
}

/// Whether the service provider has enabled the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum KeyStatus {
    /// The key opens API sessions.
    Enabled,
    /// The service provider has disabled the key (too many API calls, or a breach of terms).
    Disabled,
}

/// The admin who made a change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChangedBy {
    /// The admin, or 0 for the service provider.
    pub id: AdminId,
    /// Their name at the time of the change.
    pub name: String,
}

/// The last change to an organization's key, deletion included. It comes with `stale-version` and `no-api-key`, so that a page
/// can say who made the change that came first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct LastChange {
    /// The admin who made it.
    pub last_modified_by: ChangedBy,
    /// When.
    #[serde(deserialize_with = "crate::instant::read")]
    pub last_modified_on: DateTime<Utc>,
    /// The version it made.
    pub version: i64,
}

/// In how many of its twelve places a new key can have the same character as the current one. With more, a sign-in with the
/// current key would too often look like one with the new key (see [`KeyString::places_in_common`]).
pub const SIMILAR_PLACES_MAX: usize = 6;

/// Body of `PUT /api/portal/orgs/{org}/api-key`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct EditApiKey {
    /// The new key. It can have the same character as the current one in up to [`SIMILAR_PLACES_MAX`] places, but not in both
    /// the first and the third ([`KeyString::is_similar_to`]).
    pub key: KeyString,
}
