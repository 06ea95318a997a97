//! The installation itself: its master key check and its set-up link.

use chrono::{DateTime, Utc};

use zeroize::Zeroizing;

use super::{
    Connection, StoreError,
    audit::audit_chain::{self, Chain},
    idempotent_answers,
    keys::{api_keys, former_keys, sandbox_tokens},
    people::sso,
};
use crate::secrets::Secrets;

const CHECK_CONTEXT: &str = "installation/master-key-check";
/// Sealed in a database whose audit log is chained from its first row, so that without the master key a chained log can't be
/// passed off as one that isn't chained yet.
const CHECK: &[u8] = b"keyward, audit log chained";
/// Sealed in a database that was begun before there was a chain.
const UNCHAINED_CHECK: &[u8] = b"keyward";

/// Whether the database has been begun, and so may hold secrets.
pub async fn exists(connection: &mut Connection) -> Result<bool, StoreError> {
    Ok(sqlx::query_scalar::<_, i64>("SELECT COUNT(*) FROM installation")
        .fetch_one(connection)
        .await?
        > 0)
}

/// Begins a new database.
pub async fn begin(connection: &mut Connection, secrets: &Secrets, now: DateTime<Utc>) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO installation (id, master_key_check, created_on) VALUES (1, $1, $2)")
        .bind(secrets.seal(CHECK_CONTEXT, CHECK))
        .bind(now.timestamp_millis())
        .execute(&mut *connection)
        .await?;
    audit_chain::begin(connection, secrets, true).await
}

/// Migrations that need the master key, each once: chains an audit log from before the chain, and binds values sealed by
/// older versions to their versions.
pub async fn bring_up_to_date(connection: &mut Connection, secrets: &Secrets) -> Result<(), StoreError> {
    chain_audit_log(connection, secrets).await?;
    let Some(chain) = Chain::read(connection, secrets).await? else {
        return Ok(());
    };
    if chain.values_bound {
        return Ok(());
    }
    api_keys::bind_all(connection, secrets).await?;
    former_keys::bind_all(connection, secrets).await?;
    sandbox_tokens::bind_all(connection, secrets).await?;
    idempotent_answers::bind_all(connection, secrets).await?;
    sso::bind_all(connection, secrets).await?;
    let chain = Chain {
        values_bound: true,
        ..chain
    };
    chain.write(connection, secrets).await
}

/// Leaves the record of a version that did not bind values, so that tests can meet one.
#[doc(hidden)]
pub async fn pretend_unbound(connection: &mut Connection, secrets: &Secrets) -> Result<(), StoreError> {
    let chain = Chain {
        values_bound: false,
        ..Chain::read_intact(connection, secrets).await?
    };
    chain.write(connection, secrets).await
}

async fn chain_audit_log(connection: &mut Connection, secrets: &Secrets) -> Result<(), StoreError> {
    if check(connection, secrets).await?.as_slice() != UNCHAINED_CHECK {
        return Ok(());
    }
    audit_chain::begin(connection, secrets, false).await?;
    sqlx::query("UPDATE installation SET master_key_check = $1 WHERE id = 1")
        .bind(secrets.seal(CHECK_CONTEXT, CHECK))
        .execute(connection)
        .await?;
    Ok(())
}

/// Fails unless `secrets` are those the database was begun with.
///
/// # Errors
/// [`StoreError::Sealed`] when they aren't.
pub async fn check_master_key(connection: &mut Connection, secrets: &Secrets) -> Result<(), StoreError> {
    check(connection, secrets).await.map(drop)
}

async fn check(connection: &mut Connection, secrets: &Secrets) -> Result<Zeroizing<Vec<u8>>, StoreError> {
    let sealed: Vec<u8> = sqlx::query_scalar("SELECT master_key_check FROM installation WHERE id = 1")
        .fetch_one(connection)
        .await?;
    let opened = secrets.open(CHECK_CONTEXT, &sealed);
    Ok(opened.or_else(|_| secrets.open_unbound(CHECK_CONTEXT, &sealed))?)
}

/// Replaces the set-up link; `None` leaves none.
pub async fn set_setup_token(connection: &mut Connection, hash: Option<[u8; 32]>) -> Result<(), StoreError> {
    sqlx::query("UPDATE installation SET setup_token_hash = $1 WHERE id = 1")
        .bind(hash.map(Vec::from))
        .execute(connection)
        .await?;
    Ok(())
}

/// Invalidates the set-up link: true once, for its token.
pub async fn use_setup_token(connection: &mut Connection, hash: [u8; 32]) -> Result<bool, StoreError> {
    let used = sqlx::query("UPDATE installation SET setup_token_hash = NULL WHERE setup_token_hash = $1")
        .bind(hash.to_vec())
        .execute(connection)
        .await?;
    Ok(used.rows_affected() == 1)
}

/// Whether this is the token of the set-up link.
pub async fn is_setup_token(connection: &mut Connection, hash: [u8; 32]) -> Result<bool, StoreError> {
    let found: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM installation WHERE setup_token_hash = $1")
        .bind(hash.to_vec())
        .fetch_one(connection)
        .await?;
    Ok(found == 1)
}
