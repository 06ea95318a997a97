//! One-time links: invitations, and the operator's link that sets a new password.

use axum::http::HeaderValue;
use chrono::{DateTime, TimeDelta, Utc};
use keyward_contract::{
    AcceptInvitation, Admin, AdministratorStatus, AuditAction, AuditSubCategory, InvitationOffer, InvitationProof,
    ProblemCode, Session,
};
use serde_json::json;
use zeroize::Zeroizing;

use crate::{
    audit::{Actor, Event},
    config::PublicUrl,
    credentials::{Credentials, password::Asker, password_policy},
    http::{ClientInfo, problem::Problem},
    names,
    portal_auth::session::{self, Authentication, SignedIn},
    random,
    secrets::{Secrets, hash_token},
    state::AppState,
    store::{
        Connection, StoreError,
        audit::audit_log,
        organizations::Organization,
        people::{
            admins,
            invitations::{self, Link},
            members, password_sign_in,
        },
        sessions::account_sessions,
    },
};

/// How long an invitation can be accepted.
pub const INVITATION_LIFE: TimeDelta = TimeDelta::days(7);
/// How long a link that sets a new password can be used.
const PASSWORD_RESET_LIFE: TimeDelta = TimeDelta::hours(24);

/// The URL of a link, with its secret in the fragment, which browsers don't send.
pub fn address(portal: &PublicUrl, token: &str) -> String {
    format!("{portal}/invitation#{token}")
}

/// Creates a link that sets a new password, replacing any previous one, and unlocks the account. The current password works
/// until the link is used. Written to the audit log of every organization that the admin belongs to.
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
        // The spelling of an existing account's login isn't revealed.
        name: match proof {
            InvitationProof::Session => link.admin.name,
            _ => admins::fold_login(&link.admin.name),
        },
        organization,
        role,
        proof,
    })
}

/// How the recipient of the link proves to be its admin. The answer reveals nothing about accounts elsewhere, and gives no
/// access to them: see [`takes`].
async fn proof(connection: &mut Connection, link: &Link, by: Option<&SignedIn>) -> Result<InvitationProof, StoreError> {
    let is_same = by.is_some_and(|by| is_called_so(&by.requester.admin, link));
    Ok(if is_same && link.invitation.is_some() {
        InvitationProof::Session
    } else if !password_sign_in::is_on(connection).await? {
        InvitationProof::SingleSignOn
    } else {
        InvitationProof::NewPassword
    })
}

/// Whether an account has the login that was invited, be it for one organization alone.
fn is_called_so(admin: &Admin, link: &Link) -> bool {
    let called = names::of_organization(&admin.name).unwrap_or(&admin.name);
    admin.id == link.admin.id || admins::fold_login(called) == admins::fold_login(&link.admin.name)
}

/// The account that gets what a link is for.
///
/// An organization's link vouches for its holder in that organization only. So it opens no account that is in use elsewhere: an
/// admin can't take over another organization's admin by inviting them, and a squatter who took a login first gains nothing when
/// the true owner is invited. The owner of an existing account must be signed in to it; any other holder gets a separate account
/// for this organization only.
async fn takes(
    connection: &mut Connection,
    app: &AppState,
    link: &Link,
    former: Option<&SignedIn>,
) -> Result<Admin, Problem> {
    let Some(invited) = &link.invitation else {
        return Ok(link.admin.clone());
    };
    let mut admin = match former {
        Some(former) => former.requester.admin.clone(),
        None if !link.is_in_use => return Ok(link.admin.clone()),
        None => {
            let login = admins::fold_login(&link.admin.name);
            let name = names::for_organization(&login, invited.organization.0);
            let id = random::admin_id();
            Admin { id, name }
        }
    };
    if admin.id == link.admin.id {
        return Ok(admin);
    }
    if former.is_none() {
        if admins::find_by_login(connection, &admin.name).await?.is_some() {
            // They have a previous session, which continues elsewhere.
            admin.name = names::for_organization(&admins::fold_login(&link.admin.name), admin.id.0);
        }
        admins::insert(connection, &admin, None, app.clock.now()).await?;
    }
    let moved = members::hand_over(connection, invited.organization, (link.admin.id, admin.id)).await;
    moved.map_err(|error| match error.is_duplicate() {
        true => Problem::new(ProblemCode::AdministratorExists).detail("You already have a role in this organization."),
        false => error.into(),
    })?;
    admins::delete_without_role(connection, link.admin.id).await?;
    Ok(admin)
}

