//! *Add Sandbox API Token* and *Edit Sandbox API Token*: the name is all that can be chosen.

use keyward_contract::{ProblemCode, SANDBOX_TOKEN_NAME_MAX, SandboxToken, check_sandbox_token_name};
use leptos::prelude::*;

use super::Page;
use crate::{
    api::ApiError,
    browser::page::focus_first,
    pages::shared::change_form::{ChangeForm, Meanwhile, Progress},
    present::problem,
    ui::{button::Kind, field::Field},
};

#[component]
pub(super) fn NameForm(
    /// A new one where there is none.
    token: Option<SandboxToken>,
) -> AnyView {
    let page = Page::get();
    let progress = Progress::of(page.change);
    let pending = progress.is_pending();
    let is_new = token.is_none();
    let seen = token.as_ref().map(|token| token.version);
    let name = RwSignal::new(token.as_ref().map(|token| token.name.clone()).unwrap_or_default());
    let now = token.map(|token| page.row(token.id));
    let now = move || now.and_then(|now| now.get());
    let meanwhile = Memo::new(move |_| Meanwhile::of(seen, now().map(|now| now.version)));
    // What was sent, or would have been: what is wrong with it is said until it is another.
    let tried = RwSignal::new(None::<String>);
    let error = Signal::derive(move || {
        let name = name.get();
        if tried.get().as_ref() != Some(&name) {
            return None;
        }
        let own = check_sandbox_token_name(name.trim())
            .err()
            .map(|error| error.to_string());
        own.or_else(|| progress.failure().and_then(|error| about_name(&error)))
    });
    let submit = move |()| {
        let entered = name.get_untracked();
        tried.set(Some(entered.clone()));
        if check_sandbox_token_name(entered.trim()).is_err() {
            return request_animation_frame(|| focus_first("[aria-invalid=true]"));
        }
        match untrack(now) {
            Some(token) => page.change.rename(&token, entered.trim()),
            None if is_new => page.change.add(entered.trim()),
            None => {}
        }
    };
    view! {
        <ChangeForm
            progress=progress
            verb=if is_new { "Add" } else { "Save" }
            kind=Kind::Primary
            meanwhile=meanwhile
            gone="This token was deleted meanwhile"
            is_about_field=|error| about_name(error).is_some()
            on_submit=Callback::new(submit)
            on_close=Callback::new(move |()| page.close())
        >
            <p class="dialog-text">
                {if is_new {
                    "A random token is made. Its name tells you which program has it."
                } else {
                    "The token itself stays as it is: it can be regenerated, not edited."
                }}
            </p>
            <Field
                label="Name"
                name="sandbox-token-name"
                value=name
                autofocus=true
                readonly=pending
                length=SANDBOX_TOKEN_NAME_MAX
                error=error
                hint="Up to 10 characters, such as mail-gw."
            />
        </ChangeForm>
    }
    .into_any()
}

/// Where the name is what is wrong.
fn about_name(error: &ApiError) -> Option<String> {
    match error.code()? {
        code @ ProblemCode::SandboxTokenExists => Some(problem::sentence(code).to_owned()),
        ProblemCode::InvalidInput => error.problem()?.fields.get("name").cloned(),
        _ => None,
    }
}
