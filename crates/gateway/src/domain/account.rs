//! The admin's own account: password and sessions.

use axum::http::HeaderValue;
use keyward_contract::{
    AccountSession, AuditAction, AuditInterface, ChangePassword, ProblemCode, SessionId, SessionsEnded,
};
use serde_json::json;

use super::change::{Asked, Change};
use crate::{
    audit::Event,
    credentials::{By, Credentials, CredentialsError, Verified, password::Asker, password_policy},
    http::{preconditions::Preconditions, problem::Problem},
    portal_auth::session::{self, SignedIn},
    rules::Operation,
    state::AppState,
    store::{Connection, StoreError, audit::audit_log, people::admins, sessions::account_sessions},
};

/// Re-authenticates with the password. Returns the `Set-Cookie` with the session's new cookie.
///
/// # Errors
/// [`ProblemCode::WrongPassword`], [`ProblemCode::AccountLocked`]; [`ProblemCode::SignInAtProvider`] for admins who signed
/// in there.
pub async fn give_password(app: &AppState, signed_in: &SignedIn, password: &str) -> Result<HeaderValue, Problem> {
    if signed_in.provider.is_some() {
        return Err(ProblemCode::SignInAtProvider.into());
    }
    let verified = verify(app, signed_in, password).await?;
    let requester = &signed_in.requester;
    let now = app.clock.now();
    let mut transaction = app.store.write().await?;
    let shown = (signed_in.id_hash(), Some(now));
    let cookie = session::rotate(&mut transaction, app, shown, &requester.client).await?;
    let cookie = cookie.ok_or(ProblemCode::NotSignedIn)?;
    confirm(&mut transaction, app, &verified).await?;
    let event = Event {
        after: Some(json!({ "freshPassword": true })),
        ..Event::of_account(AuditAction::SignIn, &requester.admin, &requester.client, now)
    };
    audit_log::insert(&mut transaction, &app.secrets, &event).await?;
    transaction.commit().await.map_err(StoreError::from)?;
    Ok(cookie)
}

/// Sets a new password, and ends all other sessions. Returns the `Set-Cookie` with this session's new cookie.
///
/// # Errors
/// [`ProblemCode::WrongPassword`], [`ProblemCode::AccountLocked`], [`ProblemCode::InvalidInput`].
pub async fn change_password(
    app: &AppState,
    signed_in: &SignedIn,
    preconditions: &Preconditions,
    body: &ChangePassword,
) -> Result<Option<HeaderValue>, Problem> {
    password_policy::check_for(
        (&app.store, app.config.password_min_length),
        &signed_in.requester.admin,
        None,
        &body.new_password,
    )
    .await?
    .map_err(|error| Problem::new(ProblemCode::InvalidInput).field("newPassword", error))?;
    let asked = Asked::by(signed_in, Operation::AccountPassword, preconditions).body(body);
    // A repetition must not fail because the change has replaced the current password.
    let named = Change::enter(app, &asked)?;
    let mut reader = app.store.read().await?;
    if let Some(answer) = Change::first_answer::<()>(app, named.as_ref(), &mut reader).await? {
        drop(reader);
        answer?;
        return signed_in.rotate_again(app).await;
    }
    drop(reader);
    let verified = verify(app, signed_in, &body.current_password).await?;
    // A client with an active session doesn't wait behind strangers.
    let asker = Asker::proven(signed_in.requester.client.address);
    let hash = app.passwords.hash(&body.new_password, asker).await?;
    let mut cookie = None;
    let set_cookie = &mut cookie;
    let changed = Change::run_entered(app, asked, named.as_ref(), |change| {
        Box::pin(async move {
            confirm(&mut change.transaction, app, &verified).await?;
            *set_cookie = Some(apply_change_password(change, signed_in, &hash).await?);
            Ok(())
        })
    });
    let (result, is_repeated) = changed.await?;
    result?;
    if is_repeated {
        return signed_in.rotate_again(app).await;
    }
    Ok(cookie)
}

