//! Usage of Sandbox API tokens: requests by client and hour, for 30 days.

use chrono::{DateTime, Utc};
use keyward_contract::{KEY_USAGE_CLIENTS_MAX, SandboxTokenClient, SandboxTokenId};
use sqlx::Row as _;

use crate::{
    clock,
    store::{
        Connection, StoreError, number_of,
        sightings::{DAY, KEPT, Sighting, Tally, hour},
    },
};

/// Adds requests with a token, unless it is gone. Clients beyond what a page lists go, those not seen for longest first.
pub async fn add(
    connection: &mut Connection,
    token: SandboxTokenId,
    sighting: &Sighting,
    tally: &Tally,
) -> Result<(), StoreError> {
    let client: Option<i64> = sqlx::query_scalar(
        "INSERT INTO sandbox_token_clients (token_id, client_address, user_agent, last_seen_on)
         SELECT id, $2, $3, $4 FROM sandbox_tokens WHERE id = $1
         ON CONFLICT (token_id, client_address, user_agent) DO UPDATE
         SET last_seen_on = CASE WHEN excluded.last_seen_on > sandbox_token_clients.last_seen_on THEN excluded.last_seen_on ELSE sandbox_token_clients.last_seen_on END
         RETURNING id",
    )
    .bind(token.0)
    .bind(&sighting.client_address)
    .bind(&sighting.user_agent)
    .bind(tally.last_seen_on.timestamp_millis())
    .fetch_optional(&mut *connection)
    .await?;
    let Some(client) = client else { return Ok(()) };
    sqlx::query(
        "INSERT INTO sandbox_token_client_hours (client_id, hour, requests) VALUES ($1, $2, $3)
         ON CONFLICT (client_id, hour) DO UPDATE SET requests = sandbox_token_client_hours.requests + excluded.requests",
    )
    .bind(client)
    .bind(sighting.hour)
    .bind(i64::from(tally.count))
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "DELETE FROM sandbox_token_clients WHERE token_id = $1 AND id NOT IN
             (SELECT id FROM sandbox_token_clients WHERE token_id = $1 ORDER BY last_seen_on DESC, id DESC LIMIT $2)",
    )
    .bind(token.0)
    .bind(KEY_USAGE_CLIENTS_MAX as i64)
    .execute(connection)
    .await?;
    Ok(())
}

/// The clients of a token in the last 30 days, those seen last first.
pub async fn list(
    connection: &mut Connection,
    token: SandboxTokenId,
    now: DateTime<Utc>,
) -> Result<Vec<SandboxTokenClient>, StoreError> {
    let since = now - KEPT;
    let rows = sqlx::query(
        "SELECT c.client_address, c.user_agent, c.last_seen_on,
                COALESCE((SELECT CAST(SUM(h.requests) AS BIGINT) FROM sandbox_token_client_hours h
                          WHERE h.client_id = c.id AND h.hour > $3), 0) AS last_day,
                COALESCE((SELECT CAST(SUM(h.requests) AS BIGINT) FROM sandbox_token_client_hours h
                          WHERE h.client_id = c.id AND h.hour > $4), 0) AS last_month
         FROM sandbox_token_clients c WHERE c.token_id = $1 AND c.last_seen_on > $2
         ORDER BY c.last_seen_on DESC, c.id DESC",
    )
    .bind(token.0)
    .bind(since.timestamp_millis())
    .bind(hour(now) - DAY)
    .bind(hour(since))
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| {
            let user_agent: String = row.try_get("user_agent")?;
            Ok(SandboxTokenClient {
                client_address: row.try_get("client_address")?,
                user_agent: Some(user_agent).filter(|text| !text.is_empty()),
                requests_last_day: number_of(row, "last_day")?,
                requests_last_month: number_of(row, "last_month")?,
                last_seen_on: clock::from_millis(row.try_get("last_seen_on")?),
            })
        })
        .collect()
}
