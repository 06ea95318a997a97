//! The shared state of handlers: the parts of the gateway. `app` puts them together.

use std::sync::{Arc, atomic::AtomicBool};

use chrono::{DateTime, Utc};
use keyward_contract::OrganizationId;

use crate::{
    access_tokens::AccessTokens,
    api_session::ApiSessions,
    audit_counts::AuditCounts,
    clock::Clock,
    clock_skew::Skew,
    clock_trust::ClockTrust,
    config::Config,
    credentials::{Credentials, password::Passwords},
    idempotency::Running,
    key_holder::KeyHolder,
    key_usage::KeyUsageRecorder,
    limits::Limits,
    net::fetch::Fetcher,
    secrets::Secrets,
    store::{Store, people::members::Live, sessions::session_window::SessionWindow},
    upstream::Upstreams,
};

/// What every handler has at hand.
#[derive(Clone)]
pub struct AppState(pub(crate) Arc<State>);

/// The parts. See [`AppState`].
pub struct State {
    /// The settings.
    pub config: Config,
    /// The time.
    pub clock: Clock,
    /// Whether the time can be trusted.
    pub trust: ClockTrust,
    /// How far the time is from the database's.
    pub skew: Skew,
    /// Whether the gateway is stopping.
    pub is_stopping: AtomicBool,
    /// The database.
    pub store: Store,
    /// Seals and opens secrets.
    pub secrets: Arc<Secrets>,
    /// Hashes and verifies passwords.
    pub passwords: Passwords,
    /// Counts failures of unauthenticated clients, for the audit log.
    pub counted: Arc<AuditCounts>,
    /// Checks user names and passwords.
    pub credentials: Credentials,
    /// Holds the keys.
    pub key_holder: Box<dyn KeyHolder>,
    /// How often one may ask.
    pub limits: Arc<Limits>,
    /// The changes that are running.
    pub running: Running,
    /// Finds API sessions.
    pub api_sessions: ApiSessions,
    /// Notes who uses the key.
    pub key_usage: Arc<KeyUsageRecorder>,
    /// Accepts access tokens.
    pub access_tokens: AccessTokens,
    /// Asks the upstreams where keys live.
    pub upstreams: Upstreams,
    /// Asks identity providers. The operator says which there are, so that they may be anywhere.
    pub identity_providers: Fetcher,
}

impl std::ops::Deref for AppState {
    type Target = State;

    fn deref(&self) -> &State {
        &self.0
    }
}

impl State {
    /// Which sessions are alive.
    pub fn live(&self) -> Live {
        self.live_at(self.clock.now())
    }

    /// Which sessions are alive at an instant.
    pub fn live_at(&self, now: DateTime<Utc>) -> Live {
        let config = &self.config;
        Live {
            portal: SessionWindow::new(now, config.session_idle, config.session_absolute),
            api: SessionWindow::new(now, config.api_session_idle, config.api_session_absolute),
        }
    }

    /// The base URL of the cloud service API, for all organizations.
    pub fn cloud_service_api_url(&self) -> String {
        format!("{}/api/v1", self.config.public_api_url)
    }

    /// The base URL of the cloud service API, for one organization.
    pub fn organization_api_url(&self, organization: OrganizationId) -> String {
        let common = &self.config.public_api_url;
        match self.config.organization_hosts.host(organization) {
            Some(host) => format!("{}/api/v1", common.at_host(host)),
            None => format!("{common}/orgs/{organization}/api/v1"),
        }
    }

    /// The base URL of the Sandbox submission API, which is behind `/verify`.
    pub fn sandbox_url(&self) -> String {
        format!("{}/zscsb", self.config.public_api_url)
    }
}
