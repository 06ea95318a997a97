//! Whoever still has the key before the present one.

use keyward_contract::{FormerKey, FormerKeyClient, KeyUsage};
use leptos::prelude::*;

use super::{clients::agent, list, text};
use crate::{
    present::{count, when::local},
    state::KeyStore,
    ui::banner::{Banner, Tone},
};

pub(super) fn former(_: KeyStore, usage: &KeyUsage) -> AnyView {
    let Some(former) = &usage.former_key else {
        return ().into_any();
    };
    let replaced = local(former.replaced_on);
    if former.clients.is_empty() {
        let nobody = ["Nobody has tried the old key since it was replaced on ", &replaced, "."].concat();
        return text("usage-text", nobody);
    }
    still_tried(former, &replaced)
}

fn still_tried(former: &FormerKey, replaced: &str) -> AnyView {
    let clients = former.clients.len();
    let still = if clients == 1 {
        " still tries the old key"
    } else {
        " still try the old key"
    };
    let title = [&count::of(clients, "client"), still].concat();
    let what = [
        "It was replaced on ",
        replaced,
        " and is refused. Whoever is named here needs the present key. Attempts are recognised until ",
        &local(former.watched_until),
        ".",
    ]
    .concat();
    let items = list(former.clients.iter().map(attempts));
    view! {
        <Banner tone=Tone::Warning>
            {text("banner-title", title)}
            {text("", what)}
            {items}
        </Banner>
    }
    .into_any()
}

fn attempts(client: &FormerKeyClient) -> String {
    [
        &client.admin_name,
        " from ",
        &client.client_address,
        " (",
        agent(client.user_agent.as_ref()),
        "): ",
        &count::of(client.attempts as usize, "attempt"),
        " since ",
        &local(client.first_seen_on),
        ", the last on ",
        &local(client.last_seen_on),
    ]
    .concat()
}
