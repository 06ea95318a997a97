//! The address bar: reading it, changing it, and links that do so without loading a page.

use js_sys::Reflect;
use leptos::prelude::{document, window, window_event_listener_untyped};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlAnchorElement, MouseEvent, Url};

use super::life;

/// What the address bar says, relative to the base of the document.
#[derive(Clone, Default)]
pub struct Address {
    /// Without the base and without a slash at its start.
    pub path: String,
    /// Without the question mark.
    pub query: String,
    /// Without the number sign.
    pub fragment: String,
}

/// The address of the page.
pub fn here() -> Address {
    window()
        .location()
        .href()
        .ok()
        .and_then(|href| address(&href))
        .unwrap_or_default()
}

/// Goes to an address relative to the base.
pub fn push(url: &str) {
    if let Ok(history) = window().history() {
        let _ = history.push_state_with_url(&JsValue::NULL, "", Some(url));
    }
}

/// Puts an address relative to the base in place of the present one.
pub fn replace(url: &str) {
    if let Ok(history) = window().history() {
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(url));
    }
}

/// Calls when the user goes back or forth.
pub fn on_return(call: impl Fn() + 'static) {
    let _ = window_event_listener_untyped("popstate", move |_| {
        if !life::has_left() {
            call();
        }
    });
}

/// Calls in place of following a plain click on a link into the application. Everything else (other buttons, modifier
/// keys, other windows, other sites, places within the page) is the browser's own business.
pub fn on_link(call: impl Fn(Address) + 'static) {
    let _ = window_event_listener_untyped("click", move |event| {
        let Some(event) = event.dyn_ref::<MouseEvent>() else {
            return;
        };
        if life::has_left() {
            return;
        }
        let modified = event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key();
        if event.default_prevented() || event.button() != 0 || modified {
            return;
        }
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let Some(link) = target.and_then(|target| target.closest("a[href]").ok().flatten()) else {
            return;
        };
        let Ok(link) = link.dyn_into::<HtmlAnchorElement>() else {
            return;
        };
        if !link.target().is_empty() || link.has_attribute("download") || !link.hash().is_empty() {
            return;
        }
        if let Some(address) = address(&link.href()) {
            event.prevent_default();
            call(address);
        }
    });
}

/// Nothing for an address outside the base.
fn address(href: &str) -> Option<Address> {
    let url = Url::new(href).ok()?;
    // Not every `Document` in web-sys has it without the feature `Node`.
    let base = Reflect::get(&document(), &"baseURI".into()).ok()?.as_string()?;
    let base = Url::new(&base).ok()?;
    if url.origin() != base.origin() {
        return None;
    }
    let folder = base.pathname();
    let folder = &folder[..=folder.rfind('/')?];
    Some(Address {
        path: url.pathname().strip_prefix(folder)?.to_owned(),
        query: without(url.search(), '?'),
        fragment: without(url.hash(), '#'),
    })
}

fn without(mut text: String, sign: char) -> String {
    if text.starts_with(sign) {
        text.remove(0);
    }
    text
}
