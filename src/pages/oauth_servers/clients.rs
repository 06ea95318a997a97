//! The clients that call with access tokens.

use keyward_contract::OauthClient;
use leptos::prelude::*;

use super::Page;
use crate::{
    pages::shared::{clients::Clients, row::data},
    present::when::When,
    text,
};

const NUMBERS: &[usize] = &[3, 4];

pub(super) fn clients() -> AnyView {
    let page = Page::get();
    view! {
        <Clients
            load=move |()| page.list.usage()
            none=text::oauth_servers::usage_none()
            caption=text::oauth_servers::usage_caption()
            headings=headings
            numbers=NUMBERS
            cells=cells
            wide=true
            on_close=page.on_close()
        >
            {text::oauth_servers::usage_text()}
        </Clients>
    }
    .into_any()
}

fn headings() -> Vec<&'static str> {
    vec![
        text::common::client(),
        text::common::ip_address(),
        text::common::user_agent(),
        text::common::last_24_hours(),
        text::common::last_30_days(),
        text::common::last_seen(),
    ]
}

fn cells(client: OauthClient) -> Vec<AnyView> {
    vec![
        data(client.principal),
        data(client.client_address),
        data(client.user_agent.unwrap_or_else(|| "–".to_owned())),
        client.requests_last_day.to_string().into_any(),
        client.requests_last_month.to_string().into_any(),
        view! { <When instant=client.last_seen_on /> }.into_any(),
    ]
}
