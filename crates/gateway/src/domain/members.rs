//! Administrators of an organization.

use keyward_contract::{
    Admin, AdminId, Administrator, AdministratorStatus, FieldCode, FieldError, Invitation, InviteAdministrator,
    OrganizationId, ProblemCode, RoleId, SessionsEnded,
};
use serde::Serialize;
use serde_json::{Value, json};

use super::{
    change::{Asked, Change},
    one_time_links::{self, INVITATION_LIFE},
    roles,
};
use crate::{
    http::{preconditions::Preconditions, problem::Problem},
    portal_auth::at_organization::AtOrganization,
    random,
    rules::{Operation, Standing, check},
    secrets::hash_token,
    state::AppState,
    store::{
        Connection, StoreError,
        people::{
            admins, invitations,
            members::{self, Member},
        },
        sessions::account_sessions,
    },
};

/// A change of a member.
#[derive(Clone, Copy, Debug, Serialize)]
pub enum MemberChange {
    /// Give them another role.
    Role(RoleId),
    /// Disable them.
    Disable,
    /// Give it back.
    Enable,
}

impl MemberChange {
    fn operation(self) -> Operation {
        match self {
            Self::Role(_) => Operation::AdminChangeRole,
            Self::Disable => Operation::AdminDisable,
            Self::Enable => Operation::AdminEnable,
        }
    }
}

/// The admins of an organization, with what the standing admin can do with each.
pub async fn list(app: &AppState, at: &AtOrganization) -> Result<Vec<Administrator>, StoreError> {
    let standing = at.standing();
    let mut reader = app.store.read().await?;
    let super_admins = members::active_super_admins(&mut reader, at.organization.id).await?;
    let members = members::list(&mut reader, at.organization.id, None, &app.live()).await?;
    Ok(members
        .into_iter()
        .map(|member| describe(member, &standing, super_admins))
        .collect())
}

/// Invites an admin. The answer is the same whether or not an account with this name exists.
pub async fn invite(
    app: &AppState,
    at: &AtOrganization,
    preconditions: &Preconditions,
    body: &InviteAdministrator,
) -> Result<Invitation, Problem> {
    let asked = Asked::at(at, Operation::AdminInvite, preconditions)
        .body(body)
        .named(&body.name);
    Change::run(app, asked, |change| Box::pin(apply_invite(change, at, body))).await
}

async fn apply_invite(
    change: &mut Change<'_>,
    at: &AtOrganization,
    body: &InviteAdministrator,
) -> Result<Invitation, Problem> {
    let standing = change.standing().await?;
    check(standing.manage_admins())?;
    let role = roles::find(&mut change.transaction, at, body.role_id).await?;
    check(standing.assign(&role.permissions))?;
    let known = admins::find_by_login(&mut change.transaction, &body.name).await?;
    let admin = match known {
        Some((admin, _)) => {
            if find(change, at.organization.id, admin.id).await?.is_some() {
                return Err(Problem::new(ProblemCode::AdministratorExists).field(
                    "name",
                    FieldError::from(FieldCode::Taken)
                        .saying("This admin already has a role here. Change it in the list."),
                ));
            }
            admin
        }
        None => {
            let admin = Admin {
                id: random::admin_id(),
                name: body.name.clone(),
            };
            admins::insert(&mut change.transaction, &admin, None, change.now).await?;
            admin
        }
    };
    members::invite(&mut change.transaction, at.organization.id, admin.id, role.id).await?;
    let invitation = new_link(change, at, admin.id, &standing).await?;
    change.after = Some(json!({ "role": role.name, "status": AdministratorStatus::Invited }));
    Ok(invitation)
}

/// Creates a new invitation link; the old one stops working.
pub async fn renew_invitation(
    app: &AppState,
    at: &AtOrganization,
    preconditions: &Preconditions,
    admin: AdminId,
) -> Result<Invitation, Problem> {
    let asked = Asked::at(at, Operation::AdminRenewInvitation, preconditions);
    Change::run(app, asked, |change| Box::pin(apply_renew(change, at, admin))).await
}

