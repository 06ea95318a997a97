//! Provisioning: the account of a person from an identity provider, and their roles.

use std::collections::BTreeMap;

use keyward_contract::{
    Admin, AdminId, AdministratorStatus, AuditAction, AuditReason, AuditSubCategory, OrganizationId, ProblemCode,
    RoleId,
};
use serde_json::{Map, Value, json};

use super::{Failed, identity};
use crate::{
    audit::{Actor, Event},
    oidc::{claims, id_token::IdToken},
    rules,
    state::AppState,
    store::{
        Connection, StoreError,
        audit::audit_log,
        people::{
            admins, invitations,
            members::{self, Member},
            sso::{self as rows, GivenRole, Provider},
        },
        sessions::account_sessions,
    },
};

/// The admin whom a provider has signed in, with the roles from the claim; or why there is no session. Its changes have to
/// be committed even then. `signed_in` is the admin who was signed in in the same browser.
///
/// # Errors
/// When there is no such admin.
pub(super) async fn admit(
    connection: &mut Connection,
    app: &AppState,
    provider: &Provider,
    token: &IdToken,
    signed_in: Option<AdminId>,
) -> Result<(Admin, Option<Failed>), Failed> {
    let given = given(connection, provider, &token.claims).await?;
    let to_have = (!given.is_empty(), signed_in);
    let admin = identity::find(connection, app, (provider, token), to_have).await?;
    let refused = follow(connection, app, provider, &admin, given).await?;
    Ok((admin, refused))
}

/// Updates the roles after a re-authentication at the provider; or says why the session can't continue. Its changes have to
/// be committed even then.
///
/// # Errors
/// When the claim says nothing; then nothing is changed.
pub(super) async fn renew(
    connection: &mut Connection,
    app: &AppState,
    provider: &Provider,
    (admin, token): (&Admin, &IdToken),
) -> Result<Option<Failed>, Failed> {
    let given = given(connection, provider, &token.claims).await?;
    Ok(follow(connection, app, provider, admin, given).await?)
}

async fn follow(
    connection: &mut Connection,
    app: &AppState,
    provider: &Provider,
    admin: &Admin,
    given: BTreeMap<i64, GivenRole>,
) -> Result<Option<Failed>, StoreError> {
    apply(connection, app, provider, admin, given).await?;
    accept_invitations(connection, app, provider, admin).await?;
    if members::is_active(connection, admin.id).await? {
        return Ok(None);
    }
    account_sessions::end_portal(connection, admin.id, None).await?;
    admins::delete_without_role(connection, admin.id).await?;
    Ok(Some(if members::is_disabled(connection, admin.id).await? {
        Failed::new(ProblemCode::AccountDisabled, ProblemCode::AccountDisabled.into())
    } else {
        Failed::new(ProblemCode::SsoNoAccount, AuditReason::SsoNoRole)
    }))
}

/// The roles from the claim, one per organization.
///
/// # Errors
/// When the claim is not there as a text or a list of texts: what was not said is not "none".
async fn given(
    connection: &mut Connection,
    provider: &Provider,
    claims: &Map<String, Value>,
) -> Result<BTreeMap<i64, GivenRole>, Failed> {
    if provider.roles_claim.is_empty() {
        return Ok(BTreeMap::new());
    }
    let said = match claims::at(claims, &provider.roles_claim) {
        Some(Value::String(text)) => Some(vec![text.as_str()]),
        Some(Value::Array(values)) => values.iter().map(Value::as_str).collect(),
        _ => None,
    };
    let missing = || Failed::new(ProblemCode::SsoRolesMissing, AuditReason::SsoGroupsMissing);
    let said = said.ok_or_else(missing)?;
    let mut given = BTreeMap::new();
    for role in rows::roles(connection, provider.id).await? {
        if said.contains(&role.value.as_str()) {
            given.entry(role.organization.0).or_insert(role);
        }
    }
    Ok(given)
}

/// Provisioning: assigns the roles from the claim, and removes those it no longer grants. Roles assigned or changed by an
/// admin are left alone.
async fn apply(
    connection: &mut Connection,
    app: &AppState,
    provider: &Provider,
    admin: &Admin,
    given: BTreeMap<i64, GivenRole>,
) -> Result<(), StoreError> {
    let before = rows::given(connection, provider.id, admin.id).await?;
    for organization in &before {
        if !given.contains_key(&organization.0) {
            take(connection, app, provider, (*organization, admin)).await?;
        }
    }
    for (_, role) in given {
        let known = member(connection, app, (role.organization, admin.id)).await?;
        let is_accepted = |known: &Member| known.status != AdministratorStatus::Invited;
        let is_by_hand = known.as_ref().is_some_and(is_accepted) && !before.contains(&role.organization);
        if !is_by_hand {
            give(connection, app, provider, (admin, known), &role).await?;
        }
    }
    Ok(())
}

