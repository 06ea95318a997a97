//! Forms that the application sends itself.

use leptos::prelude::*;
use web_sys::SubmitEvent;

/// Sends when the form is submitted, unless it is being sent already.
pub fn on_submit(pending: impl Into<Signal<bool>>, send: impl Fn() + 'static) -> impl Fn(SubmitEvent) + 'static {
    let pending = pending.into();
    move |event| {
        event.prevent_default();
        if !pending.get_untracked() {
            send();
        }
    }
}
