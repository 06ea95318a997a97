//! The key of one organization, as the gateway last told it, kept up to date while someone looks.

use keyward_contract::{
    ApiKey, KeyString, KeyUsage, LastChange, Organization, OrganizationId, ProblemCode, ReadApiKey, UpstreamState,
};
use leptos::{prelude::*, task::spawn_local};

use super::{
    Load, Preferences, SecretStore, SessionStore,
    attempt::Changeable,
    fresh,
    load::{begin_again, take_over},
};
use crate::{
    api::{
        ApiError,
        api_key::{self, KeyAnswer},
        key_usage, organizations,
    },
    browser::events,
};

/// Whether there is a key.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum KeyState {
    Present(ApiKey),
    Absent(Option<LastChange>),
    /// Without a subscription there is none to speak of.
    NoSubscription,
}

impl KeyState {
    /// The version of the last change, deletion included.
    fn version(&self) -> Option<i64> {
        match self {
            Self::Present(key) => Some(key.version),
            Self::Absent(last) => last.as_ref().map(|last| last.version),
            Self::NoSubscription => None,
        }
    }

    pub(crate) fn last_change(&self) -> Option<LastChange> {
        match self {
            Self::Present(key) => Some(LastChange {
                last_modified_by: key.last_modified_by.clone(),
                last_modified_on: key.last_modified_on,
                version: key.version,
            }),
            Self::Absent(last) => last.clone(),
            Self::NoSubscription => None,
        }
    }
}

/// A change that was not made on this page.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct News {
    /// Who and when.
    pub(crate) change: LastChange,
    /// Whether the key is gone.
    pub(crate) deleted: bool,
    /// Whether the admin's own change went through before it.
    pub(crate) after_own: bool,
}

/// Everything that the key page shows.
#[derive(Clone, Copy)]
pub(crate) struct KeyStore {
    pub(crate) org: OrganizationId,
    pub(crate) organization: RwSignal<Load<Organization>>,
    pub(crate) key: RwSignal<Load<KeyState>>,
    /// How current the key is, if it lives at an upstream.
    pub(crate) upstream: RwSignal<Option<UpstreamState>>,
    pub(crate) usage: RwSignal<Load<KeyUsage>>,
    pub(crate) news: RwSignal<Option<News>>,
    pub(crate) secret: SecretStore<KeyString>,
    pub(crate) session: SessionStore,
    /// Changes whenever this page begins or ends a change of its own: an answer from before then is old.
    epoch: StoredValue<u32>,
    busy: StoredValue<bool>,
}

impl KeyStore {
    /// Loads, and refreshes until the current owner is gone.
    pub(crate) fn new(org: OrganizationId, session: SessionStore, preferences: Preferences) -> Self {
        let store = Self {
            org,
            organization: RwSignal::new(Load::Loading),
            key: RwSignal::new(Load::Loading),
            upstream: RwSignal::new(None),
            usage: RwSignal::new(Load::Loading),
            news: RwSignal::new(None),
            secret: SecretStore::new(session, preferences),
            session,
            epoch: StoredValue::new(0),
            busy: StoredValue::new(false),
        };
        store.refresh();
        fresh::keep(session, move || {
            if !store.busy.get_value() {
                store.refresh();
            }
        });
        store
    }

    /// Whether the key lives at an upstream: its clients sign in there, and no one here knows them.
    pub(crate) fn is_elsewhere(self) -> bool {
        self.upstream.with(Option::is_some)
    }

    /// The version of the key that is there.
    pub(crate) fn version(self) -> Option<i64> {
        self.key.with_untracked(|key| match key.ready()? {
            KeyState::Present(key) => Some(key.version),
            _ => None,
        })
    }

    pub(super) fn last_change(self) -> Option<LastChange> {
        self.key.with_untracked(|key| key.ready()?.last_change())
    }

    pub(crate) fn refresh(self) {
        spawn_local(async move {
            let answer = organizations::organization_read(self.org).await;
            if self.key.is_disposed() || self.session.hear(&answer) {
                return;
            }
            if answer.as_ref().is_ok_and(|it| it.capabilities.reveal.is_some()) {
                self.secret.hide();
            }
            take_over(self.organization, answer);
        });
        spawn_local(self.refresh_key());
        spawn_local(self.refresh_usage());
    }

    async fn refresh_key(self) {
        let Some(epoch) = self.epoch.try_get_value() else {
            return;
        };
        let answer = api_key::api_key_read(self.org, self.version()).await;
        if self.key.is_disposed() || self.session.hear(&answer) {
            return;
        }
        if self.busy.get_value() || self.epoch.get_value() != epoch {
            return;
        }
        if let Ok(Some(read)) = &answer {
            self.upstream.set(read.upstream.clone());
        }
        match key_state(answer) {
            Ok(Some(state)) => self.learn(state, false),
            Ok(None) => {}
            Err(error) => take_over(self.key, Err(error)),
        }
    }

