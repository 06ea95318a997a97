//! Who somebody from an identity provider is here, and which roles they have.

use std::collections::BTreeMap;

use keyward_contract::{
    Admin, AdminId, AdministratorStatus, AuditAction, AuditInterface, AuditSubCategory, OrganizationId, ProblemCode,
    RoleId, check_login,
};
use serde_json::{Map, Value, json};

use super::{Failed, claims, token::IdToken};
use crate::{
    app::AppState,
    audit::{Actor, Event},
    random,
    store::{
        Connection, StoreError, account_sessions, admins, audit_log, invitations,
        members::{self, Member},
        sso::{self as rows, GivenRole, Provider},
    },
};

/// The admin whom a provider has signed in, with the roles that follow from the claim; and why there is no session for them.
/// What it changes is to be committed even then. `signed_in` is who was so in the same browser.
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
    let admin = admin(connection, app, provider, token, (!given.is_empty(), signed_in)).await?;
    let refused = follow(connection, app, provider, &admin, given).await?;
    Ok((admin, refused))
}

/// Gives and takes the roles of whom a provider has signed in once more; and why their session can't go on. What it changes is
/// to be committed even then.
///
/// # Errors
/// When the database fails.
pub(super) async fn renew(
    connection: &mut Connection,
    app: &AppState,
    provider: &Provider,
    (admin, token): (&Admin, &IdToken),
) -> Result<Option<Failed>, StoreError> {
    let given = given(connection, provider, &token.claims).await?;
    follow(connection, app, provider, admin, given).await
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
        Failed::new(ProblemCode::AccountDisabled, "AccountDisabled")
    } else {
        Failed::new(ProblemCode::SsoNoAccount, "sso-no-role")
    }))
}

async fn admin(
    connection: &mut Connection,
    app: &AppState,
    provider: &Provider,
    token: &IdToken,
    (has_role, signed_in): (bool, Option<AdminId>),
) -> Result<Admin, Failed> {
    if let Some(known) = rows::admin(connection, provider.id, &token.subject).await? {
        return Ok(known);
    }
    let no_account = |reason| Failed::new(ProblemCode::SsoNoAccount, reason);
    let login = login(provider, &token.claims).map_err(no_account)?;
    let (admin, has_password) = match admins::find_by_login(connection, login).await? {
        Some((admin, hash)) => (admin, hash.is_some()),
        None if has_role => {
            check_login(login).map_err(|_| no_account("sso-claim-missing"))?;
            let admin = Admin {
                id: random::admin_id(),
                name: login.to_owned(),
            };
            admins::insert(connection, &admin, None, app.clock.now()).await?;
            (admin, false)
        }
        None => return Err(no_account("UnknownUser")),
    };
    // A login that has come to somebody else at the provider is not the account of the one before.
    let identified = rows::identify(connection, provider.id, &token.subject, admin.id).await;
    match identified {
        Err(error) if error.is_duplicate() => {
            return Err(Failed {
                admin: Some(admin),
                ..no_account("sso-subject-changed")
            });
        }
        other => other?,
    }
    // The account may be somebody else's who has called it so, and would get in by its password where the provider's person has
    // a role.
    let is_proven = signed_in == Some(admin.id) || !has_password;
    if !is_proven && rows::has_password_sign_in(connection).await? {
        return Err(Failed {
            admin: Some(admin),
            ..Failed::new(ProblemCode::SsoNotConnected, "sso-not-connected")
        });
    }
    Ok(admin)
}

/// The login that the claim says. An address of e-mail must be one that the provider has verified, and no provider names
/// people of a domain that is not its own.
fn login<'a>(provider: &Provider, claims: &'a Map<String, Value>) -> Result<&'a str, &'static str> {
    let text = claims::at(claims, &provider.claim).and_then(Value::as_str);
    let login = text.filter(|text| !text.is_empty()).ok_or("sso-claim-missing")?;
    if provider.claim == "email" && !claims::is_true(claims.get("email_verified")) {
        tracing::warn!(
            provider = provider.name,
            "the claim email_verified of the identity provider is not true, so that its claim email isn't trusted; let it be verified there, \
             or choose a different claim: keyward sso add --claim"
        );
        return Err("sso-email-not-verified");
    }
    let domain = login.rsplit_once('@').map_or("", |(_, domain)| domain);
    if !provider.login_domain.is_empty() && !domain.eq_ignore_ascii_case(&provider.login_domain) {
        return Err("sso-login-of-other-domain");
    }
    Ok(login)
}

/// The roles that follow from the claim, one an organization.
async fn given(
    connection: &mut Connection,
    provider: &Provider,
    claims: &Map<String, Value>,
) -> Result<BTreeMap<i64, GivenRole>, StoreError> {
    if provider.roles_claim.is_empty() {
        return Ok(BTreeMap::new());
    }
    let has = |wanted: &str| match claims::at(claims, &provider.roles_claim) {
        Some(Value::String(text)) => text == wanted,
        Some(Value::Array(values)) => values.iter().any(|value| value == wanted),
        _ => false,
    };
    let mut given = BTreeMap::new();
    for role in rows::roles(connection, provider.id).await? {
        if has(&role.value) {
            given.entry(role.organization.0).or_insert(role);
        }
    }
    Ok(given)
}

/// Gives the roles that follow from the claim, and takes those that followed from it before and do so no more. What an admin
/// has given, or changed, is left alone.
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
        // Whom an admin has disabled stays so.
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
    // Or a way out and in again would enable whom an admin has disabled.
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

/// Whoever is invited, and active nowhere yet, accepts by coming in.
async fn accept_invitations(
    connection: &mut Connection,
    app: &AppState,
    provider: &Provider,
    admin: &Admin,
) -> Result<(), StoreError> {
    if members::is_active(connection, admin.id).await? {
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

/// Whether another role would leave the organization without a Super Admin.
async fn is_last_super_admin(
    connection: &mut Connection,
    organization: OrganizationId,
    member: &Member,
    role: RoleId,
) -> Result<bool, StoreError> {
    let is_one = member.built_in == Some(keyward_contract::BuiltInRole::SuperAdmin)
        && member.status == AdministratorStatus::Active
        && member.role_id != role;
    Ok(is_one && members::active_super_admins(connection, organization).await? == 1)
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
        failure: Some(ProblemCode::LastSuperAdmin.as_str()),
        ..event(app, provider, (organization, admin), AuditAction::Update)
    };
    audit_log::insert(connection, &app.secrets, &event).await
}

async fn write(
    connection: &mut Connection,
    app: &AppState,
    provider: &Provider,
    of: (OrganizationId, &Admin),
    (action, before, after): (AuditAction, Option<Member>, Option<Member>),
) -> Result<(), StoreError> {
    let shown = |member: Member| json!({ "role": member.role, "status": member.status });
    let event = Event {
        before: before.map(shown),
        after: after.map(shown),
        ..event(app, provider, of, action)
    };
    audit_log::insert(connection, &app.secrets, &event).await
}

fn event<'a>(
    app: &AppState,
    provider: &'a Provider,
    (organization, admin): (OrganizationId, &'a Admin),
    action: AuditAction,
) -> Event<'a> {
    Event {
        logged_on: app.clock.now(),
        organization: Some(organization),
        action,
        sub_category: AuditSubCategory::Administrator,
        resource: &admin.name,
        actor: Actor::IdentityProvider(&provider.name),
        client: None,
        interface: AuditInterface::AdminUi,
        failure: None,
        before: None,
        after: None,
    }
}
