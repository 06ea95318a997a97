//! Roles of an organization.

use keyward_contract::{EditRole, OrganizationId, Role, paths};

use super::{ApiError, Request, client};

/// Built-in ones first, then by name.
pub(crate) async fn roles_list(org: OrganizationId) -> Result<Vec<Role>, ApiError> {
    client::read(&paths::roles(org)).await
}

pub(crate) fn role_add(org: OrganizationId, role: &EditRole) -> Request<()> {
    client::add::<Role>(paths::roles(org), role)
}

/// `role` is as the admin has seen it.
pub(crate) fn role_edit(org: OrganizationId, role: &Role, to: &EditRole) -> Request<()> {
    client::edit::<Role>(paths::role(org, role.id), role.version, to)
}

/// `role` is as the admin has seen it.
pub(crate) fn role_delete(org: OrganizationId, role: &Role) -> Request<()> {
    client::delete(paths::role(org, role.id), role.version)
}
