//! Who uses a token.

use keyward_contract::{SandboxToken, SandboxTokenClient, SandboxTokenId};
use leptos::prelude::*;

use super::Page;
use crate::{
    pages::shared::clients::Clients,
    present::{
        count,
        when::{When, local},
    },
    reactive::reactive,
    state::Load,
};

const HEADINGS: &[&str] = &["IP address", "User Agent", "Last 24 Hours", "Last 30 Days", "Last Seen"];
const NUMBERS: &[usize] = &[2, 3];
/// How many clients a dialog of a change names.
const NAMED: usize = 4;

#[component]
pub(super) fn ClientsOf(token: SandboxToken) -> AnyView {
    let page = Page::get();
    view! {
        <Clients
            load=move |()| page.list.usage(token.id)
            none="Not used in the last 30 days."
            caption="Clients that use the token"
            headings=|| HEADINGS.to_vec()
            numbers=NUMBERS
            cells=cells
            on_close=page.on_close()
        >
            "Accepted requests with "
            <strong translate="no">{token.name}</strong>
            "."
        </Clients>
    }
    .into_any()
}

fn cells(client: SandboxTokenClient) -> Vec<AnyView> {
    vec![
        client.client_address.into_any(),
        agent(client.user_agent).into_any(),
        client.requests_last_day.to_string().into_any(),
        client.requests_last_month.to_string().into_any(),
        view! { <When instant=client.last_seen_on /> }.into_any(),
    ]
}

fn agent(name: Option<String>) -> String {
    name.unwrap_or_else(|| "Unnamed".to_owned())
}

/// What a change will break. It never stands in the way: the change can be made while this loads, and where it can't be
/// had.
#[component]
pub(super) fn Breaks(id: SandboxTokenId) -> AnyView {
    let clients = Page::get().list.usage(id);
    let content = move || {
        clients.with(|clients| match clients {
            Load::Loading => view! { <p>"Looking up its clients…"</p> }.into_any(),
            Load::Failed(_) => view! { <p>"Couldn't load its clients. You can continue anyway."</p> }.into_any(),
            Load::Ready(clients) => summary(clients),
        })
    };
    view! { <div class="breaks" role="group" aria-label="Token usage">{reactive(content)}</div> }.into_any()
}

fn summary(clients: &[SandboxTokenClient]) -> AnyView {
    let recent: Vec<_> = clients.iter().filter(|client| client.requests_last_day > 0).collect();
    if recent.is_empty() {
        return view! { <p>"Not used in the last 24 hours."</p> }.into_any();
    }
    let name = |client: &&SandboxTokenClient| {
        let agent = agent(client.user_agent.clone());
        let text = [
            &client.client_address,
            " (",
            &agent,
            "), last seen ",
            &local(client.last_seen_on),
        ]
        .concat();
        view! { <li>{text}</li> }
    };
    let more = recent.len().saturating_sub(NAMED);
    view! {
        <p>"These clients used it in the last 24 hours and will stop working:"</p>
        <ul class="usage-list">{recent.iter().take(NAMED).map(name).collect_view()}</ul>
        {(more > 0).then(|| view! { <p>{count::of(more, "more client")} "."</p> })}
    }
    .into_any()
}
