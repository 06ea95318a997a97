//! Tabs with a panel that shows one of several things (WAI-ARIA APG). Arrow keys, Home and End choose.

use leptos::prelude::*;
use web_sys::KeyboardEvent;

use super::id;
use crate::{
    attributes::attributes,
    browser::dom::{find, nearest},
    reactive::reactive,
};

/// The tabs and their panel.
#[component]
pub fn Tabs(
    /// What is chosen.
    label: &'static str,
    /// From what. These are names, which stay in every language.
    names: Vec<&'static str>,
    /// Which is chosen, counted from 0.
    #[prop(into)]
    chosen: Signal<usize>,
    /// Another is chosen.
    #[prop(into)]
    on_choose: Callback<usize>,
    /// What the panel shows.
    panel: fn(usize) -> AnyView,
) -> AnyView {
    let id = id::unique("tabs");
    let panel_id = [&id, "-panel"].concat();
    let tab_id = {
        let id = id.clone();
        move |place: usize| [&id, "-", &place.to_string()].concat()
    };
    let count = names.len();
    let keydown = move |event: KeyboardEvent| {
        let here = chosen.get_untracked();
        let place = match event.key().as_str() {
            "ArrowLeft" => (here + count - 1) % count,
            "ArrowRight" => (here + 1) % count,
            "Home" => 0,
            "End" => count - 1,
            _ => return,
        };
        event.prevent_default();
        on_choose.run(place);
        if let Some(list) = nearest(&event, "[role=tablist]") {
            request_animation_frame(move || {
                if let Some(tab) = find(&list, "[aria-selected=true]") {
                    let _ = tab.focus();
                }
            });
        }
    };
    let tab = |(place, name): (usize, &'static str)| {
        let is_chosen = move || chosen.get() == place;
        view! {
            <button
                {..attributes(&[("id", &tab_id(place)), ("role", "tab"), ("aria-controls", &panel_id), ("translate", "no")])}
                type="button"
                class="choice-tab"
                aria-selected=Signal::derive(move || is_chosen().to_string())
                tabindex=Signal::derive(move || if is_chosen() { "0" } else { "-1" })
                on:click=move |_| on_choose.run(place)
            >
                {name}
            </button>
        }
        .into_any()
    };
    let tabs: Vec<AnyView> = names.into_iter().enumerate().map(tab).collect();
    let labelled_by = tab_id.clone();
    view! {
        <div {..attributes(&[("role", "tablist"), ("aria-label", label)])} class="choice-tabs" on:keydown=keydown>
            {tabs}
        </div>
        <div
            {..attributes(&[("id", &panel_id), ("role", "tabpanel")])}
            aria-labelledby=Signal::derive(move || labelled_by(chosen.get()))
        >
            {reactive(move || panel(chosen.get()))}
        </div>
    }
    .into_any()
}
