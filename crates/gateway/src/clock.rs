//! The one place that reads the time, so that tests can set it.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use chrono::{DateTime, TimeDelta, Utc};

/// Tells the time: the system's, or one that a test holds still and moves on.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The system's clock.
    System,
    /// Epoch milliseconds, moved by hand.
    Fixed(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands still at `now` until [`advance`](Self::advance).
    pub fn fixed(now: DateTime<Utc>) -> Self {
        Self::Fixed(Arc::new(AtomicI64::new(now.timestamp_millis())))
    }

    /// The present instant, in whole milliseconds, as the database keeps it.
    pub fn now(&self) -> DateTime<Utc> {
        match self {
            #[expect(clippy::disallowed_methods, reason = "this is the one place")]
            Self::System => from_millis(Utc::now().timestamp_millis()),
            Self::Fixed(millis) => from_millis(millis.load(Ordering::SeqCst)),
        }
    }

    /// Moves a fixed clock on. The system's clock goes by itself.
    pub fn advance(&self, by: TimeDelta) {
        if let Self::Fixed(millis) = self {
            millis.fetch_add(by.num_milliseconds(), Ordering::SeqCst);
        }
    }
}

/// The instant at `millis` since the epoch; an instant no calendar has becomes the epoch.
pub fn from_millis(millis: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(millis).unwrap_or_default()
}
