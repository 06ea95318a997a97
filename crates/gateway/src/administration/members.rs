//! Administrators of an organization.

use keyward_contract::{
    Admin, AdminId, Administrator, AdministratorStatus, AuditAction, AuditSubCategory, Invitation, InviteAdministrator,
    OrganizationId, ProblemCode, RoleId, SessionsEnded,
};
use serde_json::{Value, json};

use super::{
    INVITATION_LIFE,
    change::{Asked, Begun, Change, check_version},
    roles,
    rules::{Asking, check},
};
use crate::{
    access::organization::AtOrganization,
    app::AppState,
    authority::Precondition,
    idempotency::Idempotency,
    problem::Problem,
    random,
    secrets::hash_token,
    store::{
        Connection, StoreError, account_sessions, admins, invitations,
        members::{self, Member},
    },
};

/// A change of a member.
#[derive(Clone, Copy, Debug)]
pub enum MemberChange {
    /// Give them another role.
    Role(RoleId),
    /// Take the use of the role from them.
    Disable,
    /// Give it back.
    Enable,
}

/// The admins of an organization, with what the asking admin can do with each.
///
/// # Errors
/// When the database fails.
pub async fn list(app: &AppState, at: &AtOrganization) -> Result<Vec<Administrator>, StoreError> {
    let asking = Asking::new(at.requester.admin.id, &at.membership);
    let mut reader = app.store.read().await?;
    let super_admins = members::active_super_admins(&mut reader, at.organization.id).await?;
    let members = members::list(&mut reader, at.organization.id, None, &app.live()).await?;
    Ok(members
        .into_iter()
        .map(|member| describe(member, &asking, super_admins))
        .collect())
}

/// Invites an admin. The answer is the same whether there is an account of this name already.
///
/// # Errors
/// When it is refused.
pub async fn invite(
    app: &AppState,
    at: &AtOrganization,
    idempotency: Option<&Idempotency>,
    body: &InviteAdministrator,
) -> Result<Invitation, Problem> {
    let text = serde_json::to_string(body).unwrap_or_default();
    let mut change = match Change::begin(app, asked(at, idempotency, AuditAction::Create, text)).await? {
        Begun::First(change) => change,
        Begun::Repeated(answer) => return answer,
    };
    let result = apply_invite(&mut change, at, body).await;
    change.finish(result).await
}

