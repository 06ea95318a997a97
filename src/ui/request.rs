//! What names a request in the server's log.

use leptos::prelude::*;

use crate::text;

/// Under what went wrong, for the operator.
pub fn request(id: String) -> AnyView {
    let id = view! { <code translate="no">{id}</code> }.into_any();
    view! { <p class="faint">{text::frame::request(id)}</p> }.into_any()
}
