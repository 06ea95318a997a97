//! The page *Roles*: what admins may do, as sets with a name.

mod delete;
mod edit;

use keyward_contract::{OrganizationId, Role, RoleId};
use leptos::prelude::*;

use self::{delete::DeleteForm, edit::EditForm};
use crate::{
    pages::shared::{
        change_form::Progress,
        context::Context,
        list_table::{ListTable, Rank, Terms},
        message::refused,
    },
    present::{count, refusal, role},
    state::{ListChange, ListStore, Load},
    ui::{
        button::{Button, Kind},
        dialog::Dialog,
        icon::Icon,
        table::{Column, Shape},
    },
};

const COLUMNS: &[Column] = &[
    Column::new("role", "Role", 200),
    Column::new("allows", "Allows", 420),
    Column::new("admins", "Admins", 90),
];

const TERMS: Terms<Role> = Terms {
    key: |role| role.id.0,
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

/// What the parts of this page share.
#[derive(Clone, Copy)]
struct Page {
    roles: ListStore<Role>,
    change: ListChange<Role, ()>,
    open: RwSignal<Option<Open>>,
}

impl Page {
    fn get() -> Self {
        expect_context()
    }

    fn close(self) {
        self.open.set(None);
        self.change.dismiss();
    }

    fn row(self, id: RoleId) -> Memo<Option<Role>> {
        self.roles.row(move |role| role.id == id)
    }
}

/// The page.
#[component]
pub(crate) fn RolesPage(org: OrganizationId) -> AnyView {
    let context = Context::get();
    let roles = ListStore::of_roles(org, context.session);
    let open = RwSignal::new(None);
    let done = move |()| {
        let text = match open.try_update(Option::take).flatten() {
            Some(Open::Add) => "The role was added.",
            Some(Open::Edit(_)) => "The role was changed. It counts at once for everybody who has it.",
            Some(Open::Delete(_)) => "The role was deleted.",
            None => return,
        };
        context.toasts.success(text);
    };
    let page = Page {
        roles,
        change: ListChange::new(roles, Callback::new(done)),
        open,
    };
    provide_context(page);
    let failure = Memo::new(move |_| roles.rows.with(Load::failure));
    let is_ready = Memo::new(move |_| roles.rows.with(|rows| rows.ready().is_some()));
    view! {
        <div class="page">
            <section class="panel">
                <header class="panel-head">
                    <h1 data-heading tabindex="-1">"Roles"</h1>
                    {move || {
                        is_ready
                            .get()
                            .then(|| {
                                view! {
                                    <Button
                                        label="Add role"
                                        icon=Icon::Plus
                                        kind=Kind::Primary
                                        on_press=move |()| open.set(Some(Open::Add))
                                    />
                                }
                            })
                    }}
                </header>
                {move || match failure.get() {
                    Some(error) => refused(error, "Administrators and roles", move || roles.reload()),
                    None => view! { <Content /> }.into_any(),
                }}
            </section>
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
            list=page.roles
            shape=Shape::new("roles", COLUMNS)
            terms=TERMS
            caption="Roles"
            thing="role"
            cells=cells
            actions=actions
        />
        <RoleDialog />
    }
    .into_any()
}

fn cells(id: i64) -> Vec<AnyView> {
    let row = Page::get().row(RoleId(id));
    let name = move || {
        row.get().map(|role| {
            let built_in = role.built_in.is_some();
            let badge = built_in.then(|| view! { <span class="badge badge-quiet">"Built-in"</span> });
            view! { <span class="row-name">{role.name}</span> " " {badge} }
        })
    };
    let allows = move || row.get().map(|role| role::allows(&role.permissions));
    let admins = move || row.get().map(|role| role.admins);
    vec![name.into_any(), allows.into_any(), admins.into_any()]
}

fn actions(id: i64) -> AnyView {
    let page = Page::get();
    let row = page.row(RoleId(id));
    let name = move |verb: &'static str| {
        Signal::derive(move || {
            let name = row.with(|role| role.as_ref().map(|role| role.name.clone()));
            [verb, " ", &name.unwrap_or_default()].concat()
        })
    };
    let reason = move |pick: fn(&Role) -> Option<keyward_contract::Refusal>| {
        Signal::derive(move || {
            let refused = row.with(|role| role.as_ref().and_then(pick))?;
            Some(refusal::reason(refused).to_owned())
        })
    };
    let open = move |how: fn(Role) -> Open| {
        move |()| {
            if let Some(role) = row.get_untracked() {
                page.open.set(Some(how(role)));
            }
        }
    };
    view! {
        <div class="row-actions">
            <Button
                label=name("Edit")
                icon=Icon::Pencil
                icon_only=true
                kind=Kind::Quiet
                reason=reason(|role| role.edit)
                on_press=open(Open::Edit)
            />
            <Button
                label=name("Delete")
                icon=Icon::Trash
                icon_only=true
                kind=Kind::Quiet
                reason=reason(|role| role.delete)
                on_press=open(Open::Delete)
            />
        </div>
    }
    .into_any()
}

#[component]
fn RoleDialog() -> AnyView {
    let page = Page::get();
    let title = Signal::derive(move || {
        page.open.with(|open| match open {
            Some(Open::Add) => "Add role".to_owned(),
            Some(Open::Edit(_)) => "Edit role".to_owned(),
            Some(Open::Delete(_)) => "Delete role".to_owned(),
            None => String::new(),
        })
    });
    let is_open = Memo::new(move |_| page.open.with(Option::is_some));
    view! {
        <Dialog
            open=is_open
            title=title
            busy=Progress::of(page.change).is_pending()
            on_close=move |()| page.close()
        >
            {move || {
                page.open
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

/// How many have it, such as `2 admins have it`.
fn holders(role: &Role) -> Option<String> {
    let have = if role.admins == 1 { " has it" } else { " have it" };
    (role.admins > 0).then(|| [&count::of(role.admins as usize, "admin"), have].concat())
}
