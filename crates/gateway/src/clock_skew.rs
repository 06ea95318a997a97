//! How far this gateway's clock is from the clock of a shared database. Instants come from the gateways' clocks, and each
//! gateway compares them with those that others wrote, so the clocks have to agree.

use std::{
    fmt,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};

use crate::{clock::Clock, metrics, store::StoreError};

/// How far a clock can be from the database's.
pub const LIMIT: TimeDelta = TimeDelta::seconds(2);
/// How often it is compared.
const INTERVAL: Duration = Duration::from_secs(10);
/// A slower answer says nothing: its uncertainty exceeds the limit.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(4);

/// Compares a clock with that of the database.
#[derive(Debug)]
pub struct Skew {
    clock: Clock,
    is_off: AtomicBool,
}

/// One comparison of both clocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offset {
    /// How far this clock is ahead; negative if it is behind.
    pub ahead: TimeDelta,
    /// How far that can be from the truth: half the time that the answer took.
    pub uncertainty: TimeDelta,
}

impl Offset {
    /// Whether the clock is further off than [`LIMIT`], however long the answer was on its way.
    pub fn is_too_far(&self) -> bool {
        self.ahead.abs() - self.uncertainty > LIMIT
    }

    /// Whether it is certainly within [`LIMIT`].
    fn is_near(&self) -> bool {
        self.ahead.abs() + self.uncertainty <= LIMIT
    }

    fn seconds(&self) -> f64 {
        self.ahead.as_seconds_f64()
    }
}

/// As in `2.5 seconds ahead of`.
impl fmt::Display for Offset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let side = match self.ahead < TimeDelta::zero() {
            true => "behind",
            false => "ahead of",
        };
        let off = self.ahead.abs();
        match off.num_minutes() {
            0..2 => write!(f, "{:.1} seconds {side}", self.seconds().abs()),
            2..120 => write!(f, "{} minutes {side}", off.num_minutes()),
            120..2880 => write!(f, "{} hours {side}", off.num_hours()),
            _ => write!(f, "{} days {side}", off.num_days()),
        }
    }
}

impl Skew {
    /// Of `clock`, which isn't known to be off.
    pub fn new(clock: Clock) -> Self {
        Self {
            clock,
            is_off: AtomicBool::new(false),
        }
    }

    /// Asks the database for its time once. Nothing if it has no clock of its own.
    ///
    /// # Errors
    /// When the database doesn't answer.
    pub async fn measure<F>(&self, database_time: impl FnOnce() -> F) -> Result<Option<Offset>, StoreError>
    where
        F: Future<Output = Result<Option<DateTime<Utc>>, StoreError>>,
    {
        // The duration is that of the monotonic clock, so that a clock that is set in between doesn't stretch it.
        let (asked, running) = (self.clock.now(), self.clock.elapsed());
        let answer = database_time().await?;
        let round_trip = self.clock.elapsed().saturating_sub(running);
        let uncertainty = TimeDelta::from_std(round_trip / 2).unwrap_or(TimeDelta::MAX);
        Ok(answer.map(|time| Offset {
            ahead: (asked - time) + uncertainty,
            uncertainty,
        }))
    }

    /// Compares the clocks once, and logs when the clock goes wrong and when it is right again.
    ///
    /// # Errors
    /// When the database doesn't answer. What was known stays.
    pub async fn check<F>(&self, database_time: impl FnOnce() -> F) -> Result<(), StoreError>
    where
        F: Future<Output = Result<Option<DateTime<Utc>>, StoreError>>,
    {
        let Some(offset) = self.measure(database_time).await? else {
            return Ok(());
        };
        metrics::clock_skew(offset.seconds());
        // In between, the answer took too long to tell.
        if offset.is_too_far() && !self.is_off.swap(true, Ordering::AcqRel) {
            tracing::warn!(
                seconds = offset.seconds(),
                "the clock is {offset} the clock of the database: this gateway isn't ready until they agree. Synchronize both \
                 with NTP"
            );
        } else if offset.is_near() && self.is_off.swap(false, Ordering::AcqRel) {
            tracing::info!(seconds = offset.seconds(), "the clock agrees with the database's again");
        }
        Ok(())
    }

    /// Whether the clock was too far from the database's when they were last compared.
    pub fn is_off(&self) -> bool {
        self.is_off.load(Ordering::Acquire)
    }

