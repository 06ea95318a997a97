//! *Delete Authorization Server*.

use keyward_contract::OauthServer;
use leptos::prelude::*;

use super::Page;
use crate::{
    pages::shared::change_form::{ChangeForm, Meanwhile, Progress},
    ui::button::Kind,
};

#[component]
pub(super) fn DeleteForm(server: OauthServer) -> AnyView {
    let page = Page::get();
    let now = page.row(server.id);
    let seen = Some(server.version);
    let meanwhile = Signal::derive(move || Meanwhile::of(seen, now.with(|now| now.as_ref().map(|now| now.version))));
    let submit = move |()| {
        if let Some(server) = now.get_untracked() {
            page.change.delete(&server);
        }
    };
    view! {
        <ChangeForm
            progress=Progress::of(page.change)
            verb="Delete"
            kind=Kind::Danger
            meanwhile=meanwhile
            gone="This authorization server was deleted already"
            only_confirms=true
            on_submit=Callback::new(submit)
            on_close=Callback::new(move |()| page.close())
        >
            <p class="dialog-text">
                <strong>{server.settings.name}</strong> " is deleted. "
                <strong>"Calls with its access tokens are refused at once. This cannot be undone."</strong>
            </p>
        </ChangeForm>
    }
    .into_any()
}
