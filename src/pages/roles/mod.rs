//! The page *Roles*: what admins may do, as sets with a name.

mod edit;

use keyward_contract::{OrganizationId, Refusal, Role};
use leptos::prelude::*;

use self::edit::RoleForm;
use crate::{
    pages::shared::{
        context::Context,
        list_page::{DeleteForm, ListPage},
        list_table::{ListTable, Rank, Terms},
        panel::{ListPanel, page_heading},
        row::{Action, cell, row_actions},
    },
    present::{count, refusal, role},
    state::{ListStore, Of},
    ui::{
        button::Kind,
        table::{Column, Shape},
    },
};

const COLUMNS: &[Column] = &[
    Column::new("role", "Role", 200),
    Column::new("allows", "Allows", 420),
    Column::new("admins", "Admins", 90),
];

const TERMS: Terms<Role> = Terms {
    text: |role, column| match column {
        0 => role.name.clone(),
        1 => role::allows(&role.permissions),
        _ => role.admins.to_string(),
    },
    rank: |role, column| match column {
        2 => Rank::Number(role.admins.into()),
        _ => Rank::Text,
    },
};

/// What the dialog is about. A role is as it was when the dialog opened.
#[derive(Clone, PartialEq, Eq)]
enum Open {
    Add,
    Edit(Role),
    Delete(Role),
}

type Page = ListPage<Role, Open>;

/// The page.
#[component]
pub(crate) fn RolesPage(org: OrganizationId) -> AnyView {
    let context = Context::get();
    let roles = ListStore::new(Of::new(org), context.session);
    let page = Page::provide(roles, move |done, ()| {
        let text = match done? {
            Open::Add => "The role was added.",
            Open::Edit(_) => "The role was changed. It counts at once for everybody who has it.",
            Open::Delete(_) => "The role was deleted.",
        };
        context.toasts.success(text);
        None
    });
    let add = move || page.add_button("Add role", Kind::Primary, Signal::stored(None), Open::Add);
    view! {
        <div class="page">
            <ListPanel
                heading=page_heading("Roles")
                buttons=add
                is_ready=page.list.is_ready()
                failure=page.list.failure()
                permission="Administrators and roles"
                on_retry=move |()| roles.reload()
            >
                <Content />
            </ListPanel>
        </div>
    }
    .into_any()
}

#[component]
fn Content() -> AnyView {
    let page = Page::get();
    view! {
        <p class="panel-text">
            "A role says what an admin may do in this organization. A change of a role counts at once for everybody who "
            "has it. Nobody gives more than they have."
        </p>
        <ListTable
            list=page.list
            shape=Shape::new("roles", COLUMNS)
            terms=TERMS
            caption="Roles"
            thing="role"
            cells=cells
            actions=actions
        />
        {page.dialog(title, form)}
    }
    .into_any()
}

fn cells(id: i64) -> Vec<AnyView> {
    let row = Page::get().row(id);
    let name = |role: Role| {
        let built_in = role.built_in.is_some();
        let badge = built_in.then(|| view! { <span class="badge badge-quiet">"Built-in"</span> });
        view! { <span class="row-name">{role.name}</span> " " {badge} }
    };
    vec![
        cell(row, name),
        cell(row, |role| role::allows(&role.permissions)),
        cell(row, |role| role.admins),
    ]
}

fn actions(id: i64) -> AnyView {
    let page = Page::get();
    let row = page.row(id);
    let reason = move |pick: fn(&Role) -> Option<Refusal>| {
        Signal::derive(move || refusal::why(row.with(|role| role.as_ref().and_then(pick))))
    };
    let edit = Action::edit(Open::Edit).unless(reason(|role| role.edit));
    let delete = Action::delete(Open::Delete).unless(reason(|role| role.delete));
    row_actions(row, page.open, vec![edit, delete])
}

fn title(open: &Open) -> &'static str {
    match open {
        Open::Add => "Add role",
        Open::Edit(_) => "Edit role",
        Open::Delete(_) => "Delete role",
    }
}

fn form(open: Open) -> AnyView {
    match open {
        Open::Add => view! { <RoleForm role=None /> }.into_any(),
        Open::Edit(role) => view! { <RoleForm role=Some(role) /> }.into_any(),
        Open::Delete(role) => view! {
            <DeleteForm
                page=Page::get()
                row=role
                gone="This role was deleted already"
                text=" is given to nobody and can't be chosen any longer. This cannot be undone."
            />
        }
        .into_any(),
    }
}

/// How many have it, such as `2 admins have it`.
fn holders(role: &Role) -> Option<String> {
    let have = if role.admins == 1 { " has it" } else { " have it" };
    (role.admins > 0).then(|| [&count::of(role.admins as usize, "admin"), have].concat())
}
