//! Puts the parts together, and chooses the key holder.

use std::sync::{Arc, atomic::AtomicBool};

use axum::Router;
use chrono::TimeDelta;
use keyward_contract::{AuditAction, AuditSubCategory};
use serde_json::json;

use crate::{
    access_tokens::AccessTokens,
    api_session::ApiSessions,
    audit::Event,
    audit_counts::AuditCounts,
    clock::Clock,
    clock_skew::{Offset, Skew},
    clock_trust::ClockTrust,
    cloud_api,
    config::{Config, DataConfig, Networks},
    credentials::{
        Credentials,
        password::{HashError, Passwords},
    },
    edge::ApiErrors,
    idempotency::Running,
    key_holder::LocalKeys,
    key_usage::KeyUsageRecorder,
    limits::Limits,
    net::fetch::Fetcher,
    portal_api, random,
    secrets::{MasterKeyError, Secrets, hash_token},
    state::{AppState, State},
    store::{
        OpenStoreError, Store, StoreError, audit::audit_log, clock_marks, create_private_folder, installation,
        organizations, people::names,
    },
    upstream::Upstreams,
    verify,
};

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
    /// The master key isn't the one of this database.
    #[error(
        "the master key is not the one that this database's secrets are sealed with. Nothing was changed. Use the \
         master.key that belongs to this database."
    )]
    WrongMasterKey,
    /// The clock is too far from that of the shared database.
    #[error(
        "the clock of this machine is {0} the clock of the database. Gateways that share a database compare the times that others \
         wrote, so each must be within 2 seconds of it. Synchronize both machines with NTP (`timedatectl` shows whether one \
         is), then start again."
    )]
    ClockOff(Offset),
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
    let store = Store::open(config).await?;
    let secrets = open_secrets(&store, config, clock).await?;
    Ok((store, secrets))
}

async fn open_secrets(store: &Store, config: &DataConfig, clock: &Clock) -> Result<Secrets, StartError> {
    let mut transaction = store.write().await?;
    let secrets = if installation::exists(&mut transaction).await? {
        let secrets = Secrets::load(&config.master_key)?;
        installation::check_master_key(&mut transaction, &secrets).await?;
        installation::bring_up_to_date(&mut transaction, &secrets).await?;
        secrets
    } else {
        create_private_folder(&config.data).map_err(|error| OpenStoreError::Io(config.data.clone(), error))?;
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
    Ok(secrets)
}

/// Makes everything ready to serve.
pub async fn build(config: Config, clock: Clock) -> Result<App, StartError> {
    // What is asked over TLS is asked with the provider that TLS is served with. Tests do it more often than once.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let store = Store::open(&config.data).await?;
    // Before anything is written with this clock.
    let skew = Skew::new(clock.clone());
    refuse_wrong_clock(&clock, &skew, &store).await?;
    let secrets = open_secrets(&store, &config.data, &clock).await?;
    let secrets = Arc::new(secrets);
    let last = clock_marks::last(&mut *store.read().await?).await?;
    let trust_after = TimeDelta::from_std(config.clock_trust_after).unwrap_or(TimeDelta::MAX);
    let trust = ClockTrust::begin(clock.clone(), trust_after, last);
    warn_of_collisions(&store).await?;
    let setup_token = new_setup_token(&store).await?;
    let passwords = Passwords::new()?;
    let counted = Arc::new(AuditCounts::new(store.clone(), clock.clone(), Arc::clone(&secrets)));
    let limits = Arc::new(Limits::new(&config, &clock));
    let key_usage = Arc::new(KeyUsageRecorder::new(store.clone(), clock.clone()));
    let state = AppState(Arc::new(State {
        access_tokens: AccessTokens::new(
            &config,
            (store.clone(), clock.clone(), Arc::clone(&secrets)),
            (Arc::clone(&counted), Arc::clone(&limits), Arc::clone(&key_usage)),
        ),
        api_sessions: ApiSessions::new(store.clone(), clock.clone(), Arc::clone(&key_usage)),
        credentials: Credentials::new(
            store.clone(),
            clock.clone(),
            passwords.clone(),
            Arc::clone(&secrets),
            Arc::clone(&counted),
        ),
        key_holder: Box::new(LocalKeys::new(Arc::clone(&secrets))),
        upstreams: Upstreams::new(Fetcher::new(config.oauth_allowed_networks.clone()), clock.clone()),
        identity_providers: Fetcher::new(Networks::all()),
        running: Running::default(),
        config,
        clock,
        trust,
        skew,
        is_stopping: AtomicBool::new(false),
        store,
        secrets,
        passwords,
        counted,
        limits,
        key_usage,
    }));
    Ok(App {
        portal_api: portal_api::router(state.clone()),
        cloud_api: cloud_api::router(state.clone()).merge(verify::router(state.clone())),
        state,
        setup_token,
    })
}

/// A gateway whose clock is off would end others' sessions early, or keep them too long.
async fn refuse_wrong_clock(clock: &Clock, skew: &Skew, store: &Store) -> Result<(), StartError> {
    // A fixed clock is a test's; the database has none like it.
    if let Clock::Fixed(_) = clock {
        return Ok(());
    }
    match skew.measure(|| store.database_time()).await? {
        Some(offset) if offset.is_too_far() => Err(StartError::ClockOff(offset)),
        _ => Ok(()),
    }
}

/// Warns the operator of logins that can be confused with others.
async fn warn_of_collisions(store: &Store) -> Result<(), StoreError> {
    let mut reader = store.read().await?;
    let accounts = names::collisions(&mut reader).await?.len();
    if accounts > 0 {
        tracing::warn!(
            accounts,
            "some user names can be confused with others and have to be entered exactly. See: keyward admin collisions"
        );
    }
    Ok(())
}

/// A new set-up link while there is no organization; that of an earlier start stops working.
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

/// The error format of APIs that have their own.
pub const API_ERRORS: ApiErrors = ApiErrors {
    cloud_api: cloud_api::error::of_edge,
    verify: verify::of_edge,
};
