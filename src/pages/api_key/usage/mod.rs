//! *Who uses the key*: what an admin wants to know before replacing it.
//!
//! All of it is part of the first load, so the views are few and their types the same.

mod breaks;
mod chart;
mod clients;
mod former;

use keyward_contract::KeyUsage;
use leptos::prelude::*;

pub(super) use self::breaks::Breaks;
use self::{chart::chart, clients::clients, former::former};
use super::Page;
use crate::{
    pages::shared::message::FailedLoad,
    present::{
        count,
        when::{days_since, local},
    },
    state::{KeyState, KeyStore, Load},
    ui::{
        banner::{Tone, notice},
        skeleton::Bar,
    },
};

/// The section below the key.
#[component]
pub(super) fn Usage() -> AnyView {
    let store = Page::get().store;
    let ready = Memo::new(move |_| store.usage.with(|usage| usage.ready().is_some()));
    view! {
        <section class="usage" aria-labelledby="usage">
            <h2 id="usage">"Who uses the key"</h2>
            {move || if ready.get() { content(store) } else { waiting(store) }}
        </section>
    }
    .into_any()
}

fn content(store: KeyStore) -> AnyView {
    vec![
        part(store, old_age),
        part(store, former),
        part(store, |_, usage| text("usage-text", live(usage))),
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
    let what = [
        "Since ",
        &local(guessing.since),
        ", sign-ins with a valid password have used wrong keys. Find the admin and the address in the audit log, change \
         that admin's password, and block the address.",
    ]
    .concat();
    notice(Tone::Danger, false, "Someone is guessing this key", what)
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
    (move || store.usage.with(|usage| usage.ready().map(|usage| draw(store, usage)))).into_any()
}

fn text(class: &'static str, text: String) -> AnyView {
    view! { <p class=class>{text}</p> }.into_any()
}

fn list(items: impl Iterator<Item = String>) -> AnyView {
    let items: Vec<AnyView> = items.map(|text| view! { <li>{text}</li> }.into_any()).collect();
    view! { <ul class="usage-list">{items}</ul> }.into_any()
}

fn live(usage: &KeyUsage) -> String {
    match usage.live_sessions {
        0 => "No API session lives now.".to_owned(),
        1 => "1 API session lives now.".to_owned(),
        live => [&count::of(live as usize, "API session"), " live now."].concat(),
    }
}

/// A key should be replaced from time to time.
fn old_age(store: KeyStore, usage: &KeyUsage) -> AnyView {
    let age = store.key.with(|key| match key.ready() {
        Some(KeyState::Present(key)) => days_since(key.last_modified_on),
        _ => 0,
    });
    let age_text = count::of(age as usize, "day");
    if age < usage.age_hint_days.max(1) {
        return ().into_any();
    }
    notice(
        Tone::Warning,
        false,
        ["This key is ", &age_text, " old"].concat(),
        "Replace it soon: the longer a key is in use, the more places have a copy. Below is who needs the new one.",
    )
}