async fn apply_renew(change: &mut Change<'_>, at: &AtOrganization, admin: AdminId) -> Result<Invitation, Problem> {
    let (standing, member) = changeable(change, at, admin).await?;
    if member.status != AdministratorStatus::Invited {
        return Err(ProblemCode::NotInvited.into());
    }
    change.check_version(member.version)?;
    let key = (at.organization.id, admin);
    members::update(&mut change.transaction, key, member.role_id, member.status).await?;
    let invitation = new_link(change, at, admin, &standing).await?;
    change.before = Some(json!({ "invitationExpiresOn": member.invitation_expires_on }));
    change.after = Some(json!({ "invitationExpiresOn": invitation.administrator.invitation_expires_on }));
    Ok(invitation)
}

/// Changes a member. Lost permissions take effect immediately, and sessions end.
pub async fn change(
    app: &AppState,
    at: &AtOrganization,
    preconditions: &Preconditions,
    admin: AdminId,
    what: MemberChange,
) -> Result<Administrator, Problem> {
    let asked = Asked::at(at, what.operation(), preconditions).body(&what);
    Change::run(app, asked, |change| Box::pin(apply_change(change, at, admin, what))).await
}

async fn apply_change(
    change: &mut Change<'_>,
    at: &AtOrganization,
    admin: AdminId,
    what: MemberChange,
) -> Result<Administrator, Problem> {
    let organization = at.organization.id;
    let (standing, member) = changeable(change, at, admin).await?;
    let (role, status) = match what {
        MemberChange::Role(role) => (roles::find(&mut change.transaction, at, role).await?.id, member.status),
        MemberChange::Disable => (member.role_id, AdministratorStatus::Disabled),
        // An admin who hasn't accepted yet is invited again: no one becomes a member without accepting.
        MemberChange::Enable if member.invitation_expires_on.is_some() => {
            (member.role_id, AdministratorStatus::Invited)
        }
        MemberChange::Enable => (member.role_id, AdministratorStatus::Active),
    };
    let given = roles::find(&mut change.transaction, at, role).await?.permissions;
    check(standing.assign(&given))?;
    change.check_version(member.version)?;
    members::update(&mut change.transaction, (organization, admin), role, status).await?;
    // Confirming an admin after a restore also confirms the password, unless other organizations are involved.
    let mut password_confirmed = false;
    if matches!(what, MemberChange::Enable) && members::is_only_in(&mut change.transaction, organization, admin).await?
    {
        password_confirmed = admins::confirm_password(&mut change.transaction, admin).await?;
    }
    if !given.api_access || status != AdministratorStatus::Active {
        account_sessions::end_api(&mut change.transaction, admin, Some(organization)).await?;
    }
    end_portal_of_inactive(&mut change.transaction, admin).await?;
    let changed = existing(change, organization, admin).await?;
    change.before = Some(shown(&member));
    let mut after = shown(&changed);
    if password_confirmed {
        after["passwordConfirmed"] = true.into();
    }
    change.after = Some(after);
    let super_admins = members::active_super_admins(&mut change.transaction, organization).await?;
    Ok(describe(changed, &standing, super_admins))
}

/// Removes a member from the organization; the account goes with the last role.
pub async fn remove(
    app: &AppState,
    at: &AtOrganization,
    preconditions: &Preconditions,
    admin: AdminId,
) -> Result<(), Problem> {
    let asked = Asked::at(at, Operation::AdminRemove, preconditions);
    Change::run(app, asked, |change| Box::pin(apply_remove(change, at, admin))).await
}

async fn apply_remove(change: &mut Change<'_>, at: &AtOrganization, admin: AdminId) -> Result<(), Problem> {
    let (_, member) = changeable(change, at, admin).await?;
    change.check_version(member.version)?;
    members::delete(&mut change.transaction, at.organization.id, admin).await?;
    account_sessions::end_api(&mut change.transaction, admin, Some(at.organization.id)).await?;
    end_portal_of_inactive(&mut change.transaction, admin).await?;
    admins::delete_without_role(&mut change.transaction, admin).await?;
    change.before = Some(shown(&member));
    Ok(())
}

