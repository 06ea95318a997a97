//! Requests that `boot.js` has sent while the application was still on its way.

use js_sys::{Map, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::Response;

/// Drops what has not been taken: with another session the answers would be others.
pub fn forget() {
    if let Some(early) = answers() {
        early.clear();
    }
}

/// The answer to an early `GET` of this path, for the first who asks. Nothing where there is none or it was cut.
pub async fn take(path: &str) -> Option<Response> {
    let name = JsValue::from_str(path);
    let early = answers()?;
    let promise: Promise = early.get(&name).dyn_into().ok()?;
    early.delete(&name);
    JsFuture::from(promise).await.ok()?.dyn_into().ok()
}

fn answers() -> Option<Map> {
    Reflect::get(web_sys::window()?.as_ref(), &"keywardEarly".into())
        .ok()?
        .dyn_into()
        .ok()
}
