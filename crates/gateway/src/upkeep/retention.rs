//! The audit log is kept for a time; then its oldest end is cut off, and the cut is itself in the log.

use chrono::{DateTime, Utc};
use keyward_contract::{AuditAction, AuditSubCategory};
use serde_json::json;

use crate::{
    audit::Event,
    state::State,
    store::{
        StoreError,
        audit::{audit_chain, audit_log},
    },
};

/// Cuts off what is older than the configured time by `now`. Gives how many rows that were.
///
/// # Errors
/// When the database fails. What was cut off until then is cut off, and in the log.
pub async fn cut(state: &State, now: DateTime<Utc>) -> Result<u64, StoreError> {
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
