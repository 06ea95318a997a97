//! Regenerate and delete: only after a word on what breaks.

use keyward_contract::SandboxToken;
use leptos::prelude::*;

use super::{Page, clients::Breaks};
use crate::{
    pages::shared::change_form::{ChangeForm, Meanwhile, Progress},
    ui::button::Kind,
};

#[component]
pub(super) fn ConfirmForm(token: SandboxToken, deletes: bool) -> AnyView {
    let page = Page::get();
    let now = page.row(token.id);
    let seen = Some(token.version);
    let meanwhile = Signal::derive(move || Meanwhile::of(seen, now.with(|now| now.as_ref().map(|now| now.version))));
    let submit = move |()| match now.get_untracked() {
        Some(token) if deletes => page.change.delete(&token),
        Some(token) => page.change.regenerate(&token),
        None => {}
    };
    let (verb, kind, then) = if deletes {
        ("Delete", Kind::Danger, " is deleted.")
    } else {
        ("Regenerate", Kind::Warning, " gets another random token.")
    };
    let id = token.id;
    let name = move || now.with(|now| now.as_ref().map_or_else(|| token.name.clone(), |now| now.name.clone()));
    view! {
        <ChangeForm
            progress=Progress::of(page.change)
            verb=verb
            kind=kind
            meanwhile=meanwhile
            gone="This token was deleted already"
            only_confirms=true
            on_submit=Callback::new(submit)
            on_close=Callback::new(move |()| page.close())
        >
            <p class="dialog-text">
                <strong>{name}</strong> {then} " "
                <strong>"Programs that send the present token are refused at once. This cannot be undone."</strong>
            </p>
            <Breaks id=id />
        </ChangeForm>
    }
    .into_any()
}
