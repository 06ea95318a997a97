//! The administrators of an organization, and changing them.

use keyward_contract::{Administrator, InviteAdministrator, OrganizationId, RoleId};

use super::{ListChange, ListStore, SessionStore};
use crate::api::administrators as api;
pub(crate) use crate::api::administrators::AdministratorAnswer;

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

impl ListStore<Administrator> {
    /// Loads the administrators.
    pub(crate) fn of_administrators(org: OrganizationId, session: SessionStore) -> Self {
        Self::new(org, session, |org| Box::pin(api::admins_list(org)))
    }
}

impl ListChange<Administrator, AdministratorAnswer> {
    pub(crate) fn invite(self, invite: &InviteAdministrator) {
        self.start(api::admin_invite(self.list.scope, invite));
    }

    /// `role` counts where the role is changed.
    pub(crate) fn act(self, action: AdministratorAction, on: &Administrator, role: RoleId) {
        let org = self.list.scope;
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
