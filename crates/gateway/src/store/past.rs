//! Deletion by age: one rule for each kind of row.

use sqlx::AssertSqlSafe;

use super::{Connection, StoreError};

/// So many rows at most go at a time.
pub const BATCH: u64 = 500;

/// The time limits for deletion, inclusive, in epoch milliseconds.
pub struct Past {
    /// It has been now.
    pub now: i64,
    /// Answers that were given.
    pub answers: i64,
    /// Sign-ins that failed.
    pub failures: i64,
    /// Portal sessions that were used.
    pub portal_idle: i64,
    /// Portal sessions that were opened.
    pub portal_absolute: i64,
    /// API sessions that were used.
    pub api_idle: i64,
    /// API sessions that were opened.
    pub api_absolute: i64,
    /// Sessions after this are from a clock that was ahead; they would become active again at that time.
    pub ahead: i64,
    /// Clients that were seen, and keys that were replaced.
    pub usage: i64,
    /// Use in an hour, by the hours since the epoch.
    pub usage_hour: i64,
}

/// What happens to the expired rows of a table.
pub struct Rule {
    table: &'static str,
    /// The columns that tell its rows apart.
    key: &'static str,
    /// Which rows are past; `$1` is the bound.
    condition: &'static str,
    bound: fn(&Past) -> i64,
    /// What is set; without it they are deleted.
    set: Option<&'static str>,
}

const fn delete(table: &'static str, key: &'static str, condition: &'static str, bound: fn(&Past) -> i64) -> Rule {
    Rule {
        table,
        key,
        condition,
        bound,
        set: None,
    }
}

/// No hash of a token is like this.
const ENDED: &str = "token_hash = CAST('ended/' || organization_id || '/' || admin_id AS BLOB)";

/// All of them.
pub const RULES: &[Rule] = &[
    delete(
        "idempotent_answers",
        "admin_id, path, idempotency_key",
        "created_on <= $1",
        |past| past.answers,
    ),
    delete("portal_sessions", "id_hash", "last_used_on <= $1", |past| {
        past.portal_idle
    }),
    delete("portal_sessions", "id_hash", "created_on <= $1", |past| {
        past.portal_absolute
    }),
    delete("api_sessions", "id_hash", "last_used_on + idle_extra <= $1", |past| {
        past.api_idle
    }),
    delete("api_sessions", "id_hash", "created_on <= $1", |past| past.api_absolute),
    delete(
        "portal_sessions",
        "id_hash",
        "last_used_on > $1 OR created_on > $1",
        |past| past.ahead,
    ),
    delete(
        "api_sessions",
        "id_hash",
        "last_used_on > $1 OR created_on > $1",
        |past| past.ahead,
    ),
    delete("password_resets", "admin_id", "expires_on <= $1", |past| past.now),
    // The invited admin and the expiry remain visible. The token's hash is deleted.
    Rule {
        table: "invitations",
        key: "organization_id, admin_id",
        condition: "expires_on <= $1 AND token_hash <> CAST('ended/' || organization_id || '/' || admin_id AS BLOB)",
        bound: |past| past.now,
        set: Some(ENDED),
    },
    delete(
        "sign_in_counts",
        "kind, login_hash, scope",
        "last_failed_on <= $1",
        |past| past.failures,
    ),
    delete("known_addresses", "admin_id, address", "signed_in_on <= $1", |past| {
        past.usage
    }),
    delete("former_keys", "organization_id", "replaced_on <= $1", |past| past.usage),
    delete("key_clients", "id", "last_seen_on <= $1", |past| past.usage),
    delete("key_client_hours", "client_id, hour", "hour <= $1", |past| {
        past.usage_hour
    }),
    delete("key_hours", "organization_id, hour", "hour <= $1", |past| {
        past.usage_hour
    }),
    delete("sandbox_token_clients", "id", "last_seen_on <= $1", |past| past.usage),
    delete("sandbox_token_client_hours", "client_id, hour", "hour <= $1", |past| {
        past.usage_hour
    }),
    delete("oauth_clients", "id", "last_seen_on <= $1", |past| past.usage),
    delete("oauth_client_hours", "client_id, hour", "hour <= $1", |past| {
        past.usage_hour
    }),
];

impl Rule {
    /// Applies it to up to [`BATCH`] rows, and returns to how many.
    pub async fn apply(&self, connection: &mut Connection, past: &Past) -> Result<u64, StoreError> {
        let Self {
            table,
            key,
            condition,
            bound,
            set,
        } = self;
        let verb = match set {
            Some(set) => format!("UPDATE {table} SET {set}"),
            None => format!("DELETE FROM {table}"),
        };
        // Only names and conditions from above are written.
        let sql = format!("{verb} WHERE ({key}) IN (SELECT {key} FROM {table} WHERE {condition} LIMIT $2)");
        let done = sqlx::query(AssertSqlSafe(sql))
            .bind(bound(past))
            .bind(BATCH as i64)
            .execute(connection)
            .await?;
        Ok(done.rows_affected())
    }
}
