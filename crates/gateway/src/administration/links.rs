//! One-time links: the invitation that somebody accepts, and the operator's link that sets a new password.

use axum::http::HeaderValue;
use chrono::{DateTime, TimeDelta, Utc};
use keyward_contract::{
    AcceptInvitation, Admin, AdministratorStatus, AuditAction, AuditInterface, AuditSubCategory, InvitationOffer,
    InvitationProof, ProblemCode, Session, check_password,
};
use serde_json::json;
use zeroize::Zeroizing;

use crate::{
    access::{
        credentials::{By, Credentials},
        portal_session::{self, Authentication, SignedIn},
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
        sso,
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
pub async fn offer(
    app: &AppState,
    token: &str,
    client: &ClientInfo,
    by: Option<&SignedIn>,
) -> Result<InvitationOffer, Problem> {
    let mut reader = app.store.read().await?;
    let Some(link) = usable(&mut reader, app, token).await? else {
        drop(reader);
        return Err(invalid(app, client).await);
    };
    let proof = proof(&mut reader, &link, by).await?;
    let (organization, role) = link
        .invitation
        .map(|invited| (invited.organization_name, invited.role))
        .unzip();
    Ok(InvitationOffer {
        name: link.admin.name,
        organization,
        role,
        proof,
    })
}

/// How whoever has the link proves to be its admin: it must not be a way into an account that somebody has.
async fn proof(connection: &mut Connection, link: &Link, by: Option<&SignedIn>) -> Result<InvitationProof, StoreError> {
    let is_same = by.is_some_and(|by| by.requester.admin.id == link.admin.id);
    Ok(if is_same && link.invitation.is_some() {
        InvitationProof::Session
    } else if !sso::has_password_sign_in(connection).await? {
        InvitationProof::SingleSignOn
    } else if link.has_password {
        InvitationProof::Password
    } else if link.is_in_use {
        InvitationProof::SingleSignOn
    } else {
        InvitationProof::NewPassword
    })
}

/// Accepts an invitation, or sets a new password, and opens a portal session in place of `former`; who is signed in as the
/// admin whom it is for goes on with theirs.
///
/// # Errors
/// [`ProblemCode::InvitationInvalid`], [`ProblemCode::WrongPassword`], [`ProblemCode::AccountLocked`],
/// [`ProblemCode::AccountDisabled`], [`ProblemCode::InvalidInput`], [`ProblemCode::SignInAtProvider`].
pub async fn accept(
    app: &AppState,
    body: &AcceptInvitation,
    client: &ClientInfo,
    former: Option<SignedIn>,
) -> Result<(Session, Option<HeaderValue>), Problem> {
    let mut reader = app.store.read().await?;
    let Some(link) = usable(&mut reader, app, &body.token).await? else {
        drop(reader);
        return Err(invalid(app, client).await);
    };
    let proof = proof(&mut reader, &link, former.as_ref()).await?;
    drop(reader);
    let mut verified = None;
    let new_password = match proof {
        InvitationProof::Session => None,
        InvitationProof::SingleSignOn => {
            return Err(Problem::new(ProblemCode::SignInAtProvider)
                .detail("Sign in at your identity provider, and open the link again."));
        }
        InvitationProof::Password => {
            let credentials = (link.admin.name.as_str(), body.password.as_str());
            let by_password = app
                .credentials
                .verify(credentials, By::Anybody, AuditInterface::AdminUi, client)
                .await;
            verified = Some(by_password.map_err(|error| error.at_password(app))?);
            None
        }
        InvitationProof::NewPassword => {
            check_password(&body.password)
                .map_err(|error| Problem::new(ProblemCode::InvalidInput).field("password", error))?;
            Some(app.passwords.hash(&body.password).await?)
        }
    };

    let mut transaction = app.store.write().await?;
    // Another one may have been faster with this link, or have set the password by another link.
    let Some(link) = usable(&mut transaction, app, &body.token).await? else {
        drop(transaction);
        return Err(invalid(app, client).await);
    };
    let still_right = match &verified {
        Some(verified) => verified.confirm(&mut transaction, app.clock.now()).await,
        None => Ok(true),
    };
    if !still_right.map_err(|error| error.at_password(app))?
        || self::proof(&mut transaction, &link, former.as_ref()).await? != proof
    {
        return Err(
            Problem::new(ProblemCode::WrongPassword).detail("This account was changed meanwhile. Load the page again.")
        );
    }
    if link.invitation.is_none() && members::is_disabled(&mut transaction, link.admin.id).await? {
        return Err(ProblemCode::AccountDisabled.into());
    }
    use_up(&mut transaction, app, &link, body, new_password.as_deref(), client).await?;
    if let (Some(former), InvitationProof::Session) = (&former, proof) {
        transaction.commit().await.map_err(StoreError::from)?;
        return Ok((former.describe(app).await?, None));
    }
    if let Some(former) = former {
        former.end_in(&mut transaction, app).await?;
    }
    let who = (&link.admin, Authentication::Password);
    let (session, cookie) = portal_session::open(&mut transaction, app, who, client).await?;
    transaction.commit().await.map_err(StoreError::from)?;
    Ok((session, Some(cookie)))
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
        sub_category: AuditSubCategory::Administrator,
        ..Event::of_account(AuditAction::Update, admin, client, app.clock.now())
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

async fn usable(connection: &mut Connection, app: &AppState, token: &str) -> Result<Option<Link>, StoreError> {
    invitations::find(connection, hash_token(token), app.clock.now()).await
}

/// The answer to a link that is none, or none any more. Who tries some is in the audit log.
async fn invalid(app: &AppState, client: &ClientInfo) -> Problem {
    let event = Event {
        logged_on: app.clock.now(),
        organization: None,
        action: AuditAction::Update,
        sub_category: AuditSubCategory::Administrator,
        resource: "unknown link",
        actor: Actor::Unknown,
        client: Some(client),
        interface: AuditInterface::AdminUi,
        failure: Some(ProblemCode::InvitationInvalid.as_str()),
        before: None,
        after: None,
    };
    app.counted.note(&event).await;
    Problem::new(ProblemCode::InvitationInvalid).detail("A link works once, and for a time. Ask for a new one.")
}
