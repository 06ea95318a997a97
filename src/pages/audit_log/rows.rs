//! The rows, newest first.

use keyward_contract::AuditRow;
use leptos::prelude::*;

use crate::{
    present::{
        problem, reason,
        when::{exact, local, to_the_second},
    },
    state::AuditLogStore,
    ui::{
        banner::{Banner, Tone},
        button::Button,
        skeleton::Bar,
        table::Table,
    },
};

const CAPTION: &str = "Audit log, newest first";
const HEADINGS: [&str; 8] = [
    "Timestamp",
    "Action",
    "Sub-Category",
    "Resource",
    "Admin",
    "Client IP",
    "Interface",
    "Result",
];

/// What stands for somebody who is not known.
pub(super) const UNKNOWN: &str = "Unknown";

#[component]
pub(super) fn Rows(store: AuditLogStore, opened: RwSignal<Option<AuditRow>>) -> AnyView {
    let table = move || {
        let rows = store.log.with(|log| {
            let rows = log.ready().map(|page| page.rows.as_slice()).unwrap_or_default();
            rows.iter().map(|row| cells(row, opened)).collect()
        });
        view! { <Table caption=CAPTION class="audit-table" headings=&HEADINGS rows=rows /> }
    };
    view! { <div class:audit-pending=move || store.pending.get()>{table}</div> }.into_any()
}

fn cells(row: &AuditRow, opened: RwSignal<Option<AuditRow>>) -> Vec<AnyView> {
    let text = |text: &str| text.to_owned().into_any();
    let exact = exact(row.timestamp);
    let when = to_the_second(row.timestamp);
    let this = row.clone();
    let open = move |_| opened.set(Some(this.clone()));
    vec![
        view! {
            <button type="button" class="link-button audit-open" aria-haspopup="dialog" on:click=open>
                <time datetime=exact.clone() title=exact>{when}</time>
                <span class="visually-hidden">", details"</span>
            </button>
        }
        .into_any(),
        text(&row.action),
        text(&row.sub_category),
        text(&row.resource),
        text(row.admin_name.as_deref().unwrap_or(UNKNOWN)),
        text(row.client_ip.as_deref().unwrap_or("–")),
        text(&row.interface),
        result(row),
    ]
}

/// How it ended, and why.
fn result(row: &AuditRow) -> AnyView {
    let Some(why) = &row.reason else {
        return row.result.clone().into_any();
    };
    view! {
        <span class="badge badge-off">{row.result.clone()}</span>
        <span class="audit-reason">{reason::sentence(why).into_owned()}</span>
    }
    .into_any()
}

/// Older rows, or where the log ends.
#[component]
pub(super) fn End(store: AuditLogStore) -> AnyView {
    let has_older = Memo::new(move |_| {
        store
            .log
            .with(|log| log.ready().is_some_and(|page| page.next.is_some()))
    });
    let kept_since = Memo::new(move |_| store.log.with(|log| log.ready().and_then(|page| page.kept_since)));
    let failed = move || {
        let banner = |error| {
            view! {
                <Banner tone=Tone::Danger live=true>
                    <p class="banner-title">"Older rows could not be loaded"</p>
                    <p>{problem::explain(&error)}</p>
                </Banner>
            }
        };
        store.older_failed.get().map(banner)
    };
    let older = move || {
        let press = move |()| store.older();
        let button = || view! { <Button label="Show older" pending=store.older_pending on_press=press /> };
        has_older.get().then(button)
    };
    let kept = move || {
        let text = |since| ["Kept since ", &local(since), ". What is older has been removed."].concat();
        kept_since
            .get()
            .map(|since| view! { <p class="faint">{text(since)}</p> })
    };
    view! { <div class="audit-end">{failed}{older}{kept}</div> }.into_any()
}

/// In place of the first rows.
#[component]
pub(super) fn Skeleton() -> AnyView {
    let cells = |_| {
        HEADINGS
            .iter()
            .map(|_| view! { <Bar width="w8" /> }.into_any())
            .collect()
    };
    let rows = (0..6).map(cells).collect();
    view! { <div aria-busy="true"><Table caption=CAPTION class="audit-table" headings=&HEADINGS rows=rows /></div> }
        .into_any()
}
