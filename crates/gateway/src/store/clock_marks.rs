//! When the clock was last believed, for the next start.

use chrono::{DateTime, Utc};

use super::{Connection, StoreError};
use crate::clock;

/// When the clock was last believed; where no version has noted that, when something last was in the audit log.
pub async fn last(connection: &mut Connection) -> Result<Option<DateTime<Utc>>, StoreError> {
    let millis: Option<i64> = sqlx::query_scalar(
        "SELECT COALESCE((SELECT believed_on FROM clock_marks WHERE id = 1),
                         (SELECT logged_on FROM audit_log ORDER BY id DESC LIMIT 1))",
    )
    .fetch_one(connection)
    .await?;
    Ok(millis.map(clock::from_millis))
}

/// Notes that it is believed now.
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
