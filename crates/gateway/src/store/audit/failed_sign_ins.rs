//! Failed API sign-ins in the audit log.

use chrono::{DateTime, Utc};
use keyward_contract::{AdminId, OrganizationId};
use serde_json::Value;
use sqlx::Row as _;

use super::audit_log_rows::{current_word, instant};
use crate::store::{Connection, StoreError};

/// A row about a failed sign-in, or about several equal ones.
pub struct FailedSignIn {
    /// When it was written.
    pub logged_on: DateTime<Utc>,
    /// Why it failed.
    pub reason: String,
    /// The admin, if the user name was known.
    pub admin: Option<(AdminId, String)>,
    /// The address of the client, if it was one.
    pub client_address: Option<String>,
    /// What it says besides.
    pub details: Value,
}

/// The sign-ins with a key that failed since then and that the organization can see, newest first, up to `limit`.
///
/// As in [`part`](super::audit_log_rows::part), a failure without an organization belongs to its admin, or shows where there
/// is only one organization. Access tokens have no admin, and aren't among them.
pub async fn since(
    connection: &mut Connection,
    organization: OrganizationId,
    since: DateTime<Utc>,
    limit: u32,
) -> Result<Vec<FailedSignIn>, StoreError> {
    // The words are in the text, or neither database would use their index.
    let rows = sqlx::query(
        "SELECT * FROM (
           SELECT l.id, l.logged_on, l.reason, l.admin_id, l.admin_name, l.client_address, l.after_change
           FROM audit_log l
           WHERE l.organization_id = $1 AND l.logged_on >= $2 AND l.admin_id IS NOT NULL
             AND l.action = 'Sign In' AND l.interface = 'API' AND l.result = 'Failure' AND l.sub_category = 'Login'
           UNION ALL
           SELECT l.id, l.logged_on, l.reason, l.admin_id, l.admin_name, l.client_address, l.after_change
           FROM audit_log l
           WHERE l.organization_id IS NULL AND l.logged_on >= $2
             AND l.action = 'Sign In' AND l.interface = 'API' AND l.result = 'Failure' AND l.sub_category = 'Login'
             AND (EXISTS (SELECT 1 FROM admin_roles m
                          WHERE m.organization_id = $1 AND m.admin_id = l.admin_id AND m.status = 'active')
                  OR (COALESCE(l.admin_id, 0) = 0
                      AND (SELECT MIN(id) FROM organizations) = (SELECT MAX(id) FROM organizations)))) found
         ORDER BY logged_on DESC, id DESC LIMIT $3",
    )
    .bind(organization.0)
    .bind(since.timestamp_millis())
    .bind(i64::from(limit))
    .fetch_all(connection)
    .await?;
    let read = |row: &sqlx::any::AnyRow| {
        let admin: (Option<i64>, Option<String>) = (row.try_get("admin_id")?, row.try_get("admin_name")?);
        let details: Option<String> = row.try_get("after_change")?;
        Ok(FailedSignIn {
            logged_on: instant(row.try_get("logged_on")?)?,
            reason: row
                .try_get::<Option<String>, _>("reason")?
                .map(current_word)
                .unwrap_or_default(),
            admin: match admin {
                (Some(id), Some(name)) => Some((AdminId(id), name)),
                _ => None,
            },
            client_address: row.try_get("client_address")?,
            details: details
                .map_or(Ok(Value::Null), |text| serde_json::from_str(&text))
                .map_err(|_| StoreError::Impossible("audit_log"))?,
        })
    };
    rows.iter().map(read).collect()
}
