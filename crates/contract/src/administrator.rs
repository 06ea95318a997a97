//! Administrators of an organization, and invitations.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{AdminId, Refusal, RoleId};

/// An admin with a role in an organization: an item of `GET /api/portal/orgs/{org}/admins`, by name. The answer to
/// changing one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Administrator {
    /// The admin's identifier.
    pub id: AdminId,
    /// The admin's login name.
    pub name: String,
    /// The role.
    pub role_id: RoleId,
    /// The role's name.
    pub role: String,
    /// The identity provider whose claim grants the role; missing if an admin assigned it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub given_by: Option<String>,
    /// Whether the admin can use the role.
    pub status: AdministratorStatus,
    /// When the invitation expires, while the status is `invited`. It may have expired.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub invitation_expires_on: Option<DateTime<Utc>>,
    /// When the admin last signed in, to the portal or to an API session of this organization.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub last_sign_in_on: Option<DateTime<Utc>>,
    /// Active portal sessions.
    pub portal_sessions: u32,
    /// Active API sessions in this organization.
    pub api_sessions: u32,
    /// Grows with each change. Its ETag is the version in double quotes.
    pub version: i64,
    /// Whether a restore has disabled them because they were removed, disabled or given a different role after the backup.
    /// Enabling them confirms it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(feature = "openapi", schema(required = false))]
    pub held: bool,
    /// Whether their password is rejected because a restore brought back one that was replaced or removed after the backup.
    /// Enabling them confirms it, unless they belong to other organizations as well.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(feature = "openapi", schema(required = false))]
    pub password_held: bool,
    /// Why the asking admin can't change, disable or remove them; `null` if they can.
    pub change: Option<Refusal>,
    /// Why the asking admin can't end their sessions.
    pub end_sessions: Option<Refusal>,
}

/// Whether an admin can use the role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum AdministratorStatus {
    /// Yes.
    Active,
    /// Not until the invitation is accepted.
    Invited,
    /// Not until enabled again.
    Disabled,
}

/// Body of `POST /api/portal/orgs/{org}/admins`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct InviteAdministrator {
    /// The login; see [`check_login`](crate::check_login).
    pub name: String,
    /// The role that they get when they accept.
    pub role_id: RoleId,
}

/// The answer to inviting an admin, and to renewing the invitation.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Invitation {
    /// The invited admin.
    pub administrator: Administrator,
    /// The one-time link to share with the admin. A secret: it is only in this answer, and anyone who has it can accept.
    pub link: String,
}

/// Body of `PUT /api/portal/orgs/{org}/admins/{admin}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ChangeRole {
    /// The new role.
    pub role_id: RoleId,
}

/// The answer to ending an admin's sessions: how many ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SessionsEnded {
    /// Portal sessions.
    pub portal_sessions: u32,
    /// API sessions.
    pub api_sessions: u32,
}

/// Body of `POST /api/portal/invitation/read`.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ReadInvitation {
    /// The secret of the invitation link, from the link's fragment.
    pub token: String,
}

/// The answer: what the invitation offers. A link from `keyward admin reset-password` opens the same page, but only sets a new
/// password.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct InvitationOffer {
    /// Their login name.
    pub name: String,
    /// The organization; missing if the link only sets a new password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub organization: Option<String>,
    /// The role; missing together with the organization.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub role: Option<String>,
    /// How the recipient proves to be this admin.
    pub proof: InvitationProof,
}

/// How the recipient of a one-time link proves to be the admin it is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum InvitationProof {
    /// They set a password for a new account. The owner of an existing account signs in first; the answer doesn't say whether
    /// there is one.
    NewPassword,
    /// They are already signed in as this admin.
    Session,
    /// They have to sign in at their identity provider first.
    SingleSignOn,
}

/// Body of `POST /api/portal/invitation`: accept. The answer is a [`Session`](crate::Session).
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AcceptInvitation {
    /// The secret of the invitation link.
    pub token: String,
    /// The new password; see [`check_password`](crate::check_password). Ignored from an admin who is signed in.
    pub password: String,
}
