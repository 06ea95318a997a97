//! Which organizations, and what it would end in each.

use keyward_contract::{KeyString, KeyUsage, OrganizationOverview};
use leptos::prelude::*;

use super::{Page, Step};
use crate::{
    pages::shared::context::Context,
    reactive::reactive_text,
    state::{Load, usage_of},
    text,
    ui::button::{Button, Kind},
};

#[component]
pub(super) fn Confirm(key_string: KeyString, organizations: Vec<OrganizationOverview>) -> AnyView {
    let page = Page::get();
    let usages = usage_of(Context::get().session, organizations.iter().map(|it| it.id).collect());
    let rows: Vec<AnyView> = organizations
        .iter()
        .zip(usages)
        .map(|(organization, usage)| {
            let told = move || {
                usage.with(|usage| match usage {
                    Load::Loading => text::organizations::usage_loading().to_owned(),
                    Load::Failed(_) => text::organizations::usage_failed().to_owned(),
                    Load::Ready(usage) => ends(usage),
                })
            };
            view! { <li><strong translate="no">{organization.name.clone()}</strong> <span class="row-note">{reactive_text(told)}</span></li> }
                .into_any()
        })
        .collect();
    let count = organizations.len();
    let set = move |()| {
        page.same_key.begin(&key_string, &organizations);
        page.step.set(Some(Step::Outcome));
    };
    view! {
        <p class="dialog-text">{text::organizations::replace_consequence(count)}</p>
        <ul class="same-key">{rows}</ul>
        <div class="dialog-actions">
            <Button label=text::organizations::back() autofocus=true on_press=move |()| page.step.set(Some(Step::Choose)) />
            <Button label=text::organizations::replace(count) kind=Kind::Warning on_press=set />
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
    text::organizations::usage(usage.live_sessions as usize, clients)
}
