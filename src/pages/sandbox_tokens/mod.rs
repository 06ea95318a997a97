//! Tab *Sandbox API Token*: up to five tokens for programs that submit files to the Sandbox.

mod clients;
mod find;
mod name;
mod table;
mod token_cell;

use keyward_contract::{OrganizationId, SandboxToken};
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
        list_page::{ConfirmForm, DeleteForm, ListPage},
        panel::{ListPanel, tab_heading},
    },
    state::{ListStore, Of, SandboxTokenSecret, SecretStore},
    ui::{
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
            Open::Add => "The token was added. It works at once.",
            Open::Edit(_) => "The token has another name.",
            Open::Regenerate(_) => "There is another token. The old one is refused.",
            Open::Delete(_) => "The token was deleted, and is refused.",
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
            heading=tab_heading("Sandbox API Token")
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
            <Button label="Find a token" on_press=move |()| page.open.set(Some(Open::Find)) />
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
            "Programs that submit files to the Sandbox send one of these tokens as " <code>"api_token"</code>
            ". There are five at most, so that each program can have its own."
        </p>
        <BaseUrl url=page.list.of.base_url />
        <TokenTable />
        {page.dialog(title, form)}
    }
    .into_any()
}

fn title(open: &Open) -> &'static str {
    match open {
        Open::Add => "Add Sandbox API Token",
        Open::Edit(_) => "Edit Sandbox API Token",
        Open::Regenerate(_) => "Regenerate Sandbox API Token",
        Open::Delete(_) => "Delete Sandbox API Token",
        Open::Confirm(_) => "Confirm Sandbox API Token",
        Open::Clients(_) => "Who uses this token",
        Open::Find => "Find a token",
    }
}

const GONE: &str = "This token was deleted already";
const BREAKS: &str = "Programs that send the present token are refused at once. This cannot be undone.";

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
                    text=" gets another random token."
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
                <DeleteForm page=page row=token gone=GONE text=" is deleted." warning=BREAKS>
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
                text=" was restored from a backup and may have been replaced since. Programs that have it can use it."
            />
        }
        .into_any(),
        Open::Clients(token) => view! { <ClientsOf token=token /> }.into_any(),
        Open::Find => view! { <FindForm /> }.into_any(),
    }
}

const NO_SUBSCRIPTION: &str = "Sandbox API tokens belong to an API subscription, and this organization has never had one. \
                               Ask your service provider to apply a subscription.";
