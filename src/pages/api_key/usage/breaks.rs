//! What a change of the key will break, in the dialog that is about to make it.

use keyward_contract::{KeyClient, KeyUsage};
use leptos::{prelude::*, task::spawn_local};

use super::{
    super::Page,
    clients::{agent, of_last_day},
    live, text,
};
use crate::{
    attributes::attributes,
    present::{
        change::{BREAKS, consequence},
        count,
        when::When,
    },
    reactive::reactive,
    state::{Load, Operation},
    ui::banner::{Tone, notice},
};

/// How many clients are named.
const NAMED: usize = 4;

/// What can't be undone.
pub(in super::super) fn callout(operation: Operation) -> AnyView {
    notice(Tone::Danger, false, BREAKS, consequence(operation))
}

/// Whom it concerns. It never stands in the way: the change can be made while this loads, and where it can't be had.
#[component]
pub(in super::super) fn Breaks() -> AnyView {
    let store = Page::get().store;
    spawn_local(store.refresh_usage());
    let content = move || {
        store.usage.with(|usage| match usage {
            Load::Loading => text("", "Looking for clients…".to_owned()),
            Load::Failed(_) => text(
                "",
                "Couldn't load who uses the key. You can continue anyway.".to_owned(),
            ),
            Load::Ready(usage) => summary(usage),
        })
    };
    view! {
        <div class="breaks" role="group" aria-label="Key usage">
            {reactive(content)}
        </div>
    }
    .into_any()
}

fn summary(usage: &KeyUsage) -> AnyView {
    let clients = of_last_day(usage);
    let title = if clients.is_empty() {
        "Not used in the last 24 hours".to_owned()
    } else {
        [&count::of(clients.len(), "client"), " will stop working"].concat()
    };
    let mut parts = vec![
        view! { <h3 class="breaks-title">{title} " " <span class="breaks-live">{live(usage)}</span></h3> }.into_any(),
    ];
    if !clients.is_empty() {
        let rows: Vec<AnyView> = clients.iter().take(NAMED).map(|client| row(client)).collect();
        parts.push(
            view! {
                <table class="impact" aria-label="Clients in the last 24 hours">
                    <thead>
                        <tr><th {..attributes(&[("scope", "col")])}>"Admin"</th><th {..attributes(&[("scope", "col")])}>"IP address"</th><th {..attributes(&[("scope", "col")])}>"Last seen"</th></tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            }
            .into_any(),
        );
    }
    for (left, noun, span) in [
        (clients.len().saturating_sub(NAMED), "more client", "24 hours"),
        (usage.clients.len() - clients.len(), "other client", "30 days"),
    ] {
        if left > 0 {
            let left = count::of(left, noun);
            parts.push(text("usage-text", [&left, " in the last ", span].concat()));
        }
    }
    parts.into_any()
}

fn row(client: &KeyClient) -> AnyView {
    let agent = agent(client.user_agent.as_ref()).to_owned();
    view! {
        <tr translate="no">
            <td><bdi>{client.admin_name.clone()}</bdi> <span class="faint">{agent}</span></td>
            <td>{client.client_address.clone()}</td>
            <td><When instant=client.last_seen_on /></td>
        </tr>
    }
    .into_any()
}
