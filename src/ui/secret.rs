//! A secret: a mask that tells nothing of it, or its text for a while.

use leptos::prelude::*;

/// The mask, as long for a short secret as for a long one.
pub const MASK: &str = "••••••••••••";

/// The text of a secret, or its mask where there is none.
#[component]
pub fn SecretText(
    /// The secret in clear, as long as it may be seen.
    #[prop(into)]
    secret: Signal<Option<String>>,
) -> AnyView {
    view! {
        <code class="secret">
            {move || match secret.get() {
                Some(text) => groups(&text),
                None => {
                    view! {
                        <span class="mask" aria-hidden="true">{MASK}</span>
                        <span class="visually-hidden">"hidden"</span>
                    }
                    .into_any()
                }
            }}
        </code>
    }
    .into_any()
}

/// In groups of four for the eye; a selection of it still has no spaces.
fn groups(text: &str) -> AnyView {
    let characters: Vec<char> = text.chars().collect();
    let group = |group: &[char]| {
        let text: String = group.iter().collect();
        view! { <span class="secret-group">{text}</span> }
    };
    characters.chunks(4).map(group).collect_view().into_any()
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
        <span class="countdown">
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
            <span class="countdown-text">{move || ["Hides in ", &left.get().to_string(), " s"].concat()}</span>
        </span>
    }
    .into_any()
}
