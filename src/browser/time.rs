//! Waiting, and the time of day.

use js_sys::{Date, Promise};
use wasm_bindgen_futures::JsFuture;

/// Milliseconds since 1970, by the clock of this computer.
pub fn now() -> f64 {
    Date::now()
}

/// Waits.
pub async fn sleep(milliseconds: i32) {
    let promise = Promise::new(&mut |resolve, _| {
        if let Some(window) = web_sys::window() {
            let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, milliseconds);
        }
    });
    let _ = JsFuture::from(promise).await;
}
