//! A circuit breaker: after failures in a row, an upstream isn't asked for some time, so that pages answer immediately and no
//! account is locked there by a password that has become wrong.

use std::time::{Duration, Instant};

use keyward_contract::UpstreamFailureCode as Code;

use super::Failure;

/// So many failures in a row open it.
const FAILURES: u32 = 3;
/// How long it is open at first, and at most.
const OPEN: (Duration, Duration) = (Duration::from_secs(5), Duration::from_secs(60));
/// The same after rejected credentials, which one failure opens it for.
const REJECTED: (Duration, Duration) = (Duration::from_secs(30), Duration::from_secs(600));

/// The state of the circuit to one upstream.
#[derive(Default)]
pub struct Circuit {
    failures: u32,
    rejections: u32,
    open: Option<Open>,
}

struct Open {
    until: Instant,
    why: Failure,
    credentials_version: i64,
}

impl Circuit {
    /// Whether the upstream may be asked. After the time, one request probes it. New credentials are tried immediately.
    pub fn check(&self, credentials_version: i64, now: Instant) -> Result<(), Failure> {
        let Some(open) = &self.open else { return Ok(()) };
        let left = open.until.saturating_duration_since(now);
        if left.is_zero() || open.credentials_version != credentials_version {
            return Ok(());
        }
        let seconds = left.as_secs() + 1;
        Err(Failure {
            text: format!("{} Keyward asks again in {seconds} s.", open.why.text),
            retry_after: Some(seconds),
            is_in_doubt: false,
            ..open.why.clone()
        })
    }

    /// Takes in how a request went.
    pub fn note(&mut self, failure: Option<&Failure>, credentials_version: i64, now: Instant) {
        let Some(failure) = failure else {
            *self = Self::default();
            return;
        };
        let time = match failure.code {
            // The upstream works, and says no.
            Code::RateLimited | Code::EditLock | Code::Rejected => {
                *self = Self::default();
                return;
            }
            Code::Credentials => {
                self.rejections += 1;
                grown(REJECTED, self.rejections - 1)
            }
            _ => {
                self.failures += 1;
                if self.failures < FAILURES {
                    return;
                }
                grown(OPEN, self.failures - FAILURES)
            }
        };
        self.open = Some(Open {
            until: now + time,
            why: failure.clone(),
            credentials_version,
        });
    }
}

fn grown((first, most): (Duration, Duration), times: u32) -> Duration {
    first.saturating_mul(1 << times.min(16)).min(most)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(code: Code) -> Failure {
        Failure::new(code, "It fails.")
    }

    #[test]
    fn failures_in_a_row_open_the_circuit_for_longer() {
        let (mut circuit, start) = (Circuit::default(), Instant::now());
        let unreachable = failure(Code::Unreachable);
        for _ in 0..2 {
            circuit.note(Some(&unreachable), 1, start);
            assert!(circuit.check(1, start).is_ok());
        }
        for seconds in [5, 10, 20, 40, 60, 60] {
            circuit.note(Some(&unreachable), 1, start);
            let almost = start + Duration::from_secs(seconds) - Duration::from_millis(1);
            let told = circuit.check(1, almost).expect_err("it is open");
            assert_eq!((told.code, told.retry_after), (Code::Unreachable, Some(1)));
            assert!(
                circuit.check(1, start + Duration::from_secs(seconds)).is_ok(),
                "it probes"
            );
        }
        circuit.note(None, 1, start);
        circuit.note(Some(&unreachable), 1, start);
        assert!(circuit.check(1, start).is_ok(), "a success begins again");
    }

    #[test]
    fn rejected_credentials_are_not_tried_again_soon() {
        let (mut circuit, start) = (Circuit::default(), Instant::now());
        circuit.note(Some(&failure(Code::Credentials)), 1, start);
        assert!(circuit.check(1, start + Duration::from_secs(29)).is_err());
        assert!(circuit.check(2, start).is_ok(), "new ones are");
    }

    #[test]
    fn an_upstream_that_says_no_is_alive() {
        let (mut circuit, start) = (Circuit::default(), Instant::now());
        for code in [Code::RateLimited, Code::EditLock, Code::Rejected] {
            for _ in 0..5 {
                circuit.note(Some(&failure(code)), 1, start);
            }
            assert!(circuit.check(1, start).is_ok(), "{}", code.as_str());
        }
    }
}
