//! The end of a session that no one uses, told before it comes.

use std::cell::Cell;

use leptos::{prelude::*, task::spawn_local};

use super::SessionStore;
use crate::{
    api::page,
    browser::{events, time},
    reactive::watch,
};

/// How many seconds before the end it is told: half of a time that is shorter than twice this.
const BEFORE: f64 = 60.0;
/// How often the page asks again then, in milliseconds: another tab may have gone on.
const AGAIN: f64 = 10_000.0;
/// How often once it should have ended.
const SOON: f64 = 1000.0;

// There is one session in a page.
thread_local! {
    /// When it ends, by the clock of this computer, in milliseconds since 1970.
    static ENDS: Cell<f64> = const { Cell::new(f64::INFINITY) };
    /// How long it was when it was last prolonged, in seconds.
    static WHOLE: Cell<f64> = const { Cell::new(0.0) };
    /// When the gateway was asked last.
    static ASKED: Cell<f64> = const { Cell::new(0.0) };
    /// Whether an answer is on its way.
    static IS_ASKING: Cell<bool> = const { Cell::new(false) };
    /// Whether the last one has come from the gateway.
    static IS_HEARD: Cell<bool> = const { Cell::new(true) };
    /// Whether someone knows of the end, and needs the page.
    static IS_TOLD: Cell<bool> = const { Cell::new(false) };
}

/// Tells when the session is about to end because no one does anything.
#[derive(Clone, Copy)]
pub(crate) struct SessionEnd {
    session: SessionStore,
    /// Seconds left while it is told, else 0.
    left: RwSignal<u32>,
    /// Whether going on doesn't prolong it: it has lasted as long as a session may.
    is_last: RwSignal<bool>,
}

impl SessionEnd {
    /// Watches the session until the current owner is gone.
    pub(crate) fn watch(session: SessionStore) -> Self {
        let end = Self {
            session,
            left: RwSignal::new(0),
            is_last: RwSignal::new(false),
        };
        let expires_in = session.expires_in();
        watch(move || end.learn(expires_in.get()));
        events::every(1000, move || end.tick());
        events::on_window("visibilitychange", move || end.tick());
        end
    }

    /// Seconds until the session ends when it is about to, else 0.
    pub(crate) fn left(self) -> Signal<u32> {
        self.left.into()
    }

    pub(crate) fn is_last(self) -> Signal<bool> {
        self.is_last.into()
    }

    /// Goes on: someone is there.
    pub(crate) fn stay(self) {
        page::active();
        self.ask();
    }

    /// Says no more of it until the session has been prolonged.
    pub(crate) fn dismiss(self) {
        IS_TOLD.set(true);
        self.left.set(0);
    }

    fn learn(self, seconds: u32) {
        if seconds == 0 {
            ENDS.set(f64::INFINITY);
            return self.left.set(0);
        }
        let seconds = f64::from(seconds);
        ENDS.set(time::now() + seconds * 1000.0);
        WHOLE.set(WHOLE.get().max(seconds));
        self.tick();
    }

    fn before(self) -> f64 {
        BEFORE.min(WHOLE.get() / 2.0)
    }

    fn tick(self) {
        let now = time::now();
        let left = (ENDS.get() - now) / 1000.0;
        if left > self.before() || untrack(|| self.session.interruption().get().is_some()) {
            self.is_last.set(false);
            IS_TOLD.set(false);
            return self.left.set(0);
        }
        // The last word is the gateway's.
        let since = now - ASKED.get();
        let again = if left > 0.0 || !IS_HEARD.get() { AGAIN } else { SOON };
        if !IS_ASKING.get() && (since > again || page::is_active() && since > SOON) {
            return self.ask();
        }
        if left > 0.0 && !IS_TOLD.get() {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "between 0 and a minute"
            )]
            self.left.set(left.ceil() as u32);
        }
    }

    fn ask(self) {
        ASKED.set(time::now());
        IS_ASKING.set(true);
        let by_someone = page::is_active();
        spawn_local(async move {
            let is_heard = self.session.refresh().await;
            IS_ASKING.set(false);
            IS_HEARD.set(is_heard);
            if is_heard {
                self.is_last.set(by_someone && self.left.get_untracked() > 0);
            } else if ENDS.get() <= time::now() {
                // No one can say whether it has ended: what has no answer must not stand in the way.
                self.left.set(0);
            }
        });
    }
}
