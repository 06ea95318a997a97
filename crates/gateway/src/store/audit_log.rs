//! Rows of the audit log.

use super::{Connection, StoreError};
use crate::{audit::Event, secrets::Secrets};

/// Writes a row.
///
/// # Errors
/// When the database fails.
pub async fn insert(connection: &mut Connection, secrets: &Secrets, event: &Event<'_>) -> Result<(), StoreError> {
    let json = |value: &Option<serde_json::Value>| value.as_ref().map(ToString::to_string);
    sqlx::query(
        "INSERT INTO audit_log (logged_on, organization_id, action, category, sub_category, resource, admin_id,
                                admin_name, client_address, interface, result, reason, before_change, after_change,
                                request_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
    )
    .bind(event.logged_on.timestamp_millis())
    .bind(event.organization.map(|id| id.0))
    .bind(event.action.as_str())
    .bind(event.sub_category.category())
    .bind(event.sub_category.as_str())
    .bind(event.resource)
    .bind(event.actor.admin_id().map(|id| id.0))
    .bind(event.actor.name())
    .bind(event.client.map(|client| client.address.to_string()))
    .bind(event.interface.as_str())
    .bind(if event.failure.is_none() { "Success" } else { "Failure" })
    .bind(event.failure)
    .bind(json(&event.before))
    .bind(json(&event.after))
    .bind(event.client.map(|client| client.request_id.as_str()))
    .execute(connection)
    .await?;
    Ok(())
}

/// The log in short, oldest first: action, admin, interface, result and reason of each row.
///
/// # Errors
/// When the database fails.
pub async fn summary(connection: &mut Connection) -> Result<Vec<String>, StoreError> {
    Ok(sqlx::query_scalar(
        "SELECT action || ', ' || COALESCE(admin_name, '-') || ', ' || interface || ', ' || result
                || COALESCE(', ' || reason, '')
         FROM audit_log ORDER BY id",
    )
    .fetch_all(connection)
    .await?)
}
