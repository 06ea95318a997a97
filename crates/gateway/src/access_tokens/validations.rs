//! Limits concurrent validations of JWKS URLs: each waits for someone else's server, which may be slow on purpose.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use keyward_contract::{FetchFailureCode, OrganizationId};

use crate::net::fetch::{Failure, failure};

/// Per organization. Other organizations never wait for them.
const OF_ONE: usize = 4;
/// In total, to bound memory and connections.
const OF_ALL: usize = 128;

/// Running validations, by organization.
#[derive(Default)]
pub(super) struct Validations(Mutex<HashMap<OrganizationId, usize>>);

/// A validation that runs until this is dropped.
pub(super) struct Turn<'a> {
    of: &'a Validations,
    organization: OrganizationId,
}

impl Validations {
    /// Begins one. Without a queue: in one, a few slow servers would hold up everyone.
    ///
    /// # Errors
    /// When too many are running.
    pub(super) fn begin(&self, organization: OrganizationId) -> Result<Turn<'_>, Failure> {
        let mut going = self.going();
        let all: usize = going.values().sum();
        let own = going.get(&organization).copied().unwrap_or_default();
        if own >= OF_ONE || all >= OF_ALL {
            return Err(if own >= OF_ONE {
                failure(
                    FetchFailureCode::ValidationsOfOrganization,
                    "Other URLs of this organization are being validated. Wait for them, then try again.",
                )
            } else {
                failure(
                    FetchFailureCode::Validations,
                    "Too many URLs are being validated. Try again in a few seconds.",
                )
            });
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
    fn organizations_do_not_block_each_others_validations() {
        let validations = Validations::default();
        let begin = |organization| validations.begin(OrganizationId(organization));
        let mut going: Vec<_> = (0..OF_ONE).map(|_| begin(1).ok()).collect();
        assert!(begin(1).is_err_and(|failure| failure.text.contains("this organization")));
        assert!(begin(2).is_ok());
        going.pop();
        assert!(begin(1).is_ok(), "one has ended, so the next may begin");
        let many: Vec<_> = (2..).map_while(|organization| begin(organization).ok()).collect();
        assert_eq!(many.len() + going.len(), OF_ALL);
        drop((going, many));
        assert!(validations.going().is_empty(), "nothing is left over");
    }
}
