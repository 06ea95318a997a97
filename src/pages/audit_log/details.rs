//! Everything that a row says, and what was before and after.

use std::sync::Arc;

use keyward_contract::AuditRow;
use leptos::prelude::*;

use super::rows::UNKNOWN;
use crate::{
    present::{
        counted,
        difference::{FieldChange, difference},
        reason,
        when::{exact, to_the_second},
    },
    ui::{button::Button, copy::CopyButton, dialog::Dialog, table::Table},
};

#[component]
pub(super) fn Details(opened: RwSignal<Option<AuditRow>>) -> AnyView {
    let title = move || {
        let of = |row: &AuditRow| [&row.action, " · ", &row.sub_category].concat();
        opened.with(|row| row.as_ref().map(of).unwrap_or_default())
    };
    view! {
        <Dialog
            open=Signal::derive(move || opened.with(Option::is_some))
            title=Signal::derive(title)
            class="dialog-wide"
            on_close=move |()| opened.set(None)
        >
            {move || opened.get().map(|row| details(&row))}
            <div class="dialog-actions">
                <Button label="Close" on_press=move |()| opened.set(None) />
            </div>
        </Dialog>
    }
    .into_any()
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
    let sentence = reason::sentence(reason);
    if sentence == reason {
        sentence.into_owned()
    } else {
        [&sentence, " (", reason, ")"].concat()
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
    let cell = |text: Option<String>| text.unwrap_or_else(|| "–".to_owned()).into_any();
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
                headings=&["Field", "What Happened", "Before", "After"]
                rows=rows
            />
        </div>
    }
    .into_any()
}
