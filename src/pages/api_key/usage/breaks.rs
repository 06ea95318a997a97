//! What a change of the key will break, in the dialog that is about to make it.

use keyward_contract::{KeyClient, KeyUsage};
use leptos::{prelude::*, task::spawn_local};

use super::{
    super::Page,
    clients::{agent, of_last_day},
    list, live, text,
};
use crate::{
    present::{count, when::local},
    state::Load,
};

/// How many clients are named.
const NAMED: usize = 4;

/// It never stands in the way: the change can be made while this loads, and where it can't be had.
#[component]
pub(in super::super) fn Breaks() -> AnyView {
    let store = Page::get().store;
    spawn_local(store.refresh_usage());
    let content = move || {
        store.usage.with(|usage| match usage {
            Load::Loading => text("", "Looking who uses the key…".to_owned()),
            Load::Failed(_) => text(
                "",
                "Who uses the key could not be loaded. You can go on all the same.".to_owned(),
            ),
            Load::Ready(usage) => summary(usage),
        })
    };
    view! { <div class="breaks" role="group" aria-label="Who uses the key">{content}</div> }.into_any()
}

fn summary(usage: &KeyUsage) -> AnyView {
    let clients = of_last_day(usage);
    let mut parts = vec![text("breaks-live", live(usage))];
    if clients.is_empty() {
        parts.push(text("", "Nobody has used this key in the last 24 hours.".to_owned()));
    } else {
        parts.push(text(
            "",
            "Clients of the last 24 hours, which will be refused:".to_owned(),
        ));
        parts.push(list(clients.iter().take(NAMED).map(|client| name(client))));
    }
    for (left, noun) in [
        (clients.len().saturating_sub(NAMED), "more client"),
        (usage.clients.len() - clients.len(), "other client"),
    ] {
        if left > 0 {
            let span = if noun == "more client" { "24 hours" } else { "30 days" };
            let left = count::of(left, noun);
            parts.push(text("usage-text", [&left, " in the last ", span, "."].concat()));
        }
    }
    parts.into_any()
}

fn name(client: &KeyClient) -> String {
    [
        &client.admin_name,
        " from ",
        &client.client_address,
        " (",
        agent(client.user_agent.as_ref()),
        "), last seen ",
        &local(client.last_seen_on),
    ]
    .concat()
}
