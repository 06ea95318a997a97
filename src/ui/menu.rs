//! Menus of actions: popovers of the browser's own, closed by Escape and a click elsewhere.

use leptos::prelude::*;

use super::{
    icon::{Icon, Pictogram},
    id,
};

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