async fn give(
    connection: &mut Connection,
    app: &AppState,
    provider: &Provider,
    (admin, before): (&Admin, Option<Member>),
    given: &GivenRole,
) -> Result<(), StoreError> {
    let key = (given.organization, admin.id);
    let status = match &before {
        // An admin who was disabled stays disabled.
        Some(before) if before.status == AdministratorStatus::Disabled => AdministratorStatus::Disabled,
        _ => AdministratorStatus::Active,
    };
    let is_as_before = |before: &Member| before.role_id == given.role && before.status == status;
    if !before.as_ref().is_some_and(is_as_before) {
        match &before {
            Some(before) => {
                if is_last_super_admin(connection, given.organization, before, given.role).await? {
                    return refuse(connection, app, provider, (given.organization, admin)).await;
                }
                invitations::delete(connection, key).await?;
                members::update(connection, key, given.role, status).await?;
            }
            None => {
                members::invite(connection, given.organization, admin.id, given.role).await?;
                members::accept(connection, given.organization, admin.id).await?;
            }
        }
        let after = member(connection, app, key).await?;
        if !after.as_ref().is_some_and(|after| after.permissions.api_access) {
            account_sessions::end_api(connection, admin.id, Some(given.organization)).await?;
        }
        let action = if before.is_some() {
            AuditAction::Update
        } else {
            AuditAction::Create
        };
        write(
            connection,
            app,
            provider,
            (given.organization, admin),
            (action, before, after),
        )
        .await?;
    }
    rows::mark_given(connection, provider.id, key).await
}

async fn take(
    connection: &mut Connection,
    app: &AppState,
    provider: &Provider,
    (organization, admin): (OrganizationId, &Admin),
) -> Result<(), StoreError> {
    let key = (organization, admin.id);
    let Some(before) = member(connection, app, key).await? else {
        return Ok(());
    };
    // Otherwise signing out and in again would enable a disabled admin.
    if before.status == AdministratorStatus::Disabled {
        return Ok(());
    }
    if is_last_super_admin(connection, organization, &before, RoleId(0)).await? {
        return refuse(connection, app, provider, (organization, admin)).await;
    }
    members::delete(connection, organization, admin.id).await?;
    account_sessions::end_api(connection, admin.id, Some(organization)).await?;
    let change = (AuditAction::Delete, Some(before), None);
    write(connection, app, provider, (organization, admin), change).await
}

/// Accepts the invitations of an admin who is not active anywhere yet, if the provider vouches for the login that was invited.
async fn accept_invitations(
    connection: &mut Connection,
    app: &AppState,
    provider: &Provider,
    admin: &Admin,
) -> Result<(), StoreError> {
    if members::is_active(connection, admin.id).await?
        || !identity::vouches(connection, app, provider, &admin.name).await?
    {
        return Ok(());
    }
    for organization in invitations::open(connection, admin.id, app.clock.now()).await? {
        let key = (organization, admin.id);
        let before = member(connection, app, key).await?;
        invitations::delete(connection, key).await?;
        members::accept(connection, organization, admin.id).await?;
        let after = member(connection, app, key).await?;
        let change = (AuditAction::Update, before, after);
        write(connection, app, provider, (organization, admin), change).await?;
    }
    Ok(())
}

/// Whether a different role would leave the organization without a Super Admin.
async fn is_last_super_admin(
    connection: &mut Connection,
    organization: OrganizationId,
    member: &Member,
    role: RoleId,
) -> Result<bool, StoreError> {
    let left = members::active_super_admins(connection, organization).await?;
    Ok(member.role_id != role && rules::last_super_admin(member, left).is_some())
}

async fn member(
    connection: &mut Connection,
    app: &AppState,
    (organization, admin): (OrganizationId, AdminId),
) -> Result<Option<Member>, StoreError> {
    let mut found = members::list(connection, organization, Some(admin), &app.live()).await?;
    Ok(found.pop())
}

async fn refuse(
    connection: &mut Connection,
    app: &AppState,
    provider: &Provider,
    (organization, admin): (OrganizationId, &Admin),
) -> Result<(), StoreError> {
    let event = Event {
        failure: Some(ProblemCode::LastSuperAdmin.into()),
        ..event(app, provider, (Some(organization), admin), AuditAction::Update)
    };
    audit_log::insert(connection, &app.secrets, &event).await
}

async fn write(
    connection: &mut Connection,
    app: &AppState,
    provider: &Provider,
    (organization, admin): (OrganizationId, &Admin),
    (action, before, after): (AuditAction, Option<Member>, Option<Member>),
) -> Result<(), StoreError> {
    let shown = |member: Member| json!({ "role": member.role, "status": member.status });
    let event = Event {
        before: before.map(shown),
        after: after.map(shown),
        ..event(app, provider, (Some(organization), admin), action)
    };
    audit_log::insert(connection, &app.secrets, &event).await
}

/// Writes the audit row of provisioning.
pub(super) async fn write_account(
    connection: &mut Connection,
    app: &AppState,
    provider: &Provider,
    (action, admin, after): (AuditAction, &Admin, Value),
) -> Result<(), StoreError> {
    let of = members::organizations_of(connection, admin.id).await?;
    let of: Vec<_> = if of.is_empty() {
        vec![None]
    } else {
        of.into_iter().map(Some).collect()
    };
    for organization in of {
        let after = Some(after.clone());
        let event = Event {
            after,
            ..event(app, provider, (organization, admin), action)
        };
        audit_log::insert(connection, &app.secrets, &event).await?;
    }
    Ok(())
}

fn event<'a>(
    app: &AppState,
    provider: &'a Provider,
    (organization, admin): (Option<OrganizationId>, &'a Admin),
    action: AuditAction,
) -> Event<'a> {
    Event {
        organization,
        ..Event::new(
            (action, AuditSubCategory::Administrator),
            &admin.name,
            (Actor::IdentityProvider(&provider.name), None),
            app.clock.now(),
        )
    }
}
