//! Everything that a row says, and what was before and after.

use std::sync::Arc;

use keyward_contract::AuditRow;
use leptos::{prelude::*, task::spawn_local};

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
    text,
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
        let of = |row: &AuditRow| text::audit_log::entry_of(&row.action, &row.sub_category);
        row.with(|row| {
            let row = row.ready().and_then(Option::as_ref);
            row.map_or_else(|| text::audit_log::entry().to_owned(), of)
        })
    };
    let content = move || match row.get() {
        Load::Loading => view! { <p aria-busy="true"><Bar width="w20" /></p> }.into_any(),
        Load::Failed(error) => view! { <FailedLoad error=error on_retry=move |()| attempt.set(()) /> }.into_any(),
        Load::Ready(None) => view! {
            <Message icon=Icon::Info title=text::audit_log::not_found_title()>
                <p>{text::audit_log::not_found_text()}</p>
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
                <CopyButton label=text::audit_log::copy_link() source=Arc::new(|| Box::pin(std::future::ready(address()))) />
            </div>
            <p class="visually-hidden" role="status">{reactive(title)}</p>
            {reactive(content)}
            <div class="dialog-actions">
                <Button label=text::common::close() on_press=move |()| on_open.run(None) />
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
                {button(text::audit_log::previous(), Icon::Up, before, text::audit_log::is_first())}
                {button(text::audit_log::next(), Icon::Down, after, text::audit_log::is_last())}
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
    let timestamp = text::audit_log::timestamp_exact(&to_the_second(row.timestamp), &exact(row.timestamp));
    let admin = match (&row.admin_name, row.admin_id) {
        (Some(name), Some(id)) if id.0 != 0 => text::audit_log::admin_id(name, &id.to_string()),
        (Some(name), _) => name.clone(),
        (None, _) => text::audit_log::unknown_admin().to_owned(),
    };
    let address = row.client_ip.as_deref().or(counted::addresses(row));
    let fact = |name: &'static str, value: AnyView| view! { <dt>{name}</dt><dd>{value}</dd> }.into_any();
    let plain = |name, value: Option<String>| value.map(|value| fact(name, value.into_any()));
    let facts = [
        plain(text::audit_log::timestamp(), Some(timestamp)),
        Some(fact(text::audit_log::category(), breakable(&row.category))),
        Some(fact(text::audit_log::resource(), breakable(&row.resource))),
        Some(fact(text::common::admin(), breakable(&admin))),
        address.map(|address| fact(text::audit_log::client_ip(), breakable(address))),
        Some(fact(text::audit_log::interface(), breakable(&row.interface))),
        Some(fact(text::audit_log::result(), breakable(&row.result))),
        plain(text::audit_log::reason(), row.reason.as_deref().map(why)),
        plain(text::audit_log::how_often(), times),
    ];
    let facts: Vec<AnyView> = facts.into_iter().flatten().collect();
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
        text::audit_log::reason_word(&words, reason)
    }
}

fn request(id: String) -> AnyView {
    let copied = id.clone();
    view! {
        <dt>{text::audit_log::request_id()}</dt>
        <dd class="audit-request">
            <code>{id}</code>
            <CopyButton
                label=text::audit_log::copy_request_id()
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
            breakable(&change.field),
            word.into_any(),
            cell(change.before),
            cell(change.after),
        ]
    };
    let rows = changes.into_iter().map(row).collect();
    view! {
        <div class="panel">
            <Table
                caption=text::audit_log::changes()
                headings=vec![text::audit_log::field(), text::audit_log::change(), text::audit_log::before(), text::audit_log::after()]
                rows=rows
            />
        </div>
    }
    .into_any()
}
