//! The clients that still have the previous key.

use keyward_contract::{FormerKey, FormerKeyClient, KeyUsage};
use leptos::prelude::*;

use super::{clients::agent, is_absent, paragraph};
use crate::{
    present::when::local,
    state::KeyStore,
    text,
    ui::banner::{Banner, Tone},
};

pub(super) fn former(store: KeyStore, usage: &KeyUsage) -> AnyView {
    let Some(former) = &usage.former_key else {
        return ().into_any();
    };
    let deleted = is_absent(store);
    let since = local(former.replaced_on);
    let clients = former.clients.len();
    if clients == 0 {
        let text = if deleted {
            text::key_usage::not_tried_deleted(&since)
        } else {
            text::key_usage::not_tried(&since)
        };
        return paragraph("usage-text", text);
    }
    let until = local(former.watched_until);
    let (title, what) = if deleted {
        (
            text::key_usage::still_used_deleted(clients),
            text::key_usage::still_used_deleted_text(clients, &since, &until),
        )
    } else {
        (
            text::key_usage::still_used(clients),
            text::key_usage::still_used_text(clients, &since, &until),
        )
    };
    still_used(former, title, what)
}

fn still_used(former: &FormerKey, title: String, what: String) -> AnyView {
    let items: Vec<AnyView> = former.clients.iter().map(attempts).collect();
    view! {
        <Banner tone=Tone::Warning>
            {paragraph("banner-title", title)}
            {paragraph("", what)}
            <ul class="usage-list">{items}</ul>
        </Banner>
    }
    .into_any()
}

fn attempts(client: &FormerKeyClient) -> AnyView {
    let what = text::key_usage::attempts(
        view! { <bdi>{client.admin_name.clone()}</bdi> }.into_any(),
        &client.client_address,
        agent(client.user_agent.as_ref()),
        client.attempts as usize,
        &local(client.first_seen_on),
        &local(client.last_seen_on),
    );
    view! { <li translate="no">{what}</li> }.into_any()
}
