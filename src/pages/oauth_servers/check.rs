//! *Check a token*: each step of the admission.

use keyward_contract::{OauthServer, TokenReport, TokenStep};
use leptos::{prelude::*, task::spawn_local};
use web_sys::SubmitEvent;

use super::Page;
use crate::{
    api::ApiError,
    present::problem,
    ui::{
        banner::{Banner, Tone},
        button::{Button, Kind},
        field::Field,
        table::Table,
    },
};

const HEADINGS: &[&str] = &["Step", "Result", "Found", "Wanted"];

#[component]
pub(super) fn CheckForm(server: OauthServer) -> AnyView {
    let page = Page::get();
    let token = RwSignal::new(String::new());
    // Of which token it is.
    let answer = RwSignal::new(None::<(String, Result<TokenReport, ApiError>)>);
    let (pending, tried) = (RwSignal::new(false), RwSignal::new(false));
    let error = Signal::derive(move || {
        let is_empty = token.with(|token| token.trim().is_empty());
        (tried.get() && is_empty).then(|| "Paste an access token.".to_owned())
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let text = token.get_untracked();
        tried.set(true);
        if pending.get_untracked() || text.trim().is_empty() {
            return;
        }
        pending.set(true);
        spawn_local(async move {
            let checked = page.list.check(server.id, text.trim()).await;
            if !pending.is_disposed() {
                pending.set(false);
                answer.set(checked.map(|checked| (text, checked)));
            }
        });
    };
    view! {
        <form class="form" novalidate on:submit=submit>
            <p class="dialog-text">
                "Paste an access token to see whether a call with it would be admitted by " <strong>{server.settings.name}</strong>
                ", and why not. It is neither stored nor logged."
            </p>
            <Field
                label="Access token"
                name="access-token"
                value=token
                mono=true
                autofocus=true
                readonly=pending
                error=error
                hint="A JWT: three parts with points between them."
            />
            <div aria-live="polite">{move || {
                let now = token.get();
                answer.get().filter(|(of, _)| *of == now).map(|(_, answer)| told(answer))
            }}</div>
            <div class="dialog-actions">
                <Button label="Close" on_press=move |()| page.close() />
                <Button label="Check" kind=Kind::Primary submit=true pending=pending on_press=|()| {} />
            </div>
        </form>
    }
    .into_any()
}

fn told(answer: Result<TokenReport, ApiError>) -> AnyView {
    let report = match answer {
        Ok(report) => report,
        Err(error) => {
            return view! { <Banner tone=Tone::Danger><p>{problem::explain(&error)}</p></Banner> }.into_any();
        }
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
