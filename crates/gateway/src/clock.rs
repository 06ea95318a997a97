//! The one place that reads the time, so that tests can set it.

use std::{
    sync::{
        Arc, LazyLock,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, Instant},
};

use chrono::{DateTime, TimeDelta, Utc};

/// How far ahead of this gateway's clock an instant may lie that another gateway wrote a moment ago: each clock may be off by
/// [`LIMIT`](crate::clock_skew::LIMIT), and one second is for what takes time in between.
pub const AHEAD_MAX: TimeDelta = TimeDelta::seconds(5);

/// The system's clock, or a fixed one for tests.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The system's clock.
    System,
    /// Moved by hand.
    Fixed(Arc<FixedClock>),
}

/// A clock that stands still until it is moved.
#[derive(Debug, Default)]
pub struct FixedClock {
    /// Epoch milliseconds.
    now: AtomicI64,
    /// Milliseconds that have passed in all. Setting it back isn't passing time.
    elapsed: AtomicI64,
}

impl Clock {
    /// A clock that stands still at `now` until [`advance`](Self::advance).
    pub fn fixed(now: DateTime<Utc>) -> Self {
        Self::Fixed(Arc::new(FixedClock {
            now: AtomicI64::new(now.timestamp_millis()),
            elapsed: AtomicI64::new(0),
        }))
    }

    /// The current time, in whole milliseconds, as the database stores it.
    pub fn now(&self) -> DateTime<Utc> {
        match self {
            #[expect(clippy::disallowed_methods, reason = "this is the one place")]
            Self::System => from_millis(Utc::now().timestamp_millis()),
            Self::Fixed(fixed) => from_millis(fixed.now.load(Ordering::SeqCst)),
        }
    }

    /// Monotonic time, for durations. It never goes back, however the clock is set.
    pub fn elapsed(&self) -> Duration {
        static STARTED: LazyLock<Instant> = LazyLock::new(Instant::now);
        match self {
            Self::System => STARTED.elapsed(),
            Self::Fixed(fixed) => Duration::from_millis(fixed.elapsed.load(Ordering::SeqCst).unsigned_abs()),
        }
    }

    /// Advances a fixed clock, or sets it back. No effect on the system's clock.
    pub fn advance(&self, by: TimeDelta) {
        if let Self::Fixed(fixed) = self {
            fixed.now.fetch_add(by.num_milliseconds(), Ordering::SeqCst);
            fixed.elapsed.fetch_add(by.num_milliseconds().max(0), Ordering::SeqCst);
        }
    }

    /// Sets a fixed clock to a different time without time passing, as happens to system clocks.
    pub fn put(&self, by: TimeDelta) {
        if let Self::Fixed(fixed) = self {
            fixed.now.fetch_add(by.num_milliseconds(), Ordering::SeqCst);
        }
    }
}

/// The time at `millis` since the epoch; out of range, the epoch.
pub fn from_millis(millis: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(millis).unwrap_or_default()
}
