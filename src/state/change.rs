//! Changing the key so that nobody is ever in doubt about what became of it.

use keyward_contract::{ApiKey, KeyString, ProblemCode};
use leptos::{prelude::*, task::spawn_local};

use super::{
    KeyState, KeyStore, Phase,
    pursuit::{Outcome, pursue, watch},
};
use crate::api::{ApiError, Change, api_key as api};

/// What can be done with the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    Add,
    Edit,
    Regenerate,
    Delete,
    /// After a restore.
    Confirm,
}

/// One change at a time, each sent with the idempotency key that makes its repetition harmless.
#[derive(Clone, Copy)]
pub(crate) struct KeyChange {
    store: KeyStore,
    phase: RwSignal<Phase>,
    on_done: Callback<Operation>,
    unsettled: StoredValue<Option<(Operation, Change)>>,
}

impl KeyChange {
    /// Calls when a change has been made for certain.
    pub(crate) fn new(store: KeyStore, on_done: Callback<Operation>) -> Self {
        let phase = RwSignal::new(Phase::Idle);
        let change = Self {
            store,
            phase,
            on_done,
            unsettled: StoredValue::new(None),
        };
        watch(phase, move || change.try_again());
        change
    }

    pub(crate) fn phase(self) -> Signal<Phase> {
        self.phase.into()
    }

    /// Whether something is under way.
    pub(crate) fn is_pending(self) -> bool {
        self.phase.with(Phase::is_pending)
    }

    pub(crate) fn add(self) {
        self.start(Operation::Add, |_| Some(api::api_key_add(self.store.org)));
    }

    pub(crate) fn edit(self, key: KeyString) {
        self.start(Operation::Edit, |version| {
            Some(api::api_key_edit(self.store.org, version?, key))
        });
    }

    pub(crate) fn regenerate(self) {
        self.start(Operation::Regenerate, |version| {
            Some(api::api_key_regenerate(self.store.org, version?))
        });
    }

    pub(crate) fn delete(self) {
        self.start(Operation::Delete, |version| {
            Some(api::api_key_delete(self.store.org, version?))
        });
    }

    pub(crate) fn confirm(self) {
        self.start(Operation::Confirm, |version| {
            Some(api::api_key_confirm(self.store.org, version?))
        });
    }

    /// Asks again for a lost answer, with the same request.
    pub(crate) fn try_again(self) {
        if untrack(|| self.is_pending()) {
            return;
        }
        if let Some((operation, change)) = self.unsettled.get_value() {
            self.phase.set(Phase::Repeating);
            spawn_local(self.run(operation, change, true));
        }
    }

    /// Puts the outcome away. A lost answer is then looked for no longer; the page shows what is valid as soon as it can.
    pub(crate) fn dismiss(self) {
        if untrack(|| self.is_pending()) {
            return;
        }
        self.unsettled.set_value(None);
        self.end(Phase::Idle);
        self.store.refresh();
    }

    fn start(self, operation: Operation, request: impl FnOnce(Option<i64>) -> Option<Change>) {
        // The second click.
        if untrack(|| self.is_pending()) {
            return;
        }
        let Some(change) = request(self.store.version()) else {
            let last = self
                .store
                .key
                .with_untracked(|key| key.ready().and_then(KeyState::last_change));
            return self.phase.set(Phase::Stale(last));
        };
        self.store.set_busy(true);
        self.phase.set(Phase::Sending);
        self.unsettled.set_value(Some((operation, change.clone())));
        spawn_local(self.run(operation, change, false));
    }

    async fn run(self, operation: Operation, change: Change, repeated: bool) {
        let send = async || api::api_key_change(&change).await;
        match pursue(self.phase, self.store.session, repeated, send).await {
            Outcome::Known {
                answer: Ok(key),
                repeated,
            } => self.settle(operation, key, repeated).await,
            Outcome::Known { answer: Err(error), .. } => self.fail(operation, error),
            Outcome::Lost => self.phase.set(Phase::Lost),
            Outcome::Declined => {
                self.unsettled.set_value(None);
                self.end(Phase::Idle);
            }
            Outcome::Gone => {}
        }
    }

    async fn settle(self, operation: Operation, answer: Option<ApiKey>, repeated: bool) {
        // A repeated answer tells what was done then; someone may have been at it since.
        let since = if repeated { self.store.ask().await } else { None };
        if self.phase.is_disposed() {
            return;
        }
        self.unsettled.set_value(None);
        self.store.secret.hide();
        match since {
            Some(state) if is_newer(&state, answer.as_ref()) => self.store.learn(state, true),
            _ => match answer {
                Some(mut key) => {
                    let secret = key.key.take();
                    self.store.own(KeyState::Present(key));
                    if let Some(secret) = secret {
                        self.store.secret.show(secret, true);
                    }
                }
                None => self.store.own(KeyState::Absent(None)),
            },
        }
        self.end(Phase::Idle);
        self.on_done.run(operation);
        self.store.refresh();
    }

    fn fail(self, operation: Operation, error: ApiError) {
        self.unsettled.set_value(None);
        let stale = match error.code() {
            Some(ProblemCode::StaleVersion) => true,
            Some(ProblemCode::NoApiKey) => operation != Operation::Add,
            _ => false,
        };
        self.end(if stale {
            Phase::Stale(error.last_change())
        } else {
            Phase::Failed(error)
        });
        self.store.refresh();
    }

    fn end(self, phase: Phase) {
        self.store.set_busy(false);
        self.phase.set(phase);
    }
}

fn is_newer(state: &KeyState, answer: Option<&ApiKey>) -> bool {
    match (state, answer) {
        (KeyState::Present(present), Some(answer)) => present.version > answer.version,
        (KeyState::Present(_), None) | (KeyState::Absent(_), Some(_)) => true,
        (KeyState::Absent(_), None) | (KeyState::NoSubscription, _) => false,
    }
}
