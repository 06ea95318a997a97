//! The lockout: when the next sign-in is allowed after failures.
//!
//! Locks aren't stored, but computed from the times of failures. So a lock never lasts longer than its length, however the
//! clock was set before.

use chrono::{DateTime, TimeDelta, Utc};

use crate::{clock::AHEAD_MAX, store::people::sign_in_counts::DAY};

/// This many failures within [`BURST_WINDOW`] lock for [`BURST_LOCK`].
const BURST: usize = 5;
const BURST_WINDOW: TimeDelta = TimeDelta::minutes(1);
const BURST_LOCK: TimeDelta = TimeDelta::minutes(5);

/// From this many failures within a day on, each is followed by a delay: this one at first, then doubling up to the longest.
const FREE: usize = 20;
const FIRST_DELAY: TimeDelta = TimeDelta::seconds(30);
/// The longest wait after a failure.
pub const LONGEST_DELAY: TimeDelta = TimeDelta::minutes(15);

/// Limit of remembered failures: more don't make the delay longer.
const KEPT: usize = 32;

/// Failures of the last day, oldest first, without those ahead of every clock.
#[derive(Clone, Debug)]
pub struct Failures(Vec<DateTime<Utc>>);

/// A lock that begins with a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lock {
    /// Five failures within a minute.
    Burst,
    /// Many over a day.
    Slow,
}

impl Failures {
    /// The stored failures that currently count.
    pub fn at(mut stored: Vec<DateTime<Utc>>, now: DateTime<Utc>) -> Self {
        stored.retain(|on| *on > now - DAY && *on <= now + AHEAD_MAX);
        stored.sort_unstable();
        Self(stored)
    }

    /// Until when attempts are locked, if they are. `bursts` says whether bursts within a minute count as well.
    pub fn locked_until(&self, now: DateTime<Utc>, bursts: bool) -> Option<DateTime<Utc>> {
        let last = *self.0.last()?;
        let burst = (bursts && self.is_burst()).then_some(BURST_LOCK);
        let until = last + burst.max(self.delay())?;
        (until > now).then_some(until)
    }

    /// Adds a failure. Returns the lock that begins with it.
    pub fn add(&mut self, now: DateTime<Utc>, bursts: bool) -> Option<Lock> {
        self.0.push(now);
        self.0.sort_unstable();
        self.0.drain(..self.0.len().saturating_sub(KEPT));
        if bursts && self.is_burst() {
            Some(Lock::Burst)
        } else {
            (self.0.len() == FREE).then_some(Lock::Slow)
        }
    }

    /// When they were.
    pub fn instants(&self) -> &[DateTime<Utc>] {
        &self.0
    }

    fn is_burst(&self) -> bool {
        let first = self.0.len().checked_sub(BURST).map(|at| self.0[at]);
        first
            .zip(self.0.last())
            .is_some_and(|(first, last)| *last - first < BURST_WINDOW)
    }

    fn delay(&self) -> Option<TimeDelta> {
        let doublings = u32::try_from(self.0.len().checked_sub(FREE)?).unwrap_or(u32::MAX);
        let delay = FIRST_DELAY.checked_mul(2_i32.saturating_pow(doublings));
        Some(delay.unwrap_or(LONGEST_DELAY).min(LONGEST_DELAY))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_700_000_000 + seconds, 0).expect("an instant")
    }

    fn locked_for(failures: &Failures, now: DateTime<Utc>) -> i64 {
        let until = failures.locked_until(now, true);
        until.map_or(0, |until| (until - now).num_seconds())
    }

    #[test]
    fn five_within_a_minute_lock_for_five() {
        let mut failures = Failures::at(Vec::new(), at(0));
        for second in [0, 14, 28, 42] {
            assert_eq!(failures.add(at(second), true), None);
            assert_eq!(locked_for(&failures, at(second)), 0);
        }
        assert_eq!(failures.clone().add(at(60), true), None, "a minute and no less");
        assert_eq!(failures.clone().add(at(59), false), None, "where it matters");
        assert_eq!(failures.add(at(59), true), Some(Lock::Burst));
        assert_eq!(locked_for(&failures, at(59)), 300);
        assert_eq!(locked_for(&failures, at(359)), 0);
    }

    #[test]
    fn delays_grow_from_the_twentieth_failure_on() {
        let mut failures = Failures::at(Vec::new(), at(0));
        for number in 0..19 {
            failures.add(at(number * 20), true);
            assert_eq!(locked_for(&failures, at(number * 20)), 0);
        }
        let mut now = at(1000);
        assert_eq!(failures.clone().add(now, true), Some(Lock::Slow));
        for delay in [30, 60, 120, 240, 480, 900, 900, 900] {
            failures.add(now, true);
            assert_eq!(locked_for(&failures, now), delay);
            now += TimeDelta::seconds(delay);
        }
        let next_day = now + DAY;
        assert_eq!(Failures::at(failures.instants().to_vec(), next_day).instants().len(), 0);
    }

    proptest! {
        /// However the clock is set, no one waits longer than from now on.
        #[test]
        fn changing_the_clock_never_prolongs_a_lock(
            steps in prop::collection::vec((0..3_u8, -100_000..100_000_i64, 0..1200_i64), 1..200),
        ) {
            let mut now = at(0);
            let mut stored = Vec::new();
            for (kind, by, passes) in steps {
                now += TimeDelta::seconds(if kind == 0 { by } else { passes });
                let mut failures = Failures::at(stored.clone(), now);
                match failures.locked_until(now, true) {
                    Some(until) => {
                        prop_assert!(until <= now + LONGEST_DELAY);
                        let waited = Failures::at(stored.clone(), until);
                        let ahead = stored.iter().any(|on| *on > now && *on <= until);
                        prop_assert!(ahead || waited.locked_until(until, true).is_none());
                    }
                    None => {
                        failures.add(now, true);
                        stored = failures.instants().to_vec();
                        prop_assert!(stored.is_sorted() && stored.len() <= KEPT);
                    }
                }
            }
        }
    }
}
