//! The administrators of an organization, and changing them.

use keyward_contract::{Administrator, InviteAdministrator, OrganizationId, RoleId};

use super::{
    ListChange,
    list::{Identity, Listed},
};
pub(crate) use crate::api::administrators::AdministratorAnswer;
use crate::api::{ApiError, administrators as api};

/// What can be done with an administrator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AdministratorAction {
    ChangeRole,
    RenewInvitation,
    Disable,
    Enable,
    /// After a restore.
    ConfirmPassword,
    Remove,
    EndSessions,
}

impl Listed for Administrator {
    type Of = OrganizationId;
    type Answer = AdministratorAnswer;

    fn identity(&self) -> Identity<'_> {
        Identity(self.id.0, self.version, &self.name)
    }

    async fn list(org: OrganizationId) -> Result<Vec<Self>, ApiError> {
        api::admins_list(org).await
    }
}

impl ListChange<Administrator> {
    pub(crate) fn invite(self, invite: &InviteAdministrator) {
        self.start(api::admin_invite(self.of.of, invite));
    }

    /// `role` counts where the role is changed.
    pub(crate) fn act(self, action: AdministratorAction, on: &Administrator, role: RoleId) {
        let org = self.of.of;
        self.start(match action {
            AdministratorAction::ChangeRole => api::admin_change_role(org, on, role),
            AdministratorAction::RenewInvitation => api::admin_renew_invitation(org, on),
            AdministratorAction::Disable => api::admin_disable(org, on),
            AdministratorAction::Enable | AdministratorAction::ConfirmPassword => api::admin_enable(org, on),
            AdministratorAction::Remove => api::admin_remove(org, on),
            AdministratorAction::EndSessions => api::admin_end_sessions(org, on),
        });
    }
}
