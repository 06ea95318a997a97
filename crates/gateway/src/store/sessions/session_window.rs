//! When a session is active.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

/// How far ahead of the clock an instant may lie that was stored in the past, and so by how much at most a clock that is set
/// back prolongs a session. One that was further ahead ends those opened or used then, or they would live on until it is that
/// late.
const LEEWAY: TimeDelta = TimeDelta::hours(1);

/// The sessions of one kind that are alive: opened and last used within these bounds.
#[derive(Clone, Copy, Debug)]
pub struct SessionWindow {
    /// Last used after this.
    pub used_after: DateTime<Utc>,
    /// Opened after this.
    pub opened_after: DateTime<Utc>,
    /// Opened and last used no later than this.
    pub until: DateTime<Utc>,
}

impl SessionWindow {
    /// Of sessions that end after `idle` without use, and after `absolute` in any case.
    pub fn new(now: DateTime<Utc>, idle: Duration, absolute: Duration) -> Self {
        Self {
            used_after: now - idle,
            opened_after: now - absolute,
            until: now + LEEWAY,
        }
    }

    /// The same for a session that may be unused for longer.
    #[must_use]
    pub fn longer(self, idle_extra: TimeDelta) -> Self {
        Self {
            used_after: self.used_after - idle_extra,
            ..self
        }
    }

    /// Whether a session is alive.
    pub fn holds(&self, created_on: DateTime<Utc>, last_used_on: DateTime<Utc>) -> bool {
        last_used_on > self.used_after
            && created_on > self.opened_after
            && last_used_on <= self.until
            && created_on <= self.until
    }
}
