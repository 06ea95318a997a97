//! Everything that a row says, and what was before and after.

use std::sync::Arc;

use keyward_contract::AuditRow;
use leptos::{prelude::*, task::spawn_local};

use super::rows::UNKNOWN;
use crate::{
    pages::shared::{
        breakable::breakable,
        message::{FailedLoad, Message},
    },
    present::{
        counted,
        difference::{FieldChange, difference},
        reason,
        when::{exact, to_the_second},
    },
    reactive::{memo, reactive, watch},
    state::{AuditLogStore, Load},
    ui::{button::Button, copy::CopyButton, dialog::Dialog, icon::Icon, skeleton::Bar, table::Table},
};

/// The dialog about the row that the address names.
#[component]
pub(super) fn Details(store: AuditLogStore, entry: Memo<Option<i64>>, on_open: Callback<Option<i64>>) -> AnyView {
    let row = RwSignal::new(Load::Loading);
    let attempt = RwSignal::new(());
    watch(move || {
        attempt.track();
        let Some(id) = entry.get() else { return };
        if let Some(found) = store.row(id) {
            return row.set(Load::Ready(Some(found)));
        }
        row.set(Load::Loading);
        spawn_local(async move {
            let answer = store.entry(id).await;
            if let Some(answer) = answer.filter(|_| entry.try_get_untracked() == Some(Some(id))) {
                row.set(Load::of(answer));
            }
        });
    });
    let title = move || {
        let of = |row: &AuditRow| [&row.action, " · ", &row.sub_category].concat();
        row.with(|row| row.ready().and_then(Option::as_ref).map_or("Entry".to_owned(), of))
    };
    let content = move || match row.get() {
        Load::Loading => view! { <p aria-busy="true"><Bar width="w20" /></p> }.into_any(),
        Load::Failed(error) => view! { <FailedLoad error=error on_retry=move |()| attempt.set(()) /> }.into_any(),
        Load::Ready(None) => view! {
            <Message icon=Icon::Info title="Entry not found">
                <p>"It has been deleted, or you don't have access."</p>
            </Message>
        }
        .into_any(),
        Load::Ready(Some(row)) => details(&row),
    };
    // The dialog and its buttons stay, and so does the focus, while it goes from row to row.
    let is_open = memo(move || entry.with(Option::is_some));
    view! {
        <Dialog
            open=is_open
            title=Signal::derive(title)
            class="dialog-wide"
            on_close=move |()| on_open.run(None)
        >
            <div class="audit-steps">
                {steps(store, entry, on_open)}
                <CopyButton label="Copy link" source=Arc::new(|| Box::pin(std::future::ready(address()))) />
            </div>
            <p class="visually-hidden" role="status">{reactive(title)}</p>
            {reactive(content)}
            <div class="dialog-actions">
                <Button label="Close" on_press=move |()| on_open.run(None) />
            </div>
        </Dialog>
    }
    .into_any()
}

/// To the rows before and after it in the list, if it is there.
fn steps(store: AuditLogStore, entry: Memo<Option<i64>>, on_open: Callback<Option<i64>>) -> AnyView {
    let place = memo(move || store.place(entry.get()?));
    let beside = move |step: fn(usize) -> Option<usize>| {
        memo(move || {
            let place = step(place.get()?)?;
            store.log.with(|log| Some(log.ready()?.rows.get(place)?.id))
        })
    };
    let (before, after) = (
        beside(|place| place.checked_sub(1)),
        beside(|place| place.checked_add(1)),
    );
    // At the end of those that have been loaded.
    watch(move || {
        if place.get().is_some() && after.get().is_none() {
            store.beyond();
        }
    });
    let button = move |label: &'static str, icon: Icon, to: Memo<Option<i64>>, none: &'static str| {
        let reason = Signal::derive(move || to.get().is_none().then(|| none.to_owned()));
        view! { <Button label=label icon=icon reason=reason on_press=move |()| on_open.run(to.get_untracked()) /> }
    };
    let is_listed = memo(move || place.with(Option::is_some));
    let buttons = move || {
        is_listed.get().then(|| {
            view! {
                {button("Previous", Icon::Up, before, "This is the first entry.")}
                {button("Next", Icon::Down, after, "This is the last entry.")}
            }
        })
    };
    reactive(buttons)
}

/// Which names the entry.
fn address() -> Option<String> {
    window().location().href().ok()
}

fn details(row: &AuditRow) -> AnyView {
    let times = counted::times(row);
    let changes = match times {
        Some(_) => Vec::new(),
        None => difference(row.before.as_ref(), row.after.as_ref()),
    };
    let timestamp = [&to_the_second(row.timestamp), " (", &exact(row.timestamp), ")"].concat();
    let admin = match (&row.admin_name, row.admin_id) {
        (Some(name), Some(id)) if id.0 != 0 => [name, " (ID ", &id.to_string(), ")"].concat(),
        (name, _) => name.clone().unwrap_or_else(|| UNKNOWN.to_owned()),
    };
    let facts = [
        ("Timestamp", Some(timestamp)),
        ("Category", Some(row.category.clone())),
        ("Resource", Some(row.resource.clone())),
        ("Admin", Some(admin)),
        (
            "Client IP",
            row.client_ip.as_deref().or(counted::addresses(row)).map(str::to_owned),
        ),
        ("Interface", Some(row.interface.clone())),
        ("Result", Some(row.result.clone())),
        ("Reason", row.reason.as_deref().map(why)),
        ("How Often", times),
    ];
    let fact = |(name, value): (&'static str, Option<String>)| {
        let value = value?;
        let value = match name {
            "Resource" | "Admin" => breakable(&value),
            _ => value.into_any(),
        };
        Some(view! { <dt>{name}</dt><dd>{value}</dd> }.into_any())
    };
    let facts: Vec<AnyView> = facts.into_iter().filter_map(fact).collect();
    view! {
        <dl class="audit-facts">{facts}{row.request_id.clone().map(request)}</dl>
        {(!changes.is_empty()).then(|| comparison(changes))}
    }
    .into_any()
}

/// In words and as the log has it.
fn why(reason: &str) -> String {
    let words = reason::words(reason);
    if words == reason {
        words.into_owned()
    } else {
        [&words, " (", reason, ")"].concat()
    }
}

fn request(id: String) -> AnyView {
    let copied = id.clone();
    view! {
        <dt>"Request ID"</dt>
        <dd class="audit-request">
            <code>{id}</code>
            <CopyButton
                label="Copy request ID"
                icon_only=true
                source=Arc::new(move || Box::pin(std::future::ready(Some(copied.clone()))))
            />
        </dd>
    }
    .into_any()
}

fn comparison(changes: Vec<FieldChange>) -> AnyView {
    let cell = |text: Option<String>| breakable(text.as_deref().unwrap_or("–"));
    let row = |change: FieldChange| {
        let word = change.word();
        vec![
            change.field.into_any(),
            word.into_any(),
            cell(change.before),
            cell(change.after),
        ]
    };
    let rows = changes.into_iter().map(row).collect();
    view! {
        <div class="panel">
            <Table
                caption="Before and after"
                headings=vec!["Field", "Change", "Before", "After"]
                rows=rows
            />
        </div>
    }
    .into_any()
}
