//! A button that shows where the user is and opens a list of other places, with a search: a combobox (WAI-ARIA APG) of links.

use super::reactive::reactive;
use leptos::prelude::*;
use web_sys::{KeyboardEvent, ScrollIntoViewOptions, ScrollLogicalPosition};

use super::{
    icon::{Icon, Pictogram},
    id,
};
use crate::browser::page;

/// How many links are drawn. Who has more types a letter.
const DRAWN: usize = 50;

/// A place to go to.
#[derive(Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its name.
    pub text: String,
    /// Where it is.
    pub href: String,
    /// Whether the user is there.
    pub current: bool,
}

/// The button with its list.
#[component]
pub fn LinkPicker(
    /// The text of the button.
    #[prop(into)]
    text: Signal<String>,
    /// What the places are.
    label: &'static str,
    /// What is said of the search.
    search: &'static str,
    /// The places.
    #[prop(into)]
    entries: Signal<Vec<Entry>>,
    /// A further link, below the list.
    #[prop(into)]
    last: Signal<Entry>,
) -> AnyView {
    let menu = id::unique("picker");
    let (list, menu_of_list) = ([&menu, "-list"].concat(), menu.clone());
    let query = RwSignal::new(String::new());
    let active = RwSignal::new(0_usize);
    let found = Memo::new(move |_| {
        let query = query.with(|query| query.trim().to_lowercase());
        let fits = |entry: &&Entry| query.is_empty() || entry.text.to_lowercase().contains(&query);
        entries.with(|entries| {
            let fitting = entries.iter().filter(fits);
            (
                fitting.clone().take(DRAWN).cloned().collect::<Vec<_>>(),
                fitting.count(),
            )
        })
    });
    let drawn = move || found.with_untracked(|(drawn, _)| drawn.len());
    let close = move || {
        if let Some(menu) = page::element(&menu_of_list) {
            let _ = menu.hide_popover();
        }
    };
    let option = {
        let list = list.clone();
        move |place: usize| [&list, "-", &place.to_string()].concat()
    };
    let go = {
        let option = option.clone();
        move |place: usize| {
            active.set(place);
            if let Some(option) = page::element(&option(place)) {
                let options = ScrollIntoViewOptions::new();
                options.set_block(ScrollLogicalPosition::Nearest);
                option.scroll_into_view_with_scroll_into_view_options(&options);
            }
        }
    };
    let press = {
        let option = option.clone();
        move |event: KeyboardEvent| {
            let (here, count) = (active.get_untracked(), drawn());
            if count == 0 {
                return;
            }
            let plain = query.with_untracked(String::is_empty);
            match event.key().as_str() {
                "ArrowDown" => go((here + 1) % count),
                "ArrowUp" => go((here + count - 1) % count),
                // In a text they move the cursor.
                "Home" if plain => go(0),
                "End" if plain => go(count - 1),
                "Enter" => {
                    if let Some(option) = page::element(&option(here)) {
                        option.click();
                    }
                }
                _ => return,
            }
            event.prevent_default();
        }
    };
    let begin = move |_| {
        query.set(String::new());
        let here = found.with_untracked(|(drawn, _)| drawn.iter().position(|entry| entry.current));
        active.set(here.unwrap_or_default());
    };
    let told = move || {
        found.with(|(drawn, all)| match all {
            0 => Some("None found".to_owned()),
            all if *all > drawn.len() => Some(
                [
                    &drawn.len().to_string(),
                    " of ",
                    &all.to_string(),
                    " shown. Type to narrow the list.",
                ]
                .concat(),
            ),
            _ => None,
        })
    };
    let (option_of_row, option_of_field) = (option.clone(), option);
    let row = move |(place, entry): (usize, Entry)| {
        let title = entry.text.clone();
        view! {
            <a
                role="option"
                tabindex="-1"
                class="menu-entry"
                dir="auto"
                translate="no"
                id=option_of_row(place)
                href=entry.href
                title=title
                aria-selected=Signal::derive(move || if active.get() == place { "true" } else { "false" })
                aria-current=entry.current.then_some("true")
            >
                {entry.text}
            </a>
        }
        .into_any()
    };
    let rows = move || {
        let drawn = found.with(|(drawn, _)| drawn.clone());
        drawn.into_iter().enumerate().map(&row).collect::<Vec<_>>()
    };
    let is_here = move || last.with(|last| last.current).then_some("page");
    view! {
        <div class="menu">
            <button
                type="button"
                class="menu-button"
                popovertarget=menu.clone()
                aria-label=Signal::derive(move || [label, ": ", &text.get()].concat())
                on:click=begin
            >
                <span class="menu-text" dir="auto" translate="no">{reactive(move || text.get())}</span>
                <Pictogram icon=Icon::Chevrons />
            </button>
            <div id=menu class="menu-list picker" popover="auto" on:click=move |event| if is_link(&event) { close() }>
                <input
                    class="input picker-search"
                    role="combobox"
                    aria-label=search
                    placeholder=search
                    aria-expanded="true"
                    aria-autocomplete="list"
                    aria-controls=list.clone()
                    aria-activedescendant=Signal::derive(move || found.with(|(drawn, _)| !drawn.is_empty()).then(|| option_of_field(active.get())))
                    autocomplete="off"
                    spellcheck="false"
                    autofocus
                    prop:value=Signal::derive(move || query.get())
                    on:input:target=move |event| {
                        query.set(event.target().value());
                        active.set(0);
                    }
                    on:keydown=press
                />
                <div id=list class="picker-list" role="listbox" aria-label=label>{reactive(rows)}</div>
                <p class="menu-note" role="status">{reactive(told)}</p>
                <a class="menu-entry picker-last" href=Signal::derive(move || last.get().href) aria-current=Signal::derive(is_here)>{reactive(move || last.get().text)}</a>
            </div>
        </div>
    }
    .into_any()
}

/// What was chosen leads elsewhere, in this window or another.
fn is_link(event: &web_sys::MouseEvent) -> bool {
    use wasm_bindgen::JsCast as _;
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    target.is_some_and(|target| target.closest("a").ok().flatten().is_some())
}
