//! The roles of an organization.

use keyward_contract::{EditRole, OrganizationId, Role};

use super::list::{Editable, Identity, Listed, Of};
use crate::api::{ApiError, Request, roles as api};

impl Listed for Role {
    type Of = Of;
    type Answer = ();

    fn identity(&self) -> Identity<'_> {
        Identity(self.id.0, self.version, &self.name)
    }

    async fn list(of: Of) -> Result<Vec<Self>, ApiError> {
        api::roles_list(of.org).await
    }
}

impl Editable for Role {
    type Edit = EditRole;

    const ADD: fn(OrganizationId, &EditRole) -> Request<()> = api::role_add;
    const EDIT: fn(OrganizationId, &Self, &EditRole) -> Request<()> = api::role_edit;
    const DELETE: fn(OrganizationId, &Self) -> Request<()> = api::role_delete;
}
