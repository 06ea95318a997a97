//! What has become of a change, in the place it was made.

use leptos::prelude::*;

use crate::{
    api::ApiError,
    present::problem,
    ui::{
        banner::{Banner, Tone, notice},
        button::Button,
    },
};

/// It is being sent again.
pub(crate) fn repeating() -> AnyView {
    notice(
        Tone::Info,
        true,
        "Still waiting for the server",
        "Retrying; this can only take effect once.",
    )
}

/// Nobody knows.
pub(crate) fn lost(try_again: impl Fn(()) + Send + Sync + 'static) -> AnyView {
    view! {
        <Banner tone=Tone::Warning live=true>
            <p class="banner-title">"The answer was lost. Checking…"</p>
            <p>
                "The change may have been made or not. This page checks again as soon as it's connected; this can only take "
                "effect once."
            </p>
            <Button label="Try again" on_press=try_again />
        </Banner>
    }
    .into_any()
}

/// It was refused.
pub(crate) fn failed(error: &ApiError) -> AnyView {
    let (text, id) = (problem::explain(error), problem::request_id(error));
    view! {
        <Banner tone=Tone::Danger live=true>
            <p>{text}</p>
            {id.map(|id| view! { <p class="faint">"Request " <code>{id}</code></p> })}
        </Banner>
    }
    .into_any()
}

/// What went wrong with something that changes nothing that shows.
pub(crate) fn wrong(error: &ApiError, live: bool) -> AnyView {
    let text = problem::explain(error);
    view! { <Banner tone=Tone::Danger live=live><p>{text}</p></Banner> }.into_any()
}
