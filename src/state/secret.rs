//! A secret in clear, for a while.

use leptos::prelude::*;

use super::{Interruption, Preferences, SessionStore};
use crate::{
    browser::{events, time},
    reactive::watch,
};

/// A secret on display.
#[derive(Clone)]
pub(crate) struct Shown<S> {
    pub(crate) secret: S,
    /// Whether it has just come into being.
    pub(crate) is_new: bool,
    /// For how long it shows, in seconds.
    pub(crate) seconds: u32,
    until: f64,
}

/// Holds at most one secret, and no longer than the admin has chosen.
pub(crate) struct SecretStore<S: 'static> {
    shown: RwSignal<Option<Shown<S>>>,
    left: RwSignal<u32>,
    preferences: Preferences,
}

impl<S> Clone for SecretStore<S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S> Copy for SecretStore<S> {}

impl<S: Clone + Send + Sync> SecretStore<S> {
    /// The secret goes with the current owner.
    pub(crate) fn new(session: SessionStore, preferences: Preferences) -> Self {
        let store = Self {
            shown: RwSignal::new(None),
            left: RwSignal::new(0),
            preferences,
        };
        events::every(250, move || store.tick());
        // Timers sleep in hidden windows: what is due must be gone before anyone looks.
        events::on_window("visibilitychange", move || store.tick());
        events::on_window("pagehide", move || store.hide());
        // No one is signed in who can see it.
        let interruption = session.interruption();
        watch(move || {
            if interruption.get() == Some(Interruption::SessionEnded) {
                store.hide();
            }
        });
        store
    }

    pub(crate) fn show(self, secret: S, is_new: bool) {
        let seconds = untrack(|| self.preferences.hide_after());
        self.left.set(seconds);
        self.shown.set(Some(Shown {
            secret,
            is_new,
            seconds,
            until: time::now() + f64::from(seconds) * 1000.0,
        }));
    }

    pub(crate) fn hide(self) {
        if self.shown.with_untracked(Option::is_some) {
            self.shown.set(None);
        }
    }

    /// Restarts the time, after the admin has chosen a different one.
    pub(crate) fn restart(self) {
        if let Some(shown) = self.shown.get_untracked() {
            self.show(shown.secret, shown.is_new);
        }
    }

    pub(crate) fn shown(self) -> Signal<Option<Shown<S>>> {
        self.shown.into()
    }

    /// Seconds until it hides.
    pub(crate) fn left(self) -> Signal<u32> {
        self.left.into()
    }

    fn tick(self) {
        let Some(until) = self
            .shown
            .with_untracked(|shown| shown.as_ref().map(|shown| shown.until))
        else {
            return;
        };
        let left = ((until - time::now()) / 1000.0).ceil();
        if left <= 0.0 {
            self.hide();
        } else if left < f64::from(self.left.get_untracked()) {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "between 0 and `seconds`"
            )]
            self.left.set(left as u32);
        }
    }
}
