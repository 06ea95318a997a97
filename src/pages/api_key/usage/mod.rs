//! *Key usage*: what an admin wants to know before replacing the key.
//!
//! All of it is part of the first load, so the views are few and their types the same.

mod breaks;
mod chart;
mod clients;
mod failure;
mod former;
mod life;

use keyward_contract::KeyUsage;
use leptos::prelude::*;

pub(super) use self::{
    breaks::{Breaks, callout},
    life::{age, last_used},
};
use self::{
    chart::chart,
    clients::clients,
    failure::failure,
    former::former,
    life::{age_text, days_old},
};
use super::Page;
use crate::{
    attributes::attributes,
    browser::language::number,
    pages::shared::message::FailedLoad,
    present::when::local,
    reactive::{memo, reactive},
    state::{KeyState, KeyStore, Load},
    text,
    ui::{
        banner::{Tone, notice},
        skeleton::Bar,
    },
};

/// The section below the key. Without a key there is only the previous one to speak of.
#[component]
pub(super) fn Usage() -> AnyView {
    let store = Page::get().store;
    let absent = memo(move || is_absent(store));
    let ready = memo(move || store.usage.with(|usage| usage.ready().is_some()));
    let has_former = move || {
        store
            .usage
            .with(|usage| usage.ready().is_some_and(|usage| usage.former_key.is_some()))
    };
    let shown = memo(move || !absent.get() || has_former());
    let content = move || match (ready.get(), absent.get()) {
        _ if store.is_elsewhere() => paragraph("usage-text", text::key_usage::elsewhere()),
        (true, false) => content(store),
        (true, true) => part(store, former),
        (false, _) => waiting(store),
    };
    let section = move || {
        view! {
            <section {..attributes(&[("aria-labelledby", "usage")])} class="usage">
                <h2 {..attributes(&[("id", "usage")])}>{text::key_usage::heading()}</h2>
                {reactive(content)}
            </section>
        }
    };
    reactive(move || shown.get().then(section))
}

fn is_absent(store: KeyStore) -> bool {
    store
        .key
        .with(|key| matches!(key.ready(), Some(KeyState::Absent(_) | KeyState::NoSubscription)))
}

fn content(store: KeyStore) -> AnyView {
    vec![
        part(store, numbers),
        part(store, failure),
        part(store, former),
        chart(store),
        clients(store),
    ]
    .into_any()
}

/// Above the key: it is more urgent than all else.
pub(super) fn guessing_notice() -> AnyView {
    part(Page::get().store, guessing)
}

fn guessing(_: KeyStore, usage: &KeyUsage) -> AnyView {
    let Some(guessing) = usage.guessing else {
        return ().into_any();
    };
    let what = text::key_usage::guessing_text(&local(guessing.since));
    notice(Tone::Danger, false, text::key_usage::guessing_title(), what)
}

/// In place of the first answer.
fn waiting(store: KeyStore) -> AnyView {
    match store.usage.get() {
        Load::Failed(error) => view! { <FailedLoad error=error on_retry=move |()| store.reload() /> }.into_any(),
        _ => view! { <Bar width="w20" /> }.into_any(),
    }
}

/// Draws a part of the answer, each time there is another.
fn part(store: KeyStore, draw: fn(KeyStore, &KeyUsage) -> AnyView) -> AnyView {
    reactive(move || store.usage.with(|usage| usage.ready().map(|usage| draw(store, usage))))
}

fn paragraph(class: &'static str, text: impl Into<String>) -> AnyView {
    let text: String = text.into();
    view! { <p class=class>{text}</p> }.into_any()
}

fn live(usage: &KeyUsage) -> String {
    text::key_usage::live(usage.live_sessions as usize)
}

/// The four numbers that say most.
fn numbers(store: KeyStore, usage: &KeyUsage) -> AnyView {
    let hours = &usage.sessions_per_hour;
    let peak = hours.iter().copied().max().unwrap_or_default();
    let fact = |name: &'static str, number: String| {
        view! { <div><dt>{name}</dt><dd translate="no">{number}</dd></div> }.into_any()
    };
    let counted = |name, of: u32| fact(name, number(of as usize));
    let all = [
        counted(text::key_usage::active_sessions(), usage.live_sessions),
        counted(text::key_usage::sessions_last_day(), hours.iter().sum()),
        counted(text::key_usage::peak(), peak),
        fact(text::key_usage::key_age(), age_text(days_old(store))),
    ];
    view! { <dl class="usage-numbers">{Vec::from(all)}</dl> }.into_any()
}
