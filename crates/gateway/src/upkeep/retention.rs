//! Retention of the audit log: its oldest rows are pruned, and the pruning itself is logged.

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

/// Prunes rows older than the configured time. Returns how many.
///
/// # Errors
/// When the database fails. Rows pruned until then stay pruned, and are logged.
pub async fn cut(state: &State, now: DateTime<Utc>) -> Result<u64, StoreError> {
    let since = now - state.config.audit_retention;
    let mut total = 0;
    loop {
        // One transaction per batch, so that waiting writers get a turn.
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
