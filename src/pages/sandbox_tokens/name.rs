//! *Add Sandbox API Token* and *Edit Sandbox API Token*: the name is all that can be chosen.

use keyward_contract::{ProblemCode, SANDBOX_TOKEN_NAME_MAX, SandboxToken, check_sandbox_token_name};
use leptos::prelude::*;

use super::Page;
use crate::{
    browser::page::focus_first,
    pages::shared::{
        change_form::{ChangeForm, Progress},
        input::Input,
        list_page::Subject,
    },
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
    let name = token.as_ref().map_or("", |token| &token.name);
    let name = Input::unique(name, check_sandbox_token_name, ProblemCode::SandboxTokenExists);
    let Subject { now, meanwhile } = page.subject(token.as_ref());
    let submit = move |()| {
        let Some(entered) = name.try_it() else {
            return request_animation_frame(|| focus_first("[aria-invalid=true]"));
        };
        match now.get_untracked() {
            Some(token) => page.change.rename(&token, &entered),
            None if is_new => page.change.add(&entered),
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
            inputs=vec![name]
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
                value=name.value
                autofocus=true
                readonly=pending
                length=SANDBOX_TOKEN_NAME_MAX
                error=name.error(progress)
                hint="Up to 10 characters, such as mail-gw."
            />
        </ChangeForm>
    }
    .into_any()
}