async fn apply_change_password(
    change: &mut Change<'_>,
    signed_in: &SignedIn,
    hash: &str,
) -> Result<HeaderValue, Problem> {
    let admin = &signed_in.requester.admin;
    let connection = &mut change.transaction;
    admins::set_password(connection, admin.id, hash).await?;
    // An admin who signed in at an identity provider can only re-authenticate there.
    let fresh_on = signed_in.provider.is_none().then_some(change.now);
    let client = &signed_in.requester.client;
    let shown = (signed_in.id_hash(), fresh_on);
    let cookie = session::rotate(connection, change.app, shown, client).await?;
    let cookie = cookie.ok_or(ProblemCode::NotSignedIn)?;
    let ended = account_sessions::end_all(connection, admin.id, Some(signed_in.public_id)).await?;
    Credentials::forgive(connection, &admin.name).await?;
    change.after = Some(json!({ "password": "changed", "sessionsEnded": ended }));
    Ok(cookie)
}

/// The live sessions.
pub async fn sessions(app: &AppState, signed_in: &SignedIn) -> Result<Vec<AccountSession>, StoreError> {
    let mut reader = app.store.read().await?;
    let admin = signed_in.requester.admin.id;
    account_sessions::list(&mut reader, admin, signed_in.public_id, &app.live()).await
}

/// Ends one of the sessions.
///
/// # Errors
/// [`ProblemCode::SessionNotFound`], also for sessions of other admins.
pub async fn end_session(
    app: &AppState,
    signed_in: &SignedIn,
    preconditions: &Preconditions,
    session: SessionId,
) -> Result<(), Problem> {
    let asked = Asked::by(signed_in, Operation::AccountSessionEnd, preconditions);
    Change::run(app, asked, |change| {
        Box::pin(async move {
            let admin = signed_in.requester.admin.id;
            let ended = account_sessions::end(&mut change.transaction, admin, session).await?;
            let (kind, organization) = ended.ok_or(ProblemCode::SessionNotFound)?;
            change.organization = organization;
            change.after = Some(json!({ "ended": kind }));
            Ok(())
        })
    })
    .await
}

/// Ends all sessions except the current one.
pub async fn end_other_sessions(
    app: &AppState,
    signed_in: &SignedIn,
    preconditions: &Preconditions,
) -> Result<SessionsEnded, Problem> {
    let asked = Asked::by(signed_in, Operation::AccountSessionsEndOthers, preconditions);
    Change::run(app, asked, |change| {
        Box::pin(async move {
            let (admin, own) = (signed_in.requester.admin.id, signed_in.public_id);
            let ended = account_sessions::end_all(&mut change.transaction, admin, Some(own)).await?;
            change.after = Some(json!({ "sessionsEnded": ended }));
            Ok(ended)
        })
    })
    .await
}

/// Checks the password of the session's admin. A wrong one counts for the session.
///
/// # Errors
/// [`ProblemCode::WrongPassword`], [`ProblemCode::AccountLocked`].
pub async fn verify(app: &AppState, signed_in: &SignedIn, password: &str) -> Result<Verified, Problem> {
    let requester = &signed_in.requester;
    let credentials = (requester.admin.name.as_str(), password);
    let by = By::Session(signed_in.public_id);
    app.credentials
        .verify(credentials, by, AuditInterface::AdminUi, &requester.client)
        .await
        .map_err(|error| error.at_password(app.clock.now()))
}

/// Rejects a password that was changed in the meantime.
async fn confirm(connection: &mut Connection, app: &AppState, verified: &Verified) -> Result<(), Problem> {
    match verified.confirm(connection, app.clock.now()).await {
        Ok(true) => Ok(()),
        Ok(false) => Err(CredentialsError::Wrong.at_password(app.clock.now())),
        Err(error) => Err(error.at_password(app.clock.now())),
    }
}
