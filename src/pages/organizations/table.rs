//! The table of organizations.

use keyward_contract::{KeyStatus, OrganizationId, OrganizationOverview, Subscription};
use leptos::prelude::*;

use super::{super::context::Context, Page};
use crate::{
    present::{
        count,
        when::{When, days_since},
    },
    routes::Route,
    ui::{
        skeleton::Bar,
        table::{LiveTable, Table},
    },
};

const HEADINGS: &[&str] = &[
    "Name",
    "Cloud",
    "Subscription",
    "Key",
    "Last Modified By",
    "Last Modified On",
    "Live sessions",
];

#[component]
pub(super) fn OrganizationTable(shown: Memo<Vec<i64>>, is_ready: Memo<bool>) -> AnyView {
    view! {
        {move || {
            if is_ready.get() {
                view! { <LiveTable caption="Organizations" headings=HEADINGS keys=shown cells=cells actions=open /> }
                    .into_any()
            } else {
                skeleton()
            }
        }}
    }
    .into_any()
}

fn skeleton() -> AnyView {
    let row = |_| {
        ["w12", "w12", "w8", "w8", "w12", "w12", "w8"]
            .map(|width| view! { <Bar width=width /> }.into_any())
            .into()
    };
    let rows = (0..3).map(row).collect();
    view! { <div aria-busy="true"><Table caption="Organizations" headings=HEADINGS rows=rows /></div> }.into_any()
}

fn cells(id: i64) -> Vec<AnyView> {
    let row = Page::get().row(OrganizationId(id));
    let last = move || row.get()?.key?.last_change;
    vec![
        (move || row.get().map(name)).into_any(),
        (move || row.get().map(|it| it.cloud)).into_any(),
        (move || row.get().map(|it| subscription(it.subscription))).into_any(),
        (move || row.get().map(key)).into_any(),
        (move || last().map(|last| last.last_modified_by.name)).into_any(),
        (move || last().map(|last| view! { <When instant=last.last_modified_on /> })).into_any(),
        (move || row.get().and_then(|it| it.key).map(|key| key.live_sessions.to_string())).into_any(),
    ]
}

fn name(organization: OrganizationOverview) -> AnyView {
    view! {
        <span class="row-name">{organization.name}</span>
        <span class="row-note">{organization.role}</span>
    }
    .into_any()
}

fn subscription(subscription: Subscription) -> AnyView {
    match subscription {
        Subscription::Active => "Active".into_any(),
        Subscription::Expired => view! { <span class="badge badge-off">"Expired"</span> }.into_any(),
        Subscription::None => "None".into_any(),
    }
}

/// Whether there is one, and how old it is.
fn key(organization: OrganizationOverview) -> AnyView {
    let Some(key) = organization.key else {
        return view! { <span class="faint">"Not shown to your role"</span> }.into_any();
    };
    let age = key.last_change.as_ref().map(|last| days_since(last.last_modified_on));
    let age = age.map(|days| [&count::of(days as usize, "day"), " old"].concat());
    let status = match key.status {
        None => return "None".into_any(),
        Some(KeyStatus::Enabled) => "Enabled".into_any(),
        Some(KeyStatus::Disabled) => view! { <span class="badge badge-off">"Disabled"</span> }.into_any(),
    };
    view! { {status} <span class="row-note">{age}</span> }.into_any()
}

fn open(id: i64) -> AnyView {
    let context = Context::get();
    let row = Page::get().row(OrganizationId(id));
    let href = move || {
        let access = context.session.access(OrganizationId(id));
        let first = access.and_then(|access| super::super::frame::main_pages(&access).into_iter().next());
        context
            .navigator
            .href(first.unwrap_or(Route::ApiKey(OrganizationId(id))))
    };
    let label = move || ["Open ", &row.get().map(|it| it.name).unwrap_or_default()].concat();
    view! { <a class="button" href=href aria-label=label>"Open"</a> }.into_any()
}
