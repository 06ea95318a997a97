//! Which organizations, and what it would end in each.

use keyward_contract::{KeyString, KeyUsage, OrganizationOverview};
use leptos::prelude::*;

use super::{Page, Step};
use crate::{
    present::count,
    reactive::reactive,
    state::{Load, usage_of},
    text,
    ui::button::{Button, Kind},
};

#[component]
pub(super) fn Confirm(key_string: KeyString, organizations: Vec<OrganizationOverview>) -> AnyView {
    let page = Page::get();
    let usages = usage_of(organizations.iter().map(|it| it.id).collect());
    let rows: Vec<AnyView> = organizations
        .iter()
        .zip(usages)
        .map(|(organization, usage)| {
            let told = move || {
                usage.with(|usage| match usage {
                    Load::Loading => "Looking up its clients…".to_owned(),
                    Load::Failed(_) => "Couldn't load its clients.".to_owned(),
                    Load::Ready(usage) => ends(usage),
                })
            };
            view! { <li><strong translate="no">{organization.name.clone()}</strong> <span class="row-note">{reactive(told)}</span></li> }
                .into_any()
        })
        .collect();
    let place = count::of(organizations.len(), "organization");
    let verb = ["Set in ", &place].concat();
    let set = move |()| {
        page.same_key.begin(&key_string, &organizations);
        page.step.set(Some(Step::Outcome));
    };
    view! {
        <p class="dialog-text">
            "The new key replaces the current one in " {place} ". "
            <strong>{text::api_key::breaks()}</strong>
            " You can't undo this."
        </p>
        <ul class="same-key">{rows}</ul>
        <div class="dialog-actions">
            <Button label="Back" autofocus=true on_press=move |()| page.step.set(Some(Step::Choose)) />
            <Button label=verb kind=Kind::Warning on_press=set />
        </div>
    }
    .into_any()
}

fn ends(usage: &KeyUsage) -> String {
    let clients = usage
        .clients
        .iter()
        .filter(|client| client.sessions_last_day > 0)
        .count();
    let sessions = count::of(usage.live_sessions as usize, "active API session");
    let clients = match clients {
        0 => "not used in the last 24 hours".to_owned(),
        clients => [&count::of(clients, "client"), " in the last 24 hours"].concat(),
    };
    [&sessions, "; ", &clients, "."].concat()
}
