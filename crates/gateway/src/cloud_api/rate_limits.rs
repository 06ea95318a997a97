//! Limits on how often an admin calls the cloud service API, per organization, admin and kind of request.
//!
//! They are kept in memory: each replica of the gateway counts for itself, and a restart begins anew. They protect
//! from haste, not from an attacker; nothing that must be right rests on them.

use std::{num::NonZeroU32, time::Duration};

use governor::{
    Quota, RateLimiter, clock::Clock as GovernorClock, middleware::NoOpMiddleware, nanos::Nanos,
    state::keyed::DashMapStateStore,
};

use super::error::ApiError;
use crate::{clock::Clock, config::RateLimit, secrets::hash_token};

/// Whose requests are counted together, by hash, so that an entry has a bounded size.
type Caller = [u8; 32];
type Limiter = RateLimiter<Caller, DashMapStateStore<Caller>, GatewayClock, NoOpMiddleware<Nanos>>;

/// Callers that are remembered before those with nothing to remember are dropped.
const CALLERS: usize = 10_000;

/// One kind of request and its limits.
pub struct RateLimits {
    limits: Vec<(Limiter, String)>,
    clock: GatewayClock,
}

impl RateLimits {
    /// Limits of this kind by this clock.
    pub fn new(limit: RateLimit, clock: &Clock) -> Self {
        let clock = GatewayClock(clock.clone());
        let limiter = |count: Option<u32>, period: u64, unit: &str| {
            let count = NonZeroU32::new(count?)?;
            let quota = Quota::with_period(Duration::from_secs(period) / count.get())?.allow_burst(count);
            let limiter = RateLimiter::new(quota, DashMapStateStore::default(), clock.clone());
            Some((limiter, format!("{count}/{unit}")))
        };
        let limits = [
            limiter(limit.per_second, 1, "SECOND"),
            limiter(limit.per_hour, 3600, "HOUR"),
        ];
        let limits = limits.into_iter().flatten().collect();
        Self { limits, clock }
    }

    /// Counts a request of `caller`, which must name the kind of request too where kinds are counted apart.
    ///
    /// # Errors
    /// When it is one too many.
    pub fn count(&self, caller: &str) -> Result<(), ApiError> {
        let caller = hash_token(caller);
        for (limiter, text) in &self.limits {
            if limiter.len() > CALLERS {
                limiter.retain_recent();
            }
            if let Err(not_until) = limiter.check_key(&caller) {
                let wait = not_until.wait_time_from(self.clock.now());
                return Err(ApiError::rate_limited(
                    text,
                    wait.as_secs() + u64::from(wait.subsec_nanos() > 0),
                ));
            }
        }
        Ok(())
    }
}

/// Our clock, as the limiter wants it.
#[derive(Clone, Debug)]
struct GatewayClock(Clock);

impl GovernorClock for GatewayClock {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        let millis = self.0.now().timestamp_millis().unsigned_abs();
        Nanos::from(Duration::from_millis(millis))
    }
}
