//! What an admin can currently do with a resource, or why not: the one place that decides. Lists show it beforehand, changes
//! check it within their transaction, and provisioning from claims uses it too.
//!
//! Of several reasons the first in this order is told: the role; the own account, or more permissions than one's own; the
//! service provider; the subscription; the limit; the state of the resource.

use keyward_contract::{
    API_ROLES_MAX, AdminId, AdministratorStatus, ApiSignIns, AuditAction, AuditSubCategory, BuiltInRole, Capabilities,
    KeyStatus, OAUTH_SERVERS_MAX, Permission, Permissions, Refusal, RoleId, SANDBOX_TOKENS_MAX, Subscription,
};

use crate::{
    http::problem::Problem,
    key_holder::HolderCapabilities,
    store::{
        organizations::{Membership, Organization},
        people::{members::Member, roles::RoleRow},
    },
};

/// What a role must grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// To see the page of the key, its tokens and servers.
    View,
    /// To change them.
    Change,
    /// To see their secrets.
    Reveal,
    /// To manage admins and roles.
    Admins,
    /// To read the audit log.
    AuditLog,
    /// To see why sign-ins with the key failed, which the audit log says.
    SignInFailures,
    /// To try the key in an API session of their own.
    Try,
    /// Nothing: it is the admin's own account.
    Nothing,
}

impl Needs {
    /// Whether a role grants it.
    pub fn are_met_by(self, role: &Permissions) -> bool {
        match self {
            Self::View => role.api_key_management != Permission::None,
            Self::Change => role.api_key_management == Permission::Full,
            Self::Reveal => Self::View.are_met_by(role) && role.reveal,
            Self::Admins => role.admin_management,
            Self::AuditLog => role.audit_log,
            Self::SignInFailures => Self::View.are_met_by(role) && role.audit_log,
            Self::Try => Self::View.are_met_by(role) && role.api_access,
            Self::Nothing => true,
        }
    }

    /// The reason for an admin whose role doesn't grant it.
    pub fn unmet(self) -> &'static str {
        match self {
            Self::View => "Your role does not show you the API key.",
            Self::Change => "Your role lets you view the API key, not change it.",
            Self::Reveal => "Your role does not let you reveal the API key.",
            Self::Admins => "Your role does not let you manage admins and roles.",
            Self::AuditLog => "Your role does not show you the audit log.",
            Self::SignInFailures => "Your role does not show you the API key and the audit log.",
            Self::Try => "Your role does not show you the API key, or does not let you open API sessions.",
            Self::Nothing => "Your role does not allow this.",
        }
    }
}

macro_rules! operations {
    ($($name:ident: $action:ident, $sub_category:ident, $needs:ident, $sensitive:literal, $doc:literal;)*) => {
        /// The portal's operations, except reading.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Operation {
            $(#[doc = $doc] $name,)*
        }

        impl Operation {
            /// Each.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// Its identifier in the OpenAPI document.
            pub fn id(self) -> String {
                let mut id = String::new();
                for c in format!("{self:?}").chars() {
                    if c.is_ascii_uppercase() && !id.is_empty() {
                        id.push('_');
                    }
                    id.push(c.to_ascii_lowercase());
                }
                id
            }

            /// The word for it in the audit log.
            pub fn action(self) -> AuditAction {
                match self { $(Self::$name => AuditAction::$action,)* }
            }

            /// The kind of resource in the audit log.
            pub fn sub_category(self) -> AuditSubCategory {
                match self { $(Self::$name => AuditSubCategory::$sub_category,)* }
            }

            /// What the role must grant.
            pub fn needs(self) -> Needs {
                match self { $(Self::$name => Needs::$needs,)* }
            }

            /// Whether it asks for re-authentication (step-up): exactly what reveals, adds, replaces or deletes a secret or a
            /// trust (admins and roles included) does, so that a browser that was left alone gives neither away.
            pub fn is_sensitive(self) -> bool {
                match self { $(Self::$name => $sensitive,)* }
            }
        }
    };
}

