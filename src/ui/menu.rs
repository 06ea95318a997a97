//! Menus of actions: popovers of the browser's own, closed by Escape and a click elsewhere.

use leptos::prelude::*;

use super::{
    icon::{Icon, Pictogram},
    id,
};
use crate::{reactive::reactive, text};

/// Something to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action<A> {
    /// What it is.
    pub action: A,
    /// What it is called.
    pub label: &'static str,
    /// Whether something ends with it.
    pub is_danger: bool,
    /// Whether it has a button of its own beside the menu, where there is room for one.
    pub is_beside: bool,
}

/// Actions that are possible together, or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActionGroup<A> {
    /// The actions.
    pub actions: Vec<Action<A>>,
    /// Why they are not possible.
    pub reason: Option<String>,
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
    let list = move || {
        let groups = groups.get();
        // A reason of several groups is told once, after the last of them.
        let notes: Vec<String> = groups.iter().map(|_| id::unique("menu-note")).collect();
        let last = |reason: &Option<String>| groups.iter().rposition(|it| it.reason == *reason).unwrap_or_default();
        let places: Vec<usize> = groups.iter().map(|group| last(&group.reason)).collect();
        let drawn = groups
            .into_iter()
            .zip(places)
            .enumerate()
            .map(|(index, (group, place))| {
                let refused = group.reason.is_some();
                let entry = |action: Action<A>| {
                    let described_by = refused.then(|| notes[place].clone());
                    entry(action, described_by, choose)
                };
                let entries: Vec<AnyView> = group.actions.into_iter().map(entry).collect();
                let reason = group
                    .reason
                    .filter(|_| place == index)
                    .map(|reason| view! { <p class="menu-note" id=notes[place].clone()>{reason}</p> });
                view! { <div class="menu-group">{entries} {reason}</div> }.into_any()
            });
        drawn.collect::<Vec<_>>()
    };
    let name = move || text::controls::actions_on(&about.get());
    view! {
        <div class="menu">
            <button
                type="button"
                class="button button-quiet button-icon menu-opener"
                popovertarget=id.clone()
                title=text::controls::actions()
                aria-label=Signal::derive(name)
            >
                <Pictogram icon=Icon::More />
            </button>
            <div id=id class="menu-list menu-actions" popover="auto" role="group" aria-label=Signal::derive(name)>
                {reactive(list)}
            </div>
        </div>
    }
    .into_any()
}

/// An entry; one that is `described_by` a reason can't be chosen.
fn entry<A: Copy + Send + Sync + 'static>(
    Action {
        action,
        label,
        is_danger,
        is_beside,
    }: Action<A>,
    described_by: Option<String>,
    choose: impl Fn(A) + Send + Sync + 'static,
) -> AnyView {
    let refused = described_by.is_some();
    view! {
        <button
            type="button"
            class="menu-entry"
            class:menu-entry-danger=is_danger
            class:menu-entry-beside=is_beside
            aria-disabled=refused.then_some("true")
            aria-describedby=described_by
            on:click=move |_| if !refused { choose(action) }
        >
            {label}
        </button>
    }
    .into_any()
}
