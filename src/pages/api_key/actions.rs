//! The buttons that change the key. Where something forbids it they say what.

use keyward_contract::{Capabilities, Refusal};
use leptos::prelude::*;

use super::{Page, notice::ChangeNotice};
use crate::{
    reactive::{memo, reactive},
    state::{KeyState, Load, Operation},
    text,
    ui::{
        button::{Button, Kind},
        icon::Icon,
    },
};

/// Edit, Regenerate, Delete.
pub(super) fn actions() -> AnyView {
    view! {
        <div class="key-actions" role="group" aria-label=text::api_key::actions()>
            {action(Operation::Edit, text::common::edit(), Icon::Pencil, |it| it.edit)}
            {action(Operation::Regenerate, text::common::regenerate(), Icon::Rotate, |it| it.regenerate)}
            {action(Operation::Delete, text::common::delete(), Icon::Trash, |it| it.delete)}
        </div>
    }
    .into_any()
}

fn action(
    operation: Operation,
    label: &'static str,
    icon: Icon,
    pick: fn(&Capabilities) -> Option<Refusal>,
) -> AnyView {
    let page = Page::get();
    let press = move |()| page.dialog.set(Some(operation));
    view! { <Button label=label icon=icon reason=page.reason(pick) on_press=press /> }.into_any()
}

/// *Add Cloud Service API Key*: there only where there is no key. One click, no form.
#[component]
pub(super) fn AddButton() -> AnyView {
    let page = Page::get();
    let absent = memo(move || {
        page.store
            .key
            .with(|key| matches!(key, Load::Ready(KeyState::Absent(_))))
    });
    let button = move || {
        view! {
            <Button
                label=text::api_key::add()
                icon=Icon::Plus
                kind=Kind::Primary
                pending=page.is_pending()
                reason=page.reason(|it| it.add)
                on_press=move |()| page.change.add()
            />
        }
    };
    reactive(move || absent.get().then(button))
}

/// What became of adding, which has no dialog to say it.
#[component]
pub(super) fn AddNotice() -> AnyView {
    let page = Page::get();
    reactive(move || {
        page.dialog
            .get()
            .is_none()
            .then(|| view! { <ChangeNotice operation=Operation::Add /> })
    })
}
