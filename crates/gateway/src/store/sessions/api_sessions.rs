//! Sessions of the cloud service API, by the hash of their JSESSIONID.

use std::time::Duration;

use chrono::{DateTime, Utc};
use keyward_contract::{AdminId, OrganizationId};

use super::portal_sessions::Origin;
use crate::{
    random,
    store::{Connection, StoreError},
};

/// The most sessions of an admin, over all organizations.
const MOST: i64 = 50;

/// Opens a session with the key at `key_version`. It may be unused for `idle_extra` longer than the idle time that is set.
pub async fn insert(
    connection: &mut Connection,
    id_hash: &[u8; 32],
    (organization, admin, key_version): (OrganizationId, AdminId, i64),
    origin: &Origin<'_>,
    (now, idle_extra): (DateTime<Utc>, Duration),
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO api_sessions (id_hash, public_id, organization_id, admin_id, key_version, created_on, last_used_on,
                                   client_address, user_agent, idle_extra)
         VALUES ($1, $2, $3, $4, $5, $6, $6, $7, $8, $9)",
    )
    .bind(id_hash.as_slice())
    .bind(random::id())
    .bind(organization.0)
    .bind(admin.0)
    .bind(key_version)
    .bind(now.timestamp_millis())
    .bind(&origin.client_address)
    .bind(origin.user_agent)
    .bind(i64::try_from(idle_extra.as_millis()).unwrap_or(i64::MAX))
    .execute(connection)
    .await?;
    Ok(())
}

/// Notes that the session was used, and answers the address and the user agent that it was opened with; `None` when it
/// is gone.
pub async fn touch(
    connection: &mut Connection,
    id_hash: &[u8; 32],
    now: DateTime<Utc>,
) -> Result<Option<(String, Option<String>)>, StoreError> {
    Ok(sqlx::query_as(
        "UPDATE api_sessions SET last_used_on = $2 WHERE id_hash = $1 RETURNING client_address, user_agent",
    )
    .bind(id_hash.as_slice())
    .bind(now.timestamp_millis())
    .fetch_optional(connection)
    .await?)
}

/// Ends a session.
pub async fn delete(connection: &mut Connection, id_hash: &[u8; 32]) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM api_sessions WHERE id_hash = $1")
        .bind(id_hash.as_slice())
        .execute(connection)
        .await?;
    Ok(())
}

/// Ends every session of an organization and answers how many there were.
pub async fn delete_all(connection: &mut Connection, organization: OrganizationId) -> Result<u64, StoreError> {
    let ended = sqlx::query("DELETE FROM api_sessions WHERE organization_id = $1")
        .bind(organization.0)
        .execute(connection)
        .await?;
    Ok(ended.rows_affected())
}

/// Ends the sessions of an admin beyond the most they can have, the longest unused first, but not the one that was just
/// opened. Answers how many.
pub async fn bound(connection: &mut Connection, admin: AdminId, opened: &[u8; 32]) -> Result<u64, StoreError> {
    let ended = sqlx::query(
        "DELETE FROM api_sessions WHERE admin_id = $1 AND id_hash <> $2 AND id_hash NOT IN (
             SELECT id_hash FROM api_sessions WHERE admin_id = $1 AND id_hash <> $2
             ORDER BY last_used_on DESC, created_on DESC LIMIT $3)",
    )
    .bind(admin.0)
    .bind(opened.as_slice())
    .bind(MOST - 1)
    .execute(connection)
    .await?;
    Ok(ended.rows_affected())
}
