//! Who calls with access tokens.

use keyward_contract::OauthClient;
use leptos::prelude::*;

use super::Page;
use crate::{
    pages::shared::message::FailedLoad,
    present::when::When,
    state::Load,
    ui::{
        button::{Button, Kind},
        skeleton::Bar,
        table::Table,
    },
};

const HEADINGS: &[&str] = &[
    "Client",
    "Client Address",
    "User Agent",
    "Last 24 Hours",
    "Last 30 Days",
    "Last Seen",
];

#[component]
pub(super) fn Clients() -> AnyView {
    let page = Page::get();
    let attempt = RwSignal::new(());
    let content = move || {
        attempt.track();
        let clients = page.list.clients();
        move || match clients.get() {
            Load::Loading => view! { <p aria-busy="true"><Bar width="w20" /></p> }.into_any(),
            Load::Failed(error) => view! { <FailedLoad error=error on_retry=move |()| attempt.set(()) /> }.into_any(),
            Load::Ready(clients) if clients.is_empty() => {
                view! { <p class="dialog-text">"Nobody has called with an access token in the last 30 days."</p> }
                    .into_any()
            }
            Load::Ready(clients) => {
                let rows = clients.into_iter().map(cells).collect();
                view! { <Table caption="Clients that call with access tokens" headings=HEADINGS rows=rows /> }
                    .into_any()
            }
        }
    };
    view! {
        <p class="dialog-text">"Requests that were admitted, by the API role of their token."</p>
        <div class="panel wide-content">{content}</div>
        <div class="dialog-actions">
            <Button label="Close" kind=Kind::Plain autofocus=true on_press=move |()| page.close() />
        </div>
    }
    .into_any()
}

fn cells(client: OauthClient) -> Vec<AnyView> {
    vec![
        client.principal.into_any(),
        client.client_address.into_any(),
        client.user_agent.unwrap_or_else(|| "–".to_owned()).into_any(),
        client.requests_last_day.to_string().into_any(),
        client.requests_last_month.to_string().into_any(),
        view! { <When instant=client.last_seen_on /> }.into_any(),
    ]
}
