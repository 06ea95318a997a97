//! The rows.

use keyward_contract::AuditRow;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use super::Count;
use crate::{
    browser::page::scroll_to_start,
    pages::shared::list_table::placeholders,
    present::{
        counted, problem, reason,
        when::{exact, local, to_the_second},
    },
    reactive::{memo, reactive},
    state::{AuditLogStore, Load},
    text,
    ui::{
        banner::{Tone, notice},
        button::Button,
        table::{Column, LongRows, Shape, ShapedTable},
    },
};

/// The gateway has them by time; what else they could be sorted by, the filters find.
pub(super) const COLUMNS: &[Column] = &[
    Column::new("timestamp", text::audit_log::timestamp, 204),
    Column::unsorted("action", text::audit_log::action, 100),
    Column::unsorted("sub-category", text::audit_log::sub_category, 176).priority(2),
    Column::unsorted("resource", text::audit_log::resource, 112).priority(4),
    Column::unsorted("admin", text::common::admin, 184),
    Column::unsorted("client-ip", text::audit_log::client_ip, 104).priority(3),
    Column::unsorted("interface", text::audit_log::interface, 128).priority(4),
    Column::unsorted("result", text::audit_log::result, 128).leads(),
];

/// What the rows share.
#[derive(Clone, Copy)]
struct Table {
    store: AuditLogStore,
    on_open: Callback<Option<i64>>,
}

#[component]
pub(super) fn Rows(store: AuditLogStore, shape: Shape, on_open: Callback<Option<i64>>) -> AnyView {
    provide_context(Table { store, on_open });
    let keys = memo(move || {
        store.log.with(|log| {
            let rows = log.ready().map(|page| page.rows.as_slice()).unwrap_or_default();
            rows.iter().map(|row| row.id).collect::<Vec<_>>()
        })
    });
    let is_loading = memo(move || store.log.with(|log| *log == Load::Loading));
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
            class:audit-pending=Signal::derive(move || store.pending.get())
            aria-busy=Signal::derive(move || is_loading.get().then_some("true"))
            on:click=press_row
        >
            <ShapedTable
                shape=shape
                caption=text::audit_log::caption()
                class="table-rows audit-table"
                long=true
                tools=Some(tools)
                rows=reactive(rows)
            />
        </div>
    }
    .into_any()
}

/// The whole row can be pressed; its button is for the keyboard and for screen readers.
fn press_row(event: web_sys::MouseEvent) {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let within = |selector: &str| target.as_ref().and_then(|it| it.closest(selector).ok().flatten());
    let button = within(".audit-table .row").and_then(|row| row.query_selector(".audit-open").ok().flatten());
    if within(".audit-open").is_none()
        && let Some(button) = button.and_then(|button| button.dyn_into::<HtmlElement>().ok())
    {
        // A dialog leads back to what had the focus. Not within this event, which the click would come back to.
        let _ = button.focus();
        request_animation_frame(move || button.click());
    }
}

fn cells(id: i64) -> Vec<AnyView> {
    let Table { store, on_open } = expect_context();
    // A row of the log never changes.
    let Some(row) = store.row(id) else {
        return Vec::new();
    };
    let exact = exact(row.timestamp);
    let when = to_the_second(row.timestamp);
    let label = text::audit_log::open(&when);
    let admin = row.admin_name.as_deref();
    // What the other columns say already.
    let resource = match row.resource.as_str() {
        resource if Some(resource) == admin => clipped(text::audit_log::own_account()),
        resource if resource == row.sub_category => name("–"),
        resource => name(resource),
    };
    let admin = admin.map_or_else(|| clipped(text::audit_log::unknown_admin()), name);
    vec![
        view! {
            <button
                type="button"
                class="link-button audit-open"
                aria-haspopup="dialog"
                aria-label=label
                on:click=move |_| on_open.run(Some(id))
            >
                <time datetime=exact.clone() title=exact>{when}</time>
            </button>
        }
        .into_any(),
        name(&row.action),
        name(&row.sub_category),
        resource,
        admin,
        name(row.client_ip.as_deref().or(counted::addresses(&row)).unwrap_or("–")),
        name(&row.interface),
        result(&row),
    ]
}

/// A text that may be cut off.
fn clipped(text: &str) -> AnyView {
    view! { <span title=text.to_owned()>{text.to_owned()}</span> }.into_any()
}

/// A name, or a word as the log has it, which stay in every language.
fn name(name: &str) -> AnyView {
    view! { <bdi translate="no" title=name.to_owned()>{name.to_owned()}</bdi> }.into_any()
}

/// How it ended, and why.
fn result(row: &AuditRow) -> AnyView {
    let Some(why) = &row.reason else {
        return name(&row.result);
    };
    view! {
        <span class="badge badge-off" translate="no">{row.result.clone()}</span>
        <div class="audit-reason">{clipped(&reason::words(why))}</div>
        {counted::times(row).map(|times| view! { <div class="audit-reason">{clipped(&times)}</div> })}
    }
    .into_any()
}

/// The rows beyond, or where the log ends.
#[component]
pub(super) fn End(store: AuditLogStore) -> AnyView {
    let has_more = memo(move || {
        store
            .log
            .with(|log| log.ready().is_some_and(|page| page.next.is_some()))
    });
    let kept_since = memo(move || store.log.with(|log| log.ready().and_then(|page| page.kept_since)));
    let failed = move || {
        let banner = |error| {
            notice(
                Tone::Danger,
                true,
                text::audit_log::more_failed(),
                problem::explain(&error),
            )
        };
        store.beyond_failed.get().map(banner)
    };
    let more = move || {
        let press = move |()| store.beyond();
        let button =
            || view! { <Button label=text::audit_log::show_more() pending=store.beyond_pending on_press=press /> };
        has_more.get().then(button)
    };
    let kept = move || {
        let told = |since| view! { <p class="faint">{text::audit_log::kept_since(&local(since))}</p> };
        kept_since.get().map(told)
    };
    view! { <div class="audit-end">{reactive(failed)}{reactive(more)}{reactive(kept)}</div> }.into_any()
}
