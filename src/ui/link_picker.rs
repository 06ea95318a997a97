//! A button that shows where the user is and opens a list of other places, with a search: a combobox (WAI-ARIA APG) of links.

use std::sync::Arc;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent, MouseEvent, ScrollIntoViewOptions, ScrollLogicalPosition};

use super::{
    icon::{Icon, Pictogram},
    id,
};
use crate::{
    attributes::attributes,
    browser::{
        dom::{find, nearest},
        page,
    },
    reactive::{reactive, reactive_text},
    text,
};

/// How many links are drawn. Who has more types a letter.
const DRAWN: usize = 50;

const CHOSEN: &str = "[aria-selected=true]";

/// On the search, the option that Enter follows.
const ACTIVE: &str = "aria-activedescendant";

/// A place to go to.
pub struct Entry {
    /// Its name.
    pub text: String,
    /// Where it is.
    pub href: String,
    /// Whether the user is there.
    pub current: bool,
}

/// The places that a search finds.
pub type Places = Arc<dyn Fn(&str) -> Vec<Entry> + Send + Sync>;

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
    /// The places that a search finds; all for an empty one.
    places: Places,
    /// A further link, below the list.
    last: AnyView,
) -> AnyView {
    let menu = id::unique("picker");
    let list = [&menu, "-list"].concat();
    let query = RwSignal::new(String::new());
    let told = RwSignal::new(String::new());
    let (list_of_rows, list_of_keys, menu_of_links) = (list.clone(), list.clone(), menu.clone());
    let rows = move || {
        let query = query.get();
        let mut found = places(&query);
        let all = found.len();
        found.truncate(DRAWN);
        told.set(note(found.len(), all));
        let here = found.iter().position(|entry| entry.current && query.is_empty());
        let list = list_of_rows.clone();
        request_animation_frame(move || choose(&list, here.unwrap_or_default()));
        let rows = found.into_iter().enumerate();
        rows.map(|(place, entry)| row(&list_of_rows, place, entry))
            .collect::<Vec<_>>()
    };
    let close = move |event: MouseEvent| {
        if nearest(&event, "a").is_some()
            && let Some(menu) = page::element(&menu_of_links)
        {
            let _ = menu.hide_popover();
        }
    };
    let search_field = [
        ("role", "combobox"),
        ("aria-label", search),
        ("placeholder", search),
        ("aria-expanded", "true"),
        ("aria-autocomplete", "list"),
        ("autocomplete", "off"),
        ("spellcheck", "false"),
    ];
    view! {
        <div class="menu">
            <button
                {..attributes(&[("popovertarget", &menu)])}
                type="button"
                class="menu-button"
                aria-label=Signal::derive(move || text::controls::chosen(label, &text.get()))
                on:click=move |_| query.set(String::new())
            >
                <span class="menu-text" dir="auto" translate="no">{text}</span>
                <Pictogram icon=Icon::Chevrons />
            </button>
            <div {..attributes(&[("id", &menu), ("popover", "auto")])} class="menu-list picker" on:click=close>
                <input
                    class="input picker-search"
                    autofocus
                    {..attributes(&search_field)}
                    prop:value=query
                    on:input:target=move |event| query.set(event.target().value())
                    on:keydown=move |event| press(&list_of_keys, &event)
                />
                <div {..attributes(&[("id", &list)])} class="picker-list" role="listbox" aria-label=label>{reactive(rows)}</div>
                <p class="menu-note" role="status">{reactive_text(move || told.get())}</p>
                {last}
            </div>
        </div>
    }
    .into_any()
}

fn row(list: &str, place: usize, entry: Entry) -> AnyView {
    let about = attributes(&[("id", &option(list, place)), ("title", &entry.text)]);
    view! {
        <a
            {..about}
            role="option"
            tabindex="-1"
            class="menu-entry"
            dir="auto"
            translate="no"
            href=entry.href
            aria-current=entry.current.then_some("true")
        >
            {entry.text}
        </a>
    }
    .into_any()
}

fn option(list: &str, place: usize) -> String {
    [list, "-", &place.to_string()].concat()
}

fn note(drawn: usize, all: usize) -> String {
    match all {
        0 => text::controls::none_found().to_owned(),
        all if all > drawn => text::controls::some_shown(drawn, all),
        _ => String::new(),
    }
}

/// Makes one of the options the one that Enter follows.
fn choose(list: &str, place: usize) {
    let Some(list_element) = page::element(list) else {
        return;
    };
    if let Some(before) = find(&list_element, CHOSEN) {
        let _ = before.set_attribute("aria-selected", "false");
    }
    let id = option(list, place);
    let field = list_element.previous_element_sibling();
    let Some(chosen) = page::element(&id) else {
        // The search finds none.
        if let Some(field) = field {
            let _ = field.remove_attribute(ACTIVE);
        }
        return;
    };
    let _ = chosen.set_attribute("aria-selected", "true");
    let options = ScrollIntoViewOptions::new();
    options.set_block(ScrollLogicalPosition::Nearest);
    chosen.scroll_into_view_with_scroll_into_view_options(&options);
    if let Some(field) = field {
        let _ = field.set_attribute("aria-controls", list);
        let _ = field.set_attribute(ACTIVE, &id);
    }
}

fn press(list: &str, event: &KeyboardEvent) {
    // What is pressed while a word is put together is for the input method.
    if event.is_composing() {
        return;
    }
    let Some(list_element) = page::element(list) else {
        return;
    };
    let count = list_element.child_element_count() as usize;
    let Some(chosen) = find(&list_element, CHOSEN).filter(|_| count > 0) else {
        return;
    };
    let here = place_of(&chosen);
    // In a text they move the cursor.
    let is_text = event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok())
        .is_some_and(|field| !field.value().is_empty());
    match event.key().as_str() {
        "ArrowDown" => choose(list, (here + 1) % count),
        "ArrowUp" => choose(list, (here + count - 1) % count),
        "Home" if !is_text => choose(list, 0),
        "End" if !is_text => choose(list, count - 1),
        "Enter" => HtmlElement::click(&chosen),
        _ => return,
    }
    event.prevent_default();
}

fn place_of(option: &Element) -> usize {
    let id = option.id();
    let place = id.rsplit('-').next().and_then(|place| place.parse().ok());
    place.unwrap_or_default()
}
