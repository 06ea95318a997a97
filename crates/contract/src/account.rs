//! The admin's own account.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::SessionId;

/// Body of `PUT /api/portal/account/password`. Ends all other sessions of the admin.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ChangePassword {
    /// The present password.
    pub current_password: String,
    /// The new one; see [`check_password`](crate::check_password). The gateway refuses common ones, too.
    pub new_password: String,
}

/// Body of `POST /api/portal/session/password`: who is signed in gives the password afresh.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct FreshPassword {
    /// The present password.
    pub password: String,
}

/// A live session of the admin: an item of `GET /api/portal/account/sessions`, last used first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct AccountSession {
    /// Names the session; opens nothing.
    pub id: SessionId,
    /// Of the portal, or of the API.
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
    /// Address it was opened from.
    pub client_address: String,
    /// What the client calls itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub user_agent: Option<String>,
    /// Whether it is the one that asks.
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
