//! API roles: what an access token authorizes an API client to do.

use serde::{Deserialize, Serialize};

use crate::{ApiRoleId, Refusal};

/// The most API roles an organization can have.
pub const API_ROLES_MAX: usize = 16;

/// What an API role allows behind the cloud service API; never key management. Each allows what those before it do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum ApiPermission {
    /// No requests.
    None,
    /// Read-only requests: `GET`, `HEAD` and `OPTIONS` (RFC 9110, section 9.2.1).
    View,
    /// All requests.
    Full,
}

impl ApiPermission {
    /// The word in the API and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::View => "view",
            Self::Full => "full",
        }
    }
}

/// `GET /api/portal/orgs/{org}/api-roles`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ApiRoles {
    /// The roles, by name. At most [`API_ROLES_MAX`].
    pub roles: Vec<ApiRole>,
    /// Why the asking admin can't add one; `null` if they can.
    pub add: Option<Refusal>,
    /// Why they can't edit and delete existing ones.
    pub edit: Option<Refusal>,
}

/// An API role. Its ETag is the version in double quotes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ApiRole {
    /// The role's identifier.
    pub id: ApiRoleId,
    /// Its name: [`check_api_role_name`](crate::check_api_role_name), unique within the organization.
    pub name: String,
    /// What it allows.
    pub permission: ApiPermission,
    /// The scope that a token must have: `<cloud>::<organization>::<name>`.
    pub scope: String,
    /// Grows with each change.
    pub version: i64,
}

/// Body of `POST /api/portal/orgs/{org}/api-roles` and `PUT …/api-roles/{role}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct EditApiRole {
    /// The name.
    pub name: String,
    /// What it allows.
    pub permission: ApiPermission,
}
