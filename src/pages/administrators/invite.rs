//! *Invite admin*.

use keyward_contract::{InviteAdministrator, ProblemCode, check_login};
use leptos::prelude::*;

use super::Page;
use crate::{
    api::ApiError,
    browser::page::focus_first,
    pages::shared::change_form::{ChangeForm, Meanwhile, Progress},
    present::problem,
    ui::{button::Kind, choice::RadioList, field::Field},
};

#[component]
pub(super) fn InviteForm() -> AnyView {
    let page = Page::get();
    let progress = Progress::of(page.change);
    let pending = progress.is_pending();
    let name = RwSignal::new(String::new());
    let role = RwSignal::new(String::new());
    // What was sent, or would have been: what is wrong with it is said until it is another.
    let tried = RwSignal::new(None::<String>);
    let name_error = Signal::derive(move || {
        let name = name.get();
        if tried.get().as_ref() != Some(&name) {
            return None;
        }
        let own = check_login(name.trim()).err().map(|error| error.to_string());
        own.or_else(|| progress.failure().and_then(|error| about_name(&error)))
    });
    let role_error = Signal::derive(move || {
        let none = role.with(String::is_empty);
        (none && tried.get().is_some()).then(|| "Choose a role.".to_owned())
    });
    let submit = move |()| {
        let entered = name.get_untracked();
        tried.set(Some(entered.clone()));
        let entered = entered.trim().to_owned();
        if check_login(&entered).is_err() {
            return request_animation_frame(|| focus_first("[aria-invalid=true]"));
        }
        match page.role(&role.get_untracked()) {
            Some(role) => page.change.invite(&InviteAdministrator {
                name: entered,
                role_id: role.id,
            }),
            None => {
                // It may have been deleted since it was chosen.
                role.set(String::new());
                focus_first("dialog[open] input[type=radio]:enabled");
            }
        }
    };
    view! {
        <ChangeForm
            progress=progress
            verb="Invite"
            kind=Kind::Primary
            meanwhile=Signal::stored(Meanwhile::Same)
            gone=""
            is_about_field=|error| about_name(error).is_some()
            on_submit=Callback::new(submit)
            on_close=Callback::new(move |()| page.close())
        >
            <p class="dialog-text">
                "You get a one-time link to hand over. Whoever opens it sets a password, or proves the one they have."
            </p>
            <Field
                label="User name"
                name="invited-user-name"
                value=name
                autofocus=true
                readonly=pending
                error=name_error
                hint="They sign in with it, such as admin@your-company.example."
            />
            <RadioList legend="Role" choices=page.role_choices() chosen=role error=role_error readonly=pending />
        </ChangeForm>
    }
    .into_any()
}

/// Where the user name is what is wrong.
fn about_name(error: &ApiError) -> Option<String> {
    match error.code()? {
        code @ ProblemCode::AdministratorExists => Some(problem::sentence(code).to_owned()),
        ProblemCode::InvalidInput => error.problem()?.fields.get("name").cloned(),
        _ => None,
    }
}
