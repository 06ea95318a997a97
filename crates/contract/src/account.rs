//! The admin's own account.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::SessionId;

/// Body of `PUT /api/portal/account/password`. Ends all other sessions of the admin.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ChangePassword {
    /// The current password.
    pub current_password: String,
    /// The new one; see [`check_password`](crate::check_password). The gateway also rejects common ones.
    pub new_password: String,
}

/// Body of `POST /api/portal/session/password`: re-authentication.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct FreshPassword {
    /// The current password.
    pub password: String,
}

/// An active session of the admin: an item of `GET /api/portal/account/sessions`, last used first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct AccountSession {
    /// Identifies the session; it isn't a credential.
    pub id: SessionId,
    /// The kind of session.
    pub kind: SessionKind,
    /// Name of the organization of an API session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub organization: Option<String>,
    /// When it was opened.
    #[serde(deserialize_with = "crate::instant::read")]
    pub created_on: DateTime<Utc>,
    /// When it was last used.
    #[serde(deserialize_with = "crate::instant::read")]
    pub last_used_on: DateTime<Utc>,
    /// IP address it was opened from.
    pub client_address: String,
    /// User agent of the client.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub user_agent: Option<String>,
    /// Whether it is the session of this request.
    pub current: bool,
}

/// Which kind of session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum SessionKind {
    /// Of the portal.
    Portal,
    /// Of the cloud service API.
    Api,
}
