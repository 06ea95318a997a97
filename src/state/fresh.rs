//! When to ask the gateway again for what a page shows.

use leptos::prelude::*;

use super::{Heard, Interruption, SessionStore};
use crate::browser::events;

/// How often to look for changes that others made, in milliseconds.
const REFRESH: u64 = 30_000;

/// How often to look for a gateway that does not answer, in milliseconds.
const RETRY: u64 = 5_000;

/// Calls now and then while someone looks, when they come back, when there is a connection again, and when they have
/// signed in again; until the current owner is gone.
pub(super) fn keep(session: SessionStore, refresh: impl Fn() + Copy + Send + Sync + 'static) {
    let if_seen = move || {
        if events::is_visible() {
            refresh();
        }
    };
    let connection = session.connection();
    events::every(REFRESH, if_seen);
    events::every(RETRY, move || {
        if untrack(|| connection.last_heard()) == Heard::Nothing {
            if_seen();
        }
    });
    for event in ["focus", "visibilitychange", "online"] {
        events::on_window(event, if_seen);
    }
    let interruption = session.interruption();
    Effect::new(move |before| {
        let now = interruption.get() == Some(Interruption::SessionEnded);
        if before == Some(true) && !now {
            refresh();
        }
        now
    });
}
