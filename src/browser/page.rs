//! The document as a whole: its title, theme, focus, and the frame that stands in until the application runs.

use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// Sets the title of the window.
pub fn set_title(title: &str) {
    document().set_title(title);
}

/// Sets or removes an attribute of the root element.
pub fn set_root_attribute(name: &str, value: Option<&str>) {
    let Some(root) = document().document_element() else {
        return;
    };
    let _ = match value {
        Some(value) => root.set_attribute(name, value),
        None => root.remove_attribute(name),
    };
}

/// An attribute of the root element.
fn root_attribute(name: &str) -> Option<String> {
    document().document_element()?.get_attribute(name)
}

/// Whether the root element has an attribute with this value.
pub fn root_attribute_is(name: &str, value: &str) -> bool {
    root_attribute(name).is_some_and(|it| it == value)
}

/// The address of a path of the API: relative to the base of the document, unless an exported page says where else it is.
pub fn api(path: &str) -> String {
    [&root_attribute("data-api").unwrap_or_default(), path].concat()
}

/// Whether another page shows this one in a frame: it then takes no focus from that page.
pub fn is_framed() -> bool {
    root_attribute_is("data-framed", "")
}

/// Reloads the document.
pub fn reload() {
    let _ = leptos::prelude::window().location().reload();
}

/// The origin that a URL leads to and the one this page is open at, where they differ.
pub fn other_origin(url: &str) -> Option<(String, String)> {
    let theirs = web_sys::Url::new(url).ok()?.origin();
    let own = leptos::prelude::window().location().origin().ok()?;
    (theirs != own).then_some((theirs, own))
}

/// The element with this id.
pub fn element(id: &str) -> Option<HtmlElement> {
    document().get_element_by_id(id)?.dyn_into().ok()
}

/// Scrolls to the top and moves the focus to the heading of a new page, so that a screen reader reads it. The frame that does so can
/// be late: the focus stays in a field that has it by then.
pub fn focus_heading() {
    if is_in_field() {
        return;
    }
    let Ok(Some(heading)) = document().query_selector("[data-heading]") else {
        return;
    };
    if let Ok(heading) = heading.dyn_into::<HtmlElement>() {
        leptos::prelude::window().scroll_to_with_x_and_y(0.0, 0.0);
        let _ = heading.focus();
    }
}

/// Scrolls to the top what scrolls within the page.
pub fn scroll_to_start(selector: &str) {
    if let Ok(Some(element)) = document().query_selector(selector) {
        element.set_scroll_top(0);
    }
}

/// Moves the focus to the first element that fits.
pub fn focus_first(selector: &str) {
    if let Ok(Some(element)) = document().query_selector(selector)
        && let Ok(element) = element.dyn_into::<HtmlElement>()
    {
        let _ = element.focus();
    }
}

/// Whether a field has the focus.
pub fn is_in_field() -> bool {
    document().active_element().is_some_and(|it| it.tag_name() == "INPUT")
}

/// Moves the focus to the first field that says what is wrong with it.
pub fn focus_wrong() {
    focus_first("[aria-invalid=true]");
}
