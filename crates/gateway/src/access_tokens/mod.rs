//! Authorizes API clients with an access token of their organization's authorization server.

mod bearer;
mod jwks_cache;
mod steps;
mod validations;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use keyward_contract::{
    ApiPermission, AuditAction, AuditInterface, AuditReason, AuditSubCategory, JwksReport, OauthServerId,
    OrganizationId, ProblemCode, Subscription, TokenCheck, TokenCheckCode, TokenReport,
};
use tokio::time;

pub use self::bearer::{CHALLENGE, Call, Refused, bearer};
use self::{
    jwks_cache::Jwks,
    steps::{Judged, Step},
};
use crate::{
    audit::{Actor, Event},
    audit_counts::AuditCounts,
    clock::Clock,
    config::Config,
    http::ClientInfo,
    jwt::{crypto, token::Token},
    key_usage::{Client, KeyUsageRecorder},
    limits::Limits,
    net::fetch::{Failure, Fetcher},
    secrets::{Secrets, hash_token},
    store::{EnabledOauthServer, Store, StoreError, audit::audit_log, keys::oauth_servers},
};

/// Limit of tokens whose first use is remembered as logged. Beyond it, some are logged again.
const KNOWN_MAX: usize = 10_000;
/// How long saving a server waits for its keys.
const WAIT: Duration = Duration::from_secs(1);
/// How often to look for outdated keys.
const ROUND: Duration = Duration::from_secs(10);

/// Accepts or rejects access tokens.
pub struct AccessTokens {
    store: Store,
    clock: Clock,
    secrets: Arc<Secrets>,
    counted: Arc<AuditCounts>,
    limits: Arc<Limits>,
    key_usage: Arc<KeyUsageRecorder>,
    jwks: Arc<Jwks>,
    /// Hashes of accepted tokens, and until when to remember them.
    known: Mutex<HashMap<[u8; 32], DateTime<Utc>>>,
}

/// An authorized API client.
#[derive(Clone, Debug)]
pub struct ApiClient {
    /// Whose API it may call.
    pub organization: OrganizationId,
    /// Name of its API role.
    pub role: String,
    /// `oauth-<role>$@<organization>.<cloud>`.
    pub principal: String,
}

/// Why a client is rejected.
#[derive(Debug)]
pub enum Denied {
    /// The token is rejected (RFC 6750, section 3.1).
    Refused(Refused),
    /// The gateway can't tell.
    Fault(StoreError),
}

impl From<StoreError> for Denied {
    fn from(error: StoreError) -> Self {
        Self::Fault(error)
    }
}

impl AccessTokens {
    /// With the settings of the gateway.
    pub fn new(
        config: &Config,
        (store, clock, secrets): (Store, Clock, Arc<Secrets>),
        (counted, limits, key_usage): (Arc<AuditCounts>, Arc<Limits>, Arc<KeyUsageRecorder>),
    ) -> Self {
        crypto::install();
        let jwks = Jwks::new(
            (store.clone(), clock.clone()),
            Fetcher::new(config.oauth_allowed_networks.clone()),
            config.oauth_jwks_refresh,
            config.oauth_jwks_stale,
        );
        Self {
            store,
            clock,
            secrets,
            counted,
            limits,
            key_usage,
            jwks: Arc::new(jwks),
            known: Mutex::default(),
        }
    }

    /// Authorizes a client, with the checks in the order of the specification. Everything is read from the database at each
    /// request, so that a disabled server, a changed role or an expired subscription takes effect immediately.
    pub async fn admit(&self, text: &str, client: &ClientInfo, call: Call) -> Result<ApiClient, Denied> {
        let refused = |step: Step| Denied::Refused(Refused::not_valid(step.description()));
        let token = Token::read(text);
        let token = token.ok_or(Denied::Refused(Refused::not_valid("The token is no signed JWT.")))?;
        if !token.has_algorithm() {
            return Err(self.refuse_anybody(&token, client, Step::Algorithm).await?);
        }
        let organization = token.organization().ok_or_else(|| refused(Step::Scope))?;
        if client.organization.is_some_and(|meant| meant != organization) {
            let elsewhere = "The token is for a different organization than this address.";
            return Err(Denied::Refused(Refused::not_valid(elsewhere)));
        }
        // An unknown organization gets the same answer as an unknown key.
        let Some(server) = self.store.oauth_server(organization, None).await? else {
            let disabled = self.refuse_disabled(organization, &token, client).await?;
            return Err(disabled.unwrap_or_else(|| refused(Step::Key)));
        };
        let keys = match self.jwks.keys(&server, &token).await? {
            Ok(keys) => keys,
            Err(failure) => {
                let (reason, description) = jwks_cache::unavailable(failure.reason);
                self.note(&server, client, None, reason).await?;
                return Err(Denied::Refused(Refused::not_valid(description)));
            }
        };
        let judged = Judged {
            token: &token,
            server: &server,
            keys: &keys,
            now: self.clock.now(),
        };
        if let Some(step) = judged.failed() {
            if step == Step::Key
                && let Some(disabled) = self.refuse_disabled(organization, &token, client).await?
            {
                return Err(disabled);
            }
            let (reason, description) = judged.why(step);
            self.note(&server, client, None, reason).await?;
            return Err(Denied::Refused(Refused::not_valid(description)));
        }
        let Some((role, permission)) = judged.api_role() else {
            return Err(refused(Step::ApiRole));
        };
        let admitted = ApiClient {
            organization,
            role: role.to_owned(),
            principal: format!("oauth-{role}$@{organization}.{}", server.cloud),
        };
        let code = match (permission, call, server.subscription) {
            (_, _, Subscription::Active) if !server.access_tokens => ProblemCode::AccessTokensDisabled,
            (ApiPermission::Full, _, Subscription::Active)
            | (ApiPermission::View, Call::Safe, Subscription::Active) => {
                self.admitted(&server, client, &admitted, text, judged.now).await?;
                return Ok(admitted);
            }
            (_, _, Subscription::Expired) => ProblemCode::SubscriptionExpired,
            (_, _, Subscription::None) => ProblemCode::SubscriptionNone,
            (..) => ProblemCode::InsufficientScope,
        };
        self.note(&server, client, Some(&admitted), code.into()).await?;
        Err(Denied::Refused(Refused {
            code,
            description: match code {
                ProblemCode::InsufficientScope => "The API role of the token does not allow this.",
                ProblemCode::AccessTokensDisabled => "The service provider has disabled access tokens.",
                _ => "The organization has no API subscription at present.",
            },
        }))
    }

