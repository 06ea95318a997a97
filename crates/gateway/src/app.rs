//! Puts the parts together. Only here is it chosen which authority holds the keys.

use std::sync::Arc;

use axum::Router;
use chrono::{DateTime, TimeDelta, Utc};
use keyward_contract::{AuditAction, AuditSubCategory};
use serde_json::json;

use crate::{
    access::{
        credentials::Credentials,
        password::{HashError, Passwords},
    },
    audit::{Event, counted::Counted},
    authority::{Authority, EmbeddedAuthority},
    clock::Clock,
    cloud_api::{self, rate_limits::RateLimits, session::Touches},
    config::{Config, DataConfig, RateLimit},
    idempotency::Running,
    key_usage::KeyUsageRecorder,
    oauth::Oauth,
    portal_api, random,
    secrets::{MasterKeyError, Secrets, hash_token},
    sso::Sso,
    store::{
        OpenStoreError, Store, StoreError, audit_log, clock_marks, installation, members::Live, names, organizations,
        session_window::SessionWindow,
    },
    upkeep::trust::ClockTrust,
    verify,
};

/// What every handler has at hand.
#[derive(Clone)]
pub struct AppState(Arc<State>);

/// The parts. See [`AppState`].
pub struct State {
    /// The settings.
    pub config: Config,
    /// The time.
    pub clock: Clock,
    /// Whether the time can be believed.
    pub trust: ClockTrust,
    /// The database.
    pub store: Store,
    /// Seals and opens secrets.
    pub secrets: Arc<Secrets>,
    /// Hashes and verifies passwords.
    pub passwords: Passwords,
    /// Counts what nobody has authenticated, for the audit log.
    pub counted: Arc<Counted>,
    /// Checks user names and passwords.
    pub credentials: Credentials,
    /// Holds the keys.
    pub authority: Arc<dyn Authority>,
    /// Limits of the cloud service API.
    pub limits: Limits,
    /// The changes that are running.
    pub running: Running,
    /// The API sessions whose use is being noted.
    pub touches: Touches,
    /// Notes who uses the key.
    pub key_usage: KeyUsageRecorder,
    /// Admits access tokens.
    pub oauth: Oauth,
    /// Asks identity providers.
    pub sso: Sso,
}

/// Limits of the cloud service API by kind of request.
pub struct Limits {
    /// Each method of `/authenticatedSession`.
    pub session: RateLimits,
    /// Requests that read.
    pub read: RateLimits,
    /// Requests that write.
    pub write: RateLimits,
    /// Sign-ins at identity providers and words of sign-outs there, of each client address.
    pub sso: RateLimits,
    /// Refusals that are in the audit log, of each admin.
    pub refusals: RateLimits,
}

/// How often an admin's refusals are in the audit log.
const REFUSALS: RateLimit = RateLimit {
    per_second: None,
    per_hour: Some(200),
};

/// How often somebody at an address begins a sign-in at an identity provider.
const SSO: RateLimit = RateLimit {
    per_second: None,
    per_hour: Some(600),
};

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

    /// The base URL that API clients connect to.
    pub fn cloud_service_api_url(&self) -> String {
        format!("{}/api/v1", self.config.public_api_url)
    }

    /// The base URL of the Sandbox submission API, which is behind `/verify`.
    pub fn sandbox_url(&self) -> String {
        format!("{}/zscsb", self.config.public_api_url)
    }
}

/// The gateway, ready to be served.
pub struct App {
    /// What the handlers have at hand.
    pub state: AppState,
    /// The routes below `/api/portal`.
    pub portal_api: Router,
    /// The routes below `/api/v1`, and `/verify`.
    pub cloud_api: Router,
    /// The token of the one-time set-up link, while the installation is not set up. A secret: for the terminal alone.
    pub setup_token: Option<zeroize::Zeroizing<String>>,
}

/// Why the gateway can't start. The text says what to do.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The database can't be opened.
    #[error(transparent)]
    Open(#[from] OpenStoreError),
    /// The master key can't be used.
    #[error(transparent)]
    MasterKey(#[from] MasterKeyError),
    /// The master key is another one than the database was begun with.
    #[error(
        "the master key is not the one that the secrets in this database are sealed under. Nothing was changed. Use \
         the master.key that belongs to it."
    )]
    WrongMasterKey,
    /// The database failed.
    #[error(transparent)]
    Store(StoreError),
    /// Passwords can't be hashed.
    #[error(transparent)]
    Hash(#[from] HashError),
}

