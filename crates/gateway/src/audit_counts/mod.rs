//! Throttles audit rows of unauthenticated clients, so that they can't flood the audit log, block other writers, or bury
//! important rows.
//!
//! The first failure of a kind from an address is a row of its own, written before its answer. Those that follow within a
//! minute are counted and become one row at its end. Counts that aren't written yet are lost if the process is killed.

mod windows;

use std::{
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use keyward_contract::AuditReason;

pub use self::windows::ROWS_PER_HOUR;
use self::windows::{Key, Summary, Windows};
use crate::{
    audit::Event,
    clock::Clock,
    metrics,
    secrets::Secrets,
    store::{Store, StoreError, audit::audit_log},
};

/// Rows per transaction: a few milliseconds, during which other writers may have to wait.
const BATCH: usize = 50;
/// How often to look for past minutes.
const ROUND: Duration = Duration::from_secs(5);
/// Limit of lines in the gateway's own log per second.
const LINES_PER_SECOND: u32 = 20;

/// Counts failures of unauthenticated clients, and writes them to the audit log.
pub struct AuditCounts {
    store: Store,
    clock: Clock,
    secrets: Arc<Secrets>,
    windows: Mutex<Windows>,
    lines: Mutex<Lines>,
    /// One writes at a time.
    turn: tokio::sync::Mutex<()>,
}

/// Lines of the log in the running second.
#[derive(Default)]
struct Lines {
    second: i64,
    written: u32,
    left_out: u64,
}

impl AuditCounts {
    /// The database for the counts.
    pub fn new(store: Store, clock: Clock, secrets: Arc<Secrets>) -> Self {
        Self {
            store,
            clock,
            secrets,
            windows: Mutex::default(),
            lines: Mutex::default(),
            turn: tokio::sync::Mutex::default(),
        }
    }

    /// Notes a failure of an unauthenticated client: a row immediately if it is the first of its kind, else one row for all
    /// at the end of the minute. If it can't be written now, it is written later. Must not be called within a writing
    /// transaction.
    pub async fn note(&self, event: &Event<'_>) {
        self.log(event);
        let Some(key) = self.windows().take_in(event, self.clock.now(), true) else {
            metrics::audit_event_counted();
            return;
        };
        // If the client disconnects before the row is written, the failure is in the row of the minute.
        let mut writing = Writing {
            counted: self,
            key,
            is_written: false,
        };
        match self.write_one(event).await {
            Ok(()) => writing.is_written = true,
            Err(error) => warn(&error),
        }
    }

    /// Counts a failure that has reached its limit of rows. Never waits.
    pub fn count(&self, event: &Event<'_>) {
        self.log(event);
        metrics::audit_event_counted();
        self.windows().take_in(event, self.clock.now(), false);
    }

    /// Writes the counts of past minutes.
    ///
    /// # Errors
    /// When the database fails. The counts are kept for the next time.
    pub async fn write_due(&self) -> Result<(), StoreError> {
        self.write_out(false).await
    }

    /// Writes all counts.
    ///
    /// # Errors
    /// When the database fails. The counts are kept for the next time.
    pub async fn write_all(&self) -> Result<(), StoreError> {
        self.write_out(true).await
    }

    /// Writes what is due, for ever.
    pub async fn keep_up(&self) {
        let mut tick = tokio::time::interval(ROUND);
        loop {
            tick.tick().await;
            if let Err(error) = self.write_due().await {
                warn(&error);
            }
        }
    }

    async fn write_out(&self, all: bool) -> Result<(), StoreError> {
        let _turn = self.turn.lock().await;
        let now = self.clock.now();
        let mut due = Unwritten {
            counted: self,
            rows: self.windows().due(now, all),
        };
        while !due.rows.is_empty() {
            let from = due.rows.len().saturating_sub(BATCH);
            let mut transaction = self.store.write().await?;
            for row in due.rows[from..].iter().rev() {
                let client = row.client();
                let event = row.event(client.as_ref(), now);
                audit_log::insert(&mut transaction, &self.secrets, &event).await?;
            }
            transaction.commit().await?;
            due.rows.truncate(from);
        }
        Ok(())
    }

    async fn write_one(&self, event: &Event<'_>) -> Result<(), StoreError> {
        let mut transaction = self.store.write().await?;
        audit_log::insert(&mut transaction, &self.secrets, event).await?;
        Ok(transaction.commit().await?)
    }

    /// The details, in the gateway's own log, also throttled, so that it can't be flooded either.
    fn log(&self, event: &Event<'_>) {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let second = event.logged_on.timestamp();
        if lines.second != second {
            if lines.left_out > 0 {
                tracing::warn!(
                    count = lines.left_out,
                    "more failed attempts than the audit log has lines for"
                );
            }
            *lines = Lines {
                second,
                ..Lines::default()
            };
        }
        if lines.written >= LINES_PER_SECOND {
            lines.left_out += 1;
            return;
        }
        lines.written += 1;
        drop(lines);
        let client = event.client.map(|client| client.address);
        tracing::info!(
            action = event.action.as_str(),
            reason = event.failure.map(AuditReason::as_str),
            interface = event.interface.as_str(),
            admin = event.actor.admin_id().map(|id| id.0),
            organization = event.organization.map(|id| id.0),
            client = client.as_ref().map(IpAddr::to_string),
            request_id = event.client.map(|client| client.request_id.as_str()),
            "an attempt failed"
        );
    }

    fn windows(&self) -> MutexGuard<'_, Windows> {
        self.windows.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn warn(error: &StoreError) {
    tracing::warn!(
        error = error as &dyn std::error::Error,
        "failed attempts could not be written to the audit log; trying again later"
    );
}

/// A row that is being written.
struct Writing<'a> {
    counted: &'a AuditCounts,
    key: Key,
    is_written: bool,
}

impl Drop for Writing<'_> {
    fn drop(&mut self) {
        self.counted.windows().done(&self.key, self.is_written);
    }
}

/// Rows that are being written. Those not written when this is dropped are counted again.
struct Unwritten<'a> {
    counted: &'a AuditCounts,
    rows: Vec<Summary>,
}

impl Drop for Unwritten<'_> {
    fn drop(&mut self) {
        let mut windows = self.counted.windows();
        for row in self.rows.drain(..) {
            windows.put_back(row);
        }
    }
}
