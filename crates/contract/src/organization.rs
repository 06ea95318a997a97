//! Organizations, as the portal shows them.

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
    /// Its cloud, such as `cloud.example`.
    pub cloud: String,
    /// What the asking admin's role allows.
    pub permissions: Permissions,
    /// Its API subscription.
    pub subscription: Subscription,
    /// The addresses for its API clients.
    pub base_urls: BaseUrls,
    /// What the asking admin can currently do with the key, or why not.
    pub capabilities: Capabilities,
    /// What they can do about sign-ins with the key, or why not.
    pub api_sign_ins: ApiSignIns,
}

/// An organization that the asking admin has a role in: an item of `GET /api/portal/orgs/overview`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct OrganizationOverview {
    /// The organization's identifier.
    pub id: OrganizationId,
    /// Its name.
    pub name: String,
    /// Its cloud.
    pub cloud: String,
    /// Name of the asking admin's role in it.
    pub role: String,
    /// Its API subscription.
    pub subscription: Subscription,
    /// What the asking admin can currently do with the key, or why not.
    pub capabilities: Capabilities,
    /// What the role lets them see of the key; missing if that is nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub key: Option<KeyOverview>,
}

/// The key of an organization, in the overview.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct KeyOverview {
    /// Whether the key can be used; missing if there is no key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub status: Option<KeyStatus>,
    /// The last change, deletion included; missing if there has never been a key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub last_change: Option<LastChange>,
    /// Active API sessions.
    pub live_sessions: u32,
}

/// The API subscription of an organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Subscription {
    /// The API can be used.
    Active,
    /// The key exists but is rejected until renewal. The page can be read, but nothing can be changed.
    Expired,
    /// The organization has never had one.
    None,
}

/// The addresses for API clients.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct BaseUrls {
    /// The one of the cloud service API to use: for all organizations (`https://api.example/api/v1`), or for this one if the
    /// asking admin has others, which may have the same key.
    pub cloud_service_api: String,
}

/// For each operation on the key `null` if it is possible, else the reason why it isn't.
///
/// Reasons are about permissions, subscription, status and the key holder, not about whether a key exists.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Capabilities {
    /// Add a key if there is none.
    pub add: Option<Refusal>,
    /// Replace the key with one of the admin's choice.
    pub edit: Option<Refusal>,
    /// Replace the key with a random one.
    pub regenerate: Option<Refusal>,
    /// Delete the key.
    pub delete: Option<Refusal>,
    /// See the key in clear.
    pub reveal: Option<Refusal>,
}

/// For sign-ins of API clients, `null` for what is possible, else the reason why it isn't.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ApiSignIns {
    /// Try one: [`ApiTrial`](crate::ApiTrial).
    pub try_it: Option<Refusal>,
    /// See those that failed: [`SignInFailures`](crate::SignInFailures).
    pub failures: Option<Refusal>,
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
    /// The subscription has expired.
    SubscriptionExpired,
    /// No subscription.
    SubscriptionNone,
    /// It is the admin's own account: admins can't change their own access.
    OwnAccount,
    /// It is the last Super Admin who can sign in.
    LastSuperAdmin,
    /// It grants more than the admin's own role.
    ExceedsOwnPermissions,
    /// The role is built in.
    BuiltInRole,
    /// Admins have the role.
    RoleInUse,
    /// The organization has the most Sandbox API tokens it can have.
    SandboxTokenLimit,
    /// The organization has the most authorization servers it can have.
    OauthServerLimit,
    /// The service provider has disabled access tokens.
    AccessTokensDisabled,
    /// The organization has the most API roles it can have.
    ApiRoleLimit,
    /// The service that stores the key doesn't offer it.
    NotSupported,
}
