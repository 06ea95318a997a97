//! *Identify a token*: which token a string is that was found somewhere.

use keyward_contract::{FieldError, ProblemCode, SandboxToken, SandboxTokenString};
use leptos::prelude::*;

use super::Page;
use crate::{
    api::ApiError,
    pages::shared::{ask_form::AskForm, input::Input, outcome::wrong},
    ui::banner::{Tone, notice},
};

#[component]
pub(super) fn FindForm() -> AnyView {
    let page = Page::get();
    let check = |text: &str| match text.parse::<SandboxTokenString>() {
        Ok(_) => Ok(()),
        Err(error) => Err(FieldError::new(error.to_string())),
    };
    view! {
        <AskForm
            input=Input::new("token", "", check)
            label="Sandbox API Token"
            name="found-token"
            hint="sbx_ followed by 32 characters"
            verb="Identify"
            ask=async move |text: String| page.list.find(text.parse().ok()?).await
            told=told
            on_close=page.on_close()
        >
            "Found a token in a log, a chat or a repository? Paste it to see which token it is. We don't store it."
        </AskForm>
    }
    .into_any()
}

fn told(answer: Result<SandboxToken, ApiError>) -> AnyView {
    match answer {
        Ok(token) => notice(
            Tone::Warning,
            false,
            ["This is the token ", &token.name].concat(),
            "It's valid. Regenerate it so that the one you found stops working.",
        ),
        Err(error) if error.is(ProblemCode::SandboxTokenNotFound) => notice(
            Tone::Info,
            false,
            "Not a token of this organization",
            "It may have been regenerated or deleted, or belong to a different organization.",
        ),
        Err(error) => wrong(&error, false),
    }
}
