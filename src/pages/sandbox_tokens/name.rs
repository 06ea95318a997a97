//! *Add Sandbox API Token* and *Edit Sandbox API Token*: the name is all that can be chosen.

use keyward_contract::{NameSandboxToken, ProblemCode, SANDBOX_TOKEN_NAME_MAX, SandboxToken, check_sandbox_token_name};
use leptos::prelude::*;

use super::Page;
use crate::{
    pages::shared::{change_form::Progress, input::Input, list_page::EditForm},
    text,
    ui::field::Field,
};

#[component]
pub(super) fn NameForm(
    /// A new one where there is none.
    token: Option<SandboxToken>,
) -> AnyView {
    let page = Page::get();
    let progress = Progress::of(page.change);
    let is_new = token.is_none();
    let name = token.as_ref().map_or("", |token| &token.name);
    let name = Input::unique(name, check_sandbox_token_name, ProblemCode::SandboxTokenExists);
    view! {
        <EditForm
            page=page
            subject=page.subject(token.as_ref())
            gone=text::sandbox_tokens::gone()
            inputs=vec![name]
            read=move |()| Some(NameSandboxToken { name: name.try_it()? })
        >
            <p class="dialog-text">
                {if is_new {
                    text::sandbox_tokens::add_text()
                } else {
                    text::sandbox_tokens::rename_text()
                }}
            </p>
            <Field
                label=text::common::name()
                name="sandbox-token-name"
                value=name.value
                autofocus=true
                readonly=progress.is_pending()
                length=SANDBOX_TOKEN_NAME_MAX
                error=name.error(progress.failure())
                hint=text::sandbox_tokens::name_hint()
            />
        </EditForm>
    }
    .into_any()
}
