//! What a change of the key will break, in the dialog that is about to make it.

use keyward_contract::{KeyClient, KeyUsage};
use leptos::{prelude::*, task::spawn_local};

use super::{
    super::Page,
    clients::{agent, of_last_day},
    live, paragraph,
};
use crate::{
    attributes::attributes,
    present::{change::consequence, when::When},
    reactive::reactive,
    state::{Load, Operation},
    text,
    ui::banner::{Tone, notice},
};

/// How many clients are named.
const NAMED: usize = 4;

/// What can't be undone.
pub(in super::super) fn callout(operation: Operation) -> AnyView {
    notice(Tone::Danger, false, text::api_key::breaks(), consequence(operation))
}

/// Whom it concerns. It never stands in the way: the change can be made while this loads, and where it can't be had.
#[component]
pub(in super::super) fn Breaks() -> AnyView {
    let store = Page::get().store;
    spawn_local(store.refresh_usage());
    let content = move || {
        store.usage.with(|usage| match usage {
            Load::Loading => paragraph("", text::key_usage::looking()),
            Load::Failed(_) => paragraph("", text::key_usage::unknown()),
            Load::Ready(_) if store.is_elsewhere() => paragraph("", text::key_usage::elsewhere()),
            Load::Ready(usage) => summary(usage),
        })
    };
    view! {
        <div class="breaks" role="group" aria-label=text::key_usage::heading()>
            {reactive(content)}
        </div>
    }
    .into_any()
}

fn summary(usage: &KeyUsage) -> AnyView {
    let clients = of_last_day(usage);
    let title = if clients.is_empty() {
        text::key_usage::breaks_none().to_owned()
    } else {
        text::key_usage::breaks(clients.len())
    };
    let mut parts = vec![
        view! { <h3 class="breaks-title">{title} " " <span class="breaks-live">{live(usage)}</span></h3> }.into_any(),
    ];
    if !clients.is_empty() {
        let heading = |text: &'static str| view! { <th {..attributes(&[("scope", "col")])}>{text}</th> }.into_any();
        let headings = [
            text::common::admin(),
            text::common::ip_address(),
            text::key_usage::last_seen(),
        ]
        .map(heading);
        let headings = Vec::from(headings);
        let rows: Vec<AnyView> = clients.iter().take(NAMED).map(|client| row(client)).collect();
        parts.push(
            view! {
                <table class="impact" aria-label=text::key_usage::breaks_table()>
                    <thead>
                        <tr>{headings}</tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            }
            .into_any(),
        );
    }
    let unnamed = clients.len().saturating_sub(NAMED);
    if unnamed > 0 {
        parts.push(paragraph("usage-text", text::key_usage::more_last_day(unnamed)));
    }
    let others = usage.clients.len() - clients.len();
    if others > 0 {
        parts.push(paragraph("usage-text", text::key_usage::others_last_month(others)));
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
