//! Rows of the audit log.

use super::{
    audit_chain::{Chain, Link},
    chained_row::ChainedRow,
};
use crate::{
    audit::Event,
    secrets::Secrets,
    store::{Connection, Store, StoreError},
};

/// Appends a row to the chain, in the transaction of the change itself, so that neither exists without the other.
///
/// # Errors
/// When the database fails, or the record of the chain is not what this program wrote.
pub async fn insert(connection: &mut Connection, secrets: &Secrets, event: &Event<'_>) -> Result<(), StoreError> {
    // The writing transaction is exclusive, so that no one else continues from the same head.
    let chain = Chain::read_intact(connection, secrets).await?;
    let text = |text: &str| text.to_owned();
    let json = |value: &Option<serde_json::Value>| value.as_ref().map(ToString::to_string);
    let row = ChainedRow {
        id: chain.head.id + 1,
        logged_on: event.logged_on.timestamp_millis(),
        organization_id: event.organization.map(|id| id.0),
        action: text(event.action.as_str()),
        category: text(event.sub_category.category()),
        sub_category: text(event.sub_category.as_str()),
        resource: text(event.resource),
        admin_id: event.actor.admin_id().map(|id| id.0),
        admin_name: event.actor.name().map(text),
        client_address: event.client.map(|client| client.address.to_string()),
        interface: text(event.interface.as_str()),
        result: text(if event.failure.is_none() { "Success" } else { "Failure" }),
        reason: event.failure.map(|reason| text(reason.as_str())),
        before_change: json(&event.before),
        after_change: json(&event.after),
        request_id: event.client.map(|client| client.request_id.as_str().to_owned()),
        mac: None,
    };
    let head = Link {
        id: row.id,
        mac: row.mac_after(secrets, &chain.head.mac),
    };
    sqlx::query(
        "INSERT INTO audit_log (id, logged_on, organization_id, action, category, sub_category, resource, admin_id,
                                admin_name, client_address, interface, result, reason, before_change, after_change,
                                request_id, mac)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
    )
    .bind(row.id)
    .bind(row.logged_on)
    .bind(row.organization_id)
    .bind(row.action)
    .bind(row.category)
    .bind(row.sub_category)
    .bind(row.resource)
    .bind(row.admin_id)
    .bind(row.admin_name)
    .bind(row.client_address)
    .bind(row.interface)
    .bind(row.result)
    .bind(row.reason)
    .bind(row.before_change)
    .bind(row.after_change)
    .bind(row.request_id)
    .bind(head.mac.as_slice())
    .execute(&mut *connection)
    .await?;
    Chain { head, ..chain }.write(connection, secrets).await
}

/// The log in short, oldest first: action, admin, interface, result and reason of each row.
pub async fn summary(connection: &mut Connection) -> Result<Vec<String>, StoreError> {
    Ok(sqlx::query_scalar(
        "SELECT action || ', ' || COALESCE(admin_name, '-') || ', ' || interface || ', ' || result
                || COALESCE(', ' || reason, '')
         FROM audit_log ORDER BY id",
    )
    .fetch_all(connection)
    .await?)
}

/// Writes a row by itself, where nothing else changes.
pub async fn write(store: &Store, secrets: &Secrets, event: &Event<'_>) -> Result<(), StoreError> {
    let mut transaction = store.write().await?;
    insert(&mut transaction, secrets, event).await?;
    Ok(transaction.commit().await?)
}