/// Ends the sessions of a member, as far as they concern this organization.
pub async fn end_sessions(
    app: &AppState,
    at: &AtOrganization,
    preconditions: &Preconditions,
    admin: AdminId,
) -> Result<SessionsEnded, Problem> {
    let asked = Asked::at(at, Operation::AdminEndSessions, preconditions);
    Change::run(app, asked, |change| Box::pin(apply_end_sessions(change, at, admin))).await
}

async fn apply_end_sessions(
    change: &mut Change<'_>,
    at: &AtOrganization,
    admin: AdminId,
) -> Result<SessionsEnded, Problem> {
    let standing = change.standing().await?;
    check(standing.manage_admins())?;
    let member = existing(change, at.organization.id, admin).await?;
    check(standing.end_sessions(&member))?;
    let api_sessions = account_sessions::end_api(&mut change.transaction, admin, Some(at.organization.id)).await?;
    // Portal sessions belong to the account: an admin who isn't an active member here uses them elsewhere.
    let portal_sessions = if member.status == AdministratorStatus::Active {
        account_sessions::end_portal(&mut change.transaction, admin, None).await?
    } else {
        0
    };
    let ended = SessionsEnded {
        portal_sessions,
        api_sessions,
    };
    change.after = Some(json!({ "sessionsEnded": ended }));
    Ok(ended)
}

async fn find(
    change: &mut Change<'_>,
    organization: OrganizationId,
    admin: AdminId,
) -> Result<Option<Member>, StoreError> {
    let live = change.app.live();
    let found = members::list(&mut change.transaction, organization, Some(admin), &live).await?;
    Ok(found.into_iter().next())
}

async fn existing(change: &mut Change<'_>, organization: OrganizationId, admin: AdminId) -> Result<Member, Problem> {
    let member = find(change, organization, admin).await?;
    let member = member.ok_or(ProblemCode::AdministratorNotFound)?;
    change.resource.clone_from(&member.admin.name);
    Ok(member)
}

/// The member, if the standing admin may change them.
async fn changeable(
    change: &mut Change<'_>,
    at: &AtOrganization,
    admin: AdminId,
) -> Result<(Standing, Member), Problem> {
    let standing = change.standing().await?;
    check(standing.manage_admins())?;
    let member = existing(change, at.organization.id, admin).await?;
    let super_admins = members::active_super_admins(&mut change.transaction, at.organization.id).await?;
    check(standing.change_member(&member, super_admins))?;
    Ok((standing, member))
}

/// Portal sessions end with the last role that could be used in them.
async fn end_portal_of_inactive(connection: &mut Connection, admin: AdminId) -> Result<(), StoreError> {
    if !members::is_active(connection, admin).await? {
        account_sessions::end_portal(connection, admin, None).await?;
    }
    Ok(())
}

async fn new_link(
    change: &mut Change<'_>,
    at: &AtOrganization,
    admin: AdminId,
    standing: &Standing,
) -> Result<Invitation, Problem> {
    let token = random::token();
    let expires_on = change.now + INVITATION_LIFE;
    let key = (at.organization.id, admin);
    invitations::put(&mut change.transaction, key, hash_token(&token), expires_on).await?;
    let member = existing(change, at.organization.id, admin).await?;
    Ok(Invitation {
        // An invited admin isn't active, and so can't be the last one.
        administrator: describe(member, standing, 0),
        link: one_time_links::address(&change.app.config.public_url, &token),
    })
}

fn shown(member: &Member) -> Value {
    let mut value = json!({ "role": member.role, "status": member.status });
    if member.held {
        value["restored"] = "held".into();
    }
    value
}

fn describe(member: Member, standing: &Standing, super_admins: i64) -> Administrator {
    Administrator {
        change: standing.change_member(&member, super_admins),
        end_sessions: standing.end_sessions(&member),
        id: member.admin.id,
        name: member.admin.name,
        role_id: member.role_id,
        role: member.role,
        given_by: member.given_by,
        status: member.status,
        held: member.held,
        password_held: member.password_held && member.status != AdministratorStatus::Invited,
        invitation_expires_on: member
            .invitation_expires_on
            .filter(|_| member.status == AdministratorStatus::Invited),
        last_sign_in_on: member.last_sign_in_on,
        portal_sessions: member.portal_sessions,
        api_sessions: member.api_sessions,
        version: member.version,
    }
}
