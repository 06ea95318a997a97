//! An organization, as the portal shows it.

use serde::{Deserialize, Serialize};

use crate::{KeyStatus, LastChange, OrganizationId, Permissions};

/// `GET /api/portal/orgs/{org}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Organization {
    /// The organization's identifier.
    pub id: OrganizationId,
    /// Its name.
    pub name: String,
    /// The cloud it lives in, such as `cloud.example`.
    pub cloud: String,
    /// What the asking admin's role allows.
    pub permissions: Permissions,
    /// Its API subscription.
    pub subscription: Subscription,
    /// Where its API clients connect to.
    pub base_urls: BaseUrls,
    /// What the asking admin can do with the key at present, and why not where not.
    pub capabilities: Capabilities,
}

/// An organization beside the others that the asking admin has a role in: an item of `GET /api/portal/orgs/overview`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct OrganizationOverview {
    /// The organization's identifier.
    pub id: OrganizationId,
    /// Its name.
    pub name: String,
    /// The cloud it lives in.
    pub cloud: String,
    /// Name of the asking admin's role in it.
    pub role: String,
    /// Its API subscription.
    pub subscription: Subscription,
    /// What the asking admin can do with the key at present, and why not where not.
    pub capabilities: Capabilities,
    /// What the role lets them see of the key; missing where that is nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub key: Option<KeyOverview>,
}

/// The key of an organization beside those of others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct KeyOverview {
    /// Whether there is one, and whether it may be used; missing where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub status: Option<KeyStatus>,
    /// The last change, deletion included; missing where there has never been a key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub last_change: Option<LastChange>,
    /// API sessions that live now.
    pub live_sessions: u32,
}

/// The API subscription of an organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Subscription {
    /// The API can be used.
    Active,
    /// The key exists but is refused until renewal; the page can be read, nothing can be changed.
    Expired,
    /// There has never been one.
    None,
}

/// Where API clients connect to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct BaseUrls {
    /// Of the cloud service API, such as `https://api.example/api/v1`.
    pub cloud_service_api: String,
}

/// For each operation on the key `null` where it is possible, else the reason why it isn't.
///
/// It speaks of permission, subscription, status and authority, not of whether a key exists: that is for the key
/// itself to say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Capabilities {
    /// Add a key where there is none.
    pub add: Option<Refusal>,
    /// Replace the key by one of the admin's choice.
    pub edit: Option<Refusal>,
    /// Replace the key by a random one.
    pub regenerate: Option<Refusal>,
    /// Delete the key.
    pub delete: Option<Refusal>,
    /// See the key in clear.
    pub reveal: Option<Refusal>,
}

/// Why an operation is not possible.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Refusal {
    /// The admin's role does not grant it.
    PermissionDenied,
    /// The service provider has disabled the key.
    ApiKeyDisabled,
    /// The subscription is over.
    SubscriptionExpired,
    /// There is no subscription.
    SubscriptionNone,
    /// It is the admin's own account: nobody changes their own role.
    OwnAccount,
    /// It is the last Super Admin who can sign in.
    LastSuperAdmin,
    /// It allows more than the admin's own role does.
    ExceedsOwnPermissions,
    /// The role is built in.
    BuiltInRole,
    /// Admins have the role.
    RoleInUse,
    /// The organization has as many Sandbox API tokens as it can have.
    SandboxTokenLimit,
    /// The organization has as many authorization servers as it can have.
    OauthServerLimit,
    /// The service provider has disabled access tokens.
    AccessTokensDisabled,
    /// The organization has as many API roles as it can have.
    ApiRoleLimit,
    /// The holder of the key doesn't offer it.
    NotSupported,
}
