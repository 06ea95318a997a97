//! Administrators of an organization.

use keyward_contract::{
    Administrator, ChangeRole, Invitation, InviteAdministrator, OrganizationId, RoleId, SessionsEnded, paths,
};

use super::{
    ApiError, Request,
    client::{self, Answer, Change},
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
    client::read(&paths::admins(org)).await
}

pub(crate) fn admin_invite(org: OrganizationId, invite: &InviteAdministrator) -> Request<AdministratorAnswer> {
    Change::post(paths::admins(org)).with_body(invite).answered(invited)
}

// Each `admin` is as the asking one has seen them.

pub(crate) fn admin_change_role(
    org: OrganizationId,
    admin: &Administrator,
    role_id: RoleId,
) -> Request<AdministratorAnswer> {
    Change::put(paths::admin(org, admin.id))
        .of_version(admin.version)
        .with_body(&ChangeRole { role_id })
        .answered(changed)
}

pub(crate) fn admin_disable(org: OrganizationId, admin: &Administrator) -> Request<AdministratorAnswer> {
    Change::post(paths::admin_disable(org, admin.id))
        .of_version(admin.version)
        .answered(changed)
}

pub(crate) fn admin_enable(org: OrganizationId, admin: &Administrator) -> Request<AdministratorAnswer> {
    Change::post(paths::admin_enable(org, admin.id))
        .of_version(admin.version)
        .answered(changed)
}

/// Sessions come and go without a version.
pub(crate) fn admin_end_sessions(org: OrganizationId, admin: &Administrator) -> Request<AdministratorAnswer> {
    Change::delete(paths::admin_sessions(org, admin.id))
        .answered(|answer| answer.json().map(AdministratorAnswer::SessionsEnded))
}

pub(crate) fn admin_renew_invitation(org: OrganizationId, admin: &Administrator) -> Request<AdministratorAnswer> {
    Change::post(paths::admin_invitation(org, admin.id))
        .of_version(admin.version)
        .answered(invited)
}

pub(crate) fn admin_remove(org: OrganizationId, admin: &Administrator) -> Request<AdministratorAnswer> {
    Change::delete(paths::admin(org, admin.id))
        .of_version(admin.version)
        .answered(|answer| answer.empty().map(|()| AdministratorAnswer::Done))
}

fn changed(answer: &Answer) -> Result<AdministratorAnswer, ApiError> {
    answer.listed::<Administrator>().map(|()| AdministratorAnswer::Done)
}

fn invited(answer: &Answer) -> Result<AdministratorAnswer, ApiError> {
    answer.json().map(AdministratorAnswer::Invited)
}
