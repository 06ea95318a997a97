//! *Check a token*: each check of its admission.

use chrono::{DateTime, Utc};
use keyward_contract::{FieldError, OauthServer, TokenReport, TokenStep};
use leptos::prelude::*;

use super::Page;
use crate::{
    api::ApiError,
    browser::time,
    pages::shared::{ask_form::AskForm, breakable::breakable, input::Input, outcome::wrong},
    present::{token, when::When},
    text,
    ui::{
        banner::{Banner, Tone},
        table::Table,
    },
};

#[component]
pub(super) fn CheckForm(server: OauthServer) -> AnyView {
    let page = Page::get();
    let check = |token: &str| match token {
        "" => Err(FieldError::new(text::token_check::token_missing())),
        _ => Ok(()),
    };
    let name = view! { <strong translate="no">{server.settings.name.clone()}</strong> }.into_any();
    view! {
        <AskForm
            input=Input::new("token", "", check)
            label=text::token_check::token()
            name="access-token"
            hint=text::token_check::token_hint()
            verb=text::token_check::check()
            ask=async move |token: String| page.list.check_token(server.id, token).await
            told=told
            on_close=page.on_close()
        >
            {text::token_check::intro(name)}
        </AskForm>
    }
    .into_any()
}

fn told(answer: Result<TokenReport, ApiError>) -> AnyView {
    let TokenReport { admitted, steps } = match answer {
        Ok(report) => report,
        Err(error) => return wrong(&error, false),
    };
    let (tone, title) = if admitted {
        (Tone::Success, text::token_check::accepted())
    } else {
        (Tone::Danger, text::token_check::rejected())
    };
    let why = now().map_or_else(Vec::new, |now| token::why(&steps, now));
    let why: Vec<AnyView> = why.into_iter().map(|why| view! { <p>{why}</p> }.into_any()).collect();
    let (passed, failed): (Vec<_>, Vec<_>) = steps.into_iter().partition(|step| step.passed);
    let summary = text::token_check::passed_count(passed.len());
    view! {
        <div class="panel wide-content token-report">
            <Banner tone=tone>
                <p class="banner-title">{title}</p>
                {why}
            </Banner>
            {(!failed.is_empty()).then(|| table(text::token_check::failed(), failed))}
            {(!passed.is_empty())
                .then(|| {
                    let table = table(text::token_check::passed(), passed);
                    view! { <details><summary>{summary}</summary>{table}</details> }
                })}
        </div>
    }
    .into_any()
}

fn now() -> Option<DateTime<Utc>> {
    DateTime::from_timestamp_millis(time::now() as i64)
}

fn table(caption: &'static str, steps: Vec<TokenStep>) -> AnyView {
    let row = |step: TokenStep| vec![step.name.into_any(), value(&step.found), value(&step.wanted)];
    let rows = steps.into_iter().map(row).collect();
    let headings = vec![
        text::token_check::name(),
        text::token_check::actual(),
        text::token_check::expected(),
    ];
    view! { <Table caption=caption headings=headings rows=rows /> }.into_any()
}

/// With instants in the user's own time zone, and scopes that break between their parts first.
fn value(text: &str) -> AnyView {
    let word = |word: &str| {
        let (text, end) = word.strip_suffix(',').map_or((word, ""), |text| (text, ","));
        if let Ok(instant) = text.parse::<DateTime<Utc>>() {
            return view! { <When instant=instant /> {end} " " }.into_any();
        }
        view! { {breakable(word)} " " }.into_any()
    };
    let words: Vec<AnyView> = text.split(' ').map(word).collect();
    view! { <span class="token-value">{words}</span> }.into_any()
}
