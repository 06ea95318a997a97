//! The JWKS cache: the keys of authorization servers, and fetching them.

use std::{
    collections::HashMap,
    panic::resume_unwind,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::{StreamExt as _, stream};
use keyward_contract::{AuditReason, FetchFailureCode, FetchFailureReason, JwksReport, OauthServerId, OrganizationId};
use serde_json::Value;
use url::Url;

use super::validations::Validations;
use crate::{
    clock::Clock,
    jwt::{
        key_set::KeySet,
        token::{LEEWAY, Token},
    },
    net::fetch::{Failure, Fetcher, failure, parse},
    store::{
        EnabledOauthServer, Store, StoreError,
        keys::oauth_servers::{self, JwksRow},
    },
};

/// Minimum time between two fetches for a server, so that unknown key identifiers can't flood the provider.
const BETWEEN: TimeDelta = TimeDelta::seconds(10);
/// Limit of concurrent fetches.
const AT_ONCE: usize = 8;

/// Keys at hand.
pub(super) struct Jwks {
    store: Store,
    clock: Clock,
    fetcher: Fetcher,
    refresh: TimeDelta,
    stale: TimeDelta,
    entries: Mutex<HashMap<OauthServerId, Arc<Entry>>>,
    validations: Validations,
}

/// The keys of one server, from one URL.
struct Entry {
    jwks_uri: String,
    certificate_validation: bool,
    state: Mutex<State>,
    /// Held while fetching; all others wait for the result.
    fetching: Arc<tokio::sync::Mutex<()>>,
}

#[derive(Default)]
struct State {
    keys: Option<(Arc<KeySet>, DateTime<Utc>)>,
    attempted_on: Option<DateTime<Utc>>,
    failure: Option<Failure>,
}

impl Jwks {
    pub(super) fn new((store, clock): (Store, Clock), fetcher: Fetcher, refresh: Duration, stale: Duration) -> Self {
        Self {
            store,
            clock,
            fetcher,
            refresh: in_calendar(refresh),
            stale: in_calendar(stale),
            entries: Mutex::default(),
            validations: Validations::default(),
        }
    }

    /// The keys of a server, no older than may be. Where the one that a token means is not among them they are fetched once more,
    /// if that was not tried a moment ago.
    pub(super) async fn keys(
        self: &Arc<Self>,
        server: &EnabledOauthServer,
        token: &Token<'_>,
    ) -> Result<Result<Arc<KeySet>, Failure>, StoreError> {
        let entry = self.entry(server.id, &server.jwks_uri, server.certificate_validation);
        let has = |keys: &Arc<KeySet>| token.means_one_of(keys);
        if let Some(keys) = self.at_hand(&entry, self.clock.now()).filter(has) {
            return Ok(Ok(keys));
        }
        let turn = Arc::clone(&entry.fetching).lock_owned().await;
        if entry.is_new() {
            self.recall(&entry, server.id).await?;
        }
        let now = self.clock.now();
        if let Some(keys) = self.at_hand(&entry, now).filter(has) {
            return Ok(Ok(keys));
        }
        let is_due = entry
            .state()
            .attempted_on
            .is_none_or(|on| now - on >= BETWEEN || on > now);
        if is_due {
            // Spawned, so that a client that disconnects doesn't cancel the fetch for others.
            let (cache, entry, id) = (Arc::clone(self), Arc::clone(&entry), server.id);
            let fetch = tokio::spawn(async move {
                let _turn = turn;
                cache.fetch(&entry, id).await
            });
            fetch.await.unwrap_or_else(|panic| resume_unwind(panic.into_panic()))?;
        }
        let unavailable = || failure(FetchFailureCode::NotFetchedYet, "The keys haven't been fetched yet.");
        let at_hand = self.at_hand(&entry, now);
        Ok(at_hand.ok_or_else(|| entry.state().failure.clone().unwrap_or_else(unavailable)))
    }

    /// The keys that were last fetched for a server, however old. Fetches nothing.
    pub(super) async fn last_known(&self, server: &EnabledOauthServer) -> Result<Option<Arc<KeySet>>, StoreError> {
        let entry = self.entry(server.id, &server.jwks_uri, server.certificate_validation);
        if entry.is_new() {
            self.recall(&entry, server.id).await?;
        }
        let state = entry.state();
        Ok(state.keys.as_ref().map(|(keys, _)| Arc::clone(keys)))
    }

    fn entry(&self, server: OauthServerId, jwks_uri: &str, certificate_validation: bool) -> Arc<Entry> {
        let mut entries = self.entries();
        let is_same =
            |entry: &&Arc<Entry>| entry.jwks_uri == jwks_uri && entry.certificate_validation == certificate_validation;
        if let Some(entry) = entries.get(&server).filter(is_same) {
            return Arc::clone(entry);
        }
        let entry = Arc::new(Entry {
            jwks_uri: jwks_uri.to_owned(),
            certificate_validation,
            state: Mutex::default(),
            fetching: Arc::default(),
        });
        entries.insert(server, Arc::clone(&entry));
        entry
    }

    fn at_hand(&self, entry: &Entry, now: DateTime<Utc>) -> Option<Arc<KeySet>> {
        let state = entry.state();
        let (keys, fetched_on) = state.keys.as_ref()?;
        let age = age(*fetched_on, now)?;
        (age < self.stale).then(|| Arc::clone(keys))
    }

    /// What was fetched before a restart.
    async fn recall(&self, entry: &Entry, server: OauthServerId) -> Result<(), StoreError> {
        let mut reader = self.store.read().await?;
        let row = oauth_servers::jwks(&mut reader, server).await?;
        let is_same = |row: &JwksRow| {
            row.jwks_uri == entry.jwks_uri && row.certificate_validation == entry.certificate_validation
        };
        if let Some((text, fetched_on)) = row.filter(is_same).and_then(|row| row.fetched)
            && let Ok((keys, _)) = KeySet::read(&text)
        {
            entry.state().keys = Some((Arc::new(keys), fetched_on));
        }
        Ok(())
    }

    async fn fetch(&self, entry: &Entry, server: OauthServerId) -> Result<(), StoreError> {
        entry.state().attempted_on = Some(self.clock.now());
        let fetched = self.fetcher.fetch(&entry.jwks_uri, entry.certificate_validation).await;
        let read = fetched.and_then(|text| match KeySet::read(&text) {
            Ok((keys, _)) => Ok((keys, text)),
            Err((failure, _)) => Err(failure),
        });
        let now = self.clock.now();
        match read {
            Ok((keys, text)) => {
                entry.fetched(keys, now);
                self.keep(entry, server, Some((&text, now))).await
            }
            Err(failure) => {
                tracing::warn!(%server, reason = ?failure.reason, "the keys of an authorization server can't be fetched");
                // A provider that answers without usable keys has withdrawn the previous ones.
                let is_withdrawn = failure.reason == FetchFailureReason::NoUsableKey;
                entry.failed(failure, is_withdrawn);
                if is_withdrawn {
                    self.keep(entry, server, None).await?;
                }
                Ok(())
            }
        }
    }

    async fn keep(
        &self,
        entry: &Entry,
        server: OauthServerId,
        fetched: Option<(&str, DateTime<Utc>)>,
    ) -> Result<(), StoreError> {
        let row = JwksRow {
            server,
            jwks_uri: entry.jwks_uri.clone(),
            certificate_validation: entry.certificate_validation,
            fetched: fetched.map(|(text, on)| (text.to_owned(), on)),
        };
        let mut transaction = self.store.write().await?;
        oauth_servers::keep_jwks(&mut transaction, &row).await?;
        Ok(transaction.commit().await?)
    }

    /// Fetches the keys of a server.
    pub(super) async fn refresh(&self, server: OauthServerId) -> Result<(), StoreError> {
        let mut reader = self.store.read().await?;
        let row = oauth_servers::jwks(&mut reader, server).await?;
        drop(reader);
        match row {
            Some(row) => self.refresh_row(row, true).await,
            None => Ok(()),
        }
    }

    /// Fetches the outdated keys of all enabled servers.
    pub(super) async fn refresh_old(&self) -> Result<(), StoreError> {
        let mut reader = self.store.read().await?;
        let rows = oauth_servers::locations(&mut reader).await?;
        drop(reader);
        let fetches = rows.into_iter().map(|row| self.refresh_row(row, false));
        let done: Vec<_> = stream::iter(fetches).buffer_unordered(AT_ONCE).collect().await;
        done.into_iter().collect()
    }

    async fn refresh_row(&self, row: JwksRow, at_once: bool) -> Result<(), StoreError> {
        let entry = self.entry(row.server, &row.jwks_uri, row.certificate_validation);
        let _turn = entry.fetching.lock().await;
        if entry.is_new() {
            self.recall(&entry, row.server).await?;
        }
        let now = self.clock.now();
        let is_due = {
            let state = entry.state();
            let is_old = |(_, on): &(_, DateTime<Utc>)| age(*on, now).is_none_or(|age| age >= self.refresh);
            let waited = state.attempted_on.is_none_or(|on| now - on >= BETWEEN * 3 || on > now);
            match &state.keys {
                Some(keys) => is_old(keys) && waited,
                None => waited || at_once,
            }
        };
        if is_due {
            self.fetch(&entry, row.server).await?;
        }
        Ok(())
    }

    pub(super) fn failure(&self, server: OauthServerId) -> Option<Failure> {
        self.entries()
            .get(&server)
            .and_then(|entry| entry.state().failure.clone())
    }

    pub(super) fn forget(&self, server: OauthServerId) {
        self.entries().remove(&server);
    }

    fn entries(&self) -> MutexGuard<'_, HashMap<OauthServerId, Arc<Entry>>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Validates a URL that an admin has entered.
    pub(super) async fn validate(
        &self,
        organization: OrganizationId,
        location: &str,
        certificate_validation: bool,
    ) -> JwksReport {
        let mut report = JwksReport {
            jwks_uri: location.to_owned(),
            issuer: None,
            keys: Vec::new(),
            more: 0,
            failure: None,
            validation: String::new(),
        };
        let looked = match self.validations.begin(organization) {
            Ok(_turn) => self.look(&mut report, certificate_validation).await,
            Err(failure) => Err(failure),
        };
        report.failure = looked.err();
        report
    }

    async fn look(&self, report: &mut JwksReport, certificate_validation: bool) -> Result<(), Failure> {
        let mut text = self.fetcher.fetch(&report.jwks_uri, certificate_validation).await?;
        if let Some((issuer, jwks_uri)) = discovery(&text) {
            let asked = parse(&report.jwks_uri)?;
            if !stands_for(&asked, &issuer) {
                let text = format!(
                    "This discovery document belongs to the issuer {issuer}, which publishes it at a different address. \
                     If it's yours anyway (as Entra ID does for tokens of version 1), enter {jwks_uri} here, and that \
                     issuer below."
                );
                return Err(Failure {
                    issuer: Some(issuer),
                    jwks_uri: Some(jwks_uri),
                    ..failure(FetchFailureCode::Issuer, text)
                });
            }
            report.issuer = Some(issuer);
            report.jwks_uri = jwks_uri;
            text = self.fetcher.fetch(&report.jwks_uri, certificate_validation).await?;
        }
        let (looked, told) = match KeySet::read(&text) {
            Ok((_, told)) => (Ok(()), told),
            Err((failure, told)) => (Err(failure), told),
        };
        (report.keys, report.more) = (told.keys, told.more);
        looked
    }
}

impl Entry {
    /// Whether only keys stored before a restart can be used. Keys withdrawn by a fetch must not come back.
    fn is_new(&self) -> bool {
        let state = self.state();
        state.keys.is_none() && state.attempted_on.is_none()
    }

    fn fetched(&self, keys: KeySet, now: DateTime<Utc>) {
        let mut state = self.state();
        state.keys = Some((Arc::new(keys), now));
        state.failure = None;
    }

    fn failed(&self, failure: Failure, is_withdrawn: bool) {
        let mut state = self.state();
        state.failure = Some(failure);
        if is_withdrawn {
            state.keys = None;
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The age of something; `None` if it is in the future because the clock was set back.
fn age(on: DateTime<Utc>, now: DateTime<Utc>) -> Option<TimeDelta> {
    (on <= now + LEEWAY).then(|| now - on)
}

/// Why a token is rejected when its keys aren't available: what the audit log says, and what the client is told.
pub(super) fn unavailable(reason: FetchFailureReason) -> (AuditReason, &'static str) {
    use FetchFailureReason as Reason;
    match reason {
        Reason::Url => (
            AuditReason::JwksUrl,
            "The JWKS URL of the authorization server can't be used.",
        ),
        Reason::Dns => (
            AuditReason::JwksDns,
            "The host name in the authorization server's JWKS URL can't be resolved.",
        ),
        Reason::AddressNotAllowed => (
            AuditReason::JwksAddressNotAllowed,
            "The JWKS URL of the authorization server is at an address that is not allowed.",
        ),
        Reason::Connect => (
            AuditReason::JwksConnect,
            "The keys of the authorization server can't be fetched: no connection.",
        ),
        Reason::Tls => (
            AuditReason::JwksTls,
            "The keys of the authorization server can't be fetched: its TLS is not accepted.",
        ),
        Reason::Timeout => (
            AuditReason::JwksTimeout,
            "The keys of the authorization server can't be fetched: it takes too long.",
        ),
        Reason::Size => (
            AuditReason::JwksSize,
            "The keys of the authorization server can't be fetched: the document is too large.",
        ),
        Reason::Status => (
            AuditReason::JwksStatus,
            "The keys of the authorization server can't be fetched: it answers with an error.",
        ),
        Reason::Redirect => (
            AuditReason::JwksRedirect,
            "The keys of the authorization server can't be fetched: it redirects elsewhere.",
        ),
        Reason::Json | Reason::Issuer => (
            AuditReason::JwksJson,
            "The document at the JWKS URL of the authorization server is not a JWKS.",
        ),
        Reason::NoUsableKey => (
            AuditReason::JwksNoUsableKey,
            "The authorization server has no usable key.",
        ),
    }
}

/// A configured time, which is far from overflowing.
fn in_calendar(time: Duration) -> TimeDelta {
    TimeDelta::from_std(time).unwrap_or(TimeDelta::MAX)
}

/// Issuer and JWKS URL of a discovery document.
fn discovery(text: &str) -> Option<(String, String)> {
    let document: Value = serde_json::from_str(text).ok()?;
    let member = |name: &str| document.get(name)?.as_str().map(str::to_owned);
    Some((member("issuer")?, member("jwks_uri")?))
}

/// Whether this is the URL of this issuer's discovery document: OpenID Connect Discovery 1.0, section 4, and RFC 8414,
/// section 3.
fn stands_for(asked: &Url, issuer: &str) -> bool {
    let Ok(of_issuer) = Url::parse(issuer) else {
        return false;
    };
    let path = of_issuer.path().trim_end_matches('/');
    let origin = of_issuer.origin().ascii_serialization();
    let places = [
        format!("{origin}{path}/.well-known/openid-configuration"),
        format!("{origin}/.well-known/oauth-authorization-server{path}"),
        format!("{origin}/.well-known/openid-configuration{path}"),
        format!("{origin}{path}/.well-known/oauth-authorization-server"),
    ];
    of_issuer.query().is_none() && places.iter().any(|place| place == asked.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_discovery_document_is_only_for_its_own_issuer() {
        let stands = |asked: &str, issuer: &str| stands_for(&asked.parse().expect(asked), issuer);
        let oidc = "https://login.example/tenant/.well-known/openid-configuration";
        assert!(stands(oidc, "https://login.example/tenant"));
        assert!(stands(oidc, "https://login.example/tenant/"));
        let oauth = "https://login.example/.well-known/oauth-authorization-server/tenant";
        assert!(stands(oauth, "https://login.example/tenant"));
        assert!(stands(
            "https://login.example/.well-known/oauth-authorization-server",
            "https://login.example"
        ));
        for issuer in [
            "https://login.example",
            "https://login.example/other",
            "https://evil.example/tenant",
            "http://login.example/tenant",
            "https://login.example/tenant?x",
            "tenant",
            "",
        ] {
            assert!(!stands(oidc, issuer), "{issuer}");
        }
    }
}
