//! Whether the gateway can be reached.

use leptos::prelude::*;

use crate::browser::events;

/// What is known of the connection.
#[derive(Clone, Copy)]
pub(crate) struct Connection {
    online: RwSignal<bool>,
    /// The last request got no answer.
    silent: RwSignal<bool>,
}

impl Connection {
    pub(crate) fn new() -> Self {
        let online = RwSignal::new(events::is_online());
        events::on_window("online", move || online.set(true));
        events::on_window("offline", move || online.set(false));
        Self {
            online,
            silent: RwSignal::new(false),
        }
    }

    /// Whether this computer has a network at all.
    pub(crate) fn is_online(self) -> bool {
        self.online.get()
    }

    /// Whether the gateway did not answer the last request.
    pub(crate) fn is_silent(self) -> bool {
        self.silent.get()
    }

    pub(crate) fn heard(self, answered: bool) {
        self.silent
            .maybe_update(|silent| std::mem::replace(silent, !answered) == answered);
    }
}
