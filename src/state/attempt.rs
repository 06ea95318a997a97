//! Sending a change until it is known what became of it, so that no admin is ever in doubt.

use keyward_contract::LastChange;
use leptos::{prelude::*, task::spawn_local};

use super::SessionStore;
use crate::{
    api::{ApiError, Request},
    browser::{events, time},
};

/// For how long a lost answer is asked for again without being told to, in milliseconds.
const PATIENCE: i32 = 30_000;

/// How far a change has got.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Phase {
    Idle,
    Sending,
    /// No answer came; the same request is being sent again.
    Repeating,
    /// No answer came for a long time. What is valid now is not known until there is one.
    Lost,
    /// Someone else was faster; who and when where that is known.
    Stale(Option<LastChange>),
    Failed(ApiError),
}

impl Phase {
    /// Whether something is under way.
    pub(crate) fn is_pending(&self) -> bool {
        matches!(self, Self::Sending | Self::Repeating)
    }
}

/// What can be changed: the store of what shows.
pub(crate) trait Changeable: Copy + Send + Sync + 'static {
    /// What the answer to a change tells.
    type Answer: 'static;

    fn session(self) -> SessionStore;

    /// A change begins.
    fn begin(self) {}

    /// Brings what shows up to date with an answer, so that no one acts on outdated data. A `repeated` answer tells
    /// what was done then; someone may have been at it since.
    async fn settle(self, answer: &mut Result<Self::Answer, ApiError>, repeated: bool);

    /// No change is under way or in doubt anymore.
    fn end(self) {}
}

/// One change at a time, each sent with the idempotency key that makes its repetition harmless.
pub(crate) struct Attempt<C: Changeable> {
    pub(super) of: C,
    phase: RwSignal<Phase>,
    on_done: Callback<C::Answer>,
    unsettled: StoredValue<Option<Request<C::Answer>>>,
}

impl<C: Changeable> Clone for Attempt<C> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<C: Changeable> Copy for Attempt<C> {}

impl<C: Changeable> Attempt<C> {
    /// Calls when a change has been made for certain and shows.
    pub(crate) fn new(of: C, on_done: Callback<C::Answer>) -> Self {
        let attempt = Self {
            of,
            phase: RwSignal::new(Phase::Idle),
            on_done,
            unsettled: StoredValue::new(None),
        };
        attempt.watch();
        attempt
    }

    pub(crate) fn phase(self) -> Signal<Phase> {
        self.phase.into()
    }

    /// Whether something is under way.
    pub(crate) fn is_pending(self) -> bool {
        self.phase.with(Phase::is_pending)
    }

    /// Begins; the second click does nothing, and where the answer was lost it asks for that: a change in doubt must not become
    /// two.
    pub(super) fn start(self, request: Request<C::Answer>) {
        if untrack(|| self.is_pending()) {
            return;
        }
        if self.phase.with_untracked(|phase| *phase == Phase::Lost) {
            return self.try_again();
        }
        self.of.begin();
        self.phase.set(Phase::Sending);
        self.unsettled.set_value(Some(request.clone()));
        spawn_local(self.run(request, false));
    }

    /// Says instead that someone else was faster.
    pub(super) fn overtaken(self, last: Option<LastChange>) {
        if !untrack(|| self.is_pending()) {
            self.phase.set(Phase::Stale(last));
        }
    }

    /// Asks again for a lost answer, with the same request.
    pub(crate) fn try_again(self) {
        if untrack(|| self.is_pending()) {
            return;
        }
        if let Some(request) = self.unsettled.get_value() {
            self.phase.set(Phase::Repeating);
            spawn_local(self.run(request, true));
        }
    }

    /// Puts the outcome away. A lost answer is then looked for no longer.
    pub(crate) fn dismiss(self) {
        if !untrack(|| self.is_pending()) {
            self.end(Phase::Idle);
        }
    }

    /// Sends, and sends again while there is no answer, and once more after the admin has signed in again or given the
    /// password.
    async fn run(self, request: Request<C::Answer>, mut repeated: bool) {
        let session = self.of.session();
        let mut waited = 0;
        let mut pause = 500;
        let mut answer = loop {
            let answer = request.send().await;
            // The page may be gone, now or later.
            if self.phase.is_disposed() {
                return;
            }
            session.connection().hear(&answer);
            match answer {
                Err(error) if error.leaves_doubt_after(repeated) => {
                    if waited >= PATIENCE {
                        return self.phase.set(Phase::Lost);
                    }
                    repeated = true;
                    self.phase.set(Phase::Repeating);
                    time::sleep(pause).await;
                    waited += pause;
                    pause = (pause * 2).min(2_000);
                }
                Err(error) if session.notice(&error) => {
                    let is_dealt_with = session.dealt_with().await;
                    // Who leaves the page takes all of this along.
                    if self.phase.is_disposed() {
                        return;
                    }
                    if !is_dealt_with {
                        return self.end(Phase::Idle);
                    }
                }
                answer => break answer,
            }
            if self.phase.is_disposed() {
                return;
            }
        };
        self.of.settle(&mut answer, repeated).await;
        if self.phase.is_disposed() {
            return;
        }
        match answer {
            Ok(answer) => {
                self.end(Phase::Idle);
                self.on_done.run(answer);
            }
            Err(error) if error.is_overtaken() => self.end(Phase::Stale(error.last_change())),
            Err(error) => self.end(Phase::Failed(error)),
        }
    }

    fn end(self, phase: Phase) {
        self.unsettled.set_value(None);
        self.phase.set(phase);
        self.of.end();
    }

    /// Asks again for a lost answer as soon as there may be one, until the current owner is gone.
    fn watch(self) {
        let look = move || {
            if self.phase.with_untracked(|phase| *phase == Phase::Lost) {
                self.try_again();
            }
        };
        events::on_window("online", look);
        events::every(10_000, look);
    }
}
