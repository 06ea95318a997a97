//! The page *Roles*: what admins may do, as sets with a name.

mod edit;

use keyward_contract::{OrganizationId, Refusal, Role};
use leptos::prelude::*;

use self::edit::RoleForm;
use crate::{
    browser::language::number,
    pages::shared::{
        context::Context,
        list_page::{DeleteForm, ListPage, organization_name},
        list_table::{Counts, ListTable, Rank, Terms},
        panel::{ListPanel, page_heading},
        row::{Action, cell, name, row_actions, text_cell},
    },
    present::{refusal, role},
    state::{ListStore, Of},
    text,
    ui::{
        button::Kind,
        icon::{Icon, Pictogram},
        table::{Column, Shape},
    },
};

const COLUMNS: &[Column] = &[
    Column::new("role", text::common::role, 200),
    Column::new("allows", text::roles::allows, 420),
    Column::new("admins", text::roles::admins, 90).number(),
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
        context.toasts.success(match done? {
            Open::Add => text::roles::added(),
            Open::Edit(_) => text::roles::edited(),
            Open::Delete(_) => text::roles::deleted(),
        });
        None
    });
    let add = move || page.add_button(text::roles::add_role(), Kind::Primary, Signal::stored(None), Open::Add);
    view! {
        <div class="page">
            <ListPanel
                heading=page_heading(text::roles::title())
                buttons=add
                is_ready=page.list.is_ready()
                failure=page.list.failure()
                permission=text::roles::admin_management()
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
        <p class="panel-text">{text::roles::intro()}</p>
        <ListTable
            list=page.list
            shape=Shape::new("roles", COLUMNS)
            terms=TERMS
            caption=text::roles::title()
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
        let badge = || {
            view! {
                <span class="badge badge-quiet badge-icon"><Pictogram icon=Icon::Lock />{text::roles::built_in()}</span>
            }
        };
        (name(&role.name), " ", role.built_in.map(|_| badge()))
    };
    vec![
        cell(row, with_badge),
        text_cell(row, |role| role::allows(&role.permissions)),
        text_cell(row, |role| number(role.admins as usize)),
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
        Open::Add => text::roles::add_title(&organization()),
        Open::Edit(role) => text::roles::edit_title(&role.name, &organization()),
        Open::Delete(role) => text::roles::delete_title(&role.name, &organization()),
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
                gone=text::roles::gone()
                text=text::roles::delete_consequence
            />
        }
        .into_any(),
    }
}