/// Accepts an invitation, or sets a new password, and opens a portal session in place of `former`; who is signed in as the
/// admin whom it is for goes on with theirs.
///
/// # Errors
/// [`ProblemCode::InvitationInvalid`], [`ProblemCode::WrongPassword`], [`ProblemCode::AccountDisabled`],
/// [`ProblemCode::InvalidInput`], [`ProblemCode::SignInAtProvider`], [`ProblemCode::AdministratorExists`].
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
    let invited_to = link
        .invitation
        .as_ref()
        .map(|invited| invited.organization_name.clone());
    let new_password = match proof {
        InvitationProof::Session => None,
        InvitationProof::SingleSignOn => {
            return Err(Problem::new(ProblemCode::SignInAtProvider)
                .detail("Sign in at your identity provider, then open the link again."));
        }
        InvitationProof::NewPassword => {
            password_policy::check_for(
                (&app.store, app.config.password_min_length),
                &link.admin,
                invited_to.as_deref(),
                &body.password,
            )
            .await?
            .map_err(|error| Problem::new(ProblemCode::InvalidInput).field("password", error))?;
            // They have shown a link that works.
            let asker = Asker::proven(client.address);
            Some(app.passwords.hash(&body.password, asker).await?)
        }
    };

    let mut transaction = app.store.write().await?;
    // The link may have been used concurrently, or the password set by a different link.
    let Some(link) = usable(&mut transaction, app, &body.token).await? else {
        drop(transaction);
        return Err(invalid(app, client).await);
    };
    if self::proof(&mut transaction, &link, former.as_ref()).await? != proof {
        return Err(Problem::new(ProblemCode::WrongPassword)
            .detail("This account was changed in the meantime. Load the page again."));
    }
    if link.invitation.is_none() && members::is_disabled(&mut transaction, link.admin.id).await? {
        return Err(ProblemCode::AccountDisabled.into());
    }
    invitations::use_up(&mut transaction, hash_token(&body.token)).await?;
    let signed_in = former.as_ref().filter(|_| proof == InvitationProof::Session);
    let admin = takes(&mut transaction, app, &link, signed_in).await?;
    use_up(&mut transaction, app, (&link, &admin), new_password.as_deref(), client).await?;
    if let (Some(former), InvitationProof::Session) = (&former, proof) {
        transaction.commit().await.map_err(StoreError::from)?;
        return Ok((former.describe(app).await?, None));
    }
    if let Some(former) = former {
        former.end_in(&mut transaction, app).await?;
    }
    let who = (&admin, Authentication::Password);
    let (session, cookie) = session::open(&mut transaction, app, who, client).await?;
    transaction.commit().await.map_err(StoreError::from)?;
    Ok((session, Some(cookie)))
}

async fn use_up(
    connection: &mut Connection,
    app: &AppState,
    (link, admin): (&Link, &Admin),
    new_password: Option<&str>,
    client: &ClientInfo,
) -> Result<(), StoreError> {
    let mut ended = None;
    if let Some(hash) = new_password {
        admins::set_password(connection, admin.id, hash).await?;
        // Sessions opened with an older password end.
        ended = Some(account_sessions::end_all(connection, admin.id, None).await?);
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
            event.after = Some(json!({ "password": "changed", "sessionsEnded": ended }));
        }
    }
    audit_log::insert(connection, &app.secrets, &event).await?;
    Credentials::forgive(connection, &admin.name).await
}

async fn usable(connection: &mut Connection, app: &AppState, token: &str) -> Result<Option<Link>, StoreError> {
    invitations::find(connection, hash_token(token), app.clock.now()).await
}

/// The answer to an invalid link. Attempts are in the audit log.
async fn invalid(app: &AppState, client: &ClientInfo) -> Problem {
    let event = Event {
        failure: Some(ProblemCode::InvitationInvalid.into()),
        ..Event::new(
            (AuditAction::Update, AuditSubCategory::Administrator),
            "unknown link",
            (Actor::Unknown, Some(client)),
            app.clock.now(),
        )
    };
    app.counted.note(&event).await;
    Problem::new(ProblemCode::InvitationInvalid).detail("A link works once and expires. Ask for a new one.")
}
