//! A list that admins change a row at a time: administrators, roles, their own sessions.

use std::pin::Pin;

use keyward_contract::{OrganizationId, ProblemCode};
use leptos::{prelude::*, task::spawn_local};

use super::{
    Load, Phase, SessionStore, fresh,
    pursuit::{Outcome, pursue, watch},
};
use crate::api::{ApiError, Request};

/// Asks the gateway for the list of a scope.
type Ask<T, S> = fn(S) -> Pin<Box<dyn Future<Output = Result<Vec<T>, ApiError>>>>;

/// The rows as the gateway last told them, kept up to date while someone looks. Its scope is what they are of: an
/// organization, or `()` for what is the admin's own.
pub(crate) struct ListStore<T: 'static, S: 'static = OrganizationId> {
    pub(crate) scope: S,
    pub(crate) rows: RwSignal<Load<Vec<T>>>,
    pub(super) session: SessionStore,
    ask: Ask<T, S>,
    /// Grows with each question: an answer to the one before is old.
    epoch: StoredValue<u32>,
}

impl<T, S: Copy> Clone for ListStore<T, S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T, S: Copy> Copy for ListStore<T, S> {}

impl<T: Clone + PartialEq + Send + Sync, S: Copy + Send + Sync> ListStore<T, S> {
    /// Loads, and refreshes until the current owner is gone.
    pub(super) fn new(scope: S, session: SessionStore, ask: Ask<T, S>) -> Self {
        let store = Self {
            scope,
            rows: RwSignal::new(Load::Loading),
            session,
            ask,
            epoch: StoredValue::new(0),
        };
        store.refresh();
        fresh::keep(session, move || store.refresh());
        store
    }

    /// The row that fits, as it is now.
    pub(crate) fn row(self, fits: impl Fn(&T) -> bool + Send + Sync + 'static) -> Memo<Option<T>> {
        Memo::new(move |_| {
            self.rows
                .with(|rows| rows.ready()?.iter().find(|row| fits(row)).cloned())
        })
    }

    pub(crate) fn refresh(self) {
        spawn_local(self.load());
    }

    /// Tries again after a failed load.
    pub(crate) fn reload(self) {
        self.rows.set(Load::Loading);
        self.refresh();
    }

    /// Asks for something beside the list. An error has been dealt with where it can be; nothing where the admin did not want to.
    pub(super) async fn ask_for<A>(self, send: impl AsyncFn() -> Result<A, ApiError>) -> Option<Result<A, ApiError>> {
        loop {
            let answer = send().await;
            if !self.session.hear(&answer) {
                return Some(answer);
            }
            if !self.session.dealt_with().await {
                return None;
            }
        }
    }

    /// Asks anew, and waits for the answer.
    async fn load(self) {
        let Some(epoch) = self.epoch.try_update_value(|epoch| {
            *epoch += 1;
            *epoch
        }) else {
            return;
        };
        let answer = (self.ask)(self.scope).await;
        if self.epoch.try_get_value() != Some(epoch) || self.session.hear(&answer) {
            return;
        }
        let rows = match answer {
            Ok(rows) => Load::Ready(rows),
            // What is shown stays, unless the gateway says that it is not for this admin.
            Err(error) if self.rows.with_untracked(|rows| rows.ready().is_none()) || refuses(&error) => {
                Load::Failed(error)
            }
            Err(_) => return,
        };
        if self.rows.with_untracked(|it| *it != rows) {
            self.rows.set(rows);
        }
    }
}

/// Whether the page must not be shown any longer.
fn refuses(error: &ApiError) -> bool {
    matches!(
        error.code(),
        Some(ProblemCode::PermissionDenied | ProblemCode::OrganizationNotFound)
    )
}

/// One change at a time, each sent with the idempotency key that makes its repetition harmless.
pub(crate) struct ListChange<T: 'static, A: 'static, S: 'static = OrganizationId> {
    pub(super) list: ListStore<T, S>,
    phase: RwSignal<Phase>,
    on_done: Callback<A>,
    unsettled: StoredValue<Option<Request<A>>>,
}

impl<T, A, S: Copy> Clone for ListChange<T, A, S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T, A, S: Copy> Copy for ListChange<T, A, S> {}

impl<T: Clone + PartialEq + Send + Sync, A, S: Copy + Send + Sync> ListChange<T, A, S> {
    /// Calls when a change has been made for certain and the list shows it.
    pub(crate) fn new(list: ListStore<T, S>, on_done: Callback<A>) -> Self {
        let phase = RwSignal::new(Phase::Idle);
        let change = Self {
            list,
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

    /// Asks again for a lost answer, with the same request.
    pub(crate) fn try_again(self) {
        if self.phase.with_untracked(Phase::is_pending) {
            return;
        }
        if let Some(request) = self.unsettled.get_value() {
            self.phase.set(Phase::Repeating);
            spawn_local(self.run(request, true));
        }
    }

    /// Puts the outcome away. A lost answer is then looked for no longer; the list shows what is true as soon as it can.
    pub(crate) fn dismiss(self) {
        if self.phase.with_untracked(Phase::is_pending) {
            return;
        }
        self.end(Phase::Idle);
        self.list.refresh();
    }

    pub(super) fn start(self, request: Request<A>) {
        // The second click.
        if self.phase.with_untracked(Phase::is_pending) {
            return;
        }
        self.phase.set(Phase::Sending);
        self.unsettled.set_value(Some(request.clone()));
        spawn_local(self.run(request, false));
    }

    async fn run(self, request: Request<A>, repeated: bool) {
        let send = async || request.send().await;
        let answer = match pursue(self.phase, self.list.session, repeated, send).await {
            Outcome::Known { answer, .. } => answer,
            Outcome::Lost => return self.phase.set(Phase::Lost),
            Outcome::Declined => return self.end(Phase::Idle),
            Outcome::Gone => return,
        };
        // So that nobody acts on what was true before.
        self.list.load().await;
        if self.phase.is_disposed() {
            return;
        }
        match answer {
            Ok(answer) => {
                self.end(Phase::Idle);
                self.on_done.run(answer);
            }
            Err(error) if error.is(ProblemCode::StaleVersion) => self.end(Phase::Stale(error.last_change())),
            Err(error) => self.end(Phase::Failed(error)),
        }
    }

    fn end(self, phase: Phase) {
        self.unsettled.set_value(None);
        self.phase.set(phase);
    }
}
