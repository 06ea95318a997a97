//! Addresses from which admins have recently signed in.

use chrono::{DateTime, TimeDelta, Utc};
use keyward_contract::AdminId;
use sqlx::Row as _;

use crate::{
    clock::AHEAD_MAX,
    store::{Connection, StoreError},
};

/// How long an address is known after a sign-in.
const KEPT: TimeDelta = TimeDelta::days(30);
/// How many addresses of an admin are kept, those that were used last.
const KEPT_MAX: i64 = 50;

/// What an admin has proven at an address within 30 days.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// They have signed in.
    pub signed_in: bool,
    /// They have opened an API session, which takes the key.
    pub key_shown: bool,
}

/// What is known of an admin at an address, without records ahead of the clock.
pub async fn find(
    connection: &mut Connection,
    admin: AdminId,
    network: &str,
    now: DateTime<Utc>,
) -> Result<Known, StoreError> {
    let row =
        sqlx::query("SELECT signed_in_on, key_shown_on FROM known_addresses WHERE admin_id = $1 AND address = $2")
            .bind(admin.0)
            .bind(network)
            .fetch_optional(connection)
            .await?;
    let Some(row) = row else { return Ok(Known::default()) };
    let counted = (now - KEPT).timestamp_millis() + 1..=(now + AHEAD_MAX).timestamp_millis();
    let counts = |on: i64| counted.contains(&on);
    Ok(Known {
        signed_in: counts(row.try_get("signed_in_on")?),
        key_shown: row.try_get::<Option<i64>, _>("key_shown_on")?.is_some_and(counts),
    })
}

/// Stores that an admin has signed in from an address, and whether with the key.
pub async fn note(
    connection: &mut Connection,
    admin: AdminId,
    network: &str,
    key_shown: bool,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO known_addresses (admin_id, address, signed_in_on, key_shown_on) VALUES ($1, $2, $3, $4)
         ON CONFLICT (admin_id, address) DO UPDATE
         SET signed_in_on = excluded.signed_in_on,
             key_shown_on = COALESCE(excluded.key_shown_on, known_addresses.key_shown_on)",
    )
    .bind(admin.0)
    .bind(network)
    .bind(now.timestamp_millis())
    .bind(key_shown.then_some(now.timestamp_millis()))
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "DELETE FROM known_addresses WHERE admin_id = $1 AND (signed_in_on <= $2 OR address NOT IN
             (SELECT address FROM known_addresses WHERE admin_id = $1
              ORDER BY CASE WHEN signed_in_on > $3 THEN 1 ELSE 0 END, signed_in_on DESC LIMIT $4))",
    )
    .bind(admin.0)
    .bind((now - KEPT).timestamp_millis())
    .bind(now.timestamp_millis())
    .bind(KEPT_MAX)
    .execute(connection)
    .await?;
    Ok(())
}
