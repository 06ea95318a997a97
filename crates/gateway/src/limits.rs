//! Limits on how often an admin calls the cloud service API, per organization, admin and kind of request.
//!
//! They are in memory: each replica of the gateway counts for itself, and a restart resets them. They limit load; security
//! doesn't depend on them.

use std::{
    num::NonZeroU32,
    sync::{PoisonError, RwLock},
    time::Duration,
};

use governor::{
    Quota, RateLimiter, clock::Clock as GovernorClock, middleware::NoOpMiddleware, nanos::Nanos,
    state::keyed::DashMapStateStore,
};

use crate::{
    clock::Clock,
    config::{Config, RateLimit},
    secrets::hash_token,
};

/// The hash of a caller, so that entries have a bounded size.
type Caller = [u8; 32];
type Limiter = RateLimiter<Caller, DashMapStateStore<Caller>, GatewayClock, NoOpMiddleware<Nanos>>;

/// Limit of tracked callers. At the limit, idle ones are dropped, or all if that isn't enough: an attacker with many
/// identities gains a few requests but no memory.
const CALLERS: usize = 50_000;

/// Limits by kind of request.
pub struct Limits {
    /// `POST` and `DELETE` of `/authenticatedSession`.
    pub session: RateLimits,
    /// `GET` of it.
    pub session_read: RateLimits,
    /// Requests that read.
    pub read: RateLimits,
    /// Requests that write.
    pub write: RateLimits,
    /// Sign-ins at identity providers and logout tokens from them, of each client address.
    pub sso: RateLimits,
    /// Refusals that are in the audit log, of each admin.
    pub refusals: RateLimits,
}

/// How often an admin's refusals are in the audit log.
const REFUSALS: RateLimit = RateLimit {
    per_second: None,
    per_hour: Some(200),
};

/// Rate limit of sign-ins at identity providers, per address.
const SSO: RateLimit = RateLimit {
    per_second: None,
    per_hour: Some(600),
};

impl Limits {
    /// The configured limits, and the fixed ones.
    pub fn new(config: &Config, clock: &Clock) -> Self {
        Self {
            session: RateLimits::new(config.rate_limit_session, clock),
            session_read: RateLimits::new(config.rate_limit_session_read, clock),
            read: RateLimits::new(config.rate_limit_read, clock),
            write: RateLimits::new(config.rate_limit_write, clock),
            sso: RateLimits::new(SSO, clock),
            refusals: RateLimits::new(REFUSALS, clock),
        }
    }
}

/// A request was one too many.
#[derive(Debug, PartialEq, Eq)]
pub struct Exceeded {
    /// The limit, such as `2/SECOND`.
    pub limit: String,
    /// In how many seconds to try again.
    pub retry_after: u64,
}

/// One kind of request and its limits.
pub struct RateLimits {
    limits: Vec<Limit>,
    clock: GatewayClock,
}

struct Limit {
    limiter: RwLock<Limiter>,
    quota: Quota,
    text: String,
}

impl RateLimits {
    /// Limits of this kind by this clock.
    pub fn new(limit: RateLimit, clock: &Clock) -> Self {
        let clock = GatewayClock(clock.clone());
        let limit_of = |count: Option<u32>, period: u64, unit: &str| {
            let count = NonZeroU32::new(count?)?;
            let quota = Quota::with_period(Duration::from_secs(period) / count.get())?.allow_burst(count);
            Some(Limit {
                limiter: RwLock::new(limiter(quota, &clock)),
                quota,
                text: format!("{count}/{unit}"),
            })
        };
        let limits = [
            limit_of(limit.per_second, 1, "SECOND"),
            limit_of(limit.per_hour, 3600, "HOUR"),
        ];
        let limits = limits.into_iter().flatten().collect();
        Self { limits, clock }
    }

    /// Counts a request of `caller`, which must name the kind of request too where kinds are counted apart.
    ///
    /// # Errors
    /// When it is one too many.
    pub fn count(&self, caller: &str) -> Result<(), Exceeded> {
        let caller = hash_token(caller);
        for limit in &self.limits {
            limit.make_room(&self.clock);
            let limiter = limit.limiter.read().unwrap_or_else(PoisonError::into_inner);
            if let Err(not_until) = limiter.check_key(&caller) {
                let wait = not_until.wait_time_from(self.clock.now());
                return Err(Exceeded {
                    limit: limit.text.clone(),
                    retry_after: wait.as_secs() + u64::from(wait.subsec_nanos() > 0),
                });
            }
        }
        Ok(())
    }
}

impl Limit {
    fn make_room(&self, clock: &GatewayClock) {
        if self.limiter.read().unwrap_or_else(PoisonError::into_inner).len() <= CALLERS {
            return;
        }
        let mut limiter = self.limiter.write().unwrap_or_else(PoisonError::into_inner);
        limiter.retain_recent();
        if limiter.len() > CALLERS / 2 {
            *limiter = self::limiter(self.quota, clock);
        }
    }
}

fn limiter(quota: Quota, clock: &GatewayClock) -> Limiter {
    RateLimiter::new(quota, DashMapStateStore::default(), clock.clone())
}

/// Our monotonic clock, for the limiter.
#[derive(Clone, Debug)]
struct GatewayClock(Clock);

impl GovernorClock for GatewayClock {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        Nanos::from(self.0.elapsed())
    }
}
