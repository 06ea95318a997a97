//! What the browser tells the page: attention, connection, time.

use std::time::Duration;

use leptos::prelude::{
    StoredValue, WithValue as _, on_cleanup, set_interval_with_handle, window_event_listener_untyped,
};
use wasm_bindgen::{JsCast as _, closure::Closure};
use web_sys::VisibilityState;

use super::life;

/// Calls when an event reaches the window, until the current owner is gone.
pub fn on_window(name: &'static str, call: impl Fn() + 'static) {
    let handle = window_event_listener_untyped(name, move |_| {
        if !life::has_left() {
            call();
        }
    });
    on_cleanup(move || handle.remove());
}

/// Dispatches an event to the window.
pub fn tell_window(name: &str) {
    if let (Some(window), Ok(event)) = (web_sys::window(), web_sys::Event::new(name)) {
        let _ = window.dispatch_event(&event);
    }
}

/// Calls when an event is about to reach anything in the document, until the current owner is gone. The call may cause the same event.
pub fn on_document(name: &'static str, call: impl Fn() + 'static) {
    let call = Closure::<dyn Fn()>::new(move || {
        if !life::has_left() {
            call();
        }
    });
    let Some(document) = web_sys::window().and_then(|window| window.document()) else {
        return;
    };
    // Scrolling does not bubble.
    let _ = document.add_event_listener_with_callback_and_bool(name, call.as_ref().unchecked_ref(), true);
    let call = StoredValue::new_local(call);
    on_cleanup(move || {
        call.with_value(|call| {
            let _ = document.remove_event_listener_with_callback_and_bool(name, call.as_ref().unchecked_ref(), true);
        });
    });
}

/// Calls at an interval, until the current owner is gone.
pub fn every(milliseconds: u64, call: impl Fn() + 'static) {
    let call = move || {
        if !life::has_left() {
            call();
        }
    };
    if let Ok(handle) = set_interval_with_handle(call, Duration::from_millis(milliseconds)) {
        on_cleanup(move || handle.clear());
    }
}

/// Whether someone may be looking at the page.
pub fn is_visible() -> bool {
    web_sys::window()
        .and_then(|window| window.document())
        .is_none_or(|document| document.visibility_state() == VisibilityState::Visible)
}

/// Whether the browser believes it has a network.
pub fn is_online() -> bool {
    web_sys::window().is_none_or(|window| window.navigator().on_line())
}
