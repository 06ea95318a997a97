//! The table of administrators.

use chrono::{DateTime, Utc};
use keyward_contract::{Administrator, AdministratorStatus, Refusal};
use leptos::prelude::*;

use super::{Open, Page};
use crate::{
    browser::time,
    pages::shared::{
        context::Context,
        list_table::{Counts, ListTable, Rank, Terms},
        row::{Pill, cell, data, name, pill, text_cell},
    },
    present::{
        administrator, refusal,
        when::{When, local},
    },
    reactive::memo,
    state::AdministratorAction as Action,
    text,
    ui::{
        menu::{Action as Entry, ActionGroup, ActionMenu},
        table::{Column, Shape},
    },
};

const COLUMNS: &[Column] = &[
    Column::new("name", text::common::name, 260),
    Column::new("role", text::common::role, 160),
    Column::new("status", text::common::status, 180).leads(),
    Column::new("last-sign-in", text::administrators::last_sign_in, 190).priority(2),
    Column::new("live-sessions", text::administrators::active_sessions, 140).priority(3),
];

const TERMS: Terms<Administrator> = Terms {
    text: |admin, column| match column {
        0 => admin.name.clone(),
        1 => admin.role.clone(),
        2 => status_text(admin).to_owned(),
        3 => admin
            .last_sign_in_on
            .map_or_else(|| text::administrators::never().to_owned(), local),
        _ => administrator::live_sessions(admin),
    },
    rank: |admin, column| match column {
        3 => Rank::of_time(admin.last_sign_in_on),
        4 => Rank::Number(i64::from(admin.portal_sessions) + i64::from(admin.api_sessions)),
        _ => Rank::Text,
    },
};

#[component]
pub(super) fn AdministratorTable() -> AnyView {
    view! {
        <ListTable
            list=Page::get().list
            shape=Shape::new("administrators", COLUMNS)
            terms=TERMS
            caption=text::administrators::title()
            counts=Counts { all: text::administrators::count, found: text::administrators::found, none: text::administrators::none_found }
            cells=cells
            actions=actions
        />
    }
    .into_any()
}

fn cells(id: i64) -> Vec<AnyView> {
    let row = Page::get().row(id);
    let own = Context::get().session.admin_id();
    let with_you = move |admin: Administrator| {
        let you = || view! { " " <span class="badge badge-quiet">{text::administrators::you()}</span> };
        (name(&admin.name), (own == Some(id)).then(you))
    };
    let role = |admin: Administrator| {
        let given = |by: String| view! { <span class="row-note">{text::administrators::granted_by(&by)}</span> };
        (data(admin.role), admin.given_by.map(given))
    };
    let last = |admin: Administrator| match admin.last_sign_in_on {
        Some(instant) => view! { <When instant=instant /> }.into_any(),
        None => text::administrators::never().into_any(),
    };
    vec![
        cell(row, with_you),
        cell(row, role),
        cell(row, |admin| (status(&admin), in_doubt(&admin))),
        cell(row, last),
        text_cell(row, |admin| administrator::live_sessions(&admin)),
    ]
}

fn status(admin: &Administrator) -> AnyView {
    let text = status_text(admin);
    match (admin.status, valid_until(admin)) {
        (AdministratorStatus::Active, _) => pill(Pill::On, text),
        (AdministratorStatus::Disabled, _) => pill(Pill::Off, text),
        (AdministratorStatus::Invited, Some(until)) => {
            let until = text::administrators::invited_until(view! { <When instant=until /> }.into_any());
            view! { {pill(Pill::Waits, text)} <span class="row-note">{until}</span> }.into_any()
        }
        (AdministratorStatus::Invited, None) => pill(Pill::Ended, text),
    }
}

/// After a restore.
fn in_doubt(admin: &Administrator) -> Option<AnyView> {
    let note = match (admin.held, admin.password_held) {
        (true, _) => text::administrators::held(),
        (_, true) => text::administrators::password_held(),
        _ => return None,
    };
    Some(view! { <span class="row-note">{note}</span> }.into_any())
}

fn status_text(admin: &Administrator) -> &'static str {
    match admin.status {
        AdministratorStatus::Active => text::administrators::active(),
        AdministratorStatus::Disabled => text::administrators::disabled(),
        AdministratorStatus::Invited if valid_until(admin).is_some() => text::administrators::invited(),
        AdministratorStatus::Invited => text::administrators::invitation_expired(),
    }
}

/// How long the link of an invitation is valid; nothing once it has expired.
fn valid_until(admin: &Administrator) -> Option<DateTime<Utc>> {
    let until = admin.invitation_expires_on;
    until.filter(|until| (until.timestamp_millis() as f64) > time::now())
}

fn actions(id: i64) -> AnyView {
    let page = Page::get();
    let row = page.row(id);
    let name = Signal::derive(move || row.get().map(|admin| admin.name).unwrap_or_default());
    let groups = memo(move || row.with(|admin| admin.as_ref().map(groups).unwrap_or_default()));
    let choose = move |action| {
        if let Some(admin) = row.get_untracked() {
            page.open.set(Some(Open::Act(action, admin)));
        }
    };
    view! { <ActionMenu about=name groups=groups on_choose=choose /> }.into_any()
}

/// What can be done with an admin, and why not.
fn groups(admin: &Administrator) -> Vec<ActionGroup<Action>> {
    let by_status: &[Action] = match admin.status {
        AdministratorStatus::Active if admin.password_held => &[Action::ConfirmPassword, Action::Disable],
        AdministratorStatus::Active => &[Action::Disable],
        AdministratorStatus::Invited => &[Action::RenewInvitation, Action::Disable],
        AdministratorStatus::Disabled => &[Action::Enable],
    };
    let change = [&[Action::ChangeRole], by_status].concat();
    let has_none = admin.portal_sessions == 0 && admin.api_sessions == 0;
    let end = match admin.end_sessions {
        Some(Refusal::OwnAccount) => Some(text::administrators::own_sessions()),
        Some(refused) => Some(refusal::reason(refused)),
        None => has_none.then(text::administrators::no_sessions),
    };
    let refused = admin.change.map(refusal::reason);
    vec![
        group(&[Action::EndSessions], end),
        group(&change, refused),
        group(&[Action::Remove], refused),
    ]
}

fn group(actions: &[Action], reason: Option<&'static str>) -> ActionGroup<Action> {
    let entry = |&action: &Action| Entry {
        action,
        label: administrator::label(action),
        is_danger: action == Action::Remove,
        is_beside: false,
    };
    ActionGroup {
        actions: actions.iter().map(entry).collect(),
        reason: reason.map(str::to_owned),
    }
}
