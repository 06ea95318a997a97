//! How old the key is, and when it was last used: in its row.

use leptos::prelude::*;

use super::super::Page;
use crate::{
    present::when::{When, days_since},
    reactive::{memo, reactive},
    state::{KeyState, KeyStore, Load, Operation},
    text,
    ui::skeleton::Bar,
};

/// For how long the gateway knows clients.
const KNOWN_DAYS: u32 = 30;

pub(super) fn days_old(store: KeyStore) -> u32 {
    store.key.with(|key| match key.ready() {
        Some(KeyState::Present(key)) => days_since(key.last_modified_on),
        _ => 0,
    })
}

/// How old that is.
pub(super) fn age_text(days: u32) -> String {
    match days {
        0 => text::api_key::less_than_a_day().to_owned(),
        days => text::api_key::days(days as usize),
    }
}

/// The age of the key, and from some age on the way to replace it.
pub(in super::super) fn age(page: Page) -> AnyView {
    let store = page.store;
    let has_key = page.has_key();
    let days = memo(move || days_old(store));
    let is_old = memo(move || {
        let hint = store
            .usage
            .with(|usage| usage.ready().map(|usage| usage.age_hint_days.max(1)));
        hint.is_some_and(|hint| days.get() >= hint)
    });
    let age = move || match (has_key.get(), is_old.get(), days.get()) {
        (false, ..) => view! { <Bar width="w8" /> }.into_any(),
        (true, old, days) => {
            let age = age_text(days);
            if !old {
                return view! { <span translate="no">{age}</span> }.into_any();
            }
            let regenerate = move |_| page.dialog.set(Some(Operation::Regenerate));
            let may = page.refusal(|it| it.regenerate);
            let link = move || {
                may.get().is_none().then(
                    || view! { <button type="button" class="link-button" on:click=regenerate>{text::common::regenerate()}</button> },
                )
            };
            view! {
                <span class="key-old" title=text::api_key::regenerate_advice()><span class="badge badge-old" translate="no">{text::api_key::old(&age)}</span> {reactive(link)}</span>
            }
            .into_any()
        }
    };
    reactive(age)
}

/// When a session was last opened with it.
pub(in super::super) fn last_used(store: KeyStore) -> AnyView {
    let modified = move || {
        store.key.with(|key| match key.ready() {
            Some(KeyState::Present(key)) => Some(key.last_modified_on),
            _ => None,
        })
    };
    let seen = move || {
        store.usage.with(|usage| match usage {
            Load::Ready(usage) => Some(usage.clients.first().map(|client| client.last_seen_on)),
            Load::Loading | Load::Failed(_) => None,
        })
    };
    let used = memo(move || Some((modified()?, seen()?)));
    let failed = move || store.usage.with(|usage| usage.failure().is_some());
    let text = move || match used.get() {
        _ if failed() || store.is_elsewhere() => "–".into_any(),
        None => view! { <Bar width="w12" /> }.into_any(),
        // Of before then it was another key.
        Some((modified, Some(seen))) if seen >= modified => view! { <When instant=seen /> }.into_any(),
        Some((modified, _)) => {
            let not = if days_since(modified) < KNOWN_DAYS {
                text::api_key::not_used_yet()
            } else {
                text::api_key::not_used_in_30_days()
            };
            view! { <span class="faint" translate="no">{not}</span> }.into_any()
        }
    };
    reactive(text)
}