async fn apply_invite(
    change: &mut Change<'_>,
    at: &AtOrganization,
    body: &InviteAdministrator,
) -> Result<Invitation, Problem> {
    change.resource.clone_from(&body.name);
    let asking = change.asking(at.organization.id).await?;
    let role = roles::find(&mut change.transaction, at, body.role_id).await?;
    check(asking.assign(&role.permissions))?;
    let known = admins::find_by_login(&mut change.transaction, &body.name).await?;
    let admin = match known {
        Some((admin, _)) => {
            if find(change, at.organization.id, admin.id).await?.is_some() {
                return Err(Problem::new(ProblemCode::AdministratorExists)
                    .field("name", "This admin has a role here already. Change it in the list."));
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
    let invitation = new_link(change, at, admin.id, &asking).await?;
    change.after = Some(json!({ "role": role.name, "status": AdministratorStatus::Invited }));
    Ok(invitation)
}

/// Makes a new invitation link; the old one stops working.
///
/// # Errors
/// When it is refused.
pub async fn renew_invitation(
    app: &AppState,
    at: &AtOrganization,
    (precondition, idempotency): (&Precondition, Option<&Idempotency>),
    admin: AdminId,
) -> Result<Invitation, Problem> {
    let asked = asked(at, idempotency, AuditAction::Regenerate, String::new());
    let mut change = match Change::begin(app, asked).await? {
        Begun::First(change) => change,
        Begun::Repeated(answer) => return answer,
    };
    let result = apply_renew(&mut change, at, precondition, admin).await;
    change.finish(result).await
}

async fn apply_renew(
    change: &mut Change<'_>,
    at: &AtOrganization,
    precondition: &Precondition,
    admin: AdminId,
) -> Result<Invitation, Problem> {
    let (asking, member) = changeable(change, at, admin).await?;
    if member.status != AdministratorStatus::Invited {
        return Err(ProblemCode::NotInvited.into());
    }
    check_version(precondition, member.version)?;
    let key = (at.organization.id, admin);
    members::update(&mut change.transaction, key, member.role_id, member.status).await?;
    let invitation = new_link(change, at, admin, &asking).await?;
    change.before = Some(json!({ "invitationExpiresOn": member.invitation_expires_on }));
    change.after = Some(json!({ "invitationExpiresOn": invitation.administrator.invitation_expires_on }));
    Ok(invitation)
}

/// Changes a member. What the change takes ends at once, sessions included.
///
/// # Errors
/// When it is refused.
pub async fn change(
    app: &AppState,
    at: &AtOrganization,
    (precondition, idempotency): (&Precondition, Option<&Idempotency>),
    admin: AdminId,
    what: MemberChange,
) -> Result<Administrator, Problem> {
    let asked = asked(at, idempotency, AuditAction::Update, format!("{what:?}"));
    let mut change = match Change::begin(app, asked).await? {
        Begun::First(change) => change,
        Begun::Repeated(answer) => return answer,
    };
    let result = apply_change(&mut change, at, precondition, admin, what).await;
    change.finish(result).await
}

async fn apply_change(
    change: &mut Change<'_>,
    at: &AtOrganization,
    precondition: &Precondition,
    admin: AdminId,
    what: MemberChange,
) -> Result<Administrator, Problem> {
    let organization = at.organization.id;
    let (asking, member) = changeable(change, at, admin).await?;
    check_version(precondition, member.version)?;
    let (role, status) = match what {
        MemberChange::Role(role) => (roles::find(&mut change.transaction, at, role).await?.id, member.status),
        MemberChange::Disable => (member.role_id, AdministratorStatus::Disabled),
        // Whoever has not accepted yet is asked again: nobody becomes a member without their own doing.
        MemberChange::Enable if member.invitation_expires_on.is_some() => {
            (member.role_id, AdministratorStatus::Invited)
        }
        MemberChange::Enable => (member.role_id, AdministratorStatus::Active),
    };
    let given = roles::find(&mut change.transaction, at, role).await?.permissions;
    check(asking.assign(&given))?;
    members::update(&mut change.transaction, (organization, admin), role, status).await?;
    // Who comes back after a restore comes back with their password, unless it is for other organizations to say as well.
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
    Ok(describe(changed, &asking, super_admins))
}

/// Removes a member from the organization; the account goes with the last role.
///
/// # Errors
/// When it is refused.
pub async fn remove(
    app: &AppState,
    at: &AtOrganization,
    (precondition, idempotency): (&Precondition, Option<&Idempotency>),
    admin: AdminId,
) -> Result<(), Problem> {
    let asked = asked(at, idempotency, AuditAction::Delete, String::new());
    let mut change = match Change::begin(app, asked).await? {
        Begun::First(change) => change,
        Begun::Repeated(answer) => return answer,
    };
    let result = apply_remove(&mut change, at, precondition, admin).await;
    change.finish(result).await
}

async fn apply_remove(
    change: &mut Change<'_>,
    at: &AtOrganization,
    precondition: &Precondition,
    admin: AdminId,
) -> Result<(), Problem> {
    let (_, member) = changeable(change, at, admin).await?;
    check_version(precondition, member.version)?;
    members::delete(&mut change.transaction, at.organization.id, admin).await?;
    account_sessions::end_api(&mut change.transaction, admin, Some(at.organization.id)).await?;
    end_portal_of_inactive(&mut change.transaction, admin).await?;
    admins::delete_without_role(&mut change.transaction, admin).await?;
    change.before = Some(shown(&member));
    Ok(())
}

/// Ends the sessions of a member, as far as they concern this organization.
///
/// # Errors
/// When it is refused.
pub async fn end_sessions(
    app: &AppState,
    at: &AtOrganization,
    idempotency: Option<&Idempotency>,
    admin: AdminId,
) -> Result<SessionsEnded, Problem> {
    let asked = Asked {
        sub_category: AuditSubCategory::Session,
        ..asked(at, idempotency, AuditAction::SignOut, String::new())
    };
    let mut change = match Change::begin(app, asked).await? {
        Begun::First(change) => change,
        Begun::Repeated(answer) => return answer,
    };
    let result = apply_end_sessions(&mut change, at, admin).await;
    change.finish(result).await
}

async fn apply_end_sessions(
    change: &mut Change<'_>,
    at: &AtOrganization,
    admin: AdminId,
) -> Result<SessionsEnded, Problem> {
    let asking = change.asking(at.organization.id).await?;
    let member = existing(change, at.organization.id, admin).await?;
    check(asking.end_sessions(&member))?;
    let api_sessions = account_sessions::end_api(&mut change.transaction, admin, Some(at.organization.id)).await?;
    // Portal sessions are the account's: who is no active member here uses them elsewhere.
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

fn asked<'a>(
    at: &'a AtOrganization,
    idempotency: Option<&'a Idempotency>,
    action: AuditAction,
    body: String,
) -> Asked<'a> {
    Asked {
        by: &at.requester,
        organization: Some(at.organization.id),
        idempotency,
        action,
        sub_category: AuditSubCategory::Administrator,
        body,
    }
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

/// The member, if the asking admin may change them.
async fn changeable(change: &mut Change<'_>, at: &AtOrganization, admin: AdminId) -> Result<(Asking, Member), Problem> {
    let asking = change.asking(at.organization.id).await?;
    let member = existing(change, at.organization.id, admin).await?;
    let super_admins = members::active_super_admins(&mut change.transaction, at.organization.id).await?;
    check(asking.change_member(&member, super_admins))?;
    Ok((asking, member))
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
    asking: &Asking,
) -> Result<Invitation, Problem> {
    let token = random::token();
    let expires_on = change.now + INVITATION_LIFE;
    let key = (at.organization.id, admin);
    invitations::put(&mut change.transaction, key, hash_token(&token), expires_on).await?;
    let member = existing(change, at.organization.id, admin).await?;
    Ok(Invitation {
        // Whoever is invited is not active, so that they are not the last one.
        administrator: describe(member, asking, 0),
        link: super::links::address(&change.app.config.public_url, &token),
    })
}

fn shown(member: &Member) -> Value {
    let mut value = json!({ "role": member.role, "status": member.status });
    if member.held {
        value["restored"] = "held".into();
    }
    value
}

fn describe(member: Member, asking: &Asking, super_admins: i64) -> Administrator {
    Administrator {
        change: asking.change_member(&member, super_admins),
        end_sessions: asking.end_sessions(&member),
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
