//! For how long a revealed key shows.

use leptos::prelude::*;

use super::Page;
use crate::{attributes::attributes, pages::shared::context::Context, state::HIDE_AFTER, ui::id};

#[component]
pub(super) fn HideAfter() -> AnyView {
    let preferences = Context::get().preferences;
    let page = Page::get();
    let id = id::unique("hide-after");
    let option = |seconds: u32| {
        let text = match seconds {
            60 => "1 minute".to_owned(),
            seconds if seconds % 60 == 0 => [&(seconds / 60).to_string(), " minutes"].concat(),
            seconds => [&seconds.to_string(), " seconds"].concat(),
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
            <label {..attributes(&[("for", &id)])}>"Auto-hide revealed key after"</label>
            <select {..attributes(&[("id", &id)])} on:change:target=move |event| choose(event.target().value())>
                {HIDE_AFTER.into_iter().map(option).collect_view()}
            </select>
        </p>
    }
    .into_any()
}