operations! {
    ApiKeyAdd: Create, ApiKey, Change, true, "Add the key.";
    ApiKeyEdit: Update, ApiKey, Change, true, "Replace it by a chosen one.";
    ApiKeyRegenerate: Regenerate, ApiKey, Change, true, "Replace it by a random one.";
    ApiKeyDelete: Delete, ApiKey, Change, true, "Delete it.";
    ApiKeyConfirm: Update, ApiKey, Change, true, "Let it be used again after a restore.";
    ApiKeyReveal: Reveal, ApiKey, Reveal, true, "Show its secret.";
    ApiKeyTry: SignIn, ApiKey, Try, false, "Try it in an API session of one's own, which asks for the password itself.";
    SandboxTokenAdd: Create, SandboxToken, Change, true, "Add a Sandbox API token.";
    SandboxTokenEdit: Update, SandboxToken, Change, false, "Rename one. Neither its secret nor what it allows changes.";
    SandboxTokenRegenerate: Regenerate, SandboxToken, Change, true, "Replace its secret.";
    SandboxTokenDelete: Delete, SandboxToken, Change, true, "Delete it.";
    SandboxTokenConfirm: Update, SandboxToken, Change, true, "Let it be used again after a restore.";
    SandboxTokenReveal: Reveal, SandboxToken, Reveal, true, "Show its secret.";
    OauthServerAdd: Create, OauthServer, Change, true, "Trust an authorization server.";
    OauthServerEdit: Update, OauthServer, Change, true, "Change what is trusted of it.";
    OauthServerDelete: Delete, OauthServer, Change, true, "Trust it no longer.";
    ApiRoleAdd: Create, ApiRole, Change, true, "Add an API role.";
    ApiRoleEdit: Update, ApiRole, Change, true, "Change one.";
    ApiRoleDelete: Delete, ApiRole, Change, true, "Delete one.";
    RoleAdd: Create, Role, Admins, true, "Add a role.";
    RoleEdit: Update, Role, Admins, true, "Change one.";
    RoleDelete: Delete, Role, Admins, true, "Delete one.";
    AdminInvite: Create, Administrator, Admins, true, "Invite an admin.";
    AdminChangeRole: Update, Administrator, Admins, true, "Give an admin another role.";
    AdminDisable: Update, Administrator, Admins, true, "Take the use of their role from them.";
    AdminEnable: Update, Administrator, Admins, true, "Give it back.";
    AdminRemove: Delete, Administrator, Admins, true, "Remove them.";
    AdminRenewInvitation: Regenerate, Administrator, Admins, true, "Replace their invitation link.";
    AdminEndSessions: SignOut, Session, Admins, false, "End their sessions.";
    AuditLogCsv: Export, AuditLog, AuditLog, false, "Export the audit log.";
    AccountPassword: Update, Administrator, Nothing, false, "Set a different password, which asks for the current one itself.";
    AccountSessionEnd: SignOut, Session, Nothing, false, "End one of the own sessions.";
    AccountSessionsEndOthers: SignOut, Session, Nothing, false, "End all others of the own sessions.";
}

/// An admin's role in an organization, and the organization, as they are now.
#[derive(Clone, Debug)]
pub struct Standing {
    admin: AdminId,
    role: RoleId,
    permissions: Permissions,
    subscription: Subscription,
    access_tokens: bool,
    has_upstream: bool,
}

impl Standing {
    /// Of this admin.
    pub fn new(admin: AdminId, membership: &Membership, organization: &Organization) -> Self {
        Self {
            admin,
            role: membership.role_id,
            permissions: membership.permissions,
            subscription: organization.subscription,
            access_tokens: organization.access_tokens,
            has_upstream: organization.has_upstream,
        }
    }

    /// What can be done with the key. `status` is `None` where there is none.
    pub fn api_key(&self, holder: HolderCapabilities, status: Option<KeyStatus>) -> Capabilities {
        let disabled = (status == Some(KeyStatus::Disabled)).then_some(Refusal::ApiKeyDisabled);
        let change = self.lacks(Needs::Change).or(disabled).or(self.unsubscribed());
        let unless = |offered: bool| change.or((!offered).then_some(Refusal::NotSupported));
        Capabilities {
            add: unless(holder.add),
            edit: unless(holder.edit),
            regenerate: unless(holder.regenerate),
            delete: unless(holder.delete),
            reveal: self.reveal(),
        }
    }

    /// What can be done about sign-ins with the key.
    pub fn api_sign_ins(&self) -> ApiSignIns {
        ApiSignIns {
            // First, since the page shows nothing else then.
            try_it: self
                .elsewhere()
                .or(self.lacks(Needs::Try))
                .or(self.without_subscription()),
            failures: self.lacks(Needs::SignInFailures),
        }
    }

    /// What can be done with Sandbox API tokens, of which there are `count`.
    pub fn sandbox_tokens(&self, count: usize) -> Capabilities {
        let change = self.lacks(Needs::Change).or(self.unsubscribed()).or(self.elsewhere());
        Capabilities {
            add: change.or((count >= SANDBOX_TOKENS_MAX).then_some(Refusal::SandboxTokenLimit)),
            edit: change,
            regenerate: change,
            delete: change,
            reveal: self.reveal(),
        }
    }

