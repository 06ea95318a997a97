//! Tab *OAuth 2.0 Authorization Servers*: up to two servers whose access tokens admit API clients, and the API roles that
//! tokens name.

mod api_roles;
mod check;
mod clients;
mod edit;
mod form;
mod report;
mod table;

use keyward_contract::{OauthServer, OrganizationId, Refusal};
use leptos::prelude::*;

use self::{api_roles::ApiRolesPanel, check::CheckForm, clients::Clients, edit::EditForm, table::ServerTable};
use crate::{
    pages::shared::{
        context::Context,
        list_page::ListPage,
        message::{Message, refused},
    },
    present::refusal,
    state::{OauthServerList, Of, Refused},
    ui::{
        banner::{Banner, Tone},
        button::{Button, Kind},
        icon::Icon,
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

type Page = ListPage<OauthServer, (), Open, Of>;

/// Why something can't be changed, as a sentence.
fn reason(refused: RwSignal<Option<Refused>>, pick: fn(Refused) -> Option<Refusal>) -> Signal<Option<String>> {
    Signal::derive(move || {
        refused
            .get()
            .and_then(pick)
            .map(|refused| refusal::reason(refused).to_owned())
    })
}

/// The tab.
#[component]
pub(crate) fn OauthServersPanel(org: OrganizationId) -> AnyView {
    let context = Context::get();
    let servers = OauthServerList::of_oauth_servers(org, context.session);
    let page = Page::provide(servers, move |done, ()| {
        let text = match done? {
            Open::Add => "The authorization server was added.",
            Open::Edit(_) => "The authorization server was changed. It counts at once.",
            Open::Delete(_) => "The authorization server was deleted. Its tokens are refused.",
            Open::Check(_) | Open::Clients => return None,
        };
        context.toasts.success(text);
        None
    });
    let (failure, is_ready) = (page.failure(), page.is_ready());
    let is_unsubscribed =
        Memo::new(move |_| servers.scope.refused.get().and_then(|it| it.edit) == Some(Refusal::SubscriptionNone));
    view! {
        <section class="panel">
            <header class="panel-head">
                <h2 data-heading tabindex="-1">"OAuth 2.0 Authorization Servers"</h2>
                {move || (is_ready.get() && !is_unsubscribed.get()).then(buttons)}
            </header>
            {move || match failure.get() {
                Some(error) => refused(error, "API Key Management", move || servers.reload()),
                None if is_unsubscribed.get() => no_subscription(),
                None => view! { <Content /> }.into_any(),
            }}
        </section>
        {move || (failure.with(Option::is_none) && !is_unsubscribed.get()).then(|| view! { <ApiRolesPanel org=org /> })}
    }
    .into_any()
}

fn buttons() -> AnyView {
    let page = Page::get();
    view! {
        <div class="head-buttons">
            <Button label="Who calls" on_press=move |()| page.open.set(Some(Open::Clients)) />
            <Button
                label="Add Authorization Server"
                icon=Icon::Plus
                kind=Kind::Primary
                reason=reason(page.list.scope.refused, |it| it.add)
                on_press=move |()| page.open.set(Some(Open::Add))
            />
        </div>
    }
    .into_any()
}

#[component]
fn Content() -> AnyView {
    view! {
        <p class="panel-text">
            "API clients can call with " <code>"Authorization: Bearer"</code>
            " and an access token of one of these servers, in place of the key and a password. There are two at most, and one "
            "of them is enabled at a time."
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
    let refused = Page::get().list.scope.refused;
    let notice = Memo::new(move |_| refused.get().and_then(|it| it.edit));
    let text = |refusal| match refusal {
        Refusal::SubscriptionExpired => Some((
            Tone::Warning,
            "The API subscription has expired",
            "Access tokens are refused until it is renewed, and nothing here can be changed. Everything stays as it is.",
        )),
        Refusal::AccessTokensDisabled => Some((
            Tone::Danger,
            "The service provider has disabled access tokens",
            "API clients can't call with them, and nothing here can be changed. The reason may be the number of API calls \
             or the terms of use. Ask your service provider to enable them.",
        )),
        Refusal::PermissionDenied => Some((
            Tone::Info,
            "View only",
            "Your role lets you see authorization servers and API roles, but not change them.",
        )),
        _ => None,
    };
    let banner = move || {
        let (tone, title, text) = notice.get().and_then(text)?;
        Some(view! {
            <Banner tone=tone>
                <p class="banner-title">{title}</p>
                <p>{text}</p>
            </Banner>
        })
    };
    banner.into_any()
}

fn title(open: &Open) -> &'static str {
    match open {
        Open::Add => "Add Authorization Server",
        Open::Edit(_) => "Edit Authorization Server",
        Open::Delete(_) => "Delete Authorization Server",
        Open::Check(_) => "Check a token",
        Open::Clients => "Who calls with access tokens",
    }
}

fn form(open: Open) -> AnyView {
    match open {
        Open::Add => view! { <EditForm server=None /> }.into_any(),
        Open::Edit(server) => view! { <EditForm server=Some(server) /> }.into_any(),
        Open::Delete(server) => delete_form(server),
        Open::Check(server) => view! { <CheckForm server=server /> }.into_any(),
        Open::Clients => view! { <Clients /> }.into_any(),
    }
}

fn delete_form(server: OauthServer) -> AnyView {
    let delete = ("Delete", Kind::Danger);
    Page::get().confirm_form(
        server,
        delete,
        "This authorization server was deleted already",
        |change, server| change.delete(server),
        |name| {
            view! {
                <p class="dialog-text">
                    <strong>{name}</strong> " is deleted. "
                    <strong>"Calls with its access tokens are refused at once. This cannot be undone."</strong>
                </p>
            }
            .into_any()
        },
    )
}

fn no_subscription() -> AnyView {
    view! {
        <Message icon=Icon::Box title="An API subscription is missing">
            <p>
                "Authorization servers belong to an API subscription, and this organization has never had one. Ask your "
                "service provider to apply a subscription."
            </p>
        </Message>
    }
    .into_any()
}
