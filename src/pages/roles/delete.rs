//! *Delete role*.

use keyward_contract::Role;
use leptos::prelude::*;

use super::Page;
use crate::{
    pages::shared::change_form::{ChangeForm, Meanwhile, Progress},
    ui::button::Kind,
};

#[component]
pub(super) fn DeleteForm(role: Role) -> AnyView {
    let page = Page::get();
    let now = page.row(role.id);
    let seen = Some(role.version);
    let meanwhile = Signal::derive(move || Meanwhile::of(seen, now.with(|now| now.as_ref().map(|now| now.version))));
    let submit = move |()| {
        if let Some(role) = now.get_untracked() {
            page.change.delete(&role);
        }
    };
    let name = move || now.with(|now| now.as_ref().map_or_else(|| role.name.clone(), |now| now.name.clone()));
    view! {
        <ChangeForm
            progress=Progress::of(page.change)
            verb="Delete"
            kind=Kind::Danger
            meanwhile=meanwhile
            gone="This role was deleted already"
            only_confirms=true
            on_submit=Callback::new(submit)
            on_close=Callback::new(move |()| page.close())
        >
            <p class="dialog-text">
                <strong>{name}</strong> " is given to nobody and can't be chosen any longer. This cannot be undone."
            </p>
        </ChangeForm>
    }
    .into_any()
}
