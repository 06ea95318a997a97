//! Failed sign-ins and the lockouts they lead to, by a hash of the login: it may belong to nobody, and it may be a
//! password typed into the wrong field.

use chrono::{DateTime, Utc};

use super::{Connection, StoreError};
use crate::clock;

/// Until when this login is locked, if it is.
///
/// # Errors
/// When the database fails.
pub async fn locked_until(
    connection: &mut Connection,
    login_hash: &[u8; 32],
    now: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>, StoreError> {
    let until: Option<i64> =
        sqlx::query_scalar("SELECT locked_until FROM lockouts WHERE login_hash = $1 AND locked_until > $2")
            .bind(login_hash.as_slice())
            .bind(now.timestamp_millis())
            .fetch_optional(connection)
            .await?;
    Ok(until.map(clock::from_millis))
}

/// Counts a failure and answers how many there were since `since`, this one included. Older ones, of any login, go.
///
/// # Errors
/// When the database fails.
pub async fn record_failure(
    connection: &mut Connection,
    login_hash: &[u8; 32],
    since: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<i64, StoreError> {
    sqlx::query("DELETE FROM sign_in_failures WHERE failed_on <= $1")
        .bind(since.timestamp_millis())
        .execute(&mut *connection)
        .await?;
    sqlx::query("DELETE FROM lockouts WHERE locked_until <= $1")
        .bind(now.timestamp_millis())
        .execute(&mut *connection)
        .await?;
    sqlx::query("INSERT INTO sign_in_failures (login_hash, failed_on) VALUES ($1, $2)")
        .bind(login_hash.as_slice())
        .bind(now.timestamp_millis())
        .execute(&mut *connection)
        .await?;
    Ok(
        sqlx::query_scalar("SELECT COUNT(*) FROM sign_in_failures WHERE login_hash = $1")
            .bind(login_hash.as_slice())
            .fetch_one(connection)
            .await?,
    )
}

async fn forget_failures(connection: &mut Connection, login_hash: &[u8; 32]) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM sign_in_failures WHERE login_hash = $1")
        .bind(login_hash.as_slice())
        .execute(connection)
        .await?;
    Ok(())
}

/// Locks a login, and begins its count anew.
///
/// # Errors
/// When the database fails.
pub async fn lock(connection: &mut Connection, login_hash: &[u8; 32], until: DateTime<Utc>) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO lockouts (login_hash, locked_until) VALUES ($1, $2)
         ON CONFLICT (login_hash) DO UPDATE SET locked_until = excluded.locked_until",
    )
    .bind(login_hash.as_slice())
    .bind(until.timestamp_millis())
    .execute(&mut *connection)
    .await?;
    forget_failures(connection, login_hash).await
}

/// Lifts a lockout, and forgets the failures.
///
/// # Errors
/// When the database fails.
pub async fn lift(connection: &mut Connection, login_hash: &[u8; 32]) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM lockouts WHERE login_hash = $1")
        .bind(login_hash.as_slice())
        .execute(&mut *connection)
        .await?;
    forget_failures(connection, login_hash).await
}
