//! Whether the gateway can be reached.

use leptos::prelude::*;

use crate::{api::ApiError, browser::events};

/// Who answered the last request.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Heard {
    Gateway,
    Nothing,
    /// Something in between, which will again.
    Interceptor,
}

/// What is known of the connection.
#[derive(Clone, Copy)]
pub(crate) struct Connection {
    online: RwSignal<bool>,
    heard: RwSignal<Heard>,
}

impl Connection {
    pub(crate) fn new() -> Self {
        let online = RwSignal::new(events::is_online());
        events::on_window("online", move || online.set(true));
        events::on_window("offline", move || online.set(false));
        Self {
            online,
            heard: RwSignal::new(Heard::Gateway),
        }
    }

    /// Whether this computer has a network at all.
    pub(crate) fn is_online(self) -> bool {
        self.online.get()
    }

    /// Who answered the last request.
    pub(crate) fn last_heard(self) -> Heard {
        self.heard.get()
    }

    /// Takes note of an answer.
    pub(crate) fn hear<T>(self, answer: &Result<T, ApiError>) {
        let now = match answer {
            Err(ApiError::Unreachable) => Heard::Nothing,
            Err(ApiError::Intercepted) => Heard::Interceptor,
            _ => Heard::Gateway,
        };
        self.heard.maybe_update(|heard| std::mem::replace(heard, now) != now);
    }
}
