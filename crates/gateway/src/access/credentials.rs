//! User name and password: the check that the portal and the cloud service API share, with its lockout.

use std::{
    hash::{BuildHasher, RandomState},
    sync::Arc,
};

use chrono::{DateTime, TimeDelta, Utc};
use keyward_contract::{Admin, AuditAction, AuditInterface, AuditSubCategory, LOGIN_MAX, PASSWORD_MAX, ProblemCode};
use tokio::sync::Mutex;

use super::password::Passwords;
use crate::{
    app::AppState,
    audit::{Actor, Event},
    clock::Clock,
    edge::ClientInfo,
    problem::Problem,
    secrets::{Secrets, hash_token},
    store::{
        Connection, Store, StoreError, admins, audit_log,
        lockouts::{self, record_failure},
        members,
    },
};

/// This many failures within [`FAILURE_WINDOW`] lock a login.
const FAILURES: i64 = 5;
const FAILURE_WINDOW: TimeDelta = TimeDelta::minutes(1);
const LOCKOUT: TimeDelta = TimeDelta::minutes(5);
const LINES: usize = 64;

/// Checks user names and passwords.
#[derive(Clone)]
pub struct Credentials {
    store: Store,
    clock: Clock,
    passwords: Passwords,
    secrets: Arc<Secrets>,
    /// Attempts for the same login go one by one, so that a burst of guesses can't outrun the count. A login has its
    /// line by its hash; two may share one.
    lines: Arc<[Mutex<()>; LINES]>,
    hasher: RandomState,
}

/// Why a sign-in failed.
#[derive(Debug, thiserror::Error)]
pub enum CredentialsError {
    /// User name or password is wrong. Which one is for the audit log alone.
    #[error("wrong user name or password")]
    Wrong,
    /// The password is right, but every organization has disabled the admin.
    #[error("disabled")]
    Disabled,
    /// Too many failures; it may be tried again then.
    #[error("locked until {0}")]
    Locked(DateTime<Utc>),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A password could not be hashed.
    #[error(transparent)]
    Hash(#[from] super::password::HashError),
}

impl Credentials {
    /// A check on this database.
    pub fn new(store: Store, clock: Clock, passwords: Passwords, secrets: Arc<Secrets>) -> Self {
        Self {
            store,
            clock,
            passwords,
            secrets,
            lines: Arc::new(std::array::from_fn(|_| Mutex::new(()))),
            hasher: RandomState::new(),
        }
    }

    /// The admin with this user name and password, to open a session for. A failure is written to the audit log here, a
    /// success by whoever opens the session.
    ///
    /// # Errors
    /// When the sign-in failed.
    pub async fn check(
        &self,
        credentials: (&str, &str),
        interface: AuditInterface,
        client: &ClientInfo,
    ) -> Result<Verified, CredentialsError> {
        let verified = self.verify(credentials, interface, client).await?;
        let mut reader = self.store.read().await?;
        if !members::is_disabled(&mut reader, verified.admin.id).await? {
            return Ok(verified);
        }
        drop(reader);
        let failure = Failure {
            action: AuditAction::SignIn,
            failure: "AccountDisabled",
            admin: Some(verified.admin),
        };
        let mut transaction = self.store.write().await?;
        failure
            .write(&mut transaction, &self.secrets, interface, client, self.clock.now())
            .await?;
        transaction.commit().await.map_err(StoreError::from)?;
        Err(CredentialsError::Disabled)
    }

