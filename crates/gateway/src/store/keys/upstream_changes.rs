//! Regenerations that were begun at an upstream and whose outcome isn't logged yet: one per organization at most, so that none
//! is asked for twice.

use chrono::{DateTime, Utc};
use keyward_contract::{Admin, AdminId, OrganizationId};
use serde_json::Value;
use sqlx::{Row as _, any::AnyRow};

use crate::{
    clock,
    store::{Connection, StoreError},
};

/// A regeneration that was begun.
#[derive(Clone, Debug)]
pub struct UpstreamChange {
    /// Its own identifier.
    pub id: i64,
    /// Of which key.
    pub organization: OrganizationId,
    /// The running gateway that began it.
    pub gateway: i64,
    /// Who asked for it.
    pub admin: Admin,
    /// From where.
    pub client_address: String,
    /// Names the request in the log.
    pub request_id: String,
    /// Path and idempotency key of the request.
    pub idempotency: Option<(String, String)>,
    /// A keyed hash of the key before it.
    pub fingerprint: Vec<u8>,
    /// The key before it, without its secret.
    pub before: Value,
    /// When.
    pub asked_on: DateTime<Utc>,
}

/// The regeneration that an organization waits for.
pub async fn find(connection: &mut Connection, of: OrganizationId) -> Result<Option<UpstreamChange>, StoreError> {
    let row = sqlx::query(
        "SELECT organization_id, id, gateway_id, admin_id, admin_name, client_address, request_id, path, idempotency_key,
                key_fingerprint, before_change, asked_on
         FROM upstream_changes WHERE organization_id = $1",
    )
    .bind(of.0)
    .fetch_optional(connection)
    .await?;
    row.map(|row| change(&row)).transpose()
}

/// The organizations that wait for one: few, and for a short time.
pub async fn organizations(connection: &mut Connection) -> Result<Vec<OrganizationId>, StoreError> {
    let ids: Vec<i64> = sqlx::query_scalar("SELECT organization_id FROM upstream_changes ORDER BY asked_on")
        .fetch_all(connection)
        .await?;
    Ok(ids.into_iter().map(OrganizationId).collect())
}

/// Remembers one, before the upstream is asked.
pub async fn insert(connection: &mut Connection, change: &UpstreamChange) -> Result<(), StoreError> {
    let (path, key) = change.idempotency.clone().unzip();
    sqlx::query(
        "INSERT INTO upstream_changes (organization_id, id, gateway_id, admin_id, admin_name, client_address, request_id,
                                       path, idempotency_key, key_fingerprint, before_change, asked_on)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    )
    .bind(change.organization.0)
    .bind(change.id)
    .bind(change.gateway)
    .bind(change.admin.id.0)
    .bind(&change.admin.name)
    .bind(&change.client_address)
    .bind(&change.request_id)
    .bind(path)
    .bind(key)
    .bind(change.fingerprint.as_slice())
    .bind(change.before.to_string())
    .bind(change.asked_on.timestamp_millis())
    .execute(connection)
    .await?;
    Ok(())
}

/// Forgets one. False if it is forgotten already: then its outcome was logged.
pub async fn delete(connection: &mut Connection, change: &UpstreamChange) -> Result<bool, StoreError> {
    let deleted = sqlx::query("DELETE FROM upstream_changes WHERE organization_id = $1 AND id = $2")
        .bind(change.organization.0)
        .bind(change.id)
        .execute(connection)
        .await?;
    Ok(deleted.rows_affected() == 1)
}

fn change(row: &AnyRow) -> Result<UpstreamChange, StoreError> {
    let path: Option<String> = row.try_get("path")?;
    let before: String = row.try_get("before_change")?;
    Ok(UpstreamChange {
        id: row.try_get("id")?,
        organization: OrganizationId(row.try_get("organization_id")?),
        gateway: row.try_get("gateway_id")?,
        admin: Admin {
            id: AdminId(row.try_get("admin_id")?),
            name: row.try_get("admin_name")?,
        },
        client_address: row.try_get("client_address")?,
        request_id: row.try_get("request_id")?,
        idempotency: path.zip(row.try_get("idempotency_key")?),
        fingerprint: row.try_get("key_fingerprint")?,
        before: serde_json::from_str(&before).map_err(|_| StoreError::Impossible("upstream_changes.before_change"))?,
        asked_on: clock::from_millis(row.try_get("asked_on")?),
    })
}
