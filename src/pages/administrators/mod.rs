//! The page *Administrators*: who has which role, and how others come in.

mod act;
mod invite;
mod link;
mod table;

use keyward_contract::{AdminId, Administrator, Invitation, OrganizationId, Role};
use leptos::prelude::*;

use self::{act::ActionForm, invite::InviteForm, link::Link, table::AdministratorTable};
use crate::{
    pages::shared::{change_form::Progress, context::Context, message::refused},
    present::{administrator as text, role},
    state::{AdministratorAction, AdministratorAnswer, ListChange, ListStore, Load, Phase},
    ui::{
        button::{Button, Kind},
        choice::Explained,
        dialog::Dialog,
        icon::Icon,
    },
};

/// What the dialog is about. An admin is as they were when the dialog opened.
#[derive(Clone, PartialEq, Eq)]
enum Open {
    Invite,
    Act(AdministratorAction, Administrator),
    /// A link that is shown this once.
    Link(Invitation),
}

/// What the parts of this page share.
#[derive(Clone, Copy)]
struct Page {
    administrators: ListStore<Administrator>,
    roles: ListStore<Role>,
    change: ListChange<Administrator, AdministratorAnswer>,
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

    fn row(self, id: AdminId) -> Memo<Option<Administrator>> {
        self.administrators.row(move |admin| admin.id == id)
    }

    /// The roles to choose from, and why some are not.
    fn role_choices(self) -> Signal<Vec<Explained>> {
        Signal::derive(move || {
            let choice = |role: &Role| Explained {
                value: role.id.to_string(),
                label: role.name.clone(),
                text: role::allows(&role.permissions),
                reason: role
                    .assign
                    .map(|refused| crate::present::refusal::reason(refused).to_owned()),
            };
            self.roles
                .rows
                .with(|rows| rows.ready().into_iter().flatten().map(choice).collect())
        })
    }

    /// The role that stands for a choice.
    fn role(self, chosen: &str) -> Option<Role> {
        self.roles.rows.with_untracked(|rows| {
            let mut rows = rows.ready()?.iter();
            rows.find(|role| role.id.to_string() == chosen).cloned()
        })
    }
}

/// The page.
#[component]
pub(crate) fn AdministratorsPage(org: OrganizationId) -> AnyView {
    let context = Context::get();
    let administrators = ListStore::of_administrators(org, context.session);
    let roles = ListStore::of_roles(org, context.session);
    let open = RwSignal::new(None);
    let done = move |answer: AdministratorAnswer| {
        let was_open = open.get_untracked();
        if let Some(Open::Act(action, admin)) = was_open {
            context.toasts.success(text::done(action, &admin.name, &answer));
        }
        open.set(match answer {
            AdministratorAnswer::Invited(invitation) => Some(Open::Link(invitation)),
            _ => None,
        });
    };
    let change = ListChange::new(administrators, Callback::new(done));
    // What was refused may have been for a role that is another by now.
    let refused_one = Memo::new(move |_| {
        change
            .phase()
            .with(|phase| matches!(phase, Phase::Failed(_) | Phase::Stale(_)))
    });
    Effect::new(move |_| {
        if refused_one.get() {
            roles.refresh();
        }
    });
    provide_context(Page {
        administrators,
        roles,
        change,
        open,
    });
    let failure = Memo::new(move |_| {
        let failure = administrators.rows.with(Load::failure);
        failure.or_else(|| roles.rows.with(Load::failure))
    });
    let is_ready = Memo::new(move |_| {
        administrators.rows.with(|rows| rows.ready().is_some()) && roles.rows.with(|rows| rows.ready().is_some())
    });
    let retry = move || {
        administrators.reload();
        roles.reload();
    };
    view! {
        <div class="page">
            <section class="panel">
                <header class="panel-head">
                    <h1 data-heading tabindex="-1">"Administrators"</h1>
                    {move || {
                        is_ready
                            .get()
                            .then(|| {
                                view! {
                                    <Button
                                        label="Invite admin"
                                        icon=Icon::Plus
                                        kind=Kind::Primary
                                        on_press=move |()| open.set(Some(Open::Invite))
                                    />
                                }
                            })
                    }}
                </header>
                {move || match failure.get() {
                    Some(error) => refused(error, "Administrators and roles", retry),
                    None => {
                        view! {
                            <p class="panel-text">
                                "Who can sign in for this organization, and with which role. Nobody changes their own role, "
                                "and one Super Admin always stays."
                            </p>
                            <AdministratorTable />
                            <AdministratorDialog />
                        }
                        .into_any()
                    }
                }}
            </section>
        </div>
    }
    .into_any()
}

#[component]
fn AdministratorDialog() -> AnyView {
    let page = Page::get();
    let title = Signal::derive(move || {
        page.open.with(|open| match open {
            Some(Open::Invite) => "Invite admin".to_owned(),
            Some(Open::Act(action, _)) => text::label(*action).to_owned(),
            Some(Open::Link(_)) => "Hand over this link".to_owned(),
            None => String::new(),
        })
    });
    let is_open = Memo::new(move |_| page.open.with(Option::is_some));
    let pending = Progress::of(page.change).is_pending();
    // A link that is gone by a slip must be renewed: it goes by its button alone.
    let busy = Signal::derive(move || pending.get() || page.open.with(|open| matches!(open, Some(Open::Link(_)))));
    view! {
        <Dialog open=is_open title=title busy=busy on_close=move |()| page.close()>
            {move || {
                page.open
                    .get()
                    .map(|open| match open {
                        Open::Invite => view! { <InviteForm /> }.into_any(),
                        Open::Act(action, admin) => view! { <ActionForm action=action admin=admin /> }.into_any(),
                        Open::Link(invitation) => view! { <Link invitation=invitation /> }.into_any(),
                    })
            }}
        </Dialog>
    }
    .into_any()
}
