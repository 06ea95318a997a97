//! Whether the clock can be believed. A clock that was set wrong for a moment, by a hand, a battery or a time server, must
//! not make everything too old.
//!
//! It is compared with a clock that nobody can set, which tells how long the gateway has been running, and at the start with
//! the instant that the one before was last seen at. A time that fits neither is believed once it has stood for a while.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};

use crate::{clock::Clock, metrics};

/// How far a clock may be put at a time and is believed nevertheless.
const TOLERANCE: TimeDelta = TimeDelta::minutes(5);
/// How long it is compared with the same reading: many small steps, one after the other, are a jump, too.
const ANCHORED: TimeDelta = TimeDelta::minutes(10);
/// How often it is looked at when nothing else does.
const INTERVAL: Duration = Duration::from_secs(15);

/// Believes a clock, or does not.
pub struct ClockTrust {
    clock: Clock,
    after: TimeDelta,
    state: Mutex<State>,
}

struct State {
    /// What was last believed, and how far the clock may be from it.
    anchor: (Reading, TimeDelta),
    /// What the clock has shown since when, without being believed.
    doubted: Option<Reading>,
}

/// Both clocks, read together.
#[derive(Clone, Copy)]
struct Reading {
    time: DateTime<Utc>,
    running: TimeDelta,
}

impl Reading {
    fn of(clock: &Clock) -> Self {
        Self {
            time: clock.now(),
            running: TimeDelta::from_std(clock.elapsed()).unwrap_or(TimeDelta::MAX),
        }
    }

    fn leads_to(&self, now: &Self, tolerance: TimeDelta) -> bool {
        let expected = self.time + (now.running - self.running);
        (now.time - expected).abs() <= tolerance
    }
}

impl ClockTrust {
    /// Begins with what was last believed before the start, if that is known. A gateway that was stopped for no longer than
    /// `after` is believed at the start.
    pub fn begin(clock: Clock, after: TimeDelta, last: Option<DateTime<Utc>>) -> Self {
        let now = Reading::of(&clock);
        let last = last.unwrap_or(now.time);
        let before = Reading { time: last, ..now };
        let slack = after.max(TOLERANCE);
        let is_believed = before.leads_to(&now, slack);
        if !is_believed {
            tracing::warn!(
                last_seen = %last, now = %now.time, wait_seconds = after.num_seconds(),
                "the clock is far from where it was before the start and isn't trusted; nothing is deleted by its age until it has \
                 run on for a while"
            );
            metrics::clock_jumped();
        }
        Self {
            clock,
            after,
            state: Mutex::new(State {
                anchor: if is_believed { (now, TOLERANCE) } else { (before, slack) },
                doubted: (!is_believed).then_some(now),
            }),
        }
    }

    /// The time, if it can be believed: what may be deleted by its age goes by it.
    pub fn now(&self) -> Option<DateTime<Utc>> {
        let now = Reading::of(&self.clock);
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let (anchor, tolerance) = &state.anchor;
        let doubted = state.doubted.filter(|doubted| doubted.leads_to(&now, TOLERANCE));
        let has_stood = doubted.is_some_and(|doubted| now.running - doubted.running >= self.after);
        let is_believed = anchor.leads_to(&now, *tolerance) || has_stood;
        metrics::clock_is_believed(is_believed);
        if is_believed {
            let was_doubted = state.doubted.is_some();
            if was_doubted {
                tracing::warn!(now = %now.time, "the clock is trusted again");
            }
            if was_doubted || now.running - anchor.running >= ANCHORED {
                *state = State {
                    anchor: (now, TOLERANCE),
                    doubted: None,
                };
            }
            return Some(now.time);
        }
        if doubted.is_none() {
            let expected = anchor.time + (now.running - anchor.running);
            tracing::warn!(
                %expected, now = %now.time, wait_seconds = self.after.num_seconds(),
                "the clock jumped and isn't trusted; nothing is deleted by its age until it has run on for a while"
            );
            metrics::clock_jumped();
            state.doubted = Some(now);
        }
        None
    }

    /// Looks at the clock now and then, so that a jump is noticed soon. Never ends.
    pub async fn keep_up(&self) {
        let mut tick = tokio::time::interval(INTERVAL);
        loop {
            tick.tick().await;
            self.now();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clock() -> Clock {
        Clock::fixed(DateTime::from_timestamp_millis(1_700_000_000_000).expect("an instant"))
    }

    fn believed(clock: &Clock) -> ClockTrust {
        ClockTrust::begin(clock.clone(), TimeDelta::days(1), None)
    }

    #[test]
    fn time_that_passes_is_believed_however_long_it_is() {
        let clock = clock();
        let trust = believed(&clock);
        for _ in 0..3 {
            clock.advance(TimeDelta::days(400));
            assert_eq!(trust.now(), Some(clock.now()));
        }
    }

    #[test]
    fn a_clock_that_is_put_is_believed_when_it_has_stood() {
        for jump in [TimeDelta::days(200), -TimeDelta::days(200), TimeDelta::minutes(6)] {
            let clock = clock();
            let trust = believed(&clock);
            clock.put(jump);
            assert_eq!(trust.now(), None, "{jump}");
            clock.advance(TimeDelta::days(1) - TimeDelta::seconds(1));
            assert_eq!(trust.now(), None, "{jump}");
            clock.advance(TimeDelta::seconds(1));
            assert_eq!(trust.now(), Some(clock.now()), "{jump}");
        }
    }

    #[test]
    fn small_steps_in_a_row_are_a_jump() {
        let clock = clock();
        let trust = believed(&clock);
        clock.put(TimeDelta::minutes(4));
        assert!(trust.now().is_some());
        clock.put(TimeDelta::minutes(4));
        assert_eq!(trust.now(), None);
        // As a clock that is corrected every hour may be off by.
        let trust = believed(&clock);
        for _ in 0..10 {
            clock.advance(TimeDelta::hours(1));
            clock.put(TimeDelta::minutes(4));
            assert!(trust.now().is_some());
        }
    }

    #[test]
    fn a_clock_that_comes_back_is_believed_as_before() {
        let clock = clock();
        let trust = believed(&clock);
        clock.put(TimeDelta::days(200));
        assert_eq!(trust.now(), None);
        clock.advance(TimeDelta::hours(3));
        clock.put(-TimeDelta::days(200));
        assert_eq!(trust.now(), Some(clock.now()));
    }

    #[test]
    fn a_clock_that_is_put_again_has_to_stand_again() {
        let clock = clock();
        let trust = believed(&clock);
        for _ in 0..5 {
            clock.put(TimeDelta::days(30));
            assert_eq!(trust.now(), None);
            clock.advance(TimeDelta::hours(23));
            assert_eq!(trust.now(), None);
        }
    }

    #[test]
    fn a_start_far_from_the_last_one_is_not_believed() {
        let clock = clock();
        let begin = |days| {
            let last = clock.now() - TimeDelta::days(days);
            ClockTrust::begin(clock.clone(), TimeDelta::days(1), Some(last))
        };
        assert!(begin(0).now().is_some() && begin(1).now().is_some());
        assert!(begin(-1).now().is_some(), "one that goes back by less than that, too");
        assert!(begin(2).now().is_none() && begin(200).now().is_none());
        let trust = begin(200);
        clock.put(-TimeDelta::days(200));
        assert_eq!(trust.now(), Some(clock.now()), "it was put right");
    }
}
