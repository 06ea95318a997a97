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
        let done = match done? {
            Open::Add => text::oauth_servers::added(),
            Open::Edit(_) => text::oauth_servers::changed(),
            Open::Delete(_) => text::oauth_servers::deleted(),
            Open::Check(_) | Open::Clients => return None,
        };
        context.toasts.success(done);
        None
    });
    let failure = page.list.failure();
    let is_unsubscribed = memo(move || edit_refused(servers.of) == Some(Refusal::SubscriptionNone));
    view! {
        <ListPanel
            heading=page_heading(text::oauth_servers::title())
            buttons=buttons
            is_ready=page.list.is_ready()
            failure=failure
            permission=text::common::api_key_management()
            is_unsubscribed=is_unsubscribed
            without_subscription=text::oauth_servers::no_subscription()
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
            <Button label=text::oauth_servers::usage() on_press=move |()| page.open.set(Some(Open::Clients)) />
            {page.add_button(
                text::oauth_servers::add(),
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
        <p class="panel-text">{text::oauth_servers::intro()}</p>
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
    let banner = move || {
        let (tone, title, text) = match refused.get()? {
            Refusal::SubscriptionExpired => (
                Tone::Warning,
                text::common::subscription_expired(),
                text::oauth_servers::expired_text(),
            ),
            Refusal::AccessTokensDisabled => (
                Tone::Danger,
                text::oauth_servers::disabled_title(),
                text::oauth_servers::disabled_text(),
            ),
            Refusal::PermissionDenied => (
                Tone::Info,
                text::common::view_only(),
                text::oauth_servers::view_only_text(),
            ),
            _ => return None,
        };
        Some(notice(tone, false, title, text))
    };
    reactive(banner)
}

fn title(open: &Open) -> String {
    let organization = || organization_name(Page::get().list.of.org);
    match open {
        Open::Add => text::oauth_servers::add_title(&organization()),
        Open::Edit(server) => text::oauth_servers::edit_title(&server.settings.name, &organization()),
        Open::Delete(server) => text::oauth_servers::delete_title(&server.settings.name, &organization()),
        Open::Check(_) => text::token_check::title().to_owned(),
        Open::Clients => text::oauth_servers::usage_title().to_owned(),
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
                gone=text::oauth_servers::gone()
                text=text::oauth_servers::delete_consequence
                warning=text::oauth_servers::delete_warning()
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
