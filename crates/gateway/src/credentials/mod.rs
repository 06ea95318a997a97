//! Checking user name and password, for the portal and the cloud service API, with the lockout.

mod attempts;
mod failures;
pub mod password;
pub mod password_policy;

use std::sync::Arc;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use keyward_contract::{
    Admin, AuditAction, AuditInterface, AuditReason, AuditSubCategory, FieldCode, LOGIN_MAX, PASSWORD_MAX, ProblemCode,
    SessionId,
};

pub use self::attempts::Attempt;
pub use self::failures::Lock;
use self::{
    failures::LONGEST_DELAY,
    password::{Asker, Passwords},
};
use crate::{
    audit::{self, Actor, Event},
    audit_counts::AuditCounts,
    clock::Clock,
    http::{ClientInfo, problem::Problem},
    secrets::{Secrets, hash_token},
    store::{
        Connection, Store, StoreError,
        audit::audit_log,
        people::{admins, members, sign_in_counts},
    },
};

/// Checks user names and passwords.
#[derive(Clone)]
pub struct Credentials {
    store: Store,
    clock: Clock,
    passwords: Passwords,
    secrets: Arc<Secrets>,
    counted: Arc<AuditCounts>,
}

/// The origin of a password.
#[derive(Clone, Copy, Debug)]
pub enum By {
    /// A sign-in.
    Anybody,
    /// Re-authentication in this session.
    Session(SessionId),
}

/// Why a sign-in failed.
#[derive(Debug, thiserror::Error)]
pub enum CredentialsError {
    /// User name or password is wrong. Only the audit log says which.
    #[error("wrong user name or password")]
    Wrong,
    /// The password is right, but every organization has disabled the admin.
    #[error("disabled")]
    Disabled,
    /// Too many failures; locked until then.
    #[error("locked until {0}")]
    Locked(DateTime<Utc>),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A password could not be hashed.
    #[error(transparent)]
    Hash(#[from] password::HashError),
}

impl Credentials {
    /// A check on this database.
    pub fn new(
        store: Store,
        clock: Clock,
        passwords: Passwords,
        secrets: Arc<Secrets>,
        counted: Arc<AuditCounts>,
    ) -> Self {
        Self {
            store,
            clock,
            passwords,
            secrets,
            counted,
        }
    }

    /// The admin with this user name and password, to open a session for. A failure is written to the audit log here, a
    /// success by the caller that opens the session.
    ///
    /// # Errors
    /// When the sign-in failed.
    pub async fn check(
        &self,
        credentials: (&str, &str),
        interface: AuditInterface,
        client: &ClientInfo,
    ) -> Result<Verified, CredentialsError> {
        let mut verified = self.verify(credentials, By::Anybody, interface, client).await?;
        let mut reader = self.store.read().await?;
        if !members::is_disabled(&mut reader, verified.admin.id).await? {
            verified.must_be_enabled = true;
            return Ok(verified);
        }
        drop(reader);
        let failure = Failure {
            action: AuditAction::SignIn,
            failure: ProblemCode::AccountDisabled.into(),
            admin: Some(&verified.admin),
        };
        let event = failure.event(interface, client, self.clock.now());
        audit_log::write(&self.store, &self.secrets, &event).await?;
        Err(CredentialsError::Disabled)
    }

    /// As [`check`](Self::check), also for an admin whom every organization has disabled.
    ///
    /// # Errors
    /// When user name or password is wrong.
    pub async fn verify(
        &self,
        (username, password): (&str, &str),
        by: By,
        interface: AuditInterface,
        client: &ClientInfo,
    ) -> Result<Verified, CredentialsError> {
        let now = self.clock.now();
        let mut reader = self.store.read().await?;
        let found = admins::find_by_login(&mut reader, username).await?;
        let attempt = match by {
            By::Anybody => {
                let who = (username, found.as_ref().map(|(admin, _)| admin.id));
                Attempt::sign_in(&mut reader, who, &client.network(), now).await?
            }
            By::Session(session) => Attempt::re_authentication(username, session),
        };
        let locked = attempt.locked_until(&mut reader, now).await?;

        let reason = match &found {
            Some((_, Some(_))) => ProblemCode::WrongPassword.into(),
            Some((admin, None)) if admins::is_password_held(&mut reader, admin.id).await? => AuditReason::PasswordHeld,
            Some((_, None)) => AuditReason::NoPassword,
            None => AuditReason::UnknownUser,
        };
        drop(reader);
        let (admin, hash) = found.map_or((None, None), |(admin, hash)| (Some(admin), hash));
        // Anything longer than the longest password or login is wrong, and isn't hashed.
        let plausible = username.len() <= LOGIN_MAX * 4 && password.len() <= PASSWORD_MAX * 4;
        let asker = Asker {
            address: client.address,
            proven: attempt.proves_something(),
        };
        if locked.is_none()
            && plausible
            && self.passwords.verify(password, hash.as_deref(), asker).await?
            && let (Some(admin), Some(password_hash)) = (&admin, hash)
        {
            return Ok(Verified {
                admin: admin.clone(),
                password_hash,
                must_be_enabled: false,
                attempt,
            });
        }
        Err(self
            .fail((&attempt, by), (reason, admin.as_ref()), interface, client)
            .await?)
    }

