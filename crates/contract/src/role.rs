//! Roles: what an admin may do in an organization.

use serde::{Deserialize, Serialize};

use crate::{Refusal, RoleId};

/// The permission *API Key Management*.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Permission {
    /// Hides the page from this admin.
    None,
    /// Sees the key's details, but not the key.
    View,
    /// Can change the key, and sees a key they add or regenerate once, even without `reveal`.
    Full,
}

/// What a role allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Permissions {
    /// The page *Cloud Service API Security*, all its tabs.
    pub api_key_management: Permission,
    /// See secrets in clear. Only has an effect if `apiKeyManagement` isn't `none`.
    pub reveal: bool,
    /// Read the audit log.
    pub audit_log: bool,
    /// Invite admins, change their roles, and make roles.
    pub admin_management: bool,
    /// Open API sessions with the key.
    pub api_access: bool,
}

impl Permissions {
    /// Nothing.
    pub const NONE: Self = Self {
        api_key_management: Permission::None,
        reveal: false,
        audit_log: false,
        admin_management: false,
        api_access: false,
    };

    /// Whether everything that `other` allows is allowed here as well. Admins can't grant permissions they don't have, or
    /// change admins who have more.
    pub fn covers(&self, other: &Self) -> bool {
        self.api_key_management >= other.api_key_management
            && self.reveal >= other.reveal
            && self.audit_log >= other.audit_log
            && self.admin_management >= other.admin_management
            && self.api_access >= other.api_access
    }
}

/// A role that every organization has and that can't be changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum BuiltInRole {
    /// Everything. Each organization keeps at least one admin with it.
    SuperAdmin,
    /// Manages the key.
    KeyManager,
    /// Sees the key page and the audit log, and no secret.
    Auditor,
    /// Opens API sessions, nothing else.
    ApiClientAdmin,
}

impl BuiltInRole {
    /// All of them, the most powerful first.
    pub const ALL: [Self; 4] = [Self::SuperAdmin, Self::KeyManager, Self::Auditor, Self::ApiClientAdmin];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::SuperAdmin => "Super Admin",
            Self::KeyManager => "Key Manager",
            Self::Auditor => "Auditor",
            Self::ApiClientAdmin => "API Client Admin",
        }
    }

    /// What it allows.
    pub fn permissions(self) -> Permissions {
        match self {
            Self::SuperAdmin => Permissions {
                api_key_management: Permission::Full,
                reveal: true,
                audit_log: true,
                admin_management: true,
                api_access: true,
            },
            Self::KeyManager => Permissions {
                api_key_management: Permission::Full,
                reveal: true,
                ..Permissions::NONE
            },
            Self::Auditor => Permissions {
                api_key_management: Permission::View,
                audit_log: true,
                ..Permissions::NONE
            },
            Self::ApiClientAdmin => Permissions {
                api_access: true,
                ..Permissions::NONE
            },
        }
    }
}

/// A role: an item of `GET /api/portal/orgs/{org}/roles`, built-in ones first, then by name. The answer to adding and
/// editing one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Role {
    /// The role's identifier.
    pub id: RoleId,
    /// Its name, unique within the organization regardless of case.
    pub name: String,
    /// Which built-in role it is, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub built_in: Option<BuiltInRole>,
    /// What it allows.
    pub permissions: Permissions,
    /// How many admins have it, invited ones included.
    pub admins: u32,
    /// Grows with each change. Its ETag is the version in double quotes.
    pub version: i64,
    /// Why the asking admin can't edit it; `null` if they can.
    pub edit: Option<Refusal>,
    /// Why the asking admin can't delete it.
    pub delete: Option<Refusal>,
    /// Why the asking admin can't assign it.
    pub assign: Option<Refusal>,
}

/// Body of `POST /api/portal/orgs/{org}/roles` and `PUT …/roles/{role}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EditRole {
    /// The name; see [`check_role_name`](crate::check_role_name).
    pub name: String,
    /// What it allows.
    #[serde(deserialize_with = "KnownPermissions::deserialize")]
    pub permissions: Permissions,
}

/// Permissions that someone grants. A gateway that doesn't know one of them must not grant the others alone; a page that reads what a
/// newer gateway granted can.
#[derive(Deserialize)]
#[serde(remote = "Permissions", rename_all = "camelCase", deny_unknown_fields)]
struct KnownPermissions {
    api_key_management: Permission,
    reveal: bool,
    audit_log: bool,
    admin_management: bool,
    api_access: bool,
}
