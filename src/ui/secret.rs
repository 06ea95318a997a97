//! A secret: a mask that tells nothing of it, or its text for a while.

use leptos::{html, prelude::*};
use web_sys::Element;

use crate::{
    browser::dom,
    reactive::{reactive_text, watch},
    text,
};

/// The mask, as long for a short secret as for a long one.
pub const MASK: &str = "••••••••••••";

/// The text of a secret, or its mask where there is none.
///
/// Each value is a new element with one text node. Extensions and translators replace text nodes: one that was updated in place
/// would go on showing the former secret. And a selection of one text node has exactly its characters.
#[component]
pub fn SecretText(
    /// The secret in clear, as long as it may be seen.
    #[prop(into)]
    secret: Signal<Option<String>>,
) -> AnyView {
    let node = NodeRef::<html::Code>::new();
    watch(move || {
        if let Some(code) = node.get() {
            secret.with(|secret| draw(&code, secret.as_deref()));
        }
    });
    view! { <code node_ref=node class="secret notranslate" translate="no"></code> }.into_any()
}

fn draw(code: &Element, secret: Option<&str>) {
    let span = |class, text| dom::text("span", &[("class", class), ("translate", "no")], text);
    let shown = match secret {
        Some(text) => [span("secret-text", text), None],
        None => {
            let mask = span("mask", MASK);
            if let Some(mask) = &mask {
                let _ = mask.set_attribute("aria-hidden", "true");
            }
            [mask, span("visually-hidden", text::controls::hidden())]
        }
    };
    let shown: Vec<Element> = shown.into_iter().flatten().collect();
    dom::fill(code, &shown);
}

/// How long a secret still shows, as text and as a ring that runs out.
#[component]
pub fn Countdown(
    /// Seconds left.
    #[prop(into)]
    left: Signal<u32>,
    /// Seconds in all.
    total: u32,
) -> AnyView {
    view! {
        <span class="countdown" translate="no">
            <svg class="countdown-ring" viewBox="0 0 16 16" aria-hidden="true">
                <circle cx="8" cy="8" r="6"></circle>
                <circle
                    cx="8"
                    cy="8"
                    r="6"
                    pathLength="1"
                    style:animation-duration=[&total.to_string(), "s"].concat()
                ></circle>
            </svg>
            <span class="countdown-text">{reactive_text(move || text::controls::hides_in(left.get() as usize))}</span>
        </span>
    }
    .into_any()
}
