//! *Change password*.

use keyward_contract::{ChangePassword, FieldCode, ProblemCode, check_password};
use leptos::prelude::*;

use super::Page;
use crate::{
    browser::page::focus_wrong,
    pages::shared::{
        change_form::{ChangeForm, Elsewhere, Progress},
        context::Context,
        input::Input,
        new_password,
    },
    reactive::watch,
    text,
    ui::{button::Kind, field::Field},
};

#[component]
pub(super) fn PasswordForm() -> AnyView {
    let page = Page::get();
    let session = Context::get().session;
    let progress = Progress::of(page.change);
    let (pending, failure) = (progress.is_pending(), progress.failure());
    let min = new_password::min_length();
    let is_given = |password: &str| match password {
        "" => Err(FieldCode::Missing.into()),
        _ => Ok(()),
    };
    let current = Input::exact("currentPassword", is_given).wrong_where(ProblemCode::WrongPassword);
    let new = Input::exact("newPassword", move |password| check_password(password, min.get()));
    let submit = move |()| {
        // Each says what is wrong with it.
        if let (Some(current_password), Some(new_password)) = (current.try_it(), new.try_it()) {
            page.change.change_password(&ChangePassword {
                current_password,
                new_password,
            });
        } else {
            request_animation_frame(focus_wrong);
        }
    };
    watch(move || {
        let is_about = |input: Input| failure.with(|error| error.as_ref().is_some_and(|it| input.about(it).is_some()));
        if is_about(current) || is_about(new) {
            request_animation_frame(focus_wrong);
        }
    });
    view! {
        <ChangeForm
            progress=progress
            verb=text::account::change_password()
            kind=Kind::Primary
            elsewhere=Signal::stored(Elsewhere::Same)
            gone=""
            inputs=vec![current, new]
            on_submit=Callback::new(submit)
            on_close=page.on_close()
        >
            <p class="dialog-text">{text::account::ends_others()}</p>
            // For password managers, which keep passwords by user name.
            <input
                class="visually-hidden"
                name="username"
                autocomplete="username"
                readonly
                tabindex="-1"
                aria-hidden="true"
                prop:value=Signal::derive(move || session.admin_name().unwrap_or_default())
            />
            <Field
                label=text::account::current_password()
                name="password"
                kind="password"
                value=current.value
                autocomplete="current-password"
                autofocus=true
                readonly=pending
                error=current.error(failure)
            />
            <Field
                label=text::account::new_password()
                name="new-password"
                kind="password"
                value=new.value
                autocomplete="new-password"
                readonly=pending
                error=new.error(failure)
                hint=new_password::hint(new.value, min)
            />
        </ChangeForm>
    }
    .into_any()
}