    /// Why they can't add an authorization server to `count` others, and why they can't change one.
    pub fn oauth_servers(&self, count: usize) -> (Option<Refusal>, Option<Refusal>) {
        let edit = self.change_access_tokens();
        let full = (count >= OAUTH_SERVERS_MAX).then_some(Refusal::OauthServerLimit);
        (edit.or(full), edit)
    }

    /// Why they can't add an API role to `count` others, and why they can't change one.
    pub fn api_roles(&self, count: usize) -> (Option<Refusal>, Option<Refusal>) {
        let edit = self.change_access_tokens();
        (edit.or((count >= API_ROLES_MAX).then_some(Refusal::ApiRoleLimit)), edit)
    }

    /// Whether the key lives at an upstream.
    pub fn has_upstream(&self) -> bool {
        self.has_upstream
    }

    /// Why they can't manage admins and roles.
    pub fn manage_admins(&self) -> Option<Refusal> {
        self.lacks(Needs::Admins)
    }

    /// Why they can't assign a role with these permissions; `None` if they can. Admins can't grant permissions they don't
    /// have.
    pub fn assign(&self, permissions: &Permissions) -> Option<Refusal> {
        self.manage_admins().or(self.exceeded_by(permissions))
    }

    /// Why they can't edit the role. Admins can't change their own.
    pub fn edit_role(&self, role: &RoleRow) -> Option<Refusal> {
        // For a role that can't be changed at all, that is the reason.
        let scope = match role.built_in {
            Some(_) => Some(Refusal::BuiltInRole),
            None if role.id == self.role => Some(Refusal::OwnAccount),
            None => self.exceeded_by(&role.permissions),
        };
        self.manage_admins().or(scope)
    }

    /// Why they can't delete the role.
    pub fn delete_role(&self, role: &RoleRow) -> Option<Refusal> {
        self.edit_role(role).or((role.admins > 0).then_some(Refusal::RoleInUse))
    }

    /// Why they can't change the member's role, disable or remove them. `super_admins` active ones are left.
    pub fn change_member(&self, member: &Member, super_admins: i64) -> Option<Refusal> {
        self.end_sessions(member).or(last_super_admin(member, super_admins))
    }

    /// Why they can't end the member's sessions. Admins can't act on admins who have more permissions.
    pub fn end_sessions(&self, member: &Member) -> Option<Refusal> {
        self.manage_admins()
            .or((member.admin.id == self.admin).then_some(Refusal::OwnAccount))
            .or(self.exceeded_by(&member.permissions))
    }

    /// That their role doesn't grant it.
    pub fn lacks(&self, needs: Needs) -> Option<Refusal> {
        (!needs.are_met_by(&self.permissions)).then_some(Refusal::PermissionDenied)
    }

    fn exceeded_by(&self, permissions: &Permissions) -> Option<Refusal> {
        (!self.permissions.covers(permissions)).then_some(Refusal::ExceedsOwnPermissions)
    }

    fn change_access_tokens(&self) -> Option<Refusal> {
        let disabled = (!self.access_tokens).then_some(Refusal::AccessTokensDisabled);
        let change = self.lacks(Needs::Change).or(disabled).or(self.unsubscribed());
        change.or(self.elsewhere())
    }

    /// Why there is no key to see: there never was a subscription.
    pub fn without_subscription(&self) -> Option<Refusal> {
        (self.subscription == Subscription::None).then_some(Refusal::SubscriptionNone)
    }

    /// An upstream only lists and regenerates the key: whatever else clients use is there, too.
    fn elsewhere(&self) -> Option<Refusal> {
        self.has_upstream.then_some(Refusal::NotSupported)
    }

    /// A secret can be seen as long as there is one, also while it can't be used.
    fn reveal(&self) -> Option<Refusal> {
        self.lacks(Needs::Reveal).or(self.without_subscription())
    }

    fn unsubscribed(&self) -> Option<Refusal> {
        match self.subscription {
            Subscription::Active => None,
            Subscription::Expired => Some(Refusal::SubscriptionExpired),
            Subscription::None => Some(Refusal::SubscriptionNone),
        }
    }
}

/// Why a member's role can't be removed by anyone, identity providers included: an organization keeps a Super Admin who can
/// sign in. `super_admins` active ones are left.
pub fn last_super_admin(member: &Member, super_admins: i64) -> Option<Refusal> {
    let is_active = member.built_in == Some(BuiltInRole::SuperAdmin) && member.status == AdministratorStatus::Active;
    (is_active && super_admins <= 1).then_some(Refusal::LastSuperAdmin)
}

/// Fails with the reason, if there is one.
///
/// # Errors
/// The problem of the same name.
pub fn check(refusal: Option<Refusal>) -> Result<(), Problem> {
    refusal.map_or(Ok(()), |refusal| Err(refusal.into()))
}
