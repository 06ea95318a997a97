//! The audit log is kept for a time; then its oldest end is cut off, and the cut is itself in the log.

use std::time::Duration;

use keyward_contract::{AuditAction, AuditSubCategory};
use serde_json::json;

use super::Event;
use crate::{
    app::State,
    store::{StoreError, audit_chain, audit_log},
};

const INTERVAL: Duration = Duration::from_secs(24 * 60 * 60);

/// Cuts off what is older than the configured time: now, and then each day. Never ends.
pub async fn keep_up(state: &State) {
    let mut tick = tokio::time::interval(INTERVAL);
    loop {
        tick.tick().await;
        if let Err(error) = cut(state).await {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "old rows of the audit log can't be cut off"
            );
        }
    }
}

/// Cuts off what is older than the configured time. Gives how many rows that were.
///
/// # Errors
/// When the database fails. What was cut off until then is cut off, and in the log.
pub async fn cut(state: &State) -> Result<u64, StoreError> {
    let now = state.clock.now();
    let since = now - state.config.audit_retention;
    let mut total = 0;
    loop {
        // A transaction for each part, so that whoever waits to write gets a turn.
        let mut transaction = state.store.write().await?;
        let rows = audit_chain::cut(&mut transaction, &state.secrets, since).await?;
        if rows == 0 {
            return Ok(total);
        }
        let mut event = Event::of_operator(AuditAction::Delete, AuditSubCategory::AuditLog, "Audit Log", now);
        event.after = Some(json!({ "rowsCutOff": rows, "keptSince": since }));
        audit_log::insert(&mut transaction, &state.secrets, &event).await?;
        transaction.commit().await?;
        total += rows;
    }
}
