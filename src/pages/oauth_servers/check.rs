//! *Check a token*: each check of its admission.

use chrono::{DateTime, Utc};
use keyward_contract::{FieldError, OauthServer, TokenReport, TokenStep};
use leptos::prelude::*;

use super::Page;
use crate::{
    api::ApiError,
    browser::time,
    pages::shared::{ask_form::AskForm, breakable::breakable, input::Input, outcome::wrong},
    present::{count, token, when::When},
    ui::{
        banner::{Banner, Tone, notice},
        table::Table,
    },
};

const HEADINGS: &[&str] = &["Check", "Actual", "Expected"];

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
            hint="A JWT: three parts separated by dots."
            verb="Check"
            ask=async move |text: String| page.list.check_token(server.id, text).await
            told=told
            on_close=page.on_close()
        >
            "Paste an access token to see whether "
            <strong translate="no">{server.settings.name.clone()}</strong>
            " accepts it, and why not. We neither store nor log it."
        </AskForm>
    }
    .into_any()
}

fn told(answer: Result<TokenReport, ApiError>) -> AnyView {
    let TokenReport { admitted, steps } = match answer {
        Ok(report) => report,
        Err(error) => return wrong(&error, false),
    };
    let banner = if admitted {
        view! { <Banner tone=Tone::Success><p class="banner-title">"This token is accepted"</p></Banner> }.into_any()
    } else {
        let why = now().map(|now| [&token::why(&steps, now), "."].concat());
        notice(Tone::Danger, false, "This token is rejected", why.unwrap_or_default())
    };
    let (passed, failed): (Vec<_>, Vec<_>) = steps.into_iter().partition(|step| step.passed);
    let summary = [&count::of(passed.len(), "check"), " passed"].concat();
    view! {
        <div class="panel wide-content token-report">
            {banner}
            {(!failed.is_empty()).then(|| table("Failed checks", failed))}
            {(!passed.is_empty())
                .then(|| view! { <details><summary>{summary}</summary>{table("Passed checks", passed)}</details> })}
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
    view! { <Table caption=caption headings=HEADINGS.to_vec() rows=rows /> }.into_any()
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
