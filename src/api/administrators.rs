//! Administrators of an organization.

use gloo_net::http::Method;
use keyward_contract::{
    Administrator, ChangeRole, Invitation, InviteAdministrator, OrganizationId, RoleId, SessionsEnded, paths,
};

use super::{
    ApiError, Change, Request,
    client::{self, Answer},
};

/// What there is to say of a change beyond that it was made.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum AdministratorAnswer {
    /// Nothing: the list has it.
    Done,
    /// The one-time link.
    Invited(Invitation),
    /// How many sessions ended.
    SessionsEnded(SessionsEnded),
}

/// By name, invited and disabled ones included.
pub(crate) async fn admins_list(org: OrganizationId) -> Result<Vec<Administrator>, ApiError> {
    client::get(&paths::admins(org), None).await?.json()
}

pub(crate) fn admin_invite(org: OrganizationId, invite: &InviteAdministrator) -> Request<AdministratorAnswer> {
    Request::new(Change::new(Method::POST, paths::admins(org)).with_body(invite), invited)
}

// Each `admin` is as the asking one has seen them.

pub(crate) fn admin_change_role(
    org: OrganizationId,
    admin: &Administrator,
    role_id: RoleId,
) -> Request<AdministratorAnswer> {
    let change = Change::new(Method::PUT, paths::admin(org, admin.id)).of_version(admin.version);
    Request::new(change.with_body(&ChangeRole { role_id }), changed)
}

pub(crate) fn admin_disable(org: OrganizationId, admin: &Administrator) -> Request<AdministratorAnswer> {
    let change = Change::new(Method::POST, paths::admin_disable(org, admin.id));
    Request::new(change.of_version(admin.version), changed)
}

pub(crate) fn admin_enable(org: OrganizationId, admin: &Administrator) -> Request<AdministratorAnswer> {
    let change = Change::new(Method::POST, paths::admin_enable(org, admin.id));
    Request::new(change.of_version(admin.version), changed)
}

/// Sessions come and go without a version.
pub(crate) fn admin_end_sessions(org: OrganizationId, admin: &Administrator) -> Request<AdministratorAnswer> {
    let change = Change::new(Method::DELETE, paths::admin_sessions(org, admin.id));
    Request::new(change, |answer| answer.json().map(AdministratorAnswer::SessionsEnded))
}

pub(crate) fn admin_renew_invitation(org: OrganizationId, admin: &Administrator) -> Request<AdministratorAnswer> {
    let change = Change::new(Method::POST, paths::admin_invitation(org, admin.id));
    Request::new(change.of_version(admin.version), invited)
}

pub(crate) fn admin_remove(org: OrganizationId, admin: &Administrator) -> Request<AdministratorAnswer> {
    let change = Change::new(Method::DELETE, paths::admin(org, admin.id)).of_version(admin.version);
    Request::new(change, |answer| answer.empty().map(|()| AdministratorAnswer::Done))
}

fn changed(answer: &Answer) -> Result<AdministratorAnswer, ApiError> {
    answer.json::<Administrator>().map(|_| AdministratorAnswer::Done)
}

fn invited(answer: &Answer) -> Result<AdministratorAnswer, ApiError> {
    answer.json().map(AdministratorAnswer::Invited)
}
