//! Long names.

use leptos::prelude::*;

/// A name that breaks between the parts of a scope first (`cloud::organization::role`), not within a number.
pub(crate) fn breakable(text: &str) -> AnyView {
    let part = |part: &str| view! { {part.to_owned()} <wbr /> }.into_any();
    let parts: Vec<AnyView> = text.split_inclusive("::").map(part).collect();
    view! { <span translate="no">{parts}</span> }.into_any()
}
