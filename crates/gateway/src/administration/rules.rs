//! Who may change whom. The same functions refuse a change and tell the page beforehand.
//!
//! Nobody gives what they don't have, and nobody touches who has more. Nobody changes their own role. An organization
//! keeps an active Super Admin.

use keyward_contract::{AdminId, AdministratorStatus, BuiltInRole, Permissions, Refusal, RoleId};

use crate::{
    problem::Problem,
    store::{members::Member, organizations::Membership, roles::RoleRow},
};

/// The admin who asks.
#[derive(Clone, Debug)]
pub struct Asking {
    admin: AdminId,
    role: RoleId,
    permissions: Permissions,
}

impl Asking {
    /// An admin with this membership.
    pub fn new(admin: AdminId, membership: &Membership) -> Self {
        Self {
            admin,
            role: membership.role_id,
            permissions: membership.permissions,
        }
    }

    /// Refuses who may not manage admins.
    ///
    /// # Errors
    /// [`keyward_contract::ProblemCode::PermissionDenied`].
    pub fn may_manage(&self) -> Result<(), Problem> {
        check(self.manage())
    }

    /// Why they can't give a role that allows this; `None` where they can.
    pub fn assign(&self, permissions: &Permissions) -> Option<Refusal> {
        self.manage().or(self.exceeded_by(permissions))
    }

    /// Why they can't edit the role.
    pub fn edit_role(&self, role: &RoleRow) -> Option<Refusal> {
        self.manage()
            .or(role.built_in.map(|_| Refusal::BuiltInRole))
            .or((role.id == self.role).then_some(Refusal::OwnAccount))
            .or(self.exceeded_by(&role.permissions))
    }

    /// Why they can't delete the role.
    pub fn delete_role(&self, role: &RoleRow) -> Option<Refusal> {
        self.edit_role(role).or((role.admins > 0).then_some(Refusal::RoleInUse))
    }

    /// Why they can't change the member's role, disable or remove them. `super_admins` active ones are left.
    pub fn change_member(&self, member: &Member, super_admins: i64) -> Option<Refusal> {
        let is_active_super_admin =
            member.built_in == Some(BuiltInRole::SuperAdmin) && member.status == AdministratorStatus::Active;
        self.end_sessions(member)
            .or((is_active_super_admin && super_admins <= 1).then_some(Refusal::LastSuperAdmin))
    }

    /// Why they can't end the member's sessions.
    pub fn end_sessions(&self, member: &Member) -> Option<Refusal> {
        self.manage()
            .or((member.admin.id == self.admin).then_some(Refusal::OwnAccount))
            .or(self.exceeded_by(&member.permissions))
    }

    fn manage(&self) -> Option<Refusal> {
        (!self.permissions.admin_management).then_some(Refusal::PermissionDenied)
    }

    fn exceeded_by(&self, permissions: &Permissions) -> Option<Refusal> {
        (!self.permissions.covers(permissions)).then_some(Refusal::ExceedsOwnPermissions)
    }
}

/// Refuses for the reason, if there is one.
///
/// # Errors
/// The problem of the same name.
pub fn check(refusal: Option<Refusal>) -> Result<(), Problem> {
    refusal.map_or(Ok(()), |refusal| Err(refusal.into()))
}
