//! The table of administrators.

use keyward_contract::{AdminId, Administrator, AdministratorStatus, Refusal};
use leptos::prelude::*;

use super::{super::context::Context, Open, Page};
use crate::{
    browser::time,
    present::{administrator as text, refusal, when::When},
    state::AdministratorAction as Action,
    ui::{
        menu::{Action as Entry, ActionGroup, ActionMenu},
        skeleton::Bar,
        table::{LiveTable, Table},
    },
};

const HEADINGS: &[&str] = &["Name", "Role", "Status", "Last sign-in", "Live sessions"];

#[component]
pub(super) fn AdministratorTable(is_ready: Memo<bool>) -> AnyView {
    let page = Page::get();
    let keys = Signal::derive(move || {
        page.administrators.rows.with(|rows| {
            let rows = rows.ready().into_iter().flatten();
            rows.map(|admin| admin.id.0).collect::<Vec<_>>()
        })
    });
    view! {
        {move || {
            if is_ready.get() {
                view! {
                    <LiveTable caption="Administrators" headings=HEADINGS keys=keys cells=cells actions=actions />
                }
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
        ["w20", "w12", "w8", "w12", "w8"]
            .map(|width| view! { <Bar width=width /> }.into_any())
            .into()
    };
    let rows = (0..3).map(row).collect();
    view! { <div aria-busy="true"><Table caption="Administrators" headings=HEADINGS rows=rows /></div> }.into_any()
}

fn cells(id: i64) -> Vec<AnyView> {
    let row = Page::get().row(AdminId(id));
    let own = Context::get().session.admin_id();
    let name = move || {
        let you = (own == Some(id)).then(|| view! { " " <span class="badge badge-quiet">"You"</span> });
        row.get()
            .map(|admin| view! { <span class="row-name">{admin.name}</span> {you} })
    };
    let role = move || row.get().map(|admin| admin.role);
    let status = move || row.get().map(|admin| status(&admin));
    let last = move || {
        row.get().map(|admin| match admin.last_sign_in_on {
            Some(instant) => view! { <When instant=instant /> }.into_any(),
            None => "Never".into_any(),
        })
    };
    let sessions = move || row.get().map(|admin| text::live_sessions(&admin));
    vec![
        name.into_any(),
        role.into_any(),
        status.into_any(),
        last.into_any(),
        sessions.into_any(),
    ]
}

fn status(admin: &Administrator) -> AnyView {
    match (admin.status, admin.invitation_expires_on) {
        (AdministratorStatus::Active, _) => "Active".into_any(),
        (AdministratorStatus::Disabled, _) => view! { <span class="badge badge-off">"Disabled"</span> }.into_any(),
        (AdministratorStatus::Invited, Some(until)) if (until.timestamp_millis() as f64) > time::now() => view! {
            <span class="badge badge-quiet">"Invited"</span>
            <span class="row-note">"until " <When instant=until /></span>
        }
        .into_any(),
        (AdministratorStatus::Invited, _) => {
            view! { <span class="badge badge-off">"Invitation expired"</span> }.into_any()
        }
    }
}

fn actions(id: i64) -> AnyView {
    let page = Page::get();
    let row = page.row(AdminId(id));
    let name = Signal::derive(move || row.get().map(|admin| admin.name).unwrap_or_default());
    let groups = Memo::new(move |_| row.with(|admin| admin.as_ref().map(groups).unwrap_or_default()));
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
        AdministratorStatus::Active => &[Action::Disable],
        AdministratorStatus::Invited => &[Action::RenewInvitation, Action::Disable],
        AdministratorStatus::Disabled => &[Action::Enable],
    };
    let change = [&[Action::ChangeRole], by_status, &[Action::Remove]].concat();
    let has_none = admin.portal_sessions == 0 && admin.api_sessions == 0;
    let end = match admin.end_sessions {
        Some(Refusal::OwnAccount) => Some("You end your own sessions on your account page."),
        Some(refused) => Some(refusal::reason(refused)),
        None => has_none.then_some("There is no live session."),
    };
    vec![
        group(&change, admin.change.map(refusal::reason)),
        group(&[Action::EndSessions], end),
    ]
}

fn group(actions: &[Action], reason: Option<&'static str>) -> ActionGroup<Action> {
    let entry = |&action: &Action| Entry {
        action,
        label: text::label(action),
    };
    ActionGroup {
        actions: actions.iter().map(entry).collect(),
        reason,
    }
}
