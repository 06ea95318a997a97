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
        row::{Action, cell, name_cell, row_actions},
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
    Column::new("name", || "API Role", 160),
    Column::new("allows", || "Allows", 240).priority(2),
    Column::new("scope", || "Scope", 340),
];

const TERMS: Terms<ApiRole> = Terms {
    text: |role, column| match column {
        0 => role.name.clone(),
        1 => allows(role.permission).to_owned(),
        _ => role.scope.clone(),
    },
    rank: |_, _| Rank::Text,
};

const PERMISSIONS: [(ApiPermission, &str, &str); 3] = [
    (ApiPermission::Full, "Full", "All requests"),
    (ApiPermission::View, "View", "Read-only requests (GET, HEAD, OPTIONS)"),
    (ApiPermission::None, "None", "No requests"),
];

fn allows(permission: ApiPermission) -> &'static str {
    PERMISSIONS.iter().find(|it| it.0 == permission).map_or("", |it| it.2)
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
        let text = match done? {
            Open::Add => "API role added.",
            Open::Edit(_) => "API role changed. It applies from the next request on.",
            Open::Delete(_) => "API role deleted. Tokens with its scope no longer work.",
        };
        context.toasts.success(text);
        None
    });
    let failure = roles.list.failure();
    view! {
        <section class="panel panel-next" aria-labelledby="api-roles">
            <header class="panel-head">
                <h2 id="api-roles">"API Roles"</h2>
                {roles.add_button("Add API Role", Kind::Plain, roles.reason(|it| it.add), Open::Add)}
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
        <p class="panel-text">
            "An access token names one of these by its scope, which you set in your identity provider. Up to "
            {API_ROLES_MAX} ". API roles can't manage keys."
        </p>
        <ListTable
            list=roles.list
            shape=Shape::new("api-roles", COLUMNS)
            terms=TERMS
            caption="API roles"
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
        <Message icon=Icon::Key title="No API roles yet">
            <p>"Access tokens are rejected until you add one."</p>
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
                    ["Copy the scope of ", &name.unwrap_or_default()].concat()
                })
                icon_only=true
                source=Arc::new(move || Box::pin(async move { untrack(scope) }))
            />
        </span>
    };
    vec![
        name_cell(row),
        cell(row, |role| allows(role.permission)),
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
        Open::Add => ["Add API Role to ", &organization()].concat(),
        Open::Edit(role) => ["Edit API Role ", &role.name, " of ", &organization()].concat(),
        Open::Delete(role) => ["Delete API Role ", &role.name, " of ", &organization(), "?"].concat(),
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
                gone="Someone else deleted this API role"
                text=text::api_roles::delete_consequence
                warning="Access tokens with its scope stop working immediately. You can't undo this."
            />
        }
        .into_any(),
    }
}
