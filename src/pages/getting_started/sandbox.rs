//! Submitting a file with a Sandbox API token.

use leptos::prelude::*;

use super::{names, part, shown, snippet, snippets, waiting, way};
use crate::{
    pages::shared::message::FailedLoad,
    reactive::{memo, reactive},
    routes::Route,
    state::{GettingStarted, Load},
    text,
};

#[component]
pub(super) fn Sandbox() -> AnyView {
    let store = expect_context::<GettingStarted>();
    let tokens = store.tokens;
    let is_ready = memo(move || tokens.with(|it| it.ready().map(|it| !it.tokens.is_empty())));
    let failure = memo(move || tokens.with(Load::failure));
    let content = move || match (failure.get(), is_ready.get()) {
        (Some(error), _) => view! { <FailedLoad error=error on_retry=move |()| store.reload() /> }.into_any(),
        (None, None) => waiting(),
        (None, Some(false)) => way(Route::SandboxTokens(store.org), text::getting_started::no_sandbox_token),
        (None, Some(true)) => view! {
            {names(&[("KEYWARD_SANDBOX_TOKEN", text::getting_started::sandbox_token().to_owned())])}
            {snippets(snippet::SANDBOX, panel)}
        }
        .into_any(),
    };
    part(
        "start-sandbox",
        text::getting_started::sandbox_title(),
        text::getting_started::sandbox_text(),
        reactive(content),
    )
}

fn panel(place: usize) -> AnyView {
    let tokens = expect_context::<GettingStarted>().tokens;
    let url = memo(move || tokens.with(|it| Some(it.ready()?.base_url.clone())));
    reactive(move || Some(shown(snippet::SANDBOX.get(place)?, &[("@SANDBOX_URL@", &url.get()?)])))
}
