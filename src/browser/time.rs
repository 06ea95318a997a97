//! Waiting, and the time of day.

use js_sys::{Date, Promise};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{AbortController, AbortSignal};

use super::life;

/// Milliseconds since 1970, by the clock of this computer.
pub fn now() -> f64 {
    Date::now()
}

/// The instant that a field of type `datetime-local` says in the user's own zone, in milliseconds since 1970.
pub fn from_local(text: &str) -> Option<f64> {
    let time = Date::new(&text.into()).get_time();
    (!time.is_nan()).then_some(time)
}

/// What such a field shows for an instant, such as `2026-11-23T06:38`.
pub fn to_local(milliseconds: f64) -> String {
    let there = Date::new(&milliseconds.into());
    // As an instant it would be in UTC: so many minutes earlier it says there what it should say here.
    let shift = there.get_timezone_offset() * 60_000.0;
    let text = String::from(Date::new(&(milliseconds - shift).into()).to_iso_string());
    text.chars().take(16).collect()
}

/// A signal that aborts a request after a time. `AbortSignal.timeout` is younger than WebAssembly.
pub fn abort_after(milliseconds: i32) -> Option<AbortSignal> {
    let controller = AbortController::new().ok()?;
    let signal = controller.signal();
    spawn_local(async move {
        sleep(milliseconds).await;
        controller.abort();
    });
    Some(signal)
}

/// Waits.
pub async fn sleep(milliseconds: i32) {
    let promise = Promise::new(&mut |resolve, _| {
        if let Some(window) = web_sys::window() {
            let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, milliseconds);
        }
    });
    let _ = JsFuture::from(promise).await;
    life::go_on().await;
}
