//! The buttons that change the key. Where the service provider has disabled it they are gone; where something else
//! forbids it they say what.

use keyward_contract::{Capabilities, Refusal};
use leptos::prelude::*;

use super::{Page, notice::ChangeNotice};
use crate::{
    state::{KeyState, Load, Operation},
    ui::{
        button::{Button, Kind},
        icon::Icon,
    },
};

/// Edit, Regenerate, Delete.
#[component]
pub(super) fn RowActions() -> AnyView {
    view! {
        <div class="row-actions">
            <Action operation=Operation::Edit label="Edit" icon=Icon::Pencil pick=|it| it.edit />
            <Action operation=Operation::Regenerate label="Regenerate" icon=Icon::Rotate pick=|it| it.regenerate />
            <Action operation=Operation::Delete label="Delete" icon=Icon::Trash pick=|it| it.delete />
        </div>
    }
    .into_any()
}

#[component]
fn Action(
    operation: Operation,
    label: &'static str,
    icon: Icon,
    pick: fn(&Capabilities) -> Option<Refusal>,
) -> AnyView {
    let page = Page::get();
    let gone = is_gone(page, pick);
    view! {
        {move || {
            (!gone.get())
                .then(|| {
                    view! {
                        <Button
                            label=label
                            icon=icon
                            reason=page.reason(pick)
                            on_press=move |()| page.dialog.set(Some(operation))
                        />
                    }
                })
        }}
    }
    .into_any()
}

fn is_gone(page: Page, pick: fn(&Capabilities) -> Option<Refusal>) -> Memo<bool> {
    let refusal = page.refusal(pick);
    Memo::new(move |_| refusal.get() == Some(Refusal::ApiKeyDisabled))
}

/// *Add Cloud Service API Key*: there only where there is no key. One click, no form.
#[component]
pub(super) fn AddButton() -> AnyView {
    let page = Page::get();
    let gone = is_gone(page, |it| it.add);
    let absent = Memo::new(move |_| {
        page.store
            .key
            .with(|key| matches!(key, Load::Ready(KeyState::Absent(_))))
    });
    view! {
        {move || {
            (absent.get() && !gone.get())
                .then(|| {
                    view! {
                        <Button
                            label="Add Cloud Service API Key"
                            icon=Icon::Plus
                            kind=Kind::Primary
                            pending=Signal::derive(move || page.change.is_pending())
                            reason=page.reason(|it| it.add)
                            on_press=move |()| page.change.add()
                        />
                    }
                })
        }}
    }
    .into_any()
}

/// What became of adding, which has no dialog to say it.
#[component]
pub(super) fn AddNotice() -> AnyView {
    let page = Page::get();
    view! { {move || page.dialog.get().is_none().then(|| view! { <ChangeNotice operation=Operation::Add /> })} }
        .into_any()
}
