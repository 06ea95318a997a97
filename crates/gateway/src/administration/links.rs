//! One-time links: the invitation that somebody accepts, and the operator's link that sets a new password.

use axum::http::HeaderValue;
use chrono::{DateTime, TimeDelta, Utc};
use keyward_contract::{
    AcceptInvitation, Admin, AdministratorStatus, AuditAction, AuditInterface, AuditSubCategory, InvitationOffer,
    ProblemCode, Session, check_password,
};
use serde_json::json;
use zeroize::Zeroizing;

use crate::{
    access::{
        credentials::Credentials,
        portal_session::{self, SignedIn},
    },
    app::AppState,
    audit::{Actor, Event},
    config::PublicUrl,
    edge::ClientInfo,
    problem::Problem,
    random,
    secrets::{Secrets, hash_token},
    store::{
        Connection, StoreError, account_sessions, admins, audit_log,
        invitations::{self, Link},
        members,
        organizations::Organization,
    },
};

/// How long a link that sets a new password can be used.
const PASSWORD_RESET_LIFE: TimeDelta = TimeDelta::hours(24);

/// The address of a link, with its secret in the fragment, which no browser sends anywhere.
pub fn address(portal: &PublicUrl, token: &str) -> String {
    format!("{portal}/invitation#{token}")
}

/// Makes a link that sets a new password, in place of any there was, and lifts a lockout. The present password works
/// until the link is used. Every organization that the admin belongs to has it in its audit log.
///
/// # Errors
/// When the database fails.
pub async fn reset_password(
    connection: &mut Connection,
    secrets: &Secrets,
    admin: &Admin,
    now: DateTime<Utc>,
) -> Result<Zeroizing<String>, StoreError> {
    let token = random::token();
    let expires_on = now + PASSWORD_RESET_LIFE;
    invitations::put_password_reset(connection, admin.id, hash_token(&token), expires_on).await?;
    Credentials::forgive(connection, &admin.name).await?;
    let mut event = Event::of_operator(AuditAction::Update, AuditSubCategory::Administrator, &admin.name, now);
    event.after = Some(json!({ "passwordResetExpiresOn": expires_on }));
    let organizations = members::organizations_of(connection, admin.id).await?;
    if organizations.is_empty() {
        audit_log::insert(connection, secrets, &event).await?;
    }
    for organization in organizations {
        event.organization = Some(organization);
        audit_log::insert(connection, secrets, &event).await?;
    }
    Ok(token)
}

/// Writes to the audit log that the operator listed the admins of an organization.
///
/// # Errors
/// When the database fails.
pub async fn write_listing(
    connection: &mut Connection,
    secrets: &Secrets,
    organization: &Organization,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let mut event = Event::of_operator(
        AuditAction::Export,
        AuditSubCategory::Administrator,
        &organization.name,
        now,
    );
    event.organization = Some(organization.id);
    audit_log::insert(connection, secrets, &event).await
}

/// What a link offers.
///
/// # Errors
/// [`ProblemCode::InvitationInvalid`].
pub async fn offer(app: &AppState, token: &str) -> Result<InvitationOffer, Problem> {
    let mut reader = app.store.read().await?;
    let link = usable(&mut reader, app, token).await?;
    let (organization, role) = link
        .invitation
        .map(|invited| (invited.organization_name, invited.role))
        .unzip();
    Ok(InvitationOffer {
        name: link.admin.name,
        organization,
        role,
        has_password: link.has_password,
    })
}

/// Accepts an invitation, or sets a new password, and opens a portal session in place of `former`.
///
/// An account that has a password proves it: a link must not be a way into it.
///
/// # Errors
/// [`ProblemCode::InvitationInvalid`], [`ProblemCode::WrongPassword`], [`ProblemCode::AccountLocked`],
/// [`ProblemCode::AccountDisabled`], [`ProblemCode::InvalidInput`].
pub async fn accept(
    app: &AppState,
    body: &AcceptInvitation,
    client: &ClientInfo,
    former: Option<SignedIn>,
) -> Result<(Session, HeaderValue), Problem> {
    let mut reader = app.store.read().await?;
    let link = usable(&mut reader, app, &body.token).await?;
    drop(reader);
    let new_password = if link.has_password {
        let credentials = (link.admin.name.as_str(), body.password.as_str());
        app.credentials
            .verify(credentials, AuditInterface::AdminUi, client)
            .await
            .map_err(|error| error.at_password(app))?;
        None
    } else {
        check_password(&body.password)
            .map_err(|error| Problem::new(ProblemCode::InvalidInput).field("password", error))?;
        Some(app.passwords.hash(&body.password).await?)
    };

    let mut transaction = app.store.write().await?;
    // Another one may have been faster with this link, or have set the password by another link.
    let link = usable(&mut transaction, app, &body.token).await?;
    if link.has_password != new_password.is_none() {
        return Err(Problem::new(ProblemCode::WrongPassword)
            .detail("This account has got a password meanwhile. Load the page again, and enter it."));
    }
    if link.invitation.is_none() && members::is_disabled(&mut transaction, link.admin.id).await? {
        return Err(ProblemCode::AccountDisabled.into());
    }
    use_up(&mut transaction, app, &link, body, new_password.as_deref(), client).await?;
    if let Some(former) = former {
        former.end_in(&mut transaction, app).await?;
    }
    let opened = portal_session::open(&mut transaction, app, &link.admin, client).await?;
    transaction.commit().await.map_err(StoreError::from)?;
    Ok(opened)
}

async fn use_up(
    connection: &mut Connection,
    app: &AppState,
    link: &Link,
    body: &AcceptInvitation,
    new_password: Option<&str>,
    client: &ClientInfo,
) -> Result<(), StoreError> {
    let admin = &link.admin;
    invitations::use_up(connection, hash_token(&body.token)).await?;
    if let Some(hash) = new_password {
        admins::set_password(connection, admin.id, hash).await?;
    }
    let mut event = Event {
        logged_on: app.clock.now(),
        organization: None,
        action: AuditAction::Update,
        sub_category: AuditSubCategory::Administrator,
        resource: &admin.name,
        actor: Actor::Admin(admin),
        client: Some(client),
        interface: AuditInterface::AdminUi,
        failure: None,
        before: None,
        after: None,
    };
    match &link.invitation {
        Some(invited) => {
            members::accept(connection, invited.organization, admin.id).await?;
            event.organization = Some(invited.organization);
            event.before = Some(json!({ "role": invited.role, "status": AdministratorStatus::Invited }));
            event.after = Some(json!({ "role": invited.role, "status": AdministratorStatus::Active }));
        }
        None => {
            let ended = account_sessions::end_all(connection, admin.id, None).await?;
            event.after = Some(json!({ "password": "changed", "sessionsEnded": ended }));
        }
    }
    audit_log::insert(connection, &app.secrets, &event).await?;
    Credentials::forgive(connection, &admin.name).await
}

async fn usable(connection: &mut Connection, app: &AppState, token: &str) -> Result<Link, Problem> {
    let link = invitations::find(connection, hash_token(token), app.clock.now()).await?;
    link.ok_or_else(|| {
        Problem::new(ProblemCode::InvitationInvalid).detail("A link works once, and for a time. Ask for a new one.")
    })
}
