//! The end of a session that nobody uses, told before it comes.

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

/// When the session ends if nobody does anything.
#[derive(Clone, Copy)]
pub(crate) struct SessionEnd {
    session: SessionStore,
    /// By the clock of this computer, in milliseconds since 1970.
    ends: StoredValue<f64>,
    /// How long it was when it was last prolonged, in seconds.
    whole: StoredValue<f64>,
    asked: StoredValue<f64>,
    /// Whether someone knows, and needs the page.
    is_known: StoredValue<bool>,
    /// Whether an answer is on its way.
    is_asking: StoredValue<bool>,
    /// Whether the last one has come from the gateway.
    is_heard: StoredValue<bool>,
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
            ends: StoredValue::new(f64::INFINITY),
            whole: StoredValue::new(0.0),
            asked: StoredValue::new(0.0),
            is_known: StoredValue::new(false),
            is_asking: StoredValue::new(false),
            is_heard: StoredValue::new(true),
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

    /// Goes on: somebody is there.
    pub(crate) fn stay(self) {
        page::active();
        self.ask();
    }

    /// Says no more of it until the session has been prolonged.
    pub(crate) fn dismiss(self) {
        self.is_known.set_value(true);
        self.left.set(0);
    }

    fn learn(self, seconds: u32) {
        if seconds == 0 {
            self.ends.set_value(f64::INFINITY);
            return self.left.set(0);
        }
        let seconds = f64::from(seconds);
        self.ends.set_value(time::now() + seconds * 1000.0);
        self.whole.update_value(|whole| *whole = whole.max(seconds));
        self.tick();
    }

    fn before(self) -> f64 {
        BEFORE.min(self.whole.get_value() / 2.0)
    }

    fn tick(self) {
        let now = time::now();
        let left = (self.ends.get_value() - now) / 1000.0;
        if left > self.before() || untrack(|| self.session.interruption().get().is_some()) {
            self.is_last.set(false);
            self.is_known.set_value(false);
            return self.left.set(0);
        }
        // The last word is the gateway's.
        let since = now - self.asked.get_value();
        let again = if left > 0.0 || !self.is_heard.get_value() {
            AGAIN
        } else {
            SOON
        };
        if !self.is_asking.get_value() && (since > again || page::is_active() && since > SOON) {
            return self.ask();
        }
        if left > 0.0 && !self.is_known.get_value() {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "between 0 and a minute"
            )]
            self.left.set(left.ceil() as u32);
        }
    }

    fn ask(self) {
        self.asked.set_value(time::now());
        self.is_asking.set_value(true);
        let by_someone = page::is_active();
        spawn_local(async move {
            let is_heard = self.session.refresh().await;
            self.is_asking.set_value(false);
            self.is_heard.set_value(is_heard);
            if is_heard {
                self.is_last.set(by_someone && self.left.get_untracked() > 0);
            } else if self.ends.get_value() <= time::now() {
                // Nobody can say whether it has ended: what has no answer must not stand in the way.
                self.left.set(0);
            }
        });
    }
}
