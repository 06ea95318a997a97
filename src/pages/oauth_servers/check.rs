//! *Check a token*: each step of the admission.

use keyward_contract::{FieldError, OauthServer, TokenReport, TokenStep};
use leptos::prelude::*;

use super::Page;
use crate::{
    api::ApiError,
    pages::shared::{ask_form::AskForm, input::Input, outcome::wrong},
    ui::{
        banner::{Banner, Tone},
        table::Table,
    },
};

const HEADINGS: &[&str] = &["Step", "Result", "Found", "Wanted"];

#[component]
pub(super) fn CheckForm(server: OauthServer) -> AnyView {
    let page = Page::get();
    let check = |text: &str| match text {
        "" => Err(FieldError::new("Paste an access token.")),
        _ => Ok(()),
    };
    view! {
        <AskForm
            input=Input::new("token", "", check)
            label="Access token"
            name="access-token"
            hint="A JWT: three parts with points between them."
            verb="Check"
            ask=async move |text: String| page.list.check_token(server.id, text).await
            told=told
            on_close=page.on_close()
        >
            "Paste an access token to see whether a call with it would be admitted by "
            <strong>{server.settings.name.clone()}</strong>
            ", and why not. It is neither stored nor logged."
        </AskForm>
    }
    .into_any()
}

fn told(answer: Result<TokenReport, ApiError>) -> AnyView {
    let report = match answer {
        Ok(report) => report,
        Err(error) => return wrong(&error, false),
    };
    let (tone, title) = if report.admitted {
        (Tone::Success, "A call with this token is admitted")
    } else {
        (Tone::Danger, "A call with this token is refused")
    };
    let rows = report.steps.into_iter().map(step).collect();
    view! {
        <div class="panel wide-content token-report">
            <Banner tone=tone><p class="banner-title">{title}</p></Banner>
            <Table caption="Steps of the admission" headings=HEADINGS rows=rows />
        </div>
    }
    .into_any()
}

fn step(step: TokenStep) -> Vec<AnyView> {
    let (class, word) = if step.passed {
        ("", "Passed")
    } else {
        ("badge badge-off", "Failed")
    };
    vec![
        step.name.into_any(),
        view! { <span class=class>{word}</span> }.into_any(),
        view! { <span class="token-value">{step.found}</span> }.into_any(),
        view! { <span class="token-value">{step.wanted}</span> }.into_any(),
    ]
}
