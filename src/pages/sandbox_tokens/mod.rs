//! Tab *Sandbox API Token*: up to five tokens for programs that submit files to the Sandbox.

mod clients;
mod find;
mod name;
mod table;
mod token_cell;

use keyward_contract::{OrganizationId, Refusal, SandboxToken};
use leptos::prelude::*;

use self::{
    clients::{Breaks, ClientsOf},
    find::FindForm,
    name::NameForm,
    table::TokenTable,
};
use crate::{
    pages::shared::{
        context::Context,
        list_page::{ConfirmForm, DeleteForm, ListPage, organization_name},
        panel::{ListPanel, page_heading},
    },
    reactive::{memo, reactive},
    state::{ListStore, Of, SandboxTokenSecret, SecretStore},
    text,
    ui::{
        banner::{Tone, notice},
        base_url::BaseUrl,
        button::{Button, Kind},
    },
};

/// What the dialog is about. A token is as it was when the dialog opened.
#[derive(Clone, PartialEq, Eq)]
enum Open {
    Add,
    Edit(SandboxToken),
    Regenerate(SandboxToken),
    Delete(SandboxToken),
    Confirm(SandboxToken),
    Clients(SandboxToken),
    Find,
}

type Page = ListPage<SandboxToken, Open>;

/// The tab.
#[component]
pub(crate) fn SandboxTokensPanel(org: OrganizationId) -> AnyView {
    let context = Context::get();
    let tokens = ListStore::new(Of::new(org), context.session);
    let secret: SandboxTokenSecret = SecretStore::new(context.session, context.preferences);
    provide_context(secret);
    let page = Page::provide(tokens, move |done, answer| {
        let text = match done? {
            Open::Add => "Token added. It works right away.",
            Open::Edit(_) => "Token renamed.",
            Open::Regenerate(_) => "Token regenerated. The old one no longer works.",
            Open::Delete(_) => "Token deleted. It no longer works.",
            Open::Confirm(_) => "Token confirmed.",
            Open::Clients(_) | Open::Find => return None,
        };
        context.toasts.success(text);
        if let Some(mut token) = answer
            && let Some(string) = token.token.take()
        {
            secret.show((token.id, string), true);
        }
        None
    });
    view! {
        <ListPanel
            heading=page_heading("Sandbox API Token")
            buttons=buttons
            is_ready=page.list.is_ready()
            failure=page.list.failure()
            permission="API Key Management"
            without_subscription=NO_SUBSCRIPTION
            on_retry=move |()| tokens.reload()
        >
            <Content />
        </ListPanel>
    }
    .into_any()
}

fn buttons() -> AnyView {
    let page = Page::get();
    view! {
        <div class="head-buttons">
            <Button label="Identify a token" on_press=move |()| page.open.set(Some(Open::Find)) />
            {page.add_button("Add Sandbox API Token", Kind::Primary, page.reason(|it| it.add), Open::Add)}
        </div>
    }
    .into_any()
}

#[component]
fn Content() -> AnyView {
    let page = Page::get();
    view! {
        <p class="panel-text">
            "Programs submit files to the Sandbox with a token (" <code>"api_token"</code>
            "). Create one per program, up to five."
        </p>
        <PageNotice />
        <BaseUrl url=page.list.of.base_url />
        <TokenTable />
        {page.dialog(title, form)}
    }
    .into_any()
}

/// Why nothing here can be changed.
#[component]
fn PageNotice() -> AnyView {
    let capabilities = Page::get().list.of.capabilities;
    let refused = memo(move || capabilities.with(|it| it.as_ref()?.edit));
    let text = |refusal| match refusal {
        Refusal::SubscriptionExpired => Some((
            Tone::Warning,
            "The API subscription has expired",
            "Tokens are rejected and can't be changed until you renew. Your tokens are kept.",
        )),
        Refusal::PermissionDenied => Some((
            Tone::Info,
            "View only",
            "You can see the tokens' details but not change them.",
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
    let of = |verb: &str, token: &SandboxToken, end: &str| {
        let organization = organization_name(Page::get().list.of.org);
        [verb, " token ", &token.name, " of ", &organization, end].concat()
    };
    match open {
        Open::Add => ["Add Sandbox API Token to ", &organization_name(Page::get().list.of.org)].concat(),
        Open::Edit(token) => of("Rename", token, ""),
        Open::Regenerate(token) => of("Regenerate", token, "?"),
        Open::Delete(token) => of("Delete", token, "?"),
        Open::Confirm(token) => of("Confirm", token, "?"),
        Open::Clients(_) => "Token usage".to_owned(),
        Open::Find => "Identify a token".to_owned(),
    }
}

const GONE: &str = "Someone else deleted this token";
const BREAKS: &str = "Programs that use the current token stop working immediately. You can't undo this.";

fn form(open: Open) -> AnyView {
    let page = Page::get();
    match open {
        Open::Add => view! { <NameForm token=None /> }.into_any(),
        Open::Edit(token) => view! { <NameForm token=Some(token) /> }.into_any(),
        Open::Regenerate(token) => {
            let id = token.id;
            view! {
                <ConfirmForm
                    page=page
                    row=token
                    verb="Regenerate"
                    kind=Kind::Warning
                    gone=GONE
                    change=|change, token| change.regenerate(token)
                    text=text::sandbox_tokens::regenerate_consequence
                    warning=BREAKS
                >
                    <Breaks id=id />
                </ConfirmForm>
            }
            .into_any()
        }
        Open::Delete(token) => {
            let id = token.id;
            view! {
                <DeleteForm page=page row=token gone=GONE text=text::sandbox_tokens::delete_consequence warning=BREAKS>
                    <Breaks id=id />
                </DeleteForm>
            }
            .into_any()
        }
        Open::Confirm(token) => view! {
            <ConfirmForm
                page=page
                row=token
                verb="Confirm"
                kind=Kind::Primary
                gone=GONE
                change=|change, token| change.confirm(token)
                text=text::sandbox_tokens::confirm_consequence
            />
        }
        .into_any(),
        Open::Clients(token) => view! { <ClientsOf token=token /> }.into_any(),
        Open::Find => view! { <FindForm /> }.into_any(),
    }
}

const NO_SUBSCRIPTION: &str = "Sandbox API tokens belong to an API subscription, and this organization has never had one. \
                               Ask your service provider for one.";
