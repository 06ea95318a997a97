//! The page *Roles*: what admins may do, as sets with a name.

mod edit;

use keyward_contract::{OrganizationId, Refusal, Role};
use leptos::prelude::*;

use self::edit::RoleForm;
use crate::{
    pages::shared::{
        context::Context,
        list_page::{DeleteForm, ListPage, organization_name},
        list_table::{Counts, ListTable, Rank, Terms},
        panel::{ListPanel, page_heading},
        row::{Action, cell, name, row_actions},
    },
    present::{count, refusal, role},
    state::{ListStore, Of},
    text,
    ui::{
        button::Kind,
        icon::{Icon, Pictogram},
        table::{Column, Shape},
    },
};

const COLUMNS: &[Column] = &[
    Column::new("role", || "Role", 200),
    Column::new("allows", || "Allows", 420),
    Column::new("admins", || "Admins", 90).number(),
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
            Open::Add => "Role added.",
            Open::Edit(_) => "Role changed. It applies immediately to everyone with the role.",
            Open::Delete(_) => "Role deleted.",
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
            "A role defines what an admin can do in this organization. Changes apply immediately to everyone with the "
            "role. You can't grant more than you have."
        </p>
        <ListTable
            list=page.list
            shape=Shape::new("roles", COLUMNS)
            terms=TERMS
            caption="Roles"
            counts=Counts { all: text::roles::count, found: text::roles::found, none: text::roles::none_found }
            cells=cells
            actions=actions
        />
        {page.dialog(title, form)}
    }
    .into_any()
}

fn cells(id: i64) -> Vec<AnyView> {
    let row = Page::get().row(id);
    let with_badge = |role: Role| {
        let badge =
            || view! { <span class="badge badge-quiet badge-icon"><Pictogram icon=Icon::Lock />"Built-in"</span> };
        (name(&role.name), " ", role.built_in.map(|_| badge()))
    };
    vec![
        cell(row, with_badge),
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
    let is_own = |role: &Role| role.built_in.is_none();
    let edit = Action::edit(Open::Edit)
        .unless(reason(|role| role.edit))
        .only_where(is_own);
    let delete = Action::delete(Open::Delete)
        .unless(reason(|role| role.delete))
        .only_where(is_own);
    row_actions(row, page.open, vec![edit, delete])
}

fn title(open: &Open) -> String {
    let organization = || organization_name(Page::get().list.of.org);
    match open {
        Open::Add => ["Add role to ", &organization()].concat(),
        Open::Edit(role) => ["Edit role ", &role.name, " of ", &organization()].concat(),
        Open::Delete(role) => ["Delete role ", &role.name, " of ", &organization(), "?"].concat(),
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
                gone="Someone else deleted this role"
                text=text::roles::delete_consequence
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
