//! The rows.

use keyward_contract::AuditRow;
use leptos::prelude::*;

use super::Count;
use crate::{
    browser::page::scroll_to_start,
    pages::shared::list_table::placeholders,
    present::{
        counted, problem, reason,
        when::{exact, local, to_the_second},
    },
    state::{AuditLogStore, Load},
    ui::{
        banner::{Tone, notice},
        button::Button,
        table::{Column, LongRows, Shape, ShapedTable},
    },
};

const CAPTION: &str = "Audit log";

/// The gateway has them by time; what else they could be sorted by, the filters find.
pub(super) const COLUMNS: &[Column] = &[
    Column::new("timestamp", "Timestamp", 180),
    Column::unsorted("action", "Action", 90),
    Column::unsorted("sub-category", "Sub-Category", 150),
    Column::unsorted("resource", "Resource", 150),
    Column::unsorted("admin", "Admin", 120),
    Column::unsorted("client-ip", "Client IP", 100),
    Column::unsorted("interface", "Interface", 90),
    Column::unsorted("result", "Result", 120),
];

/// What stands for somebody who is not known.
pub(super) const UNKNOWN: &str = "Unknown";

/// What the rows share.
#[derive(Clone, Copy)]
struct Table {
    store: AuditLogStore,
    opened: RwSignal<Option<AuditRow>>,
}

#[component]
pub(super) fn Rows(store: AuditLogStore, shape: Shape, opened: RwSignal<Option<AuditRow>>) -> AnyView {
    provide_context(Table { store, opened });
    let keys = Memo::new(move |_| {
        store.log.with(|log| {
            let rows = log.ready().map(|page| page.rows.as_slice()).unwrap_or_default();
            rows.iter().map(|row| row.id).collect::<Vec<_>>()
        })
    });
    let is_loading = Memo::new(move |_| store.log.with(|log| *log == Load::Loading));
    // Other rows are read from their start.
    Effect::new(move |was: Option<bool>| {
        let is_pending = store.pending.get();
        if was == Some(true) && !is_pending {
            scroll_to_start(".table-box:has(.audit-table)");
        }
        is_pending
    });
    let rows = move || {
        if is_loading.get() {
            placeholders(shape, 6)
        } else {
            view! { <LongRows shape=shape keys=keys cells=cells on_end=move |()| store.beyond() /> }.into_any()
        }
    };
    let tools = view! { <Count store=store /> }.into_any();
    view! {
        <div
            class:audit-pending=move || store.pending.get()
            aria-busy=move || is_loading.get().then_some("true")
        >
            <ShapedTable
                shape=shape
                caption=CAPTION
                class="table-rows audit-table"
                long=true
                tools=Some(tools)
                rows=rows.into_any()
            />
        </div>
    }
    .into_any()
}

fn cells(id: i64) -> Vec<AnyView> {
    let table = expect_context::<Table>();
    // A row of the log never changes.
    let Some(row) = table.store.row(id) else {
        return Vec::new();
    };
    let text = |text: &str| text.to_owned().into_any();
    let exact = exact(row.timestamp);
    let when = to_the_second(row.timestamp);
    let this = row.clone();
    let open = move |_| table.opened.set(Some(this.clone()));
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
        text(row.client_ip.as_deref().or(counted::addresses(&row)).unwrap_or("–")),
        text(&row.interface),
        result(&row),
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
        {counted::times(row).map(|times| view! { <span class="audit-reason">{times}</span> })}
    }
    .into_any()
}

/// The rows beyond, or where the log ends.
#[component]
pub(super) fn End(store: AuditLogStore) -> AnyView {
    let has_more = Memo::new(move |_| {
        store
            .log
            .with(|log| log.ready().is_some_and(|page| page.next.is_some()))
    });
    let kept_since = Memo::new(move |_| store.log.with(|log| log.ready().and_then(|page| page.kept_since)));
    let failed = move || {
        let banner = |error| {
            let text = problem::explain(&error);
            notice(Tone::Danger, true, "More rows could not be loaded", text)
        };
        store.beyond_failed.get().map(banner)
    };
    let more = move || {
        let press = move |()| store.beyond();
        let button = || view! { <Button label="Show more" pending=store.beyond_pending on_press=press /> };
        has_more.get().then(button)
    };
    let kept = move || {
        let text = |since| ["Kept since ", &local(since), ". What is older has been removed."].concat();
        kept_since
            .get()
            .map(|since| view! { <p class="faint">{text(since)}</p> })
    };
    view! { <div class="audit-end">{failed}{more}{kept}</div> }.into_any()
}
