//! Who uses a token.

use keyward_contract::{SandboxToken, SandboxTokenClient, SandboxTokenId};
use leptos::prelude::*;

use super::Page;
use crate::{
    pages::shared::{clients::Clients, row::data},
    present::when::{When, local},
    reactive::reactive,
    state::Load,
    text,
};

const NUMBERS: &[usize] = &[2, 3];
/// How many clients a dialog of a change names.
const NAMED: usize = 4;

#[component]
pub(super) fn ClientsOf(token: SandboxToken) -> AnyView {
    let page = Page::get();
    let name = view! { <strong translate="no">{token.name}</strong> }.into_any();
    view! {
        <Clients
            load=move |()| page.list.usage(token.id)
            none=text::sandbox_tokens::usage_none()
            caption=text::sandbox_tokens::usage_caption()
            headings=headings
            numbers=NUMBERS
            cells=cells
            on_close=page.on_close()
        >
            {text::sandbox_tokens::usage_text(name)}
        </Clients>
    }
    .into_any()
}

fn headings() -> Vec<&'static str> {
    vec![
        text::common::ip_address(),
        text::common::user_agent(),
        text::common::last_24_hours(),
        text::common::last_30_days(),
        text::common::last_seen(),
    ]
}

fn cells(client: SandboxTokenClient) -> Vec<AnyView> {
    vec![
        data(client.client_address),
        data(agent(client.user_agent)),
        client.requests_last_day.to_string().into_any(),
        client.requests_last_month.to_string().into_any(),
        view! { <When instant=client.last_seen_on /> }.into_any(),
    ]
}

fn agent(name: Option<String>) -> String {
    name.unwrap_or_else(|| text::user_agent::unnamed().to_owned())
}

/// What a change will break. It never stands in the way: the change can be made while this loads, and where it can't be
/// had.
#[component]
pub(super) fn Breaks(id: SandboxTokenId) -> AnyView {
    let clients = Page::get().list.usage(id);
    let content = move || {
        clients.with(|clients| match clients {
            Load::Loading => view! { <p>{text::sandbox_tokens::breaks_loading()}</p> }.into_any(),
            Load::Failed(_) => view! { <p>{text::sandbox_tokens::breaks_failed()}</p> }.into_any(),
            Load::Ready(clients) => summary(clients),
        })
    };
    let label = text::sandbox_tokens::breaks_label();
    view! { <div class="breaks" role="group" aria-label=label>{reactive(content)}</div> }.into_any()
}

fn summary(clients: &[SandboxTokenClient]) -> AnyView {
    let recent: Vec<_> = clients.iter().filter(|client| client.requests_last_day > 0).collect();
    if recent.is_empty() {
        return view! { <p>{text::sandbox_tokens::breaks_none()}</p> }.into_any();
    }
    let name = |client: &&SandboxTokenClient| {
        let agent = agent(client.user_agent.clone());
        let seen = local(client.last_seen_on);
        view! { <li>{text::sandbox_tokens::breaks_client(&client.client_address, &agent, &seen)}</li> }
    };
    let more = recent.len().saturating_sub(NAMED);
    view! {
        <p>{text::sandbox_tokens::breaks_clients()}</p>
        <ul class="usage-list">{recent.iter().take(NAMED).map(name).collect_view()}</ul>
        {(more > 0).then(|| view! { <p>{text::sandbox_tokens::breaks_more(more)}</p> })}
    }
    .into_any()
}