    /// An unverifiable token still names an organization, which gets the failure in its audit log.
    async fn refuse_anybody(&self, token: &Token<'_>, client: &ClientInfo, step: Step) -> Result<Denied, Denied> {
        if let Some(organization) = token.organization()
            && let Some(server) = self.store.oauth_server(organization, None).await?
        {
            self.note(&server, client, None, step.reason()).await?;
        }
        Ok(Denied::Refused(Refused::not_valid(step.description())))
    }

    /// The refusal of a token that a disabled server of the organization has issued. Only the signature proves that, by keys
    /// that were fetched while the server was enabled: no one else learns that there is such a server.
    async fn refuse_disabled(
        &self,
        organization: OrganizationId,
        token: &Token<'_>,
        client: &ClientInfo,
    ) -> Result<Option<Denied>, StoreError> {
        let mut reader = self.store.read().await?;
        let servers = oauth_servers::list(&mut reader, organization, None).await?;
        drop(reader);
        for row in servers.into_iter().filter(|row| !row.settings.enabled) {
            let Some(server) = self.store.oauth_server(organization, Some(row.id)).await? else {
                continue;
            };
            let keys = self.jwks.last_known(&server).await?;
            if keys.is_some_and(|keys| token.is_signed_by(&keys)) {
                self.note(&server, client, None, AuditReason::TokenServerDisabled)
                    .await?;
                let text = "The authorization server of the token is disabled.";
                return Ok(Some(Denied::Refused(Refused::not_valid(text))));
            }
        }
        Ok(None)
    }

    /// Records the usage, and logs the first use of a token.
    async fn admitted(
        &self,
        server: &EnabledOauthServer,
        client: &ClientInfo,
        admitted: &ApiClient,
        text: &str,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let seen = Client {
            address: &client.address.to_string(),
            user_agent: client.user_agent.as_deref(),
        };
        self.key_usage
            .note_api_client(admitted.organization, &admitted.principal, seen);
        let hash = hash_token(text);
        if !self.is_new(hash, now) {
            return Ok(());
        }
        // If the client disconnects before the row is written, the next use is logged.
        let mut unwritten = Unwritten {
            of: self,
            hash: Some(hash),
        };
        audit_log::write(
            &self.store,
            &self.secrets,
            &self.event(server, client, Some(admitted), None),
        )
        .await?;
        unwritten.hash = None;
        Ok(())
    }

    fn is_new(&self, hash: [u8; 32], now: DateTime<Utc>) -> bool {
        let mut known = self.known();
        if known.get(&hash).is_some_and(|until| now < *until) {
            return false;
        }
        if known.len() >= KNOWN_MAX {
            known.retain(|_, until| now < *until);
            if known.len() >= KNOWN_MAX {
                known.clear();
            }
        }
        known.insert(hash, now + TimeDelta::hours(1));
        true
    }

    fn known(&self) -> std::sync::MutexGuard<'_, HashMap<[u8; 32], DateTime<Utc>>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes a refusal to the audit log: throttled for unverified tokens; for verified ones each, up to a limit per kind
    /// and hour, then only their count.
    async fn note(
        &self,
        server: &EnabledOauthServer,
        client: &ClientInfo,
        admitted: Option<&ApiClient>,
        reason: AuditReason,
    ) -> Result<(), StoreError> {
        let event = self.event(server, client, admitted, Some(reason));
        if admitted.is_none() {
            self.counted.note(&event).await;
            return Ok(());
        }
        let so_far = format!("oauth {} {}", server.id, reason.as_str());
        if self.limits.refusals.count(&so_far).is_err() {
            self.counted.count(&event);
            return Ok(());
        }
        audit_log::write(&self.store, &self.secrets, &event).await
    }

