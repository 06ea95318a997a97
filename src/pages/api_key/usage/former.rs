//! The clients that still have the previous key.

use keyward_contract::{FormerKey, FormerKeyClient, KeyUsage};
use leptos::prelude::*;

use super::{clients::agent, is_absent, text};
use crate::{
    present::{count, when::local},
    state::KeyStore,
    ui::banner::{Banner, Tone},
};

pub(super) fn former(store: KeyStore, usage: &KeyUsage) -> AnyView {
    let Some(former) = &usage.former_key else {
        return ().into_any();
    };
    let deleted = is_absent(store);
    let key = if deleted { " deleted key" } else { " previous key" };
    let since = local(former.replaced_on);
    if former.clients.is_empty() {
        return text(
            "usage-text",
            ["No one has tried the", key, " since ", &since, "."].concat(),
        );
    }
    let (are, fail, give) = if former.clients.len() == 1 {
        (" is", "Its requests have failed since ", " Give it the current key.")
    } else {
        (
            " are",
            "Their requests have failed since ",
            " Give them the current key.",
        )
    };
    let title = [&count::of(former.clients.len(), "client"), are, " still using the", key].concat();
    let give = if deleted { "" } else { give };
    let until = local(former.watched_until);
    still_used(
        former,
        title,
        [fail, &since, ".", give, " (Tracked until ", &until, ".)"].concat(),
    )
}

fn still_used(former: &FormerKey, title: String, what: String) -> AnyView {
    let items: Vec<AnyView> = former.clients.iter().map(attempts).collect();
    view! {
        <Banner tone=Tone::Warning>
            {text("banner-title", title)}
            {text("", what)}
            <ul class="usage-list">{items}</ul>
        </Banner>
    }
    .into_any()
}

fn attempts(client: &FormerKeyClient) -> AnyView {
    let who = [
        " from ",
        &client.client_address,
        " (",
        agent(client.user_agent.as_ref()),
        "): ",
        &count::of(client.attempts as usize, "attempt"),
        " since ",
        &local(client.first_seen_on),
        ", last on ",
        &local(client.last_seen_on),
    ]
    .concat();
    view! { <li translate="no"><bdi>{client.admin_name.clone()}</bdi> {who}</li> }.into_any()
}
