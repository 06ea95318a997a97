//! The clipboard. It is missing on plain HTTP, and may be forbidden anywhere.

use std::{cell::RefCell, rc::Rc};

use js_sys::{Array, Object, Promise, Reflect};
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, future_to_promise};
use web_sys::{Blob, BlobPropertyBag, Clipboard, ClipboardItem};

/// What became of a copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Copied {
    /// The clipboard has it.
    Yes,
    /// The clipboard does not have it; this is what it should have got.
    No(String),
    /// There was nothing to copy.
    Nothing,
}

/// Copies a text that is still to come. To be called straight from a click: the browser allows a copy only then, and
/// takes the promise of a text as well as the text.
pub async fn copy(text: impl Future<Output = Option<String>> + 'static) -> Copied {
    let arrived = Rc::new(RefCell::new(None));
    let promise = future_to_promise({
        let arrived = Rc::clone(&arrived);
        async move {
            let Some(text) = text.await else {
                return Err(JsValue::NULL);
            };
            let blob = plain_text(&text);
            arrived.replace(Some(text));
            blob
        }
    });
    let written = match item(&promise) {
        Some((clipboard, item)) => JsFuture::from(clipboard.write(&Array::of1(&item))).await.is_ok(),
        None => false,
    };
    // A clipboard that refuses does so immediately, while the text may still be loading.
    let _ = JsFuture::from(promise).await;
    let Some(text) = arrived.take() else {
        return Copied::Nothing;
    };
    if written || write_text(&text).await {
        Copied::Yes
    } else {
        Copied::No(text)
    }
}

fn item(promise: &Promise) -> Option<(Clipboard, ClipboardItem)> {
    let clipboard = clipboard()?;
    // Older browsers have the clipboard without this.
    Reflect::get(&window(), &"ClipboardItem".into())
        .ok()
        .filter(JsValue::is_function)?;
    let types = Object::new();
    Reflect::set(&types, &"text/plain".into(), promise).ok()?;
    Some((
        clipboard,
        ClipboardItem::new_with_record_from_str_to_blob_promise(&types).ok()?,
    ))
}

async fn write_text(text: &str) -> bool {
    match clipboard() {
        Some(clipboard) => JsFuture::from(clipboard.write_text(text)).await.is_ok(),
        None => false,
    }
}

fn clipboard() -> Option<Clipboard> {
    let clipboard = Reflect::get(&window().navigator(), &"clipboard".into()).ok()?;
    (!clipboard.is_undefined() && !clipboard.is_null()).then(|| clipboard.unchecked_into())
}

fn plain_text(text: &str) -> Result<JsValue, JsValue> {
    let kind = BlobPropertyBag::new();
    kind.set_type("text/plain");
    Blob::new_with_str_sequence_and_options(&Array::of1(&text.into()), &kind).map(Into::into)
}