    /// Validates a JWKS URL, or the URL of a discovery document, for an organization.
    pub async fn validate(
        &self,
        organization: OrganizationId,
        location: &str,
        certificate_validation: bool,
    ) -> JwksReport {
        self.jwks.validate(organization, location, certificate_validation).await
    }

    /// Checks a token step by step.
    pub async fn check(
        &self,
        server: &EnabledOauthServer,
        is_enabled: bool,
        text: &str,
    ) -> Result<TokenReport, StoreError> {
        let Some(token) = Token::read(text) else {
            return Ok(steps::no_token());
        };
        let keys = self.jwks.keys(server, &token).await?;
        let failure = keys.as_ref().err().cloned();
        let judged = Judged {
            token: &token,
            server,
            keys: &keys.unwrap_or_default(),
            now: self.clock.now(),
        };
        let checks = checks(&judged, is_enabled, failure);
        let admitted = checks.iter().all(|check| check.passed);
        Ok(TokenReport { admitted, checks })
    }

    /// Why the last fetch for a server failed.
    pub fn fetch_failure(&self, server: OauthServerId) -> Option<keyward_contract::FetchFailure> {
        self.jwks.failure(server)
    }

    /// Fetches the keys of a saved server. Waits briefly; the fetch continues in the background.
    pub async fn refresh(&self, server: OauthServerId) {
        let jwks = Arc::clone(&self.jwks);
        let fetched = tokio::spawn(async move { warn(jwks.refresh(server).await) });
        let _ = time::timeout(WAIT, fetched).await;
    }

    /// Drops the keys of a deleted server.
    pub fn forget(&self, server: OauthServerId) {
        self.jwks.forget(server);
    }

    /// Fetches the outdated keys of all enabled servers.
    pub async fn refresh_old(&self) {
        warn(self.jwks.refresh_old().await);
    }

    /// Keeps the keys of all enabled servers current. Never returns.
    pub async fn keep_up(&self) {
        let mut round = time::interval(ROUND);
        round.set_missed_tick_behavior(time::MissedTickBehavior::Delay);
        loop {
            round.tick().await;
            self.refresh_old().await;
        }
    }
}

impl AccessTokens {
    fn event<'a>(
        &self,
        server: &'a EnabledOauthServer,
        client: &'a ClientInfo,
        admitted: Option<&'a ApiClient>,
        failure: Option<AuditReason>,
    ) -> Event<'a> {
        Event {
            organization: Some(server.organization),
            interface: AuditInterface::Api,
            failure,
            ..Event::new(
                (AuditAction::SignIn, AuditSubCategory::Session),
                &server.name,
                (
                    admitted.map_or(Actor::Unknown, |admitted| Actor::ApiClient(&admitted.principal)),
                    Some(client),
                ),
                self.clock.now(),
            )
        }
    }
}

/// All checks as codes with values.
fn checks(judged: &Judged<'_>, is_enabled: bool, failure: Option<Failure>) -> Vec<TokenCheck> {
    let check = |code, passed, actual: Option<&str>| TokenCheck {
        code,
        passed,
        actual: actual.map(str::to_owned).into_iter().collect(),
        expected: Vec::new(),
        failure: None,
    };
    let state = |enabled| Some(if enabled { "enabled" } else { "disabled" });
    let server = judged.server;
    let allows = judged.api_role().map(|(_, permission)| permission);
    let subscription = match server.subscription {
        Subscription::Active => "active",
        Subscription::Expired => "expired",
        Subscription::None => "none",
    };
    let mut checks = vec![
        check(TokenCheckCode::AuthorizationServer, is_enabled, state(is_enabled)),
        TokenCheck {
            failure: failure.clone(),
            ..check(TokenCheckCode::KeysAvailable, failure.is_none(), None)
        },
    ];
    checks.extend(judged.checks());
    checks.extend([
        check(
            TokenCheckCode::Permission,
            allows.is_some_and(|permission| permission != ApiPermission::None),
            allows.map(ApiPermission::as_str),
        ),
        check(
            TokenCheckCode::Subscription,
            server.subscription == Subscription::Active,
            Some(subscription),
        ),
        check(
            TokenCheckCode::ServiceProvider,
            server.access_tokens,
            state(server.access_tokens),
        ),
    ]);
    checks
}

/// A first use whose row is being written. Forgotten again if it isn't written.
struct Unwritten<'a> {
    of: &'a AccessTokens,
    hash: Option<[u8; 32]>,
}

impl Drop for Unwritten<'_> {
    fn drop(&mut self) {
        if let Some(hash) = self.hash {
            self.of.known().remove(&hash);
        }
    }
}

fn warn(done: Result<(), StoreError>) {
    if let Err(error) = done {
        let error = &error as &dyn std::error::Error;
        tracing::warn!(
            error,
            "the keys of authorization servers could not be stored; trying again later"
        );
    }
}
