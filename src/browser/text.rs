//! Text, as the browser has it. The tables that Rust would bring for the cases of all scripts are heavier than a page.

use js_sys::JsString;

/// Whether a text has another in it, whatever their case.
pub fn contains(text: &str, part: &str) -> bool {
    let [text, part] = [text, part].map(|it| JsString::from(it).to_lower_case());
    text.includes(&String::from(part), 0)
}
