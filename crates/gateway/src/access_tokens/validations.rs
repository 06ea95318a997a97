//! How many validations of JWKS locations go on: each waits for someone else's server, which may be slow on purpose.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use keyward_contract::{FetchFailureReason, OrganizationId};

use crate::net::fetch::{Failure, failure};

/// Of one organization. Those of another never wait for them.
const OF_ONE: usize = 4;
/// Of all, for what they take of memory and connections.
const OF_ALL: usize = 128;

/// Validations that go on, by organization.
#[derive(Default)]
pub(super) struct Validations(Mutex<HashMap<OrganizationId, usize>>);

/// A validation that goes on until it is dropped.
pub(super) struct Turn<'a> {
    of: &'a Validations,
    organization: OrganizationId,
}

impl Validations {
    /// Begins one. There is no queue for turns: in one, a few slow servers would hold up everyone.
    ///
    /// # Errors
    /// When too many go on.
    pub(super) fn begin(&self, organization: OrganizationId) -> Result<Turn<'_>, Failure> {
        let mut going = self.going();
        let all: usize = going.values().sum();
        let own = going.get(&organization).copied().unwrap_or_default();
        if own >= OF_ONE || all >= OF_ALL {
            let text = if own >= OF_ONE {
                "Other locations of this organization are being validated. Wait for them, and try again."
            } else {
                "Too many locations are being validated. Try again in a few seconds."
            };
            return Err(failure(FetchFailureReason::Timeout, text));
        }
        going.insert(organization, own + 1);
        Ok(Turn { of: self, organization })
    }

    fn going(&self) -> MutexGuard<'_, HashMap<OrganizationId, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut going = self.of.going();
        let left = going.get(&self.organization).map_or(0, |own| own.saturating_sub(1));
        match left {
            0 => going.remove(&self.organization),
            _ => going.insert(self.organization, left),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_organization_takes_no_turn_of_another() {
        let validations = Validations::default();
        let begin = |organization| validations.begin(OrganizationId(organization));
        let mut going: Vec<_> = (0..OF_ONE).map(|_| begin(1).ok()).collect();
        assert!(begin(1).is_err_and(|failure| failure.text.contains("this organization")));
        assert!(begin(2).is_ok());
        going.pop();
        assert!(begin(1).is_ok(), "one has ended, and another may begin");
        let many: Vec<_> = (2..).map_while(|organization| begin(organization).ok()).collect();
        assert_eq!(many.len() + going.len(), OF_ALL);
        drop((going, many));
        assert!(validations.going().is_empty(), "nothing is kept");
    }
}
