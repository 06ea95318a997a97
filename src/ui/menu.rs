//! Menus of links and of actions: popovers of the browser's own, closed by Escape and a click elsewhere.

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

/// Something to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action<A> {
    /// What it is.
    pub action: A,
    /// What it is called.
    pub label: &'static str,
}

/// Actions that are possible together, or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActionGroup<A> {
    /// The actions.
    pub actions: Vec<Action<A>>,
    /// Why they are not possible.
    pub reason: Option<&'static str>,
}

/// A button with a menu of what can be done. What can't be done is there too, with the reason.
#[component]
pub fn ActionMenu<A: Copy + PartialEq + Send + Sync + 'static>(
    /// To what; for screen readers.
    #[prop(into)]
    about: Signal<String>,
    /// The actions.
    #[prop(into)]
    groups: Signal<Vec<ActionGroup<A>>>,
    /// One is chosen.
    #[prop(into)]
    on_choose: Callback<A>,
) -> AnyView {
    let id = id::unique("menu");
    let popover = StoredValue::new(id.clone());
    let choose = move |action| {
        // The focus is back at the button before a dialog remembers where it was.
        if let Some(menu) = popover.with_value(|id| crate::browser::page::element(id)) {
            let _ = menu.hide_popover();
        }
        on_choose.run(action);
    };
    let group = move |group: ActionGroup<A>| {
        let note = id::unique("menu-note");
        let refused = group.reason.is_some();
        let entry = |Action { action, label }: Action<A>| {
            view! {
                <button
                    type="button"
                    class="menu-entry"
                    aria-disabled=refused.then_some("true")
                    aria-describedby=refused.then(|| note.clone())
                    on:click=move |_| if !refused { choose(action) }
                >
                    {label}
                </button>
            }
            .into_any()
        };
        let entries: Vec<AnyView> = group.actions.into_iter().map(entry).collect();
        let reason = group
            .reason
            .map(|reason| view! { <p class="menu-note" id=note.clone()>{reason}</p> });
        view! { <div class="menu-group">{entries} {reason}</div> }.into_any()
    };
    view! {
        <div class="menu">
            <button
                type="button"
                class="button menu-opener"
                popovertarget=id.clone()
                aria-label=move || ["Actions: ", &about.get()].concat()
            >
                "Actions"
                <Pictogram icon=Icon::Chevrons />
            </button>
            <div id=id class="menu-list menu-actions" popover="auto" role="group" aria-label="Actions">
                {move || groups.get().into_iter().map(group).collect::<Vec<_>>()}
            </div>
        </div>
    }
    .into_any()
}
