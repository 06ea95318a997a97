//! What has become of a change, in the place it was made.

use leptos::prelude::*;

use crate::{
    api::ApiError,
    present::problem,
    text,
    ui::{
        banner::{Banner, Tone, notice},
        button::Button,
        request::request,
    },
};

/// It is being sent again.
pub(crate) fn repeating() -> AnyView {
    notice(
        Tone::Info,
        true,
        text::change::waiting_title(),
        text::change::waiting_text(),
    )
}

/// Whether it was made isn't known.
pub(crate) fn lost(try_again: impl Fn(()) + Send + Sync + 'static) -> AnyView {
    view! {
        <Banner tone=Tone::Warning live=true>
            <p class="banner-title">{text::change::lost_title()}</p>
            <p>{text::change::lost_text()}</p>
            <Button label=text::common::try_again() on_press=try_again />
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
            {id.map(request)}
        </Banner>
    }
    .into_any()
}

/// What went wrong with something that changes nothing that shows.
pub(crate) fn wrong(error: &ApiError, live: bool) -> AnyView {
    let text = problem::explain(error);
    view! { <Banner tone=Tone::Danger live=live><p>{text}</p></Banner> }.into_any()
}
