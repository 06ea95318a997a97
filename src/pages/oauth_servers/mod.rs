//! Tab *OAuth 2.0 Authorization Servers*: up to two servers whose access tokens admit API clients, and the API roles that
//! tokens name.

mod api_roles;
mod callers;
mod check;
mod clients;
mod edit;
mod form;
mod report;
mod table;

use keyward_contract::{OauthServer, OrganizationId, Refusal};
use leptos::prelude::*;

use self::{
    api_roles::ApiRolesPanel, callers::callers, check::CheckForm, clients::clients, edit::ServerForm,
    table::ServerTable,
};
use crate::{
    pages::shared::{
        context::Context,
        list_page::{DeleteForm, ListPage, organization_name},
        panel::{ListPanel, page_heading},
    },
    reactive::{memo, reactive},
    state::{ListStore, Of},
    text,
    ui::{
        banner::{Tone, notice},
        button::{Button, Kind},
    },
};

/// What the dialog is about. A server is as it was when the dialog opened.
#[derive(Clone, PartialEq, Eq)]
enum Open {
    Add,
    Edit(OauthServer),
    Delete(OauthServer),
    Check(OauthServer),
    Clients,
}

type Page = ListPage<OauthServer, Open>;

/// The tab.
#[component]
pub(crate) fn OauthServersPanel(org: OrganizationId) -> AnyView {
    let context = Context::get();
    let servers = ListStore::<OauthServer>::new(Of::new(org), context.session);
    let page = Page::provide(servers, move |done, ()| {
        let text = match done? {
            Open::Add => "Authorization server added.",
            Open::Edit(_) => "Authorization server changed. It applies immediately.",
            Open::Delete(_) => "Authorization server deleted. Its tokens no longer work.",
            Open::Check(_) | Open::Clients => return None,
        };
        context.toasts.success(text);
        None
    });
    let failure = page.list.failure();
    let is_unsubscribed = memo(move || edit_refused(servers.of) == Some(Refusal::SubscriptionNone));
    view! {
        <ListPanel
            heading=page_heading("OAuth 2.0 Authorization Servers")
            buttons=buttons
            is_ready=page.list.is_ready()
            failure=failure
            permission="API Key Management"
            is_unsubscribed=is_unsubscribed
            without_subscription=NO_SUBSCRIPTION
            on_retry=move |()| servers.reload()
        >
            <Content />
        </ListPanel>
        {reactive(move || (failure.with(Option::is_none) && !is_unsubscribed.get()).then(|| view! { <ApiRolesPanel org=org /> }))}
    }
    .into_any()
}

fn edit_refused(of: Of) -> Option<Refusal> {
    of.capabilities.with(|it| it.as_ref()?.edit)
}

fn buttons() -> AnyView {
    let page = Page::get();
    view! {
        <div class="head-buttons">
            <Button label="View usage" on_press=move |()| page.open.set(Some(Open::Clients)) />
            {page.add_button(
                "Add Authorization Server",
                Kind::Primary,
                page.reason(|it| it.add),
                Open::Add,
            )}
        </div>
    }
    .into_any()
}

#[component]
fn Content() -> AnyView {
    view! {
        <p class="panel-text">
            "API clients can call with " <code>"Authorization: Bearer"</code>
            " and an access token of one of these servers instead of the key and a password. You can add two; only one can be "
            "enabled."
        </p>
        <PageNotice />
        <ServerTable />
        {Page::get().dialog(title, form)}
    }
    .into_any()
}

/// Why nothing here can be changed, and what it means for API clients.
#[component]
fn PageNotice() -> AnyView {
    let of = Page::get().list.of;
    let refused = memo(move || edit_refused(of));
    let text = |refusal| match refusal {
        Refusal::SubscriptionExpired => Some((
            Tone::Warning,
            "The API subscription has expired",
            "Access tokens are rejected and nothing here can be changed until you renew. Your settings are kept.",
        )),
        Refusal::AccessTokensDisabled => Some((
            Tone::Danger,
            "The service provider has disabled access tokens",
            "API clients can't use them, and nothing here can be changed. This can happen after too many API calls or a breach \
             of terms. Contact your service provider.",
        )),
        Refusal::PermissionDenied => Some((
            Tone::Info,
            "View only",
            "You can see authorization servers and API roles but not change them.",
        )),
        _ => None,
    };
    let banner = move || {
        let (tone, title, text) = refused.get().and_then(text)?;
        Some(notice(tone, false, title, text))
    };
    reactive(banner)
}

fn title(open: &Open) -> String {
    let organization = || organization_name(Page::get().list.of.org);
    let of = |verb: &str, server: &OauthServer| [verb, " ", &server.settings.name, " of ", &organization()].concat();
    match open {
        Open::Add => ["Add Authorization Server to ", &organization()].concat(),
        Open::Edit(server) => of("Edit Authorization Server", server),
        Open::Delete(server) => [&of("Delete Authorization Server", server), "?"].concat(),
        Open::Check(_) => "Check a token".to_owned(),
        Open::Clients => "Access token usage".to_owned(),
    }
}

fn form(open: Open) -> AnyView {
    match open {
        Open::Add => view! { <ServerForm server=None /> }.into_any(),
        Open::Edit(server) => view! { <ServerForm server=Some(server) /> }.into_any(),
        Open::Delete(server) => {
            let is_enabled = server.settings.enabled;
            view! {
            <DeleteForm
                page=Page::get()
                row=server
                gone="Someone else deleted this authorization server"
                text=text::oauth_servers::delete_consequence
                warning="Its access tokens stop working immediately. You can't undo this."
            >
                {is_enabled.then(callers)}
            </DeleteForm>
            }
            .into_any()
        }
        Open::Check(server) => view! { <CheckForm server=server /> }.into_any(),
        Open::Clients => clients(),
    }
}

const NO_SUBSCRIPTION: &str = "Authorization servers belong to an API subscription, and this organization has never had one. \
                               Ask your service provider for one.";
