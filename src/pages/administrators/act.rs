//! What is done with one admin, after a word on what it means for them.

use keyward_contract::Administrator;
use leptos::prelude::*;

use super::{Page, Roles, chosen_role, role_choices};
use crate::{
    browser::page::focus_first,
    pages::shared::{
        change_form::{ChangeForm, Elsewhere, Progress},
        list_page::Subject,
    },
    present::administrator,
    reactive::reactive,
    state::AdministratorAction as Action,
    text,
    ui::{button::Kind, choice::RadioList},
};

#[component]
pub(super) fn ActionForm(action: Action, admin: Administrator) -> AnyView {
    let page = Page::get();
    let progress = Progress::of(page.change);
    let roles = expect_context::<Roles>();
    let Subject { now, elsewhere, .. } = page.subject(Some(&admin));
    let chosen = RwSignal::new(admin.role_id.to_string());
    let tried = RwSignal::new(false);
    let changes_role = action == Action::ChangeRole;
    let error = Signal::derive(move || {
        if !tried.get() {
            return None;
        }
        let chosen = chosen.get();
        let same = now.with(|now| now.as_ref().is_some_and(|now| now.role_id.to_string() == chosen));
        match (chosen.is_empty(), same) {
            (true, _) => Some(text::administrators::choose_role().to_owned()),
            (_, true) => Some(text::administrators::same_role().to_owned()),
            _ => None,
        }
    });
    let submit = move |()| {
        let Some(now) = now.get_untracked() else { return };
        if !changes_role {
            return page.change.act(action, &now, now.role_id);
        }
        tried.set(true);
        match chosen_role(roles, chosen) {
            Some(role) if role != now.role_id => page.change.act(action, &now, role),
            Some(_) => focus_first("dialog[open] input:checked"),
            None => {}
        }
    };
    let name = view! { <strong translate="no">{admin.name.clone()}</strong> }.into_any();
    let status = move || {
        let now = now.get()?;
        let changed = elsewhere.get() == Elsewhere::Changed;
        changed.then(|| view! { <p class="dialog-text">{administrator::now(&now)}</p> })
    };
    view! {
        <ChangeForm
            progress=progress
            verb=administrator::label(action)
            kind=kind(action)
            elsewhere=elsewhere
            gone=text::administrators::gone()
            only_confirms=!changes_role
            on_submit=Callback::new(submit)
            on_close=page.on_close()
        >
            <p class="dialog-text">{administrator::consequence(action, name)}</p>
            {reactive(status)}
            {changes_role
                .then(|| {
                    view! {
                        <RadioList
                            legend=text::common::role()
                            choices=role_choices()
                            chosen=chosen
                            error=error
                            readonly=progress.is_pending()
                        />
                    }
                })}
        </ChangeForm>
    }
    .into_any()
}

fn kind(action: Action) -> Kind {
    match action {
        Action::ChangeRole | Action::RenewInvitation | Action::Enable | Action::ConfirmPassword => Kind::Primary,
        Action::Disable | Action::EndSessions => Kind::Warning,
        Action::Remove => Kind::Danger,
    }
}
