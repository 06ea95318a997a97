//! Administrators of an organization, and how new ones come in.

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
    /// The identity provider from whose claim they have the role; missing where an admin gave it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub given_by: Option<String>,
    /// Whether the admin can make use of the role.
    pub status: AdministratorStatus,
    /// When the invitation ends, while the status is `invited`. It may have ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub invitation_expires_on: Option<DateTime<Utc>>,
    /// When the admin last signed in, to the portal or to an API session of this organization.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub last_sign_in_on: Option<DateTime<Utc>>,
    /// Live portal sessions.
    pub portal_sessions: u32,
    /// Live API sessions in this organization.
    pub api_sessions: u32,
    /// Grows with each change. Its ETag is the version in double quotes.
    pub version: i64,
    /// Whether a restore has disabled them, for they were removed, disabled or given another role after the backup was made. Enabling them confirms it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(feature = "openapi", schema(required = false))]
    pub held: bool,
    /// Whether their password is refused because a restore has brought back one that was replaced or removed after the
    /// backup was made. Enabling them confirms it, unless they belong to other organizations as well.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(feature = "openapi", schema(required = false))]
    pub password_held: bool,
    /// Why the asking admin can't change, disable or remove them; `null` where they can.
    pub change: Option<Refusal>,
    /// Why the asking admin can't end their sessions.
    pub end_sessions: Option<Refusal>,
}

/// Whether an admin can make use of the role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum AdministratorStatus {
    /// Yes.
    Active,
    /// Not before the invitation is accepted.
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
    /// Who is invited.
    pub administrator: Administrator,
    /// The one-time link to hand to them. A secret: shown this once, and whoever has it can accept.
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

/// The answer to ending an admin's sessions: how many there were.
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
    /// The secret of the invitation link, which the page finds in the link's fragment.
    pub token: String,
}

/// The answer: what the invited person is asked to accept. A link from `keyward admin reset-password` opens the same
/// page: it invites nowhere and only sets a new password.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct InvitationOffer {
    /// Their login name.
    pub name: String,
    /// Into which organization; missing where the link only sets a new password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub organization: Option<String>,
    /// With which role; missing with the organization.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub role: Option<String>,
    /// How whoever has the link proves to be this admin.
    pub proof: InvitationProof,
}

/// How whoever has a one-time link proves to be the admin whom it is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum InvitationProof {
    /// A password is set for a new account. The owner of an existing account signs in first; the answer does not say whether there is one.
    NewPassword,
    /// They are signed in as this admin: nothing more is asked for.
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
