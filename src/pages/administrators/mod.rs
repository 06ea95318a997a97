//! The page *Administrators*: who has which role, and inviting others.

mod act;
mod invite;
mod link;
mod table;

use keyward_contract::{Administrator, Invitation, OrganizationId, Role, RoleId};
use leptos::prelude::*;

use self::{act::ActionForm, invite::InviteForm, link::Link, table::AdministratorTable};
use crate::{
    browser::page::focus_first,
    pages::shared::{
        change_form::Progress,
        context::Context,
        list_page::{ListPage, organization_name},
        panel::{ListPanel, page_heading},
    },
    present::{administrator, refusal, role},
    reactive::{memo, watch},
    state::{AdministratorAction, AdministratorAnswer, Interruption, ListStore, Of, Phase},
    text,
    ui::{button::Kind, choice::Explained},
};

/// What the dialog is about. An admin is as they were when the dialog opened.
#[derive(Clone, PartialEq, Eq)]
enum Open {
    Invite,
    Act(AdministratorAction, Administrator),
    /// A link that is shown once.
    Link(Invitation),
}

type Page = ListPage<Administrator, Open>;

/// The roles to choose from.
type Roles = ListStore<Role>;

/// As choices, with why some can't be made.
fn role_choices() -> Signal<Vec<Explained>> {
    let roles = expect_context::<Roles>();
    Signal::derive(move || {
        let choice = |role: &Role| Explained {
            value: role.id.to_string(),
            is_name: true,
            label: role.name.clone(),
            text: role::allows(&role.permissions),
            reason: refusal::why(role.assign),
        };
        roles
            .rows
            .with(|rows| rows.ready().into_iter().flatten().map(choice).collect())
    })
}

/// The role that is chosen; without one, the focus is on the choices.
fn chosen_role(roles: Roles, chosen: RwSignal<String>) -> Option<RoleId> {
    let value = chosen.get_untracked();
    let role = roles.rows.with_untracked(|rows| {
        let mut ids = rows.ready()?.iter().map(|role| role.id);
        ids.find(|id| id.to_string() == value)
    });
    if role.is_none() {
        // It may have been deleted since it was chosen.
        chosen.set(String::new());
        focus_first("dialog[open] input[type=radio]:enabled");
    }
    role
}

/// The page.
#[component]
pub(crate) fn AdministratorsPage(org: OrganizationId) -> AnyView {
    let context = Context::get();
    let administrators = ListStore::new(org, context.session);
    let roles = Roles::new(Of::new(org), context.session);
    provide_context(roles);
    let page = Page::provide(administrators, move |done, answer| {
        if let Some(Open::Act(action, admin)) = done {
            context
                .toasts
                .success(administrator::done(action, &admin.name, &answer));
        }
        match answer {
            AdministratorAnswer::Invited(invitation) => Some(Open::Link(invitation)),
            _ => None,
        }
    });
    // A change may have been rejected for a role that has changed since.
    let refused_one = memo(move || {
        page.change
            .phase()
            .with(|phase| matches!(phase, Phase::Failed(_) | Phase::Stale(_)))
    });
    watch(move || {
        if refused_one.get() {
            roles.refresh();
        }
    });
    // A link is a secret, and no one is signed in who may see it.
    let interruption = context.session.interruption();
    watch(move || {
        let is_over = interruption.get() == Some(Interruption::SessionEnded);
        if is_over && page.open.with_untracked(|open| matches!(open, Some(Open::Link(_)))) {
            page.open.set(None);
        }
    });
    let failures = (administrators.failure(), roles.failure());
    let failure = memo(move || failures.0.get().or_else(|| failures.1.get()));
    let ready = (administrators.is_ready(), roles.is_ready());
    let is_ready = memo(move || ready.0.get() && ready.1.get());
    let retry = move || {
        administrators.reload();
        roles.reload();
    };
    let invite = move || {
        page.add_button(
            text::administrators::invite_admin(),
            Kind::Primary,
            Signal::stored(None),
            Open::Invite,
        )
    };
    view! {
        <div class="page page-wide">
            <ListPanel
                heading=page_heading(text::administrators::title())
                buttons=invite
                is_ready=is_ready
                failure=failure
                permission=text::roles::admin_management()
                on_retry=move |()| retry()
            >
                <p class="panel-text">{text::administrators::intro()}</p>
                <AdministratorTable />
                {dialog(page)}
            </ListPanel>
        </div>
    }
    .into_any()
}

fn dialog(page: Page) -> AnyView {
    let pending = Progress::of(page.change).is_pending();
    // A link that is gone by a slip must be renewed: it goes by its button alone.
    let busy = move || pending.get() || page.open.with(|open| matches!(open, Some(Open::Link(_))));
    page.dialog_that_stays(title, Signal::derive(busy), form)
}

fn title(open: &Open) -> String {
    let organization = || organization_name(Page::get().list.of);
    match open {
        Open::Invite => text::administrators::invite_title(&organization()),
        Open::Act(action, admin) => administrator::question(*action, &admin.name, &organization()),
        Open::Link(_) => text::administrators::link_title().to_owned(),
    }
}

fn form(open: Open) -> AnyView {
    match open {
        Open::Invite => view! { <InviteForm /> }.into_any(),
        Open::Act(action, admin) => view! { <ActionForm action=action admin=admin /> }.into_any(),
        Open::Link(invitation) => view! { <Link invitation=invitation /> }.into_any(),
    }
}
