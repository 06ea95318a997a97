//! The clients that sign in with the key.

use keyward_contract::{KeyClient, KeyUsage};
use leptos::prelude::*;

use super::paragraph;
use crate::{
    browser::language::number,
    pages::shared::row::data,
    present::when::When,
    reactive::reactive,
    state::KeyStore,
    text,
    ui::{
        button::Button,
        segmented::{Segment, Segmented},
        table::Table,
    },
};

const SPANS: [Segment; 2] = [
    Segment {
        label: text::key_usage::a_day,
        icon: None,
    },
    Segment {
        label: text::key_usage::a_month,
        icon: None,
    },
];

/// How many rows there are at first.
const FEW: usize = 10;

/// The clients of the last 24 hours: a session of before them may still live.
pub(super) fn of_last_day(usage: &KeyUsage) -> Vec<&KeyClient> {
    let is_of_last_day = |client: &&KeyClient| client.sessions_last_day > 0 || client.live_sessions > 0;
    usage.clients.iter().filter(is_of_last_day).collect()
}

pub(super) fn clients(store: KeyStore) -> AnyView {
    let month = RwSignal::new(false);
    let all = RwSignal::new(false);
    view! {
        <div class="usage-head">
            <h3>{text::key_usage::clients()}</h3>
            <Segmented
                legend=text::key_usage::clients_of_the_last()
                segments=&SPANS
                chosen=Signal::derive(move || month.get().into())
                on_choose=move |place| month.set(place == 1)
            />
        </div>
        {reactive(move || store.usage.with(|usage| usage.ready().map(|usage| table(usage, month.get(), all))))}
    }
    .into_any()
}

fn table(usage: &KeyUsage, month: bool, all: RwSignal<bool>) -> AnyView {
    let clients = if month {
        usage.clients.iter().collect()
    } else {
        of_last_day(usage)
    };
    if clients.is_empty() {
        let none = if month {
            text::key_usage::not_used_last_month()
        } else {
            text::key_usage::not_used_last_day()
        };
        return paragraph("usage-text", none);
    }
    let few = if all.get() { clients.len() } else { FEW };
    let left = clients.len().saturating_sub(few);
    let cells = |client: &&KeyClient| {
        let opened = if month {
            client.sessions_last_month
        } else {
            client.sessions_last_day
        };
        vec![
            view! { <bdi translate="no">{client.admin_name.clone()}</bdi> }.into_any(),
            data(client.client_address.clone()),
            data(agent(client.user_agent.as_ref()).to_owned()),
            number(opened as usize).into_any(),
            number(client.live_sessions as usize).into_any(),
            view! { <When instant=client.last_seen_on /> }.into_any(),
        ]
    };
    let rows = clients.iter().take(few).map(cells).collect();
    let end = if left > 0 {
        let label = text::key_usage::show_more(left);
        view! { <Button label=label on_press=move |()| all.set(true) /> }.into_any()
    } else if month && usage.more_clients {
        paragraph("usage-text", text::key_usage::more_clients(clients.len()))
    } else {
        ().into_any()
    };
    let headings = vec![
        text::common::admin(),
        text::common::ip_address(),
        text::common::user_agent(),
        text::key_usage::sessions(),
        text::key_usage::active(),
        text::common::last_seen(),
    ];
    let caption = text::key_usage::clients_table();
    vec![
        view! { <Table caption=caption class="usage-clients" headings=headings numbers=&[3, 4] rows=rows /> }
            .into_any(),
        end,
    ]
    .into_any()
}

/// What a client calls itself.
pub(super) fn agent(name: Option<&String>) -> &str {
    name.map_or_else(|| text::user_agent::unnamed(), String::as_str)
}
