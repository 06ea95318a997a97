//! Roles of an organization.

use gloo_net::http::Method;
use keyward_contract::{EditRole, OrganizationId, Role, paths};

use super::{
    ApiError, Change, Request,
    client::{self, Answer},
};

/// Built-in ones first, then by name.
pub(crate) async fn roles_list(org: OrganizationId) -> Result<Vec<Role>, ApiError> {
    client::get(&paths::roles(org), None).await?.json()
}

pub(crate) fn role_add(org: OrganizationId, role: &EditRole) -> Request<()> {
    Request::new(Change::new(Method::POST, paths::roles(org)).with_body(role), changed)
}

/// `role` is as the admin has seen it.
pub(crate) fn role_edit(org: OrganizationId, role: &Role, to: &EditRole) -> Request<()> {
    let change = Change::new(Method::PUT, paths::role(org, role.id)).of_version(role.version);
    Request::new(change.with_body(to), changed)
}

/// `role` is as the admin has seen it.
pub(crate) fn role_delete(org: OrganizationId, role: &Role) -> Request<()> {
    let change = Change::new(Method::DELETE, paths::role(org, role.id)).of_version(role.version);
    Request::new(change, Answer::empty)
}

fn changed(answer: &Answer) -> Result<(), ApiError> {
    answer.json::<Role>().map(drop)
}
