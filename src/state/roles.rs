//! The roles of an organization, and changing them.

use keyward_contract::{EditRole, OrganizationId, Role};

use super::{ListChange, ListStore, SessionStore};
use crate::api::roles as api;

impl ListStore<Role> {
    /// Loads the roles.
    pub(crate) fn of_roles(org: OrganizationId, session: SessionStore) -> Self {
        Self::new(org, session, |org| Box::pin(api::roles_list(org)))
    }
}

impl ListChange<Role, ()> {
    pub(crate) fn add(self, role: &EditRole) {
        self.start(api::role_add(self.list.scope, role));
    }

    pub(crate) fn edit(self, role: &Role, to: &EditRole) {
        self.start(api::role_edit(self.list.scope, role, to));
    }

    pub(crate) fn delete(self, role: &Role) {
        self.start(api::role_delete(self.list.scope, role));
    }
}