impl From<StoreError> for StartError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Sealed(_) => Self::WrongMasterKey,
            other => Self::Store(other),
        }
    }
}

/// Opens the database and the master key that belongs to it; makes both where there is nothing yet.
///
/// # Errors
/// When one of them can't be used, or they don't belong together.
pub async fn open_data(config: &DataConfig, clock: &Clock) -> Result<(Store, Secrets), StartError> {
    let store = Store::open(&config.data).await?;
    let mut transaction = store.write().await?;
    let secrets = if installation::exists(&mut transaction).await? {
        let secrets = Secrets::load(&config.master_key)?;
        installation::check_master_key(&mut transaction, &secrets).await?;
        installation::bring_up_to_date(&mut transaction, &secrets).await?;
        secrets
    } else {
        let secrets = Secrets::load_or_create(&config.master_key)?;
        installation::begin(&mut transaction, &secrets, clock.now()).await?;
        secrets
    };
    let changed = names::migrate(&mut transaction).await?;
    if changed > 0 {
        let (resource, now) = ("User names", clock.now());
        let mut event = Event::of_operator(AuditAction::Update, AuditSubCategory::Installation, resource, now);
        event.after = Some(json!({ "normalized": changed }));
        audit_log::insert(&mut transaction, &secrets, &event).await?;
    }
    transaction.commit().await.map_err(StoreError::from)?;
    Ok((store, secrets))
}

/// Makes everything ready to serve.
///
/// # Errors
/// When the data can't be used.
pub async fn build(config: Config, clock: Clock) -> Result<App, StartError> {
    // What is asked over TLS is asked with the provider that TLS is served with. Tests do it more often than once.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let (store, secrets) = open_data(&config.data, &clock).await?;
    let secrets = Arc::new(secrets);
    let last = clock_marks::last(&mut *store.read().await?).await?;
    let trust_after = TimeDelta::from_std(config.clock_trust_after).unwrap_or(TimeDelta::MAX);
    let trust = ClockTrust::begin(clock.clone(), trust_after, last);
    warn_of_collisions(&store).await?;
    let setup_token = new_setup_token(&store).await?;
    let passwords = Passwords::new()?;
    let running = Running::default();
    let authority = EmbeddedAuthority::new(store.clone(), Arc::clone(&secrets), clock.clone(), running.clone());
    let counted = Arc::new(Counted::new(store.clone(), clock.clone(), Arc::clone(&secrets)));
    let limits = Limits {
        session: RateLimits::new(config.rate_limit_session, &clock),
        read: RateLimits::new(config.rate_limit_read, &clock),
        write: RateLimits::new(config.rate_limit_write, &clock),
        sso: RateLimits::new(SSO, &clock),
        refusals: RateLimits::new(REFUSALS, &clock),
    };
    let state = AppState(Arc::new(State {
        oauth: Oauth::new(&config),
        sso: Sso::default(),
        key_usage: KeyUsageRecorder::new(store.clone(), clock.clone()),
        credentials: Credentials::new(
            store.clone(),
            clock.clone(),
            passwords.clone(),
            Arc::clone(&secrets),
            Arc::clone(&counted),
        ),
        counted,
        authority: Arc::new(authority),
        config,
        clock,
        trust,
        store,
        secrets,
        passwords,
        limits,
        running,
        touches: Touches::default(),
    }));
    Ok(App {
        portal_api: portal_api::router(state.clone()),
        cloud_api: cloud_api::router(state.clone()).merge(verify::router(state.clone())),
        state,
        setup_token,
    })
}

/// Tells the operator of logins that can pass for others.
async fn warn_of_collisions(store: &Store) -> Result<(), StoreError> {
    let mut reader = store.read().await?;
    let accounts = names::collisions(&mut reader).await?.len();
    if accounts > 0 {
        tracing::warn!(
            accounts,
            "user names can pass for others, and are signed in with exactly as they are. See: keyward admin collisions"
        );
    }
    Ok(())
}

/// A new set-up link while there is no organization; the one of an earlier start stops working.
async fn new_setup_token(store: &Store) -> Result<Option<zeroize::Zeroizing<String>>, StoreError> {
    let mut transaction = store.write().await?;
    if organizations::count(&mut transaction).await? > 0 {
        return Ok(None);
    }
    let token = random::token();
    installation::set_setup_token(&mut transaction, Some(hash_token(&token))).await?;
    transaction.commit().await?;
    Ok(Some(token))
}
