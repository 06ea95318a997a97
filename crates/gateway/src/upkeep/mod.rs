//! Deletes expired data, also without requests. All deletions by age happen here, and only while the clock can be trusted: a
//! wrong clock must not delete anything.

pub mod retention;

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::{
    domain::upstream_key,
    idempotency::IDEMPOTENCY_RETENTION,
    state::{AppState, State},
    store::{
        StoreError, clock_marks,
        past::{self, Past},
        people::sign_in_counts,
        sightings::{KEPT, hour},
    },
};

const INTERVAL: Duration = Duration::from_secs(10 * 60);
/// How often lists of upstreams are looked at, if one owes an outcome.
const OUTCOMES: Duration = Duration::from_secs(10);

/// Deletes what is past: now, and then every ten minutes. Never ends.
pub async fn keep_up(state: &State) {
    let mut tick = tokio::time::interval(INTERVAL);
    loop {
        tick.tick().await;
        if let Err(error) = round(state).await {
            let error = &error as &dyn std::error::Error;
            tracing::error!(error, "expired data can't be deleted");
        }
    }
}

/// Finds out what became of regenerations at upstreams whose answers got lost, also before a restart. Never ends.
pub async fn resolve_upstream_changes(state: &AppState) {
    let mut tick = tokio::time::interval(OUTCOMES);
    loop {
        tick.tick().await;
        let state = state.clone();
        // A task of its own: what an upstream says must not be able to end the gateway.
        let round = tokio::spawn(async move { upstream_key::resolve_all(&state).await });
        match round.await {
            Ok(Ok(())) => {}
            Ok(Err(problem)) => {
                let code = problem.code().as_str();
                tracing::error!(code, "regenerations whose answers got lost can't be listed");
            }
            Err(error) => {
                let error = &error as &dyn std::error::Error;
                tracing::error!(error, "looking for lost answers of upstreams failed");
            }
        }
    }
}

/// Deletes expired data. Does nothing while the clock isn't trusted.
///
/// # Errors
/// When the database fails. Earlier deletions remain.
pub async fn round(state: &State) -> Result<(), StoreError> {
    let Some(now) = state.trust.now() else {
        return Ok(());
    };
    let Some(task) = state.store.begin_task().await? else {
        return Ok(());
    };
    let mut transaction = state.store.write().await?;
    clock_marks::put(&mut transaction, now).await?;
    transaction.commit().await?;
    let of_what_is_past = delete(state, now).await;
    // Even where the rest fails: who has tampered with the audit log keeps no secret from going.
    let of_audit_log = retention::cut(state, now).await;
    of_what_is_past.and(of_audit_log.map(|_| ())).and(task.end().await)
}

async fn delete(state: &State, now: DateTime<Utc>) -> Result<(), StoreError> {
    let live = state.live_at(now);
    let past = Past {
        now: now.timestamp_millis(),
        answers: (now - IDEMPOTENCY_RETENTION).timestamp_millis(),
        failures: (now - sign_in_counts::DAY).timestamp_millis(),
        portal_idle: live.portal.used_after.timestamp_millis(),
        portal_absolute: live.portal.opened_after.timestamp_millis(),
        api_idle: live.api.used_after.timestamp_millis(),
        api_absolute: live.api.opened_after.timestamp_millis(),
        ahead: live.portal.until.timestamp_millis(),
        usage: (now - KEPT).timestamp_millis(),
        usage_hour: hour(now - KEPT),
    };
    for rule in past::RULES {
        loop {
            // One transaction per batch, so that waiting writers get a turn.
            let mut transaction = state.store.write().await?;
            let rows = rule.apply(&mut transaction, &past).await?;
            transaction.commit().await?;
            if rows < past::BATCH {
                break;
            }
        }
    }
    Ok(())
}
