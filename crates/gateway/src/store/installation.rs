//! The installation itself: its master key check and its set-up link.

use chrono::{DateTime, Utc};

use super::{Connection, StoreError};
use crate::secrets::Secrets;

const CHECK_CONTEXT: &str = "installation/master-key-check";
const CHECK: &[u8] = b"keyward";

/// Whether the database has been begun, and so may hold secrets.
///
/// # Errors
/// When the database fails.
pub async fn exists(connection: &mut Connection) -> Result<bool, StoreError> {
    Ok(sqlx::query_scalar::<_, i64>("SELECT COUNT(*) FROM installation")
        .fetch_one(connection)
        .await?
        > 0)
}

/// Begins a new database.
///
/// # Errors
/// When the database fails.
pub async fn begin(connection: &mut Connection, secrets: &Secrets, now: DateTime<Utc>) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO installation (id, master_key_check, created_on) VALUES (1, $1, $2)")
        .bind(secrets.seal(CHECK_CONTEXT, CHECK))
        .bind(now.timestamp_millis())
        .execute(connection)
        .await?;
    Ok(())
}

/// Fails unless `secrets` are those the database was begun with.
///
/// # Errors
/// [`StoreError::Sealed`] when they aren't.
pub async fn check_master_key(connection: &mut Connection, secrets: &Secrets) -> Result<(), StoreError> {
    let sealed: Vec<u8> = sqlx::query_scalar("SELECT master_key_check FROM installation WHERE id = 1")
        .fetch_one(connection)
        .await?;
    secrets.open(CHECK_CONTEXT, &sealed)?;
    Ok(())
}

/// Replaces the set-up link; `None` leaves none.
///
/// # Errors
/// When the database fails.
pub async fn set_setup_token(connection: &mut Connection, hash: Option<[u8; 32]>) -> Result<(), StoreError> {
    sqlx::query("UPDATE installation SET setup_token_hash = $1 WHERE id = 1")
        .bind(hash.map(Vec::from))
        .execute(connection)
        .await?;
    Ok(())
}

/// Uses the set-up link up: true once, for its token.
///
/// # Errors
/// When the database fails.
pub async fn use_setup_token(connection: &mut Connection, hash: [u8; 32]) -> Result<bool, StoreError> {
    let used = sqlx::query("UPDATE installation SET setup_token_hash = NULL WHERE setup_token_hash = $1")
        .bind(hash.to_vec())
        .execute(connection)
        .await?;
    Ok(used.rows_affected() == 1)
}

/// Whether this is the token of the set-up link.
///
/// # Errors
/// When the database fails.
pub async fn is_setup_token(connection: &mut Connection, hash: [u8; 32]) -> Result<bool, StoreError> {
    let found: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM installation WHERE setup_token_hash = $1")
        .bind(hash.to_vec())
        .fetch_one(connection)
        .await?;
    Ok(found == 1)
}
