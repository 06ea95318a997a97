//! The table of organizations.

use keyward_contract::{KeyStatus, LastChange, OrganizationId, OrganizationOverview, Subscription};
use leptos::prelude::*;

use super::Page;
use crate::{
    pages::shared::{
        context::Context,
        list_table::{Counts, ListTable, Rank, Terms},
        row::{Pill, cell, data, pill, text_cell},
    },
    present::when::{When, days_since, local},
    reactive::reactive,
    routes::Route,
    text,
    ui::table::{Column, Shape},
};

const COLUMNS: &[Column] = &[
    Column::new("name", text::common::name, 220),
    Column::new("cloud", text::organizations::cloud, 160).priority(3),
    Column::new("role", text::common::role, 140).extra(),
    Column::new("subscription", text::organizations::subscription, 130).priority(2),
    Column::new("key", text::organizations::key, 120).leads(),
    Column::new("age", text::organizations::key_age, 110)
        .number()
        .priority(3),
    Column::new("last-modified-by", text::common::last_modified_by, 170).priority(4),
    Column::new("last-modified-on", text::common::last_modified_on, 200),
    Column::new("live-sessions", text::organizations::active_sessions, 150)
        .number()
        .extra(),
];

const TERMS: Terms<OrganizationOverview> = Terms {
    text: |organization, column| match column {
        0 => organization.name.clone(),
        1 => organization.cloud.clone(),
        2 => organization.role.clone(),
        3 => subscription_text(organization.subscription).to_owned(),
        4 => key_text(organization).to_owned(),
        5 => age(organization).map(text::organizations::key_days).unwrap_or_default(),
        6 => last_change(organization).map_or_else(String::new, |last| last.last_modified_by.name.clone()),
        7 => last_change(organization).map_or_else(String::new, |last| local(last.last_modified_on)),
        _ => sessions(organization)
            .map(|sessions| sessions.to_string())
            .unwrap_or_default(),
    },
    rank: |organization, column| {
        let modified_on = || last_change(organization).map(|last| last.last_modified_on.timestamp_millis());
        let number = match column {
            // The eldest was changed first.
            5 => age(organization).and_then(|_| modified_on()).map(|on| -on),
            7 => modified_on(),
            8 => sessions(organization),
            _ => return Rank::Text,
        };
        number.map_or(Rank::Nothing, Rank::Number)
    },
};

#[component]
pub(super) fn OrganizationTable() -> AnyView {
    view! {
        <ListTable
            list=Page::get().organizations
            shape=Shape::new("organizations", COLUMNS)
            terms=TERMS
            caption=text::organizations::organizations()
            counts=Counts { all: text::organizations::count, found: text::organizations::found, none: text::organizations::none_found }
            long=true
            cells=cells
        />
    }
    .into_any()
}

fn cells(id: i64) -> Vec<AnyView> {
    let row = Page::get().organizations.row(id);
    let plain = move |column| text_cell(row, move |it| (TERMS.text)(&it, column));
    let last = |it: OrganizationOverview| {
        let instant = last_change(&it).map(|last| last.last_modified_on);
        instant.map(|instant| view! { <When instant=instant /> })
    };
    vec![
        link(id),
        cell(row, |it| data((TERMS.text)(&it, 1))),
        cell(row, |it| data((TERMS.text)(&it, 2))),
        cell(row, |it| subscription(it.subscription)),
        cell(row, |it| key(&it)),
        plain(5),
        cell(row, |it| data((TERMS.text)(&it, 6))),
        cell(row, last),
        plain(8),
    ]
}

fn subscription(subscription: Subscription) -> AnyView {
    let text = subscription_text(subscription);
    match subscription {
        Subscription::Active => pill(Pill::On, text),
        Subscription::Expired => pill(Pill::Ended, text),
        Subscription::None => view! { <span class="faint">{text}</span> }.into_any(),
    }
}

fn subscription_text(subscription: Subscription) -> &'static str {
    match subscription {
        Subscription::Active => text::organizations::subscription_active(),
        Subscription::Expired => text::organizations::subscription_expired(),
        Subscription::None => text::common::none(),
    }
}

/// Whether there is one.
fn key(organization: &OrganizationOverview) -> AnyView {
    let text = key_text(organization);
    match organization.key.as_ref().and_then(|key| key.status) {
        None => view! { <span class="faint">{text}</span> }.into_any(),
        Some(KeyStatus::Enabled) => pill(Pill::On, text),
        Some(KeyStatus::Disabled) => pill(Pill::Off, text),
    }
}

fn key_text(organization: &OrganizationOverview) -> &'static str {
    match organization.key.as_ref().map(|key| key.status) {
        None => text::organizations::key_not_shown(),
        Some(None) => text::common::none(),
        Some(Some(KeyStatus::Enabled)) => text::organizations::key_enabled(),
        Some(Some(KeyStatus::Disabled)) => text::organizations::key_disabled(),
    }
}

fn last_change(organization: &OrganizationOverview) -> Option<&LastChange> {
    organization.key.as_ref()?.last_change.as_ref()
}

/// In days. A key that is not there has none, whenever it went.
fn age(organization: &OrganizationOverview) -> Option<usize> {
    organization.key.as_ref()?.status?;
    last_change(organization).map(|last| days_since(last.last_modified_on) as usize)
}

fn sessions(organization: &OrganizationOverview) -> Option<i64> {
    organization.key.as_ref().map(|key| i64::from(key.live_sessions))
}

/// The name, which leads to the first page there is of it.
fn link(id: i64) -> AnyView {
    let context = Context::get();
    let row = Page::get().organizations.row(id);
    let href = move || {
        let access = context.session.access(OrganizationId(id));
        let first = access.and_then(|access| super::super::frame::main_pages(&access).into_iter().next());
        context
            .navigator
            .href(first.unwrap_or(Route::ApiKey(OrganizationId(id))))
    };
    let name = move || row.get().map(|it| it.name);
    view! { <a class="row-name row-link" href=Signal::derive(href) translate="no">{reactive(name)}</a> }.into_any()
}