    /// Counts a failure, unless the attempt is locked by now, and writes it to the audit log.
    async fn fail(
        &self,
        (attempt, by): (&Attempt, By),
        (reason, admin): (AuditReason, Option<&Admin>),
        interface: AuditInterface,
        client: &ClientInfo,
    ) -> Result<CredentialsError, StoreError> {
        let mut transaction = self.store.write().await?;
        let now = self.clock.now();
        let locked = attempt.locked_until(&mut transaction, now).await?;
        let begun = match locked {
            None => attempt.fail(&mut transaction, now).await?,
            Some(_) => None,
        };
        let failure = |action, failure| Failure { action, failure, admin }.event(interface, client, now);
        let failed = failure(AuditAction::SignIn, locked.map_or(reason, |_| AuditReason::Locked));
        let lock = begun.map(|lock| failure(AuditAction::Lock, lock_reason(lock)));
        // In re-authentication the admin is already known; anyone else is unauthenticated.
        let is_known = matches!(by, By::Session(_));
        if is_known {
            audit_log::insert(&mut transaction, &self.secrets, &failed).await?;
        }
        // Locks are bounded by the number of admins. Unknown names aren't.
        if let Some(lock) = &lock
            && admin.is_some()
        {
            audit_log::insert(&mut transaction, &self.secrets, lock).await?;
        }
        transaction.commit().await?;
        if let Some(lock) = &lock
            && admin.is_none()
        {
            self.counted.count(lock);
        }
        if !is_known {
            self.counted.note(&failed).await;
        }
        Ok(locked.map_or(CredentialsError::Wrong, CredentialsError::Locked))
    }

    /// Resets the failures of a login, and with them locks and delays.
    pub async fn forgive(connection: &mut Connection, name: &str) -> Result<(), StoreError> {
        sign_in_counts::delete_login(connection, &hash_token(&admins::fold_login(name))).await
    }
}

fn lock_reason(lock: Lock) -> AuditReason {
    match lock {
        Lock::Burst => AuditReason::TooManyFailures,
        Lock::Slow => AuditReason::TooManyFailuresInADay,
    }
}

/// An admin whose password was right.
pub struct Verified {
    /// The admin.
    pub admin: Admin,
    password_hash: String,
    must_be_enabled: bool,
    attempt: Attempt,
}

impl Verified {
    /// Resets the failure count, in the transaction that opens the session or uses the password otherwise. False if the
    /// password was changed or the admin disabled since the check: then the caller must fail.
    ///
    /// # Errors
    /// [`CredentialsError::Locked`] when so many failures were counted since that it comes too late.
    pub async fn confirm(&self, connection: &mut Connection, now: DateTime<Utc>) -> Result<bool, CredentialsError> {
        if let Some(until) = self.attempt.locked_until(connection, now).await? {
            tracing::warn!(admin = %self.admin.id, "a correct password was rejected after too many wrong ones");
            return Err(CredentialsError::Locked(until));
        }
        let same = admins::has_password_hash(connection, self.admin.id, &self.password_hash).await?;
        if !same || (self.must_be_enabled && members::is_disabled(connection, self.admin.id).await?) {
            return Ok(false);
        }
        self.attempt.succeed(connection).await?;
        Ok(true)
    }
}

impl CredentialsError {
    /// The answer to a password given by a signed-in admin.
    pub fn at_password(self, now: DateTime<Utc>) -> Problem {
        match self {
            Self::Wrong => Problem::new(ProblemCode::WrongPassword).field("password", FieldCode::PasswordWrong),
            other => other.at_sign_in(now),
        }
    }

    /// The answer to a sign-in.
    pub fn at_sign_in(self, now: DateTime<Utc>) -> Problem {
        match self {
            Self::Wrong => Problem::new(ProblemCode::SignInFailed),
            Self::Disabled => Problem::new(ProblemCode::AccountDisabled)
                .detail("Your account is disabled in every organization you belong to. Ask one of their admins."),
            Self::Locked(until) => {
                // A clock that was set back doesn't prolong the wait.
                let wait = (until - now).clamp(TimeDelta::zero(), LONGEST_DELAY);
                Problem::new(ProblemCode::AccountLocked)
                    .detail(format!("Too many failed attempts. {}", try_again(until)))
                    .retry_after(wait.num_seconds().unsigned_abs() + 1)
            }
            Self::Store(error) => error.into(),
            Self::Hash(error) => error.into(),
        }
    }
}

/// Until when the account is locked, as people and logs of scripts read it.
pub fn try_again(until: DateTime<Utc>) -> String {
    format!("Try again after {}.", until.to_rfc3339_opts(SecondsFormat::Secs, true))
}

struct Failure<'a> {
    action: AuditAction,
    failure: AuditReason,
    admin: Option<&'a Admin>,
}

impl<'a> Failure<'a> {
    fn event(self, interface: AuditInterface, client: &'a ClientInfo, now: DateTime<Utc>) -> Event<'a> {
        let is_script = interface == AuditInterface::Api;
        Event {
            interface,
            failure: Some(self.failure),
            after: is_script.then(|| audit::script(client)).flatten(),
            ..Event::new(
                (self.action, AuditSubCategory::Session),
                self.admin.map_or("unknown user", |admin| &admin.name),
                (self.admin.map_or(Actor::Unknown, Actor::Admin), Some(client)),
                now,
            )
        }
    }
}
