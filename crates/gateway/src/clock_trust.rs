//! Whether the clock can be trusted. A clock that is briefly wrong, because of a person, a battery or a time server, must
//! not make everything expire.
//!
//! It is compared with the monotonic clock, and at the start with the time that the previous process last stored. A time
//! that fits neither is trusted after a while.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};

use crate::{clock::Clock, metrics};

/// The largest step of a clock that is still trusted.
const TOLERANCE: TimeDelta = TimeDelta::minutes(5);
/// How long it is compared with the same reading, because many small steps are a jump, too.
const ANCHORED: TimeDelta = TimeDelta::minutes(10);
/// How often it is checked when nothing else does.
const INTERVAL: Duration = Duration::from_secs(15);

/// Trusts a clock, or doesn't.
pub struct ClockTrust {
    clock: Clock,
    after: TimeDelta,
    state: Mutex<State>,
}

struct State {
    /// The last trusted reading, and how far the clock can be from it.
    anchor: (Reading, TimeDelta),
    /// The untrusted reading, and since when.
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
    /// Starts with the last trusted time before the start, if known. After a stop of up to `after`, the clock is trusted
    /// right away.
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

    /// The time, if it can be trusted: deletions by age use it.
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
                "the clock jumped and isn't trusted; nothing is deleted by age until clock-trust-after has passed"
            );
            metrics::clock_jumped();
            state.doubted = Some(now);
        }
        None
    }

    /// Checks the clock regularly, so that a jump is noticed soon. Never returns.
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
    fn elapsed_time_is_trusted_however_long() {
        let clock = clock();
        let trust = believed(&clock);
        for _ in 0..3 {
            clock.advance(TimeDelta::days(400));
            assert_eq!(trust.now(), Some(clock.now()));
        }
    }

    #[test]
    fn a_clock_that_jumped_is_trusted_after_a_while() {
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
    fn a_clock_that_is_corrected_is_trusted_again() {
        let clock = clock();
        let trust = believed(&clock);
        clock.put(TimeDelta::days(200));
        assert_eq!(trust.now(), None);
        clock.advance(TimeDelta::hours(3));
        clock.put(-TimeDelta::days(200));
        assert_eq!(trust.now(), Some(clock.now()));
    }

    #[test]
    fn a_second_jump_restarts_the_wait() {
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
    fn a_start_long_after_the_last_is_not_trusted() {
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
