//! Usage of keys and Sandbox API tokens: by client and hour, for 30 days.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use keyward_contract::{AdminId, KEY_USAGE_CLIENTS_MAX, KeyClient, OrganizationId};
use sqlx::Row as _;

use super::{oauth_clients, sandbox_token_clients};
use crate::{
    clock,
    store::{
        Connection, StoreError,
        keys::former_keys,
        number_of,
        sessions::session_window::SessionWindow,
        sightings::{DAY, HOUR_MILLIS, KEPT, Sighting, Tally, Used, hour},
    },
};

/// Limit of stored clients per organization. The least recently seen client of the admin with the most clients is dropped
/// first, so that one admin with ever new clients pushes no one else out. A page lists fewer, so that returning clients are
/// still counted.
pub const CLIENTS_KEPT: u32 = 1000;

/// Adds usage. Clients beyond the limit are dropped; usage of a removed organization or a forgotten key is ignored.
pub async fn add(connection: &mut Connection, seen: &[(Sighting, Tally)]) -> Result<(), StoreError> {
    let mut organizations = HashSet::new();
    for (sighting, tally) in seen {
        match &sighting.used {
            &Used::FormerKey(id, admin) => former_keys::add_attempts(connection, (id, admin), sighting, tally).await?,
            Used::AccessToken(_) => oauth_clients::add(connection, sighting, tally).await?,
            &Used::SandboxToken(id) => sandbox_token_clients::add(connection, id, sighting, tally).await?,
            &Used::Key(admin) => {
                add_sessions(connection, admin, sighting, tally).await?;
                organizations.insert(sighting.organization);
            }
        }
    }
    for organization in organizations {
        sqlx::query(
            "DELETE FROM key_clients WHERE organization_id = $1 AND id NOT IN
                 (SELECT id FROM
                      (SELECT id, last_seen_on,
                              ROW_NUMBER() OVER (PARTITION BY admin_id ORDER BY last_seen_on DESC, id DESC) AS of_admin
                       FROM key_clients WHERE organization_id = $1) seen
                  ORDER BY of_admin, last_seen_on DESC, id DESC LIMIT $2)",
        )
        .bind(organization.0)
        .bind(i64::from(CLIENTS_KEPT))
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

async fn add_sessions(
    connection: &mut Connection,
    admin: AdminId,
    sighting: &Sighting,
    tally: &Tally,
) -> Result<(), StoreError> {
    let client: Option<i64> = sqlx::query_scalar(
        "INSERT INTO key_clients (organization_id, admin_id, admin_name, client_address, user_agent, last_seen_on)
         SELECT id, $2, $3, $4, $5, $6 FROM organizations WHERE id = $1
         ON CONFLICT (organization_id, admin_id, client_address, user_agent) DO UPDATE
         SET admin_name = excluded.admin_name, last_seen_on = CASE WHEN excluded.last_seen_on > key_clients.last_seen_on THEN excluded.last_seen_on ELSE key_clients.last_seen_on END
         RETURNING id",
    )
    .bind(sighting.organization.0)
    .bind(admin.0)
    .bind(&tally.admin_name)
    .bind(&sighting.client_address)
    .bind(&sighting.user_agent)
    .bind(tally.last_seen_on.timestamp_millis())
    .fetch_optional(&mut *connection)
    .await?;
    let Some(client) = client.filter(|_| tally.count > 0) else {
        return Ok(());
    };
    for (statement, of) in [
        (
            "INSERT INTO key_client_hours (client_id, hour, sessions) VALUES ($1, $2, $3)
             ON CONFLICT (client_id, hour) DO UPDATE SET sessions = key_client_hours.sessions + excluded.sessions",
            client,
        ),
        (
            "INSERT INTO key_hours (organization_id, hour, sessions) VALUES ($1, $2, $3)
             ON CONFLICT (organization_id, hour) DO UPDATE SET sessions = key_hours.sessions + excluded.sessions",
            sighting.organization.0,
        ),
    ] {
        sqlx::query(statement)
            .bind(of)
            .bind(sighting.hour)
            .bind(i64::from(tally.count))
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// Clients of the last 30 days, those seen last first: [`KEY_USAGE_CLIENTS_MAX`] of them, and whether there are more.
/// `live` are the sessions that live now: see [`live`].
pub async fn clients(
    connection: &mut Connection,
    organization: OrganizationId,
    live: &Live,
    now: DateTime<Utc>,
) -> Result<(Vec<KeyClient>, bool), StoreError> {
    let since = now - KEPT;
    let rows = sqlx::query(
        "SELECT c.admin_id, c.admin_name, c.client_address, c.user_agent, c.last_seen_on,
                COALESCE((SELECT CAST(SUM(h.sessions) AS BIGINT) FROM key_client_hours h WHERE h.client_id = c.id AND h.hour > $3), 0)
                    AS last_day,
                COALESCE((SELECT CAST(SUM(h.sessions) AS BIGINT) FROM key_client_hours h WHERE h.client_id = c.id AND h.hour > $4), 0)
                    AS last_month
         FROM key_clients c WHERE c.organization_id = $1 AND c.last_seen_on > $2
         ORDER BY c.last_seen_on DESC, c.id DESC LIMIT $5",
    )
    .bind(organization.0)
    .bind(since.timestamp_millis())
    .bind(hour(now) - DAY)
    .bind(hour(since))
    .bind(KEY_USAGE_CLIENTS_MAX as i64 + 1)
    .fetch_all(connection)
    .await?;
    let clients = rows.iter().take(KEY_USAGE_CLIENTS_MAX).map(|row| {
        let admin_id = AdminId(row.try_get("admin_id")?);
        let client_address: String = row.try_get("client_address")?;
        let user_agent: String = row.try_get("user_agent")?;
        let of = (admin_id, client_address, user_agent);
        let live_sessions = live.get(&of).copied().unwrap_or_default();
        let (_, client_address, user_agent) = of;
        Ok(KeyClient {
            admin_id,
            admin_name: row.try_get("admin_name")?,
            client_address,
            user_agent: Some(user_agent).filter(|text| !text.is_empty()),
            sessions_last_day: number_of(row, "last_day")?,
            sessions_last_month: number_of(row, "last_month")?,
            live_sessions,
            last_seen_on: clock::from_millis(row.try_get("last_seen_on")?),
        })
    });
    Ok((
        clients.collect::<Result<_, StoreError>>()?,
        rows.len() > KEY_USAGE_CLIENTS_MAX,
    ))
}

/// Sessions that live now, by admin, client address and user agent.
pub type Live = HashMap<(AdminId, String, String), u32>;

/// The API sessions of an organization that are alive, opened with the current key.
pub async fn live(
    connection: &mut Connection,
    organization: OrganizationId,
    alive: &SessionWindow,
) -> Result<Live, StoreError> {
    let rows = sqlx::query(
        "SELECT s.admin_id, s.client_address, COALESCE(s.user_agent, '') AS user_agent, COUNT(*) AS sessions
         FROM api_sessions s
         JOIN api_keys k ON k.organization_id = s.organization_id AND k.version = s.key_version
                        AND k.enabled = 1 AND k.sealed_key IS NOT NULL
         WHERE s.organization_id = $1 AND s.last_used_on + s.idle_extra > $2 AND s.created_on > $3
           AND s.last_used_on <= $4 AND s.created_on <= $4
         GROUP BY s.admin_id, s.client_address, COALESCE(s.user_agent, '')",
    )
    .bind(organization.0)
    .bind(alive.used_after.timestamp_millis())
    .bind(alive.opened_after.timestamp_millis())
    .bind(alive.until.timestamp_millis())
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| {
            let admin = AdminId(row.try_get("admin_id")?);
            let of = (admin, row.try_get("client_address")?, row.try_get("user_agent")?);
            Ok((of, number_of(row, "sessions")?))
        })
        .collect()
}

/// Sessions opened in each of the last 24 hours, the running one included, oldest first; and when the first began.
pub async fn sessions_per_hour(
    connection: &mut Connection,
    organization: OrganizationId,
    now: DateTime<Utc>,
) -> Result<(Vec<u32>, DateTime<Utc>), StoreError> {
    let first = hour(now) - DAY + 1;
    let rows = sqlx::query("SELECT hour, sessions FROM key_hours WHERE organization_id = $1 AND hour >= $2")
        .bind(organization.0)
        .bind(first)
        .fetch_all(connection)
        .await?;
    let mut by_hour = HashMap::new();
    for row in rows {
        by_hour.insert(row.try_get::<i64, _>("hour")?, number_of(&row, "sessions")?);
    }
    let sessions = (first..first + DAY).map(|hour| by_hour.get(&hour).copied().unwrap_or_default());
    Ok((sessions.collect(), clock::from_millis(first * HOUR_MILLIS)))
}
