//! A sign-in attempt, and the failure counts it belongs to.
//!
//! A stranger is counted by login and address, by login, and by address. An address from which the admin has recently signed
//! in has a separate count, so that no one elsewhere can lock the admin out there; so does an active session during
//! re-authentication.
//!
//! The counts are checked before a password is hashed, and again in the transaction that ends the attempt, so that
//! concurrent attempts count as they would have one after the other.

use chrono::{DateTime, Utc};
use keyward_contract::{Admin, AdminId, SessionId};

use super::failures::{Failures, Lock};
use crate::{
    secrets::hash_token,
    store::{
        Connection, StoreError,
        people::{
            admins, known_addresses,
            sign_in_counts::{self, Subject},
        },
    },
};

/// An attempt to sign in, to re-authenticate, or to open an API session with a key.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// The count that also limits bursts within a minute; a success resets it.
    own: Subject,
    /// Counts of a day that others share.
    shared: Vec<Subject>,
    is_forgiven: bool,
    proves: bool,
}

impl Attempt {
    /// A sign-in with user name and password. Whether the login exists only makes a difference at addresses where its admin
    /// is known.
    pub async fn sign_in(
        connection: &mut Connection,
        (login, admin): (&str, Option<AdminId>),
        network: &str,
        now: DateTime<Utc>,
    ) -> Result<Self, StoreError> {
        let admin = admin.unwrap_or(AdminId::SERVICE_PROVIDER);
        let known = known_addresses::find(connection, admin, network, now).await?.signed_in;
        let login_hash = hash_token(&admins::fold_login(login));
        let shared = if known {
            Vec::new()
        } else {
            vec![Subject::login(&login_hash), Subject::address(network)]
        };
        Ok(Self {
            own: Subject::pair(&login_hash, network),
            shared,
            is_forgiven: true,
            proves: known,
        })
    }

    /// Re-authentication in an active session.
    pub fn re_authentication(login: &str, session: SessionId) -> Self {
        let login_hash = hash_token(&admins::fold_login(login));
        Self {
            own: Subject::session(&login_hash, session),
            shared: Vec::new(),
            is_forgiven: true,
            proves: true,
        }
    }

    /// A key beside a right password.
    pub async fn key(
        connection: &mut Connection,
        admin: &Admin,
        network: &str,
        now: DateTime<Utc>,
    ) -> Result<Self, StoreError> {
        let known = known_addresses::find(connection, admin.id, network, now)
            .await?
            .key_shown;
        let login_hash = hash_token(&admins::fold_login(&admin.name));
        Ok(Self {
            own: Subject::key(&login_hash, known.then_some(network)),
            shared: Vec::new(),
            // Otherwise the admin's scripts would keep resetting the count of an attacker elsewhere.
            is_forgiven: known,
            proves: known,
        })
    }

    /// Whether the client has an active session, or an address where the admin is known.
    pub fn proves_something(&self) -> bool {
        self.proves
    }

    /// Until when the attempt is locked, if it is.
    pub async fn locked_until(
        &self,
        connection: &mut Connection,
        now: DateTime<Utc>,
    ) -> Result<Option<DateTime<Utc>>, StoreError> {
        let mut until = None;
        for subject in self.subjects() {
            let failures = Failures::at(sign_in_counts::read(connection, subject).await?, now);
            until = until.max(failures.locked_until(now, self.bursts(subject)));
        }
        Ok(until)
    }

    /// Counts a failure. Returns the lock that begins with it.
    pub async fn fail(&self, connection: &mut Connection, now: DateTime<Utc>) -> Result<Option<Lock>, StoreError> {
        let mut lock = None;
        for subject in self.subjects() {
            let mut failures = Failures::at(sign_in_counts::read(connection, subject).await?, now);
            let begun = failures.add(now, self.bursts(subject));
            sign_in_counts::write(connection, subject, failures.instants(), now).await?;
            lock = lock.or(begun);
        }
        Ok(lock)
    }

    /// Resets its own count. Shared counts continue, or anyone with an account could reset them between guesses.
    pub async fn succeed(&self, connection: &mut Connection) -> Result<(), StoreError> {
        if self.is_forgiven {
            sign_in_counts::delete(connection, &self.own).await?;
        }
        Ok(())
    }

    fn subjects(&self) -> impl Iterator<Item = &Subject> {
        std::iter::once(&self.own).chain(&self.shared)
    }

    fn bursts(&self, subject: &Subject) -> bool {
        *subject == self.own
    }
}
