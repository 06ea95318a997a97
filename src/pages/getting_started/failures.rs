//! *Recent failures*: sign-ins with the key that were rejected, with the reason that the client wasn't told.

use keyward_contract::{SIGN_IN_FAILURES_DAYS, SIGN_IN_FAILURES_MAX, SignInFailure, SignInFailures};
use leptos::prelude::*;

use super::{part, waiting};
use crate::{
    browser::language::number,
    pages::shared::{message::FailedLoad, row::data},
    present::{reason, refusal, user_agent, when::When},
    reactive::{memo, reactive},
    state::{GettingStarted, Load},
    text,
    ui::table::Table,
};

#[component]
pub(super) fn Failures() -> AnyView {
    let store = expect_context::<GettingStarted>();
    let refused = memo(move || {
        let refused = store.organization.with(|it| it.ready()?.api_sign_ins.failures);
        refusal::why(refused)
    });
    let content = move || {
        if let Some(why) = refused.get() {
            return view! { <p>{why}</p> }.into_any();
        }
        match store.failures.get() {
            Load::Loading => waiting(),
            Load::Failed(error) => view! { <FailedLoad error=error on_retry=move |()| store.reload() /> }.into_any(),
            Load::Ready(told) => table(told),
        }
    };
    part(
        "failures",
        text::frame::recent_failures(),
        text::getting_started::failures_text(),
        reactive(content),
    )
}

fn table(told: SignInFailures) -> AnyView {
    if told.failures.is_empty() {
        let none = text::getting_started::no_failures(SIGN_IN_FAILURES_DAYS.into());
        return view! { <p>{none}</p> }.into_any();
    }
    let headings = vec![
        text::common::last_seen(),
        text::common::admin(),
        text::common::ip_address(),
        text::common::client(),
        text::getting_started::reason(),
        text::getting_started::attempts(),
    ];
    let rows = told.failures.into_iter().map(cells).collect();
    let more = told
        .more
        .then(|| view! { <p>{text::getting_started::more_failures(SIGN_IN_FAILURES_MAX)}</p> });
    view! {
        <div class="panel table-box">
            <Table caption=text::frame::recent_failures() headings=headings numbers=&[5] rows=rows />
        </div>
        {more}
    }
    .into_any()
}

fn cells(failure: SignInFailure) -> Vec<AnyView> {
    let or_none = |text: Option<String>| match text {
        Some(text) => data(text),
        None => view! { <span class="faint">{text::common::none()}</span> }.into_any(),
    };
    let why = reason::words(&failure.reason);
    let why = match failure.clock_offset_ms {
        Some(milliseconds) => with_clock(&why, milliseconds),
        None => why.into_owned(),
    };
    vec![
        view! { <When instant=failure.last_on /> }.into_any(),
        or_none(failure.admin_name),
        or_none(failure.client_address),
        data(user_agent::words(failure.user_agent.as_deref())),
        why.into_any(),
        number(usize::try_from(failure.count).unwrap_or(usize::MAX)).into_any(),
    ]
}

/// A reason, with how far the client's clock is off, in the largest unit that fits.
fn with_clock(why: &str, milliseconds: i64) -> String {
    let minutes = usize::try_from(milliseconds.unsigned_abs() / 60_000).unwrap_or(usize::MAX);
    // Seconds in place of milliseconds are the usual mistake, and say 1970.
    match (minutes, milliseconds > 0) {
        (10_000_000.., false) => text::getting_started::in_seconds(why),
        (120.., true) => text::getting_started::hours_ahead(minutes / 60, why),
        (120.., false) => text::getting_started::hours_behind(minutes / 60, why),
        (_, true) => text::getting_started::minutes_ahead(minutes, why),
        (_, false) => text::getting_started::minutes_behind(minutes, why),
    }
}