    /// As [`check`](Self::check), also for an admin whom every organization has disabled.
    ///
    /// # Errors
    /// When user name or password is wrong.
    pub async fn verify(
        &self,
        (username, password): (&str, &str),
        interface: AuditInterface,
        client: &ClientInfo,
    ) -> Result<Verified, CredentialsError> {
        let login = admins::fold_login(username);
        let login_hash = hash_token(&login);
        let _line = self.line(&login).lock().await;

        let mut reader = self.store.read().await?;
        let found = admins::find_by_login(&mut reader, &login).await?;
        let locked = lockouts::locked_until(&mut reader, &login_hash, self.clock.now()).await?;
        drop(reader);

        let event = |action, failure, admin: Option<&Admin>| Failure {
            action,
            failure,
            admin: admin.cloned(),
        };
        let reason = match &found {
            Some((_, Some(_))) => "WrongPassword",
            Some((_, None)) => "NoPassword",
            None => "UnknownUser",
        };
        let (admin, hash) = found.map_or((None, None), |(admin, hash)| (Some(admin), hash));
        if let Some(until) = locked {
            let failure = event(AuditAction::SignIn, "Locked", admin.as_ref());
            let mut transaction = self.store.write().await?;
            failure
                .write(&mut transaction, &self.secrets, interface, client, self.clock.now())
                .await?;
            transaction.commit().await.map_err(StoreError::from)?;
            return Err(CredentialsError::Locked(until));
        }
        // What is longer than any password or login is wrong, and not worth hashing.
        let plausible = username.len() <= LOGIN_MAX * 4 && password.len() <= PASSWORD_MAX * 4;
        if plausible
            && self.passwords.verify(password, hash.as_deref()).await?
            && let (Some(admin), Some(password_hash)) = (&admin, hash)
        {
            return Ok(Verified {
                admin: admin.clone(),
                password_hash,
            });
        }
        let failure = event(AuditAction::SignIn, reason, admin.as_ref());
        let now = self.clock.now();
        let mut transaction = self.store.write().await?;
        failure
            .write(&mut transaction, &self.secrets, interface, client, now)
            .await?;
        let failures = record_failure(&mut transaction, &login_hash, now - FAILURE_WINDOW, now).await?;
        if failures >= FAILURES {
            lockouts::lock(&mut transaction, &login_hash, now + LOCKOUT).await?;
            event(AuditAction::Lock, "TooManyFailures", admin.as_ref())
                .write(&mut transaction, &self.secrets, interface, client, now)
                .await?;
        }
        transaction.commit().await.map_err(StoreError::from)?;
        Err(CredentialsError::Wrong)
    }

    /// Begins the count of failures anew, and lifts a lockout.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forgive(connection: &mut Connection, name: &str) -> Result<(), StoreError> {
        lockouts::lift(connection, &hash_token(&admins::fold_login(name))).await
    }

    fn line(&self, login: &str) -> &Mutex<()> {
        let hash = self.hasher.hash_one(login);
        &self.lines[usize::try_from(hash % LINES as u64).unwrap_or_default()]
    }
}

/// An admin whose password was right.
pub struct Verified {
    /// The admin.
    pub admin: Admin,
    password_hash: String,
}

impl Verified {
    /// Begins the count of failures anew, in the transaction that opens the session. False when the password was
    /// changed, or the admin disabled, since it was looked at: then there must be no session.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn confirm(&self, connection: &mut Connection) -> Result<bool, StoreError> {
        let same = admins::has_password_hash(connection, self.admin.id, &self.password_hash).await?;
        if !same || members::is_disabled(connection, self.admin.id).await? {
            return Ok(false);
        }
        Credentials::forgive(connection, &self.admin.name).await?;
        Ok(true)
    }
}

impl CredentialsError {
    /// The answer to a password that somebody who is known gives.
    pub fn at_password(self, app: &AppState) -> Problem {
        match self {
            Self::Wrong => Problem::new(ProblemCode::WrongPassword).field("password", "This is not your password."),
            other => other.at_sign_in(app),
        }
    }

    /// The answer to a sign-in.
    pub fn at_sign_in(self, app: &AppState) -> Problem {
        match self {
            Self::Wrong => Problem::new(ProblemCode::SignInFailed),
            Self::Disabled => Problem::new(ProblemCode::AccountDisabled)
                .detail("Every organization you belong to has disabled you. Ask one of its admins."),
            Self::Locked(until) => {
                let seconds = (until - app.clock.now()).num_seconds().unsigned_abs() + 1;
                Problem::new(ProblemCode::AccountLocked)
                    .detail("This account is locked for five minutes after five failed sign-ins within one.")
                    .retry_after(seconds)
            }
            Self::Store(error) => error.into(),
            Self::Hash(error) => error.into(),
        }
    }
}

struct Failure {
    action: AuditAction,
    failure: &'static str,
    admin: Option<Admin>,
}

impl Failure {
    async fn write(
        &self,
        connection: &mut Connection,
        secrets: &Secrets,
        interface: AuditInterface,
        client: &ClientInfo,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let event = Event {
            logged_on: now,
            organization: None,
            action: self.action,
            sub_category: AuditSubCategory::Session,
            resource: self.admin.as_ref().map_or("unknown user", |admin| &admin.name),
            actor: self.admin.as_ref().map_or(Actor::Unknown, Actor::Admin),
            client: Some(client),
            interface,
            failure: Some(self.failure),
            before: None,
            after: None,
        };
        audit_log::insert(connection, secrets, &event).await
    }
}
