//! When the clock was last trusted, for the next start.

use chrono::{DateTime, Utc};

use super::{Connection, StoreError};
use crate::clock;

/// When the clock was last trusted; if no version has stored that, the time of the last audit row.
pub async fn last(connection: &mut Connection) -> Result<Option<DateTime<Utc>>, StoreError> {
    let millis: Option<i64> = sqlx::query_scalar(
        "SELECT COALESCE((SELECT believed_on FROM clock_marks WHERE id = 1),
                         (SELECT logged_on FROM audit_log ORDER BY id DESC LIMIT 1))",
    )
    .fetch_one(connection)
    .await?;
    Ok(millis.map(clock::from_millis))
}

/// Stores that it is trusted now.
pub async fn put(connection: &mut Connection, now: DateTime<Utc>) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO clock_marks (id, believed_on) VALUES (1, $1)
         ON CONFLICT (id) DO UPDATE SET believed_on = excluded.believed_on",
    )
    .bind(now.timestamp_millis())
    .execute(connection)
    .await?;
    Ok(())
}
