//! Which clients stop working when the enabled authorization server goes.

use keyward_contract::OauthClient;
use leptos::prelude::*;

use super::Page;
use crate::{
    pages::shared::row::data,
    present::when::When,
    reactive::reactive,
    state::Load,
    text,
    ui::{skeleton::Bar, table::Table},
};

/// So many are named.
const NAMED: usize = 5;

/// The clients of the last 24 hours, the last first.
pub(super) fn callers() -> AnyView {
    let usage = Page::get().list.usage();
    let content = move || match usage.get() {
        Load::Loading => view! { <p aria-busy="true"><Bar width="w20" /></p> }.into_any(),
        Load::Failed(_) => view! { <p>{text::oauth_servers::callers_failed()}</p> }.into_any(),
        Load::Ready(mut clients) => {
            clients.retain(|client| client.requests_last_day > 0);
            clients.sort_by_key(|client| std::cmp::Reverse(client.last_seen_on));
            named(clients)
        }
    };
    view! { <div class="panel" aria-live="polite">{reactive(content)}</div> }.into_any()
}

fn named(clients: Vec<OauthClient>) -> AnyView {
    if clients.is_empty() {
        return view! { <p>{text::oauth_servers::callers_none()}</p> }.into_any();
    }
    let more = clients.len().saturating_sub(NAMED);
    let row = |client: OauthClient| {
        vec![
            data(client.principal),
            data(client.client_address),
            view! { <When instant=client.last_seen_on /> }.into_any(),
        ]
    };
    let rows = clients.into_iter().take(NAMED).map(row).collect();
    let headings = vec![
        text::common::client(),
        text::common::ip_address(),
        text::oauth_servers::callers_last_seen(),
    ];
    view! {
        <p class="dialog-text">{text::oauth_servers::callers_text()}</p>
        <Table caption=text::oauth_servers::callers_caption() headings=headings rows=rows />
        {(more > 0).then(|| view! { <p class="faint">{text::oauth_servers::callers_more(more)}</p> })}
    }
    .into_any()
}
