//! The API roles: what a token may do, by the scope that it has.

mod edit;
mod instructions;

use std::sync::Arc;

use keyward_contract::{API_ROLES_MAX, ApiPermission, ApiRole, OrganizationId};
use leptos::prelude::*;

use self::{edit::ApiRoleForm, instructions::Instructions};
use crate::{
    pages::shared::{
        context::Context,
        list_page::{DeleteForm, ListPage, organization_name},
        list_table::{ListTable, Rank, Terms},
        message::{FailedLoad, Message},
        row::{Action, name_cell, row_actions, text_cell},
    },
    reactive::reactive,
    state::{ListStore, Of},
    text,
    ui::{
        button::Kind,
        copy::CopyButton,
        icon::Icon,
        table::{Column, Shape},
    },
};

const COLUMNS: &[Column] = &[
    Column::new("name", text::api_roles::role, 160),
    Column::new("allows", text::api_roles::allows, 240).priority(2),
    Column::new("scope", text::api_roles::scope, 340),
];

const TERMS: Terms<ApiRole> = Terms {
    text: |role, column| match column {
        0 => role.name.clone(),
        1 => allows(role.permission).to_owned(),
        _ => role.scope.clone(),
    },
    rank: |_, _| Rank::Text,
};

const PERMISSIONS: [ApiPermission; 3] = [ApiPermission::Full, ApiPermission::View, ApiPermission::None];

fn allows(permission: ApiPermission) -> &'static str {
    match permission {
        ApiPermission::Full => text::api_roles::full_text(),
        ApiPermission::View => text::api_roles::view_text(),
        ApiPermission::None => text::api_roles::none_text(),
    }
}

#[derive(Clone, PartialEq, Eq)]
enum Open {
    Add,
    Edit(ApiRole),
    Delete(ApiRole),
}

type Roles = ListPage<ApiRole, Open>;

#[component]
pub(super) fn ApiRolesPanel(org: OrganizationId) -> AnyView {
    let context = Context::get();
    let list = ListStore::new(Of::new(org), context.session);
    let roles = Roles::provide(list, move |done, ()| {
        let done = match done? {
            Open::Add => text::api_roles::added(),
            Open::Edit(_) => text::api_roles::changed(),
            Open::Delete(_) => text::api_roles::deleted(),
        };
        context.toasts.success(done);
        None
    });
    let failure = roles.list.failure();
    view! {
        <section class="panel panel-next" aria-labelledby="api-roles">
            <header class="panel-head">
                <h2 id="api-roles">{text::api_roles::title()}</h2>
                {roles.add_button(text::api_roles::add(), Kind::Plain, roles.reason(|it| it.add), Open::Add)}
            </header>
            {reactive(move || match failure.get() {
                Some(error) => view! { <FailedLoad error=error on_retry=move |()| list.reload() /> }.into_any(),
                None => view! { <Content /> }.into_any(),
            })}
        </section>
    }
    .into_any()
}

#[component]
fn Content() -> AnyView {
    let roles = Roles::get();
    view! {
        <p class="panel-text">{text::api_roles::intro(API_ROLES_MAX)}</p>
        <ListTable
            list=roles.list
            shape=Shape::new("api-roles", COLUMNS)
            terms=TERMS
            caption=text::api_roles::caption()
            empty=none
            cells=cells
            actions=actions
        />
        <Instructions />
        {roles.dialog(title, form)}
    }
    .into_any()
}

fn none() -> AnyView {
    view! {
        <Message icon=Icon::Key title=text::api_roles::empty_title()>
            <p>{text::api_roles::empty_text()}</p>
        </Message>
    }
    .into_any()
}

fn cells(id: i64) -> Vec<AnyView> {
    let row = Roles::get().row(id);
    let scope = move || row.with(|row| row.as_ref().map(|role| role.scope.clone()));
    let with_copy = view! {
        <span class="scope">
            <code translate="no">{reactive(scope)}</code>
            <CopyButton
                label=Signal::derive(move || {
                    let name = row.with(|row| row.as_ref().map(|role| role.name.clone()));
                    text::api_roles::copy_scope(&name.unwrap_or_default())
                })
                icon_only=true
                source=Arc::new(move || Box::pin(async move { untrack(scope) }))
            />
        </span>
    };
    vec![
        name_cell(row),
        text_cell(row, |role| allows(role.permission)),
        with_copy.into_any(),
    ]
}

fn actions(id: i64) -> AnyView {
    let roles = Roles::get();
    let refused = roles.reason(|it| it.edit);
    let edit = Action::edit(Open::Edit).unless(refused);
    let delete = Action::delete(Open::Delete).unless(refused);
    row_actions(roles.row(id), roles.open, vec![edit, delete])
}

fn title(open: &Open) -> String {
    let organization = || organization_name(Roles::get().list.of.org);
    match open {
        Open::Add => text::api_roles::add_title(&organization()),
        Open::Edit(role) => text::api_roles::edit_title(&role.name, &organization()),
        Open::Delete(role) => text::api_roles::delete_title(&role.name, &organization()),
    }
}

fn form(open: Open) -> AnyView {
    match open {
        Open::Add => view! { <ApiRoleForm role=None /> }.into_any(),
        Open::Edit(role) => view! { <ApiRoleForm role=Some(role) /> }.into_any(),
        Open::Delete(role) => view! {
            <DeleteForm
                page=Roles::get()
                row=role
                gone=text::api_roles::gone()
                text=text::api_roles::delete_consequence
                warning=text::api_roles::delete_warning()
            />
        }
        .into_any(),
    }
}
