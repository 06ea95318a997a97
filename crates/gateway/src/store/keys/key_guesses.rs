//! Wrong keys with correct passwords, per key over all admins and addresses.

use chrono::{DateTime, TimeDelta, Utc};
use keyward_contract::{KeyGuessing, OrganizationId};
use sqlx::Row as _;

use crate::{
    clock::{self, AHEAD_MAX},
    store::{
        Connection, StoreError,
        people::sign_in_counts::{bytes, instants},
    },
};

/// This many wrong keys within an hour mean that someone is guessing.
pub const ALARM: usize = 20;
const WINDOW: TimeDelta = TimeDelta::hours(1);
/// The alarm ends after this time without a wrong key.
const QUIET: TimeDelta = TimeDelta::days(1);

/// Counts a wrong key. Returns since when someone is guessing, only once: for the one that reaches the limit.
pub async fn add(
    connection: &mut Connection,
    organization: OrganizationId,
    now: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>, StoreError> {
    let (mut tried_on, since) = find(connection, organization).await?;
    let since = since.filter(|_| is_recent(&tried_on, now));
    // What lies ahead of the clock, and of that of other gateways, doesn't count.
    tried_on.retain(|on| *on > now - WINDOW && *on <= now + AHEAD_MAX);
    tried_on.push(now);
    tried_on.sort_unstable();
    let newest = tried_on.len().saturating_sub(ALARM);
    tried_on.drain(..newest);
    let begun = (since.is_none() && tried_on.len() == ALARM).then(|| tried_on[0]);
    sqlx::query(
        "INSERT INTO key_guesses (organization_id, tried_on, guessed_since)
         SELECT id, $2, $3 FROM organizations WHERE id = $1
         ON CONFLICT (organization_id) DO UPDATE
         SET tried_on = excluded.tried_on, guessed_since = excluded.guessed_since",
    )
    .bind(organization.0)
    .bind(bytes(&tried_on))
    .bind(since.or(begun).map(|since| since.timestamp_millis()))
    .execute(connection)
    .await?;
    Ok(begun)
}

/// Whether someone is guessing the key of an organization.
pub async fn view(
    connection: &mut Connection,
    organization: OrganizationId,
    now: DateTime<Utc>,
) -> Result<Option<KeyGuessing>, StoreError> {
    let (tried_on, since) = find(connection, organization).await?;
    let guessing = since.zip(tried_on.last().copied());
    Ok(guessing
        .filter(|_| is_recent(&tried_on, now))
        .map(|(since, last_on)| KeyGuessing { since, last_on }))
}

/// Resets the count, because the key has changed.
pub(in crate::store) async fn delete(
    connection: &mut Connection,
    organization: OrganizationId,
) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM key_guesses WHERE organization_id = $1")
        .bind(organization.0)
        .execute(connection)
        .await?;
    Ok(())
}

/// Whether the last one is less than a day away, also by a clock that has moved back.
fn is_recent(tried_on: &[DateTime<Utc>], now: DateTime<Utc>) -> bool {
    tried_on.last().is_some_and(|last| (*last - now).abs() < QUIET)
}

async fn find(
    connection: &mut Connection,
    organization: OrganizationId,
) -> Result<(Vec<DateTime<Utc>>, Option<DateTime<Utc>>), StoreError> {
    let row = sqlx::query("SELECT tried_on, guessed_since FROM key_guesses WHERE organization_id = $1")
        .bind(organization.0)
        .fetch_optional(connection)
        .await?;
    let Some(row) = row else {
        return Ok((Vec::new(), None));
    };
    let tried_on: Vec<u8> = row.try_get("tried_on")?;
    let since: Option<i64> = row.try_get("guessed_since")?;
    Ok((instants(&tried_on), since.map(clock::from_millis)))
}
