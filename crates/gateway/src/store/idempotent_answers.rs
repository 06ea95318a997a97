//! The first answers to changes, sealed, so that a repetition gets the same one.

use chrono::{DateTime, Utc};
use keyward_contract::AdminId;
use sqlx::Row as _;

use super::{Connection, StoreError};
use crate::secrets::Secrets;

/// Names a change that may be repeated.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RequestName {
    /// Who asks.
    pub admin: AdminId,
    /// Which path they ask.
    pub path: String,
    /// What they call this request: a UUID.
    pub idempotency_key: String,
}

impl RequestName {
    fn context(&self) -> String {
        format!(
            "idempotent-answer/{}/{}/{}",
            self.admin, self.path, self.idempotency_key
        )
    }
}

/// What was answered, and to what.
pub struct FirstAnswer {
    /// Tells whether the repetition asks for the same.
    pub request_fingerprint: Vec<u8>,
    /// The answer.
    pub answer: zeroize::Zeroizing<Vec<u8>>,
}

/// The first answer to this request, unless it is older than `since`.
///
/// # Errors
/// When the database fails.
pub async fn find(
    connection: &mut Connection,
    secrets: &Secrets,
    name: &RequestName,
    since: DateTime<Utc>,
) -> Result<Option<FirstAnswer>, StoreError> {
    let row = sqlx::query(
        "SELECT request_fingerprint, sealed_answer FROM idempotent_answers
         WHERE admin_id = $1 AND path = $2 AND idempotency_key = $3 AND created_on > $4",
    )
    .bind(name.admin.0)
    .bind(&name.path)
    .bind(&name.idempotency_key)
    .bind(since.timestamp_millis())
    .fetch_optional(connection)
    .await?;
    row.map(|row| {
        Ok(FirstAnswer {
            request_fingerprint: row.try_get("request_fingerprint")?,
            answer: secrets.open(&name.context(), row.try_get("sealed_answer")?)?,
        })
    })
    .transpose()
}

/// Keeps the first answer to a request, in place of one under the same name that is too old.
///
/// # Errors
/// When the database fails.
pub async fn insert(
    connection: &mut Connection,
    secrets: &Secrets,
    name: &RequestName,
    (request_fingerprint, answer): (&[u8], &[u8]),
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO idempotent_answers
             (admin_id, path, idempotency_key, request_fingerprint, sealed_answer, created_on)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (admin_id, path, idempotency_key) DO UPDATE
         SET request_fingerprint = excluded.request_fingerprint, sealed_answer = excluded.sealed_answer,
             created_on = excluded.created_on",
    )
    .bind(name.admin.0)
    .bind(&name.path)
    .bind(&name.idempotency_key)
    .bind(request_fingerprint)
    .bind(secrets.seal(&name.context(), answer))
    .bind(now.timestamp_millis())
    .execute(connection)
    .await?;
    Ok(())
}
