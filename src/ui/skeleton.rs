//! What stands in for text that is still to come.

use leptos::prelude::*;

/// A bar in place of a line of text. It shows only when the text takes its time.
#[component]
pub fn Bar(
    /// How long the text will about be, in tenths of a character's width: `w8`, `w12`, `w20`.
    width: &'static str,
) -> AnyView {
    view! { <span class=["bar ", width].concat() aria-hidden="true"></span> }.into_any()
}