    /// Compares the clocks regularly. Never returns.
    pub async fn keep_up<F>(&self, database_time: impl Fn() -> F)
    where
        F: Future<Output = Result<Option<DateTime<Utc>>, StoreError>>,
    {
        let mut tick = tokio::time::interval(INTERVAL);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tick.tick().await;
            // `/readyz` tells whether the database answers.
            match tokio::time::timeout(ANSWER_TIMEOUT, self.check(&database_time)).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => {
                    let error = &error as &dyn std::error::Error;
                    tracing::debug!(error, "the clock can't be compared with the database's");
                }
                Err(_) => tracing::debug!("the database took too long to tell its time"),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clock() -> Clock {
        Clock::fixed(DateTime::from_timestamp_millis(1_700_000_000_000).expect("an instant"))
    }

    /// Asks a database whose clock is `ours` from this one, on a way that takes `there` and `back`.
    async fn measured(clock: &Clock, theirs: TimeDelta, (there, back): (i64, i64)) -> Offset {
        let skew = Skew::new(clock.clone());
        let answer = skew.measure(|| answer(clock, theirs, (there, back))).await;
        answer.expect("an answer").expect("a time")
    }

    async fn answer(
        clock: &Clock,
        theirs: TimeDelta,
        (there, back): (i64, i64),
    ) -> Result<Option<DateTime<Utc>>, StoreError> {
        clock.advance(TimeDelta::milliseconds(there));
        let time = clock.now() + theirs;
        clock.advance(TimeDelta::milliseconds(back));
        Ok(Some(time))
    }

    #[tokio::test]
    async fn the_time_of_the_answer_is_the_midpoint() {
        let offset = measured(&clock(), TimeDelta::zero(), (300, 300)).await;
        let expected = Offset {
            ahead: TimeDelta::zero(),
            uncertainty: TimeDelta::milliseconds(300),
        };
        assert_eq!(offset, expected);
        let offset = measured(&clock(), TimeDelta::seconds(-5), (100, 100)).await;
        assert_eq!(offset.ahead, TimeDelta::seconds(5));
        let offset = measured(&clock(), TimeDelta::seconds(5), (100, 100)).await;
        assert_eq!(offset.ahead, TimeDelta::seconds(-5));
    }

    #[tokio::test]
    async fn only_what_exceeds_the_uncertainty_is_too_far() {
        for (theirs, way, too_far) in [
            (2000, (0, 0), false),
            (2001, (0, 0), true),
            (-2001, (0, 0), true),
            (2400, (500, 500), false),
            (2600, (500, 500), true),
            // However lopsided the way, a clock that is right is never too far.
            (0, (60_000, 0), false),
            (0, (0, 60_000), false),
            (3_600_000, (0, 2000), true),
        ] {
            let offset = measured(&clock(), TimeDelta::milliseconds(theirs), way).await;
            assert_eq!(offset.is_too_far(), too_far, "{theirs} {way:?}: {offset:?}");
        }
    }

    #[tokio::test]
    async fn a_clock_set_in_between_adds_no_uncertainty() {
        let clock = clock();
        let skew = Skew::new(clock.clone());
        let ask = async || {
            let time = clock.now();
            clock.put(TimeDelta::hours(1));
            Ok(Some(time))
        };
        let offset = skew.measure(ask).await.expect("an answer").expect("a time");
        assert_eq!(
            (offset.ahead, offset.uncertainty),
            (TimeDelta::zero(), TimeDelta::zero())
        );
    }

    #[tokio::test]
    async fn a_clock_is_off_until_it_is_certainly_right() {
        let clock = clock();
        let skew = Skew::new(clock.clone());
        let check = async |theirs: i64, way| {
            let theirs = TimeDelta::milliseconds(theirs);
            skew.check(|| answer(&clock, theirs, way)).await.expect("an answer");
            skew.is_off()
        };
        assert!(!check(0, (0, 0)).await);
        assert!(!check(3000, (2000, 2000)).await, "the answer took too long to tell");
        assert!(check(3000, (0, 0)).await);
        assert!(check(0, (2500, 2500)).await, "nor does it say that it is right");
        skew.check(async || Err(StoreError::Closed))
            .await
            .expect_err("no answer");
        assert!(skew.is_off());
        assert!(!check(1900, (50, 50)).await);
        assert!(check(-60_000, (1, 1)).await);
    }

    #[tokio::test]
    async fn a_database_without_a_clock_is_never_off() {
        let skew = Skew::new(clock());
        assert_eq!(skew.measure(async || Ok(None)).await.expect("an answer"), None);
        skew.check(async || Ok(None)).await.expect("an answer");
        assert!(!skew.is_off());
    }

    #[test]
    fn an_offset_is_told_in_words() {
        let told = |ahead| {
            let uncertainty = TimeDelta::zero();
            Offset { ahead, uncertainty }.to_string()
        };
        assert_eq!(told(TimeDelta::milliseconds(2_540)), "2.5 seconds ahead of");
        assert_eq!(told(TimeDelta::milliseconds(-2_540)), "2.5 seconds behind");
        assert_eq!(told(TimeDelta::hours(1)), "60 minutes ahead of");
        assert_eq!(told(-TimeDelta::hours(5)), "5 hours behind");
        assert_eq!(told(TimeDelta::days(400)), "400 days ahead of");
    }
}
