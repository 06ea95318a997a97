//! A menu of links: a popover of the browser's own, closed by Escape and a click elsewhere.

use leptos::prelude::*;

use super::{
    icon::{Icon, Pictogram},
    id,
};

/// A link in a menu.
#[derive(Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its text.
    pub text: String,
    /// Where it leads.
    pub href: String,
    /// Whether it leads to where the user is.
    pub current: bool,
}

/// A button with a menu of links.
#[component]
pub fn LinkMenu(
    /// The text of the button.
    #[prop(into)]
    text: Signal<String>,
    /// The name of the menu.
    label: &'static str,
    /// The links.
    #[prop(into)]
    entries: Signal<Vec<Entry>>,
) -> AnyView {
    let id = id::unique("menu");
    let close = {
        let id = id.clone();
        move |_| {
            if let Some(menu) = crate::browser::page::element(&id) {
                let _ = menu.hide_popover();
            }
        }
    };
    view! {
        <div class="menu">
            <button type="button" class="menu-button" popovertarget=id.clone() aria-label=move || [label, ": ", &text.get()].concat()>
                <span class="menu-text">{move || text.get()}</span>
                <Pictogram icon=Icon::Chevrons />
            </button>
            <nav id=id class="menu-list" popover="auto" aria-label=label on:click=close>
                {move || {
                    entries
                        .get()
                        .into_iter()
                        .map(|entry| {
                            view! {
                                <a class="menu-entry" href=entry.href aria-current=entry.current.then_some("true")>
                                    {entry.text}
                                </a>
                            }
                        })
                        .collect_view()
                }}
            </nav>
        </div>
    }
    .into_any()
}
