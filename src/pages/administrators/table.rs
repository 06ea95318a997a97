//! The table of administrators.

use keyward_contract::{Administrator, AdministratorStatus, Refusal};
use leptos::prelude::*;

use super::{Open, Page};
use crate::{
    browser::time,
    pages::shared::{
        context::Context,
        list_table::{Counts, ListTable, Rank, Terms},
        row::{Pill, cell, name, pill},
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
    Column::new("name", || "Name", 260),
    Column::new("role", || "Role", 160),
    Column::new("status", || "Status", 180).leads(),
    Column::new("last-sign-in", || "Last sign-in", 190).priority(2),
    Column::new("live-sessions", || "Active sessions", 140).priority(3),
];

const TERMS: Terms<Administrator> = Terms {
    text: |admin, column| match column {
        0 => admin.name.clone(),
        1 => admin.role.clone(),
        2 => status_text(admin).to_owned(),
        3 => admin.last_sign_in_on.map_or_else(|| NEVER.to_owned(), local),
        _ => administrator::live_sessions(admin),
    },
    rank: |admin, column| match column {
        3 => Rank::of_time(admin.last_sign_in_on),
        4 => Rank::Number(i64::from(admin.portal_sessions) + i64::from(admin.api_sessions)),
        _ => Rank::Text,
    },
};

const NEVER: &str = "Never";

#[component]
pub(super) fn AdministratorTable() -> AnyView {
    view! {
        <ListTable
            list=Page::get().list
            shape=Shape::new("administrators", COLUMNS)
            terms=TERMS
            caption="Administrators"
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
        let you = (own == Some(id)).then(|| view! { " " <span class="badge badge-quiet">"You"</span> });
        (name(&admin.name), you)
    };
    let role = |admin: Administrator| {
        let given = |by: String| view! { <span class="row-note">{["Granted by ", &by].concat()}</span> };
        (admin.role, admin.given_by.map(given))
    };
    let last = |admin: Administrator| match admin.last_sign_in_on {
        Some(instant) => view! { <When instant=instant /> }.into_any(),
        None => NEVER.into_any(),
    };
    vec![
        cell(row, with_you),
        cell(row, role),
        cell(row, |admin| (status(&admin), in_doubt(&admin))),
        cell(row, last),
        cell(row, |admin| administrator::live_sessions(&admin)),
    ]
}

fn status(admin: &Administrator) -> AnyView {
    let text = status_text(admin);
    match (admin.status, admin.invitation_expires_on) {
        (AdministratorStatus::Active, _) => pill(Pill::On, text),
        (AdministratorStatus::Disabled, _) => pill(Pill::Off, text),
        (AdministratorStatus::Invited, Some(until)) if text == INVITED => view! {
            {pill(Pill::Waits, text)}
            <span class="row-note">"until " <When instant=until /></span>
        }
        .into_any(),
        (AdministratorStatus::Invited, _) => pill(Pill::Ended, text),
    }
}

/// After a restore.
fn in_doubt(admin: &Administrator) -> Option<AnyView> {
    let note = match (admin.held, admin.password_held) {
        (true, _) => "Restored from a backup; may have been removed or changed since. Enable to confirm.",
        (_, true) => "Password restored from a backup; rejected until confirmed.",
        _ => return None,
    };
    Some(view! { <span class="row-note">{note}</span> }.into_any())
}

const INVITED: &str = "Invited";

fn status_text(admin: &Administrator) -> &'static str {
    let is_valid = admin
        .invitation_expires_on
        .is_some_and(|until| (until.timestamp_millis() as f64) > time::now());
    match admin.status {
        AdministratorStatus::Active => "Active",
        AdministratorStatus::Disabled => "Disabled",
        AdministratorStatus::Invited if is_valid => INVITED,
        AdministratorStatus::Invited => "Invitation expired",
    }
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
        Some(Refusal::OwnAccount) => Some("Manage your sessions on the Account page."),
        Some(refused) => Some(refusal::reason(refused)),
        None => has_none.then_some("No active sessions."),
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
