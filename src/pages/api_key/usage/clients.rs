//! The clients that sign in with the key.

use keyward_contract::{KeyClient, KeyUsage};
use leptos::prelude::*;

use super::text;
use crate::{
    present::{count, when::When},
    reactive::reactive,
    state::KeyStore,
    ui::{
        button::Button,
        segmented::{Segment, Segmented},
        table::Table,
    },
};

const SPANS: [Segment; 2] = [
    Segment {
        label: "24 hours",
        icon: None,
    },
    Segment {
        label: "30 days",
        icon: None,
    },
];

const HEADINGS: [&str; 6] = ["Admin", "IP address", "User Agent", "Sessions", "Active", "Last Seen"];

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
            <h3>"Clients"</h3>
            <Segmented
                legend="Clients of the last"
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
        let span = if month { "30 days." } else { "24 hours." };
        return text("usage-text", ["Not used in the last ", span].concat());
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
            client.client_address.clone().into_any(),
            agent(client.user_agent.as_ref()).to_owned().into_any(),
            count::grouped(opened as usize).into_any(),
            count::grouped(client.live_sessions as usize).into_any(),
            view! { <When instant=client.last_seen_on /> }.into_any(),
        ]
    };
    let rows = clients.iter().take(few).map(cells).collect();
    let end = if left > 0 {
        let label = ["Show ", &left.to_string(), " more"].concat();
        view! { <Button label=label on_press=move |()| all.set(true) /> }.into_any()
    } else if month && usage.more_clients {
        let shown = clients.len().to_string();
        text(
            "usage-text",
            ["These are the ", &shown, " most recent clients. There are more."].concat(),
        )
    } else {
        ().into_any()
    };
    vec![
        view! { <Table caption="Clients that use the key" class="usage-clients" headings=HEADINGS.to_vec() rows=rows /> }
            .into_any(),
        end,
    ]
    .into_any()
}

/// What a client calls itself.
pub(super) fn agent(name: Option<&String>) -> &str {
    name.map_or("Unnamed", String::as_str)
}
