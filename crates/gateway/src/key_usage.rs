//! Records the usage of the key and the Sandbox API tokens, without delaying or failing requests.
//!
//! Usage is aggregated in memory by client, up to a limit, and written by a separate task. Clients beyond the limit are
//! dropped and counted in a metric.

use std::{
    collections::{HashMap, hash_map::Entry},
    mem,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use keyward_contract::{Admin, OrganizationId, SandboxTokenId};
use tokio::{sync::Notify, time};

use crate::{
    clock::Clock,
    metrics,
    store::{
        Store, StoreError,
        sightings::{Sighting, Tally, Used, hour},
        usage::key_usage::{self},
    },
};

/// Limit of clients in memory before they are written. Each takes less than 2 kB.
pub const PENDING_MAX: usize = 1000;
/// Clients per transaction: a few milliseconds, during which other writers may have to wait.
const BATCH: usize = 50;
/// Delay from the first use to the write, so that many uses are one transaction.
const GATHER: Duration = Duration::from_millis(500);
/// Delay after a database failure.
const RETRY: Duration = Duration::from_secs(10);

/// Records the usage of keys and tokens.
pub struct KeyUsageRecorder {
    store: Store,
    clock: Clock,
    pending: Mutex<HashMap<Sighting, Tally>>,
    seen: Notify,
    writing: tokio::sync::Mutex<()>,
}

/// Address and user agent of a client.
#[derive(Clone, Copy)]
pub struct Client<'a> {
    /// Its address.
    pub address: &'a str,
    /// What it calls itself.
    pub user_agent: Option<&'a str>,
}

/// What a client did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyUse {
    /// Opened an API session.
    SessionOpened,
    /// Used one.
    SessionUsed,
    /// Tried the previous key with this identifier.
    FormerKeyTried(i64),
}

impl KeyUsageRecorder {
    /// A recorder on this database.
    pub fn new(store: Store, clock: Clock) -> Self {
        Self {
            store,
            clock,
            pending: Mutex::default(),
            seen: Notify::new(),
            writing: tokio::sync::Mutex::default(),
        }
    }

    /// Records a client's use of a key. Never waits and never fails.
    pub fn note(&self, organization: OrganizationId, admin: &Admin, client: Client<'_>, did: KeyUse) {
        let used = match did {
            KeyUse::FormerKeyTried(id) => Used::FormerKey(id, admin.id),
            KeyUse::SessionOpened | KeyUse::SessionUsed => Used::Key(admin.id),
        };
        let count = u32::from(did != KeyUse::SessionUsed);
        self.see(organization, client, used, (&admin.name, count));
    }

    /// Records a use of a Sandbox API token. Never waits and never fails.
    pub fn note_token(&self, organization: OrganizationId, token: SandboxTokenId, client: Client<'_>) {
        self.see(organization, client, Used::SandboxToken(token), ("", 1));
    }

    /// Records a use of an access token by this principal. Never waits and never fails.
    pub fn note_api_client(&self, organization: OrganizationId, principal: &str, client: Client<'_>) {
        let used = Used::AccessToken(principal.to_owned());
        self.see(organization, client, used, (principal, 1));
    }

    fn see(&self, organization: OrganizationId, client: Client<'_>, used: Used, (admin_name, count): (&str, u32)) {
        let now = self.clock.now();
        let sighting = Sighting {
            organization,
            client_address: client.address.to_owned(),
            user_agent: client.user_agent.unwrap_or_default().to_owned(),
            hour: hour(now),
            used,
        };
        let tally = Tally {
            admin_name: admin_name.to_owned(),
            count,
            first_seen_on: now,
            last_seen_on: now,
        };
        self.add(sighting, tally);
        self.seen.notify_one();
    }

    fn add(&self, sighting: Sighting, tally: Tally) {
        let mut pending = self.pending();
        let full = pending.len() >= PENDING_MAX;
        match pending.entry(sighting) {
            Entry::Occupied(mut entry) => {
                let sum = entry.get_mut();
                sum.count = sum.count.saturating_add(tally.count);
                sum.first_seen_on = sum.first_seen_on.min(tally.first_seen_on);
                sum.last_seen_on = sum.last_seen_on.max(tally.last_seen_on);
            }
            Entry::Vacant(_) if full => metrics::key_use_dropped(),
            Entry::Vacant(entry) => {
                entry.insert(tally);
            }
        }
    }

    /// Writes the usage recorded so far.
    ///
    /// # Errors
    /// When the database fails. The usage is kept for the next time, as far as there is room.
    pub async fn flush(&self) -> Result<(), StoreError> {
        let _turn = self.writing.lock().await;
        let mut noted: Vec<_> = mem::take(&mut *self.pending()).into_iter().collect();
        while !noted.is_empty() {
            let from = noted.len().saturating_sub(BATCH);
            if let Err(error) = self.write(&noted[from..]).await {
                for (sighting, tally) in noted {
                    self.add(sighting, tally);
                }
                return Err(error);
            }
            noted.truncate(from);
        }
        Ok(())
    }

    async fn write(&self, seen: &[(Sighting, Tally)]) -> Result<(), StoreError> {
        let mut transaction = self.store.write().await?;
        key_usage::add(&mut transaction, seen).await?;
        Ok(transaction.commit().await?)
    }

    /// Writes, for ever.
    pub async fn keep_up(&self) {
        loop {
            self.seen.notified().await;
            time::sleep(GATHER).await;
            if let Err(error) = self.flush().await {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "key usage could not be stored; trying again later"
                );
                time::sleep(RETRY).await;
                self.seen.notify_one();
            }
        }
    }

    fn pending(&self) -> MutexGuard<'_, HashMap<Sighting, Tally>> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
