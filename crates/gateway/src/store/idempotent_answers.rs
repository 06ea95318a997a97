//! The first answers to changes, sealed, for repetitions.

use chrono::{DateTime, Utc};
use keyward_contract::AdminId;
use sqlx::Row as _;

use super::{Connection, StoreError};
use crate::{random, secrets::Secrets};

/// Names a change that may be repeated.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RequestName {
    /// The admin.
    pub admin: AdminId,
    /// Which path they ask.
    pub path: String,
    /// What they call this request: a UUID.
    pub idempotency_key: String,
}

impl RequestName {
    /// The context that an answer is sealed for: the path with the organization, the time against extending its life, and
    /// the fingerprint against answering a different request.
    fn context(&self, created_on: i64, request_fingerprint: &[u8]) -> String {
        let (fingerprint, unbound) = (random::hex(request_fingerprint), self.unbound_context());
        format!("{unbound}/{created_on}/{fingerprint}")
    }

    fn unbound_context(&self) -> String {
        format!(
            "idempotent-answer/{}/{}/{}",
            self.admin, self.path, self.idempotency_key
        )
    }
}

/// What was answered, and to what.
pub struct FirstAnswer {
    /// Whether the repetition is the same request.
    pub request_fingerprint: Vec<u8>,
    /// The answer.
    pub answer: zeroize::Zeroizing<Vec<u8>>,
}

/// The first answer to this request, unless it is older than `since`.
pub async fn find(
    connection: &mut Connection,
    secrets: &Secrets,
    name: &RequestName,
    since: DateTime<Utc>,
) -> Result<Option<FirstAnswer>, StoreError> {
    let row = sqlx::query(
        "SELECT request_fingerprint, sealed_answer, created_on FROM idempotent_answers
         WHERE admin_id = $1 AND path = $2 AND idempotency_key = $3 AND created_on > $4",
    )
    .bind(name.admin.0)
    .bind(&name.path)
    .bind(&name.idempotency_key)
    .bind(since.timestamp_millis())
    .fetch_optional(connection)
    .await?;
    row.map(|row| {
        let request_fingerprint: Vec<u8> = row.try_get("request_fingerprint")?;
        let context = name.context(row.try_get("created_on")?, &request_fingerprint);
        Ok(FirstAnswer {
            answer: secrets.open(&context, row.try_get("sealed_answer")?)?,
            request_fingerprint,
        })
    })
    .transpose()
}

/// Stores the first answer to a request, replacing an expired one with the same key.
pub async fn insert(
    connection: &mut Connection,
    secrets: &Secrets,
    name: &RequestName,
    (request_fingerprint, answer): (&[u8], &[u8]),
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let created_on = now.timestamp_millis();
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
    .bind(secrets.seal(&name.context(created_on, request_fingerprint), answer))
    .bind(created_on)
    .execute(connection)
    .await?;
    Ok(())
}

/// Binds the answers of a version that did not bind them.
pub(super) async fn bind_all(connection: &mut Connection, secrets: &Secrets) -> Result<(), StoreError> {
    type Kept = (i64, String, String, Vec<u8>, Vec<u8>, i64);
    let rows: Vec<Kept> = sqlx::query_as(
        "SELECT admin_id, path, idempotency_key, request_fingerprint, sealed_answer, created_on FROM idempotent_answers",
    )
    .fetch_all(&mut *connection)
    .await?;
    for (admin, path, idempotency_key, fingerprint, sealed, created_on) in rows {
        let name = RequestName {
            admin: AdminId(admin),
            path,
            idempotency_key,
        };
        let contexts = (name.unbound_context(), name.context(created_on, &fingerprint));
        sqlx::query(
            "UPDATE idempotent_answers SET sealed_answer = $4
             WHERE admin_id = $1 AND path = $2 AND idempotency_key = $3",
        )
        .bind(admin)
        .bind(&name.path)
        .bind(&name.idempotency_key)
        .bind(secrets.bind((&contexts.0, &contexts.1), &sealed))
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}
