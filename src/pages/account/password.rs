//! *Change password*.

use keyward_contract::{ChangePassword, ProblemCode, check_password};
use leptos::prelude::*;

use super::Page;
use crate::{
    api::ApiError,
    browser::page::focus_first,
    pages::shared::{
        change_form::{ChangeForm, Meanwhile, Progress},
        new_password,
    },
    present::problem,
    ui::{button::Kind, field::Field},
};

#[component]
pub(super) fn PasswordForm() -> AnyView {
    let page = Page::get();
    let progress = Progress::of(page.change);
    let pending = progress.is_pending();
    let (current, new) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let min = new_password::min_length();
    // What was sent, or would have been: what is wrong with it is said until it is another.
    let tried = RwSignal::new(None::<(String, String)>);
    let current_error = Signal::derive(move || {
        let (current, tried) = (current.get(), tried.get()?.0);
        if current != tried {
            return None;
        }
        let missing = current.is_empty().then(|| "Enter your present password.".to_owned());
        missing.or_else(|| progress.failure().and_then(|error| about(&error, "currentPassword")))
    });
    let new_error = Signal::derive(move || {
        let (new, tried) = (new.get(), tried.get()?.1);
        if new != tried {
            return None;
        }
        let own = check_password(&new, min.get()).err().map(|error| error.to_string());
        own.or_else(|| progress.failure().and_then(|error| about(&error, "newPassword")))
    });
    let submit = move |()| {
        let (current, new) = (current.get_untracked(), new.get_untracked());
        tried.set(Some((current.clone(), new.clone())));
        if current.is_empty() || check_password(&new, min.get_untracked()).is_err() {
            return request_animation_frame(|| focus_first("[aria-invalid=true]"));
        }
        page.change.change_password(&ChangePassword {
            current_password: current,
            new_password: new,
        });
    };
    Effect::new(move |_| {
        if progress.failure().is_some_and(|error| is_about_field(&error)) {
            request_animation_frame(|| focus_first("[aria-invalid=true]"));
        }
    });
    view! {
        <ChangeForm
            progress=progress
            verb="Change password"
            kind=Kind::Primary
            meanwhile=Signal::stored(Meanwhile::Same)
            gone=""
            is_about_field=is_about_field
            on_submit=Callback::new(submit)
            on_close=Callback::new(move |()| page.close())
        >
            <p class="dialog-text">"All your other sessions end, in the portal and of the API. This one stays."</p>
            <Field
                label="Present password"
                name="password"
                kind="password"
                value=current
                autocomplete="current-password"
                autofocus=true
                readonly=pending
                error=current_error
            />
            <Field
                label="New password"
                name="new-password"
                kind="password"
                value=new
                autocomplete="new-password"
                readonly=pending
                error=new_error
                hint=new_password::hint(new, min)
            />
        </ChangeForm>
    }
    .into_any()
}

fn is_about_field(error: &ApiError) -> bool {
    ["currentPassword", "newPassword"]
        .iter()
        .any(|field| about(error, field).is_some())
}

/// Where a field is what is wrong.
fn about(error: &ApiError, field: &str) -> Option<String> {
    match error.code()? {
        code @ ProblemCode::WrongPassword if field == "currentPassword" => Some(problem::sentence(code).to_owned()),
        ProblemCode::InvalidInput => error.problem()?.fields.get(field).cloned(),
        _ => None,
    }
}
