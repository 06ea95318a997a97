//! Usage of access tokens: requests by client and hour, for 30 days.

use chrono::{DateTime, Utc};
use keyward_contract::{KEY_USAGE_CLIENTS_MAX, OauthClient, OrganizationId};
use sqlx::Row as _;

use crate::{
    clock,
    store::{
        Connection, StoreError,
        sightings::{DAY, KEPT, Sighting, Tally, hour},
    },
};

/// Adds requests of a principal, unless the organization is gone. Clients beyond what a page lists go, those not seen for
/// longest first.
pub async fn add(connection: &mut Connection, sighting: &Sighting, tally: &Tally) -> Result<(), StoreError> {
    let client: Option<i64> = sqlx::query_scalar(
        "INSERT INTO oauth_clients (organization_id, principal, client_address, user_agent, last_seen_on)
         SELECT id, $2, $3, $4, $5 FROM organizations WHERE id = $1
         ON CONFLICT (organization_id, principal, client_address, user_agent) DO UPDATE
         SET last_seen_on = CASE WHEN excluded.last_seen_on > oauth_clients.last_seen_on THEN excluded.last_seen_on ELSE oauth_clients.last_seen_on END
         RETURNING id",
    )
    .bind(sighting.organization.0)
    .bind(&tally.admin_name)
    .bind(&sighting.client_address)
    .bind(&sighting.user_agent)
    .bind(tally.last_seen_on.timestamp_millis())
    .fetch_optional(&mut *connection)
    .await?;
    let Some(client) = client else { return Ok(()) };
    sqlx::query(
        "INSERT INTO oauth_client_hours (client_id, hour, requests) VALUES ($1, $2, $3)
         ON CONFLICT (client_id, hour) DO UPDATE SET requests = oauth_client_hours.requests + excluded.requests",
    )
    .bind(client)
    .bind(sighting.hour)
    .bind(i64::from(tally.count))
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "DELETE FROM oauth_clients WHERE organization_id = $1 AND id NOT IN
             (SELECT id FROM oauth_clients WHERE organization_id = $1 ORDER BY last_seen_on DESC, id DESC LIMIT $2)",
    )
    .bind(sighting.organization.0)
    .bind(KEY_USAGE_CLIENTS_MAX as i64)
    .execute(connection)
    .await?;
    Ok(())
}

/// The clients of an organization in the last 30 days, those seen last first.
pub async fn list(
    connection: &mut Connection,
    organization: OrganizationId,
    now: DateTime<Utc>,
) -> Result<Vec<OauthClient>, StoreError> {
    let since = now - KEPT;
    let rows = sqlx::query(
        "SELECT c.principal, c.client_address, c.user_agent, c.last_seen_on,
                COALESCE((SELECT CAST(SUM(h.requests) AS BIGINT) FROM oauth_client_hours h
                          WHERE h.client_id = c.id AND h.hour > $3), 0) AS last_day,
                COALESCE((SELECT CAST(SUM(h.requests) AS BIGINT) FROM oauth_client_hours h
                          WHERE h.client_id = c.id AND h.hour > $4), 0) AS last_month
         FROM oauth_clients c WHERE c.organization_id = $1 AND c.last_seen_on > $2
         ORDER BY c.last_seen_on DESC, c.id DESC",
    )
    .bind(organization.0)
    .bind(since.timestamp_millis())
    .bind(hour(now) - DAY)
    .bind(hour(since))
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| {
            let user_agent: String = row.try_get("user_agent")?;
            Ok(OauthClient {
                principal: row.try_get("principal")?,
                client_address: row.try_get("client_address")?,
                user_agent: Some(user_agent).filter(|text| !text.is_empty()),
                requests_last_day: row.try_get("last_day")?,
                requests_last_month: row.try_get("last_month")?,
                last_seen_on: clock::from_millis(row.try_get("last_seen_on")?),
            })
        })
        .collect()
}
