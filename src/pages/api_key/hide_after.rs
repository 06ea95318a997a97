//! For how long a revealed key shows.

use leptos::prelude::*;

use super::Page;
use crate::{attributes::attributes, pages::shared::context::Context, state::HIDE_AFTER, text, ui::id};

#[component]
pub(super) fn HideAfter() -> AnyView {
    let preferences = Context::get().preferences;
    let page = Page::get();
    let id = id::unique("hide-after");
    let option = |seconds: u32| {
        let text = match seconds {
            seconds if seconds % 60 == 0 => text::api_key::minutes((seconds / 60) as usize),
            seconds => text::api_key::seconds(seconds as usize),
        };
        view! {
            <option value=seconds.to_string() selected=Signal::derive(move || preferences.hide_after() == seconds)>{text}</option>
        }
    };
    let choose = move |value: String| {
        if let Ok(seconds) = value.parse() {
            preferences.set_hide_after(seconds);
            page.store.secret.restart();
        }
    };
    view! {
        <p class="hide-after">
            <label {..attributes(&[("for", &id)])}>{text::api_key::hide_after()}</label>
            <select {..attributes(&[("id", &id)])} on:change:target=move |event| choose(event.target().value())>
                {HIDE_AFTER.into_iter().map(option).collect_view()}
            </select>
        </p>
    }
    .into_any()
}
