//! The previous key, sealed, and the clients that still try it. It is only stored to recognize attempts.

use chrono::{DateTime, Utc};
use keyward_contract::{AdminId, FormerKey, FormerKeyClient, KEY_USAGE_CLIENTS_MAX, KeyString, OrganizationId};
use sqlx::Row as _;

use crate::{
    clock, random,
    secrets::Secrets,
    store::{
        Connection, StoreError, number_of,
        sightings::{KEPT, Sighting, Tally},
    },
};

/// Stores a replaced or deleted key as the previous one. The one before it is deleted, with its attempts.
pub async fn put(
    connection: &mut Connection,
    secrets: &Secrets,
    organization: OrganizationId,
    key: &KeyString,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM former_keys WHERE organization_id = $1")
        .bind(organization.0)
        .execute(&mut *connection)
        .await?;
    let id = random::id();
    let replaced_on = now.timestamp_millis();
    sqlx::query("INSERT INTO former_keys (organization_id, id, sealed_key, replaced_on) VALUES ($1, $2, $3, $4)")
        .bind(organization.0)
        .bind(id)
        .bind(secrets.seal(&context(organization, id, replaced_on), key.reveal().as_bytes()))
        .bind(replaced_on)
        .execute(connection)
        .await?;
    Ok(())
}

/// The previous key of an organization and its identifier, unless it was replaced too long ago.
///
/// # Errors
/// When the database fails; [`StoreError::Sealed`] when the key does not open.
pub async fn find(
    connection: &mut Connection,
    secrets: &Secrets,
    organization: OrganizationId,
    now: DateTime<Utc>,
) -> Result<Option<(i64, KeyString)>, StoreError> {
    let row = sqlx::query(
        "SELECT id, sealed_key, replaced_on FROM former_keys WHERE organization_id = $1 AND replaced_on > $2",
    )
    .bind(organization.0)
    .bind((now - KEPT).timestamp_millis())
    .fetch_optional(connection)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let sealed: Vec<u8> = row.try_get("sealed_key")?;
    let id = row.try_get("id")?;
    let clear = secrets.open(&context(organization, id, row.try_get("replaced_on")?), &sealed)?;
    let impossible = StoreError::Impossible("former_keys.sealed_key");
    match std::str::from_utf8(&clear).ok().and_then(|text| text.parse().ok()) {
        Some(key) => Ok(Some((id, key))),
        None => Err(impossible),
    }
}

/// Adds attempts with a previous key, unless it is a different one by now. Clients beyond the limit of a page are dropped,
/// as in `key_usage::CLIENTS_KEPT`.
pub async fn add_attempts(
    connection: &mut Connection,
    (former_key, admin): (i64, AdminId),
    sighting: &Sighting,
    tally: &Tally,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO former_key_clients (former_key_id, admin_id, admin_name, client_address, user_agent, attempts,
                                         first_seen_on, last_seen_on)
         SELECT id, $2, $3, $4, $5, $6, $7, $8 FROM former_keys WHERE id = $1
         ON CONFLICT (former_key_id, admin_id, client_address, user_agent) DO UPDATE
         SET admin_name = excluded.admin_name, attempts = former_key_clients.attempts + excluded.attempts,
             first_seen_on = CASE WHEN excluded.first_seen_on < former_key_clients.first_seen_on THEN excluded.first_seen_on ELSE former_key_clients.first_seen_on END,
             last_seen_on = CASE WHEN excluded.last_seen_on > former_key_clients.last_seen_on THEN excluded.last_seen_on ELSE former_key_clients.last_seen_on END",
    )
    .bind(former_key)
    .bind(admin.0)
    .bind(&tally.admin_name)
    .bind(&sighting.client_address)
    .bind(&sighting.user_agent)
    .bind(i64::from(tally.count))
    .bind(tally.first_seen_on.timestamp_millis())
    .bind(tally.last_seen_on.timestamp_millis())
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "DELETE FROM former_key_clients WHERE former_key_id = $1 AND id NOT IN
             (SELECT id FROM
                  (SELECT id, last_seen_on,
                          ROW_NUMBER() OVER (PARTITION BY admin_id ORDER BY last_seen_on DESC, id DESC) AS of_admin
                   FROM former_key_clients WHERE former_key_id = $1) seen
              ORDER BY of_admin, last_seen_on DESC, id DESC LIMIT $2)",
    )
    .bind(former_key)
    .bind(KEY_USAGE_CLIENTS_MAX as i64)
    .execute(connection)
    .await?;
    Ok(())
}

/// The previous key for the page: since when, and the clients that tried it, latest first.
pub async fn view(
    connection: &mut Connection,
    organization: OrganizationId,
    now: DateTime<Utc>,
) -> Result<Option<FormerKey>, StoreError> {
    let row = sqlx::query("SELECT id, replaced_on FROM former_keys WHERE organization_id = $1 AND replaced_on > $2")
        .bind(organization.0)
        .bind((now - KEPT).timestamp_millis())
        .fetch_optional(&mut *connection)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let clients = sqlx::query(
        "SELECT admin_id, admin_name, client_address, user_agent, attempts, first_seen_on, last_seen_on
         FROM former_key_clients WHERE former_key_id = $1 ORDER BY last_seen_on DESC, id DESC",
    )
    .bind(row.try_get::<i64, _>("id")?)
    .fetch_all(connection)
    .await?;
    let clients = clients.iter().map(|row| {
        let user_agent: String = row.try_get("user_agent")?;
        Ok(FormerKeyClient {
            admin_id: AdminId(row.try_get("admin_id")?),
            admin_name: row.try_get("admin_name")?,
            client_address: row.try_get("client_address")?,
            user_agent: Some(user_agent).filter(|text| !text.is_empty()),
            attempts: number_of(row, "attempts")?,
            first_seen_on: clock::from_millis(row.try_get("first_seen_on")?),
            last_seen_on: clock::from_millis(row.try_get("last_seen_on")?),
        })
    });
    let replaced_on = clock::from_millis(row.try_get("replaced_on")?);
    Ok(Some(FormerKey {
        replaced_on,
        watched_until: replaced_on + KEPT,
        clients: clients.collect::<Result<_, StoreError>>()?,
    }))
}

/// Binds the former keys of a version that did not bind them.
pub(in crate::store) async fn bind_all(connection: &mut Connection, secrets: &Secrets) -> Result<(), StoreError> {
    let rows: Vec<(i64, i64, i64, Vec<u8>)> =
        sqlx::query_as("SELECT organization_id, id, replaced_on, sealed_key FROM former_keys")
            .fetch_all(&mut *connection)
            .await?;
    for (organization, id, replaced_on, sealed) in rows {
        let contexts = (
            format!("former-api-key/{organization}"),
            context(OrganizationId(organization), id, replaced_on),
        );
        sqlx::query("UPDATE former_keys SET sealed_key = $2 WHERE id = $1")
            .bind(id)
            .bind(secrets.bind((&contexts.0, &contexts.1), &sealed))
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// It has no version: the time of its replacement is used instead, so that its life can't be extended.
fn context(organization: OrganizationId, id: i64, replaced_on: i64) -> String {
    format!("former-api-key/{organization}/{id}/{replaced_on}")
}
