//! *Check a token*: each check of its admission.

use chrono::{DateTime, Utc};
use keyward_contract::{FieldCode, OauthServer, TokenCheck, TokenCheckCode as Code, TokenReport};
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
        "" => Err(FieldCode::Missing.into()),
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
    let TokenReport { admitted, checks } = match answer {
        Ok(report) => report,
        Err(error) => return wrong(&error, false),
    };
    let (tone, title) = if admitted {
        (Tone::Success, text::token_check::accepted())
    } else {
        (Tone::Danger, text::token_check::rejected())
    };
    let why = now().map_or_else(Vec::new, |now| token::why(&checks, now));
    let why: Vec<AnyView> = why.into_iter().map(|why| view! { <p>{why}</p> }.into_any()).collect();
    let (passed, failed): (Vec<_>, Vec<_>) = checks.into_iter().partition(|check| check.passed);
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

fn table(caption: &'static str, checks: Vec<TokenCheck>) -> AnyView {
    let row = |check: TokenCheck| vec![token::name(check.code).into_any(), actual(&check), expected(&check)];
    let rows = checks.into_iter().map(row).collect();
    let headings = vec![
        text::token_check::name(),
        text::token_check::actual(),
        text::token_check::expected(),
    ];
    view! { <Table caption=caption headings=headings rows=rows /> }.into_any()
}

/// What the token has.
fn actual(check: &TokenCheck) -> AnyView {
    token::actual(check).map_or_else(|| values(check.code, &check.actual), IntoAny::into_any)
}

/// What it has to have.
fn expected(check: &TokenCheck) -> AnyView {
    if let Some(words) = token::expected(check) {
        return words.into_any();
    }
    let values = values(check.code, &check.expected);
    match check.code {
        Code::Expiry => text::token_check::later_than_now(values),
        Code::NotBefore => text::token_check::earlier_than_now(values),
        Code::Scope => text::token_check::begins_with(values),
        _ => values,
    }
}

/// Values with instants in the user's own time zone, and scopes that break between their parts first.
fn values(code: Code, values: &[String]) -> AnyView {
    let last = values.len().saturating_sub(1);
    let value = |(place, value): (usize, &String)| {
        let end = if place < last { ", " } else { "" };
        let value = match value.parse::<DateTime<Utc>>() {
            Ok(instant) => view! { <When instant=instant /> }.into_any(),
            Err(_) if value.is_empty() && matches!(code, Code::Key | Code::KeyNamed) => {
                text::token_check::unnamed_key().into_any()
            }
            Err(_) if value.is_empty() => text::token_check::nothing().into_any(),
            Err(_) => breakable(value),
        };
        view! { {value} {end} }.into_any()
    };
    let values: Vec<AnyView> = values.iter().enumerate().map(value).collect();
    view! { <span class="token-value">{values}</span> }.into_any()
}