    /// Who uses the key, requested again.
    pub(crate) async fn refresh_usage(self) {
        let answer = key_usage::key_usage_read(self.org).await;
        if !self.usage.is_disposed() && !self.session.hear(&answer) {
            take_over(self.usage, answer);
        }
    }

    /// Tries again after a failed load.
    pub(crate) fn reload(self) {
        begin_again(self.organization);
        begin_again(self.key);
        self.refresh();
    }

    /// The key in clear, for a request of its own each time. An error has been dealt with where it can be; nothing where
    /// the admin did not want to.
    pub(crate) async fn reveal(self) -> Option<Result<ApiKey, ApiError>> {
        let ask = async || api_key::api_key_reveal(self.org).await;
        let answer = self.session.ask(ask).await?;
        if self.key.is_disposed() {
            return None;
        }
        match &answer {
            Ok(key) if Some(key.version) != self.version() => self.refresh(),
            Err(error) if !error.leaves_doubt() => self.refresh(),
            _ => {}
        }
        Some(answer)
    }

    /// What is valid now, requested again.
    async fn ask(self) -> Option<KeyState> {
        key_state(api_key::api_key_read(self.org, None).await).ok().flatten()
    }

    /// Takes over what someone else did.
    fn learn(self, state: KeyState, after_own: bool) {
        let before = self.key.with_untracked(|key| key.ready().cloned());
        let changed = before.is_some_and(|before| differs(&before, &state));
        if changed {
            self.secret.hide();
            let deleted = matches!(state, KeyState::Absent(_));
            // For `frame.js`.
            events::tell_window("keyward-key-changed");
            self.news.set(state.last_change().map(|change| News {
                change,
                deleted,
                after_own,
            }));
        }
        self.put(state);
    }

    /// Takes over what this page did.
    fn own(self, state: KeyState) {
        self.news.set(None);
        self.put(state);
    }

    fn put(self, mut state: KeyState) {
        // The secret has a place of its own, from where it goes again.
        if let KeyState::Present(key) = &mut state {
            key.key = None;
        }
        take_over(self.key, Ok(state));
    }

    /// This page begins a change of its own, or ends one.
    fn set_busy(self, busy: bool) {
        self.busy.set_value(busy);
        self.epoch.update_value(|epoch| *epoch += 1);
    }
}

impl Changeable for KeyStore {
    type Answer = KeyAnswer;

    fn session(self) -> SessionStore {
        self.session
    }

    fn begin(self) {
        self.set_busy(true);
    }

    async fn settle(self, answer: &mut Result<KeyAnswer, ApiError>, repeated: bool) {
        let asks = match answer {
            Ok(_) => repeated,
            Err(error) => error.is_overtaken(),
        };
        let since = if asks { self.ask().await } else { None };
        if self.key.is_disposed() {
            return;
        }
        let Ok(answer) = answer else {
            // The next press is about the key that is there now.
            if let Some(state) = since {
                self.learn(state, false);
            }
            return;
        };
        self.secret.hide();
        let key = answer.key.take();
        match since {
            Some(state) if is_newer(&state, key.as_ref()) => self.learn(state, true),
            _ => match key {
                Some(mut key) => {
                    let secret = key.key.take();
                    self.own(KeyState::Present(key));
                    if let Some(secret) = secret {
                        self.secret.show(secret, true);
                    }
                }
                None => self.own(KeyState::Absent(None)),
            },
        }
    }

    fn end(self) {
        self.set_busy(false);
        self.refresh();
    }
}

fn is_newer(state: &KeyState, answer: Option<&ApiKey>) -> bool {
    match (state, answer) {
        (KeyState::Present(present), Some(answer)) => present.version > answer.version,
        (KeyState::Present(_), None) | (KeyState::Absent(_), Some(_)) => true,
        (KeyState::Absent(_), None) | (KeyState::NoSubscription, _) => false,
    }
}

/// Nothing where the key is still the one that is known.
fn key_state(answer: Result<Option<ReadApiKey>, ApiError>) -> Result<Option<KeyState>, ApiError> {
    match answer {
        Ok(read) => Ok(read.map(|read| KeyState::Present(read.key))),
        Err(error) => match error.code() {
            Some(ProblemCode::NoApiKey) => Ok(Some(KeyState::Absent(error.last_change()))),
            Some(ProblemCode::SubscriptionNone) => Ok(Some(KeyState::NoSubscription)),
            _ => Err(error),
        },
    }
}

/// Whether someone has changed the key between the two.
fn differs(before: &KeyState, after: &KeyState) -> bool {
    match (before, after) {
        (KeyState::NoSubscription, _) | (_, KeyState::NoSubscription) => false,
        // The answer to a deletion does not say who and when; the next one does.
        (KeyState::Absent(None), KeyState::Absent(_)) => false,
        _ => before.version() != after.version(),
    }
}
