//! Failed sign-ins of the last day, counted by login, by client address, and by both.

use chrono::{DateTime, TimeDelta, Utc};
use keyward_contract::SessionId;

use crate::{
    clock,
    store::{Connection, StoreError},
};

/// How many counts are kept. Beyond that those go that have rested longest: it takes as many failures to push one out.
const COUNTS_MAX: i64 = 100_000;
/// A clock that is set back by less than this has not moved.
const STEP: TimeDelta = TimeDelta::minutes(1);
/// How long a failure counts.
pub const DAY: TimeDelta = TimeDelta::days(1);

/// What failures are counted together for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    kind: &'static str,
    login_hash: Vec<u8>,
    scope: String,
}

impl Subject {
    /// A login, by its hash, from an address.
    pub fn pair(login_hash: &[u8; 32], network: &str) -> Self {
        Self::new("pair", login_hash, network)
    }

    /// A login from all addresses together where it is not known.
    pub fn login(login_hash: &[u8; 32]) -> Self {
        Self::new("login", login_hash, "")
    }

    /// All logins from an address together that are not known there.
    pub fn address(network: &str) -> Self {
        Self::new("address", &[], network)
    }

    /// Re-authentication in a portal session.
    pub fn session(login_hash: &[u8; 32], session: SessionId) -> Self {
        Self::new("session", login_hash, &session.to_string())
    }

    /// Wrong keys beside the right password, from an address that has shown the key, or from all others together.
    pub fn key(login_hash: &[u8; 32], network: Option<&str>) -> Self {
        Self::new("key", login_hash, network.unwrap_or_default())
    }

    fn new(kind: &'static str, login_hash: &[u8], scope: &str) -> Self {
        Self {
            kind,
            login_hash: login_hash.to_vec(),
            scope: scope.to_owned(),
        }
    }
}

/// When the failures of a subject were, the oldest first.
pub async fn read(connection: &mut Connection, subject: &Subject) -> Result<Vec<DateTime<Utc>>, StoreError> {
    let failed_on: Option<Vec<u8>> =
        sqlx::query_scalar("SELECT failed_on FROM sign_in_counts WHERE kind = $1 AND login_hash = $2 AND scope = $3")
            .bind(subject.kind)
            .bind(&subject.login_hash)
            .bind(&subject.scope)
            .fetch_optional(connection)
            .await?;
    Ok(instants(&failed_on.unwrap_or_default()))
}

/// Writes them, and removes what no longer counts, of any subject. None at all are no row.
pub async fn write(
    connection: &mut Connection,
    subject: &Subject,
    failed_on: &[DateTime<Utc>],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    // What lies ahead was written by a clock that has moved back since. It must not come to count once more.
    sqlx::query("DELETE FROM sign_in_counts WHERE last_failed_on <= $1 OR last_failed_on > $2")
        .bind((now - DAY).timestamp_millis())
        .bind((now + STEP).timestamp_millis())
        .execute(&mut *connection)
        .await?;
    let Some(last) = failed_on.last() else {
        return delete(connection, subject).await;
    };
    let id: i64 = sqlx::query_scalar(
        "INSERT INTO sign_in_counts (id, kind, login_hash, scope, failed_on, last_failed_on)
         VALUES ((SELECT COALESCE(MAX(id), 0) + 1 FROM sign_in_counts), $1, $2, $3, $4, $5)
         ON CONFLICT (kind, login_hash, scope) DO UPDATE
         SET id = excluded.id, failed_on = excluded.failed_on, last_failed_on = excluded.last_failed_on
         RETURNING id",
    )
    .bind(subject.kind)
    .bind(&subject.login_hash)
    .bind(&subject.scope)
    .bind(bytes(failed_on))
    .bind(last.timestamp_millis())
    .fetch_one(&mut *connection)
    .await?;
    sqlx::query("DELETE FROM sign_in_counts WHERE id <= $1")
        .bind(id - COUNTS_MAX)
        .execute(connection)
        .await?;
    Ok(())
}

/// Forgets the failures of a subject.
pub async fn delete(connection: &mut Connection, subject: &Subject) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM sign_in_counts WHERE kind = $1 AND login_hash = $2 AND scope = $3")
        .bind(subject.kind)
        .bind(&subject.login_hash)
        .bind(&subject.scope)
        .execute(connection)
        .await?;
    Ok(())
}

/// Forgets every wrong password of a login, wherever it was. Wrong keys stay: an attacker who has the password could
/// change it again and again to be forgiven.
pub async fn delete_login(connection: &mut Connection, login_hash: &[u8; 32]) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM sign_in_counts WHERE login_hash = $1 AND kind <> 'key'")
        .bind(login_hash.as_slice())
        .execute(connection)
        .await?;
    Ok(())
}

/// Instants as they are stored: milliseconds in eight bytes each.
pub(in crate::store) fn bytes(instants: &[DateTime<Utc>]) -> Vec<u8> {
    let millis = instants.iter().map(DateTime::timestamp_millis);
    millis.flat_map(i64::to_be_bytes).collect()
}

/// What [`bytes`] has made.
pub(in crate::store) fn instants(bytes: &[u8]) -> Vec<DateTime<Utc>> {
    let (chunks, _) = bytes.as_chunks();
    chunks
        .iter()
        .map(|chunk| clock::from_millis(i64::from_be_bytes(*chunk)))
        .collect()
}
