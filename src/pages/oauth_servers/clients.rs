//! The clients that call with access tokens.

use keyward_contract::OauthClient;
use leptos::prelude::*;

use super::Page;
use crate::{pages::shared::clients::Clients, present::when::When};

const HEADINGS: &[&str] = &[
    "Client",
    "IP address",
    "User Agent",
    "Last 24 Hours",
    "Last 30 Days",
    "Last Seen",
];

const NUMBERS: &[usize] = &[3, 4];

pub(super) fn clients() -> AnyView {
    let page = Page::get();
    view! {
        <Clients
            load=move |()| page.list.usage()
            none="No access token used in the last 30 days."
            caption="Clients that call with access tokens"
            headings=|| HEADINGS.to_vec()
            numbers=NUMBERS
            cells=cells
            wide=true
            on_close=page.on_close()
        >
            "Accepted requests, by the API role of their token."
        </Clients>
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
