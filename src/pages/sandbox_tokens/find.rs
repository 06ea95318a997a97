//! *Identify a token*: which token a string is that was found somewhere.

use keyward_contract::{ProblemCode, SandboxToken, SandboxTokenString};
use leptos::prelude::*;

use super::Page;
use crate::{
    api::ApiError,
    pages::shared::{ask_form::AskForm, input::Input, outcome::wrong},
    text,
    ui::banner::{Tone, notice},
};

#[component]
pub(super) fn FindForm() -> AnyView {
    let page = Page::get();
    let check = |text: &str| match text.parse::<SandboxTokenString>() {
        Ok(_) => Ok(()),
        Err(error) => Err(error.into()),
    };
    view! {
        <AskForm
            input=Input::new("token", "", check)
            label=text::sandbox_tokens::token()
            name="found-token"
            hint=text::sandbox_tokens::find_hint()
            verb=text::sandbox_tokens::find_verb()
            ask=async move |text: String| page.list.find(text.parse().ok()?).await
            told=told
            on_close=page.on_close()
        >
            {text::sandbox_tokens::find_text()}
        </AskForm>
    }
    .into_any()
}

fn told(answer: Result<SandboxToken, ApiError>) -> AnyView {
    match answer {
        Ok(token) => notice(
            Tone::Warning,
            false,
            text::sandbox_tokens::found_title(&token.name),
            text::sandbox_tokens::found_text(),
        ),
        Err(error) if error.is(ProblemCode::SandboxTokenNotFound) => notice(
            Tone::Info,
            false,
            text::sandbox_tokens::not_found_title(),
            text::sandbox_tokens::not_found_text(),
        ),
        Err(error) => wrong(&error, false),
    }
}
