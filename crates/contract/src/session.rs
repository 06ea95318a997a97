//! Portal sessions: the signed-in admin, and their organizations.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{AdminId, OrganizationId, Permissions, SsoProvider};

/// Body of `POST /api/portal/session`.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    /// The admin's login. Case does not matter.
    pub username: String,
    /// The admin's password.
    pub password: String,
}

/// A portal session: the answer to signing in, and `GET /api/portal/session`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Session {
    /// The signed-in admin.
    pub admin: Admin,
    /// The organizations the admin has a role in, by name.
    pub organizations: Vec<OrganizationAccess>,
    /// When the session ends without further requests.
    #[serde(deserialize_with = "crate::instant::read")]
    pub expires_at: DateTime<Utc>,
    /// Seconds until then, for browsers with a different clock.
    pub expires_in: u32,
    /// The identity provider that the admin signed in at; missing for a password sign-in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub provider: Option<SsoProvider>,
    /// Whether the admin has a password here. Admins who sign in at an identity provider may not have one.
    pub has_password: bool,
    /// Whether the gateway's clock has jumped and isn't trusted yet. Only for Super Admins.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub clock_doubted: bool,
}

/// An admin.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Admin {
    /// The admin's identifier.
    pub id: AdminId,
    /// The admin's login name.
    pub name: String,
}

/// An organization the admin has a role in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OrganizationAccess {
    /// The organization's identifier.
    pub id: OrganizationId,
    /// The organization's name.
    pub name: String,
    /// Name of the admin's role in it.
    pub role: String,
    /// What the role allows.
    pub permissions: Permissions,
}
