//! The API roles: what a token may do, by the scope that it has.

mod edit;
mod instructions;

use std::sync::Arc;

use keyward_contract::{API_ROLES_MAX, ApiPermission, ApiRole, ApiRoleId, OrganizationId};
use leptos::prelude::*;

use self::{
    edit::{DeleteForm, EditForm},
    instructions::Instructions,
};
use super::reason;
use crate::{
    pages::shared::{
        change_form::Progress,
        context::Context,
        list_table::{ListTable, Rank, Terms},
        message::FailedLoad,
    },
    state::{ApiRoleList, ListChange, Load, Of},
    ui::{
        button::{Button, Kind},
        copy::CopyButton,
        dialog::Dialog,
        icon::Icon,
        table::{Column, Shape},
    },
};

const COLUMNS: &[Column] = &[
    Column::new("name", "API Role", 160),
    Column::new("allows", "Allows", 240),
    Column::new("scope", "Scope", 340),
];

const TERMS: Terms<ApiRole> = Terms {
    key: |role| role.id.0,
    text: |role, column| match column {
        0 => role.name.clone(),
        1 => allows(role.permission).to_owned(),
        _ => role.scope.clone(),
    },
    rank: |_, _| Rank::Text,
};

const PERMISSIONS: [(ApiPermission, &str, &str); 3] = [
    (ApiPermission::Full, "Full", "Every call."),
    (
        ApiPermission::View,
        "View",
        "Calls that change nothing: GET, HEAD and OPTIONS.",
    ),
    (ApiPermission::None, "None", "No call."),
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

#[derive(Clone, Copy)]
struct Roles {
    list: ApiRoleList,
    change: ListChange<ApiRole, (), Of>,
    open: RwSignal<Option<Open>>,
}

impl Roles {
    fn get() -> Self {
        expect_context()
    }

    fn close(self) {
        self.open.set(None);
        self.change.dismiss();
    }

    fn row(self, id: ApiRoleId) -> Memo<Option<ApiRole>> {
        self.list.row(move |role| role.id == id)
    }
}

#[component]
pub(super) fn ApiRolesPanel(org: OrganizationId) -> AnyView {
    let context = Context::get();
    let list = ApiRoleList::of_api_roles(org, context.session);
    let open = RwSignal::new(None);
    let done = move |()| {
        let text = match open.try_update(Option::take).flatten() {
            Some(Open::Add) => "The API role was added.",
            Some(Open::Edit(_)) => "The API role was changed. It counts at the next call.",
            Some(Open::Delete(_)) => "The API role was deleted. Tokens with its scope are refused.",
            None => return,
        };
        context.toasts.success(text);
    };
    let roles = Roles {
        list,
        change: ListChange::new(list, Callback::new(done)),
        open,
    };
    provide_context(roles);
    let failure = Memo::new(move |_| list.rows.with(Load::failure));
    view! {
        <section class="panel panel-next" aria-labelledby="api-roles">
            <header class="panel-head">
                <h2 id="api-roles">"API Roles"</h2>
                <Button
                    label="Add API Role"
                    icon=Icon::Plus
                    reason=reason(list.scope.refused, |it| it.add)
                    on_press=move |()| open.set(Some(Open::Add))
                />
            </header>
            {move || match failure.get() {
                Some(error) => view! { <FailedLoad error=error on_retry=move |()| list.reload() /> }.into_any(),
                None => view! { <Content /> }.into_any(),
            }}
        </section>
    }
    .into_any()
}

#[component]
fn Content() -> AnyView {
    let roles = Roles::get();
    let is_empty = Memo::new(move |_| roles.list.rows.with(|rows| rows.ready().is_some_and(Vec::is_empty)));
    let table = move || {
        if is_empty.get() {
            return view! { <p class="table-none">"There is no API role. Without one no access token is admitted."</p> }
                .into_any();
        }
        view! {
            <ListTable
                list=roles.list
                shape=Shape::new("api-roles", COLUMNS)
                terms=TERMS
                caption="API roles"
                cells=cells
                actions=actions
            />
        }
        .into_any()
    };
    view! {
        <p class="panel-text">
            "An access token names one of these by its scope, which you configure at the identity provider. There are "
            {API_ROLES_MAX} " at most, and none of them manages keys."
        </p>
        {table}
        <Instructions />
        <RoleDialog />
    }
    .into_any()
}

fn cells(id: i64) -> Vec<AnyView> {
    let row = Roles::get().row(ApiRoleId(id));
    let name = move || {
        row.get()
            .map(|role| view! { <span class="row-name">{role.name}</span> })
    };
    let allowed = move || row.get().map(|role| allows(role.permission));
    let scope = move || row.with(|row| row.as_ref().map(|role| role.scope.clone()));
    let cell = view! {
        <span class="scope">
            <code>{scope}</code>
            <CopyButton
                label="Copy the scope"
                icon_only=true
                source=Arc::new(move || Box::pin(async move { untrack(scope) }))
            />
        </span>
    };
    vec![name.into_any(), allowed.into_any(), cell.into_any()]
}

fn actions(id: i64) -> AnyView {
    let roles = Roles::get();
    let row = roles.row(ApiRoleId(id));
    let label = move |verb: &'static str| {
        Signal::derive(move || {
            let name = row.with(|row| row.as_ref().map(|role| role.name.clone()).unwrap_or_default());
            [verb, " ", &name].concat()
        })
    };
    let open = move |open: fn(ApiRole) -> Open| {
        Callback::new(move |()| {
            if let Some(role) = row.get_untracked() {
                roles.open.set(Some(open(role)));
            }
        })
    };
    let refused = reason(roles.list.scope.refused, |it| it.edit);
    view! {
        <div class="row-actions">
            <Button
                label=label("Edit")
                icon=Icon::Pencil
                icon_only=true
                kind=Kind::Quiet
                reason=refused
                on_press=open(Open::Edit)
            />
            <Button
                label=label("Delete")
                icon=Icon::Trash
                icon_only=true
                kind=Kind::Quiet
                reason=refused
                on_press=open(Open::Delete)
            />
        </div>
    }
    .into_any()
}

#[component]
fn RoleDialog() -> AnyView {
    let roles = Roles::get();
    let title = Signal::derive(move || {
        let title = roles.open.with(|open| match open {
            Some(Open::Add) => "Add API Role",
            Some(Open::Edit(_)) => "Edit API Role",
            Some(Open::Delete(_)) => "Delete API Role",
            None => "",
        });
        title.to_owned()
    });
    let is_open = Memo::new(move |_| roles.open.with(Option::is_some));
    view! {
        <Dialog open=is_open title=title busy=Progress::of(roles.change).is_pending() on_close=move |()| roles.close()>
            {move || {
                roles
                    .open
                    .get()
                    .map(|open| match open {
                        Open::Add => view! { <EditForm role=None /> }.into_any(),
                        Open::Edit(role) => view! { <EditForm role=Some(role) /> }.into_any(),
                        Open::Delete(role) => view! { <DeleteForm role=role /> }.into_any(),
                    })
            }}
        </Dialog>
    }
    .into_any()
}
