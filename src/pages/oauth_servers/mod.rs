//! Tab *OAuth 2.0 Authorization Servers*: up to two servers whose access tokens admit API clients, and the API roles that
//! tokens name.

mod api_roles;
mod check;
mod clients;
mod delete;
mod edit;
mod form;
mod report;
mod table;

use keyward_contract::{OauthServer, OauthServerId, OrganizationId, Refusal};
use leptos::prelude::*;

use self::{
    api_roles::ApiRolesPanel, check::CheckForm, clients::Clients, delete::DeleteForm, edit::EditForm,
    table::ServerTable,
};
use crate::{
    pages::shared::{
        change_form::Progress,
        context::Context,
        message::{Message, refused},
    },
    present::refusal,
    state::{ListChange, Load, OauthServerList, Of, Refused},
    ui::{
        banner::{Banner, Tone},
        button::{Button, Kind},
        dialog::Dialog,
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

/// What the parts of this tab share.
#[derive(Clone, Copy)]
struct Page {
    servers: OauthServerList,
    change: ListChange<OauthServer, (), Of>,
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

    fn row(self, id: OauthServerId) -> Memo<Option<OauthServer>> {
        self.servers.row(move |server| server.id == id)
    }
}

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
    let open = RwSignal::new(None);
    let done = move |()| {
        let text = match open.try_update(Option::take).flatten() {
            Some(Open::Add) => "The authorization server was added.",
            Some(Open::Edit(_)) => "The authorization server was changed. It counts at once.",
            Some(Open::Delete(_)) => "The authorization server was deleted. Its tokens are refused.",
            _ => return,
        };
        context.toasts.success(text);
    };
    let page = Page {
        servers,
        change: ListChange::new(servers, Callback::new(done)),
        open,
    };
    provide_context(page);
    let failure = Memo::new(move |_| servers.rows.with(Load::failure));
    let is_ready = Memo::new(move |_| servers.rows.with(|rows| rows.ready().is_some()));
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
                reason=reason(page.servers.scope.refused, |it| it.add)
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
        <ServerDialog />
    }
    .into_any()
}

/// Why nothing here can be changed, and what it means for API clients.
#[component]
fn PageNotice() -> AnyView {
    let refused = Page::get().servers.scope.refused;
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

#[component]
fn ServerDialog() -> AnyView {
    let page = Page::get();
    let title = Signal::derive(move || {
        let title = page.open.with(|open| match open {
            Some(Open::Add) => "Add Authorization Server",
            Some(Open::Edit(_)) => "Edit Authorization Server",
            Some(Open::Delete(_)) => "Delete Authorization Server",
            Some(Open::Check(_)) => "Check a token",
            Some(Open::Clients) => "Who calls with access tokens",
            None => "",
        });
        title.to_owned()
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
                        Open::Add => view! { <EditForm server=None /> }.into_any(),
                        Open::Edit(server) => view! { <EditForm server=Some(server) /> }.into_any(),
                        Open::Delete(server) => view! { <DeleteForm server=server /> }.into_any(),
                        Open::Check(server) => view! { <CheckForm server=server /> }.into_any(),
                        Open::Clients => view! { <Clients /> }.into_any(),
                    })
            }}
        </Dialog>
    }
    .into_any()
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
