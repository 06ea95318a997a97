//! Tab *Sandbox API Token*: up to five tokens for programs that submit files to the Sandbox.

mod clients;
mod find;
mod name;
mod table;
mod token_cell;

use std::sync::Arc;

use keyward_contract::{Capabilities, OrganizationId, ProblemCode, Refusal, SandboxToken};
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
        list_page::ListPage,
        message::{Message, refused},
    },
    present::refusal,
    state::{OfTokens, SandboxTokenAnswer, SandboxTokenChange, SandboxTokenList, SandboxTokenSecret, SecretStore},
    ui::{
        base_url::BaseUrl,
        button::{Button, Kind},
        icon::Icon,
    },
};

/// What the dialog is about. A token is as it was when the dialog opened.
#[derive(Clone, PartialEq, Eq)]
enum Open {
    Add,
    Rename(SandboxToken),
    Regenerate(SandboxToken),
    Delete(SandboxToken),
    Confirm(SandboxToken),
    Clients(SandboxToken),
    Find,
}

type Page = ListPage<SandboxToken, SandboxTokenAnswer, Open, OfTokens>;

/// Why an operation is not possible.
fn reason(pick: fn(&Capabilities) -> Option<Refusal>) -> Signal<Option<String>> {
    let capabilities = Page::get().list.scope.capabilities;
    Signal::derive(move || {
        let refused = capabilities.with(|it| it.as_ref().and_then(pick));
        refused.map(|refused| refusal::reason(refused).to_owned())
    })
}

/// The tab.
#[component]
pub(crate) fn SandboxTokensPanel(org: OrganizationId) -> AnyView {
    let context = Context::get();
    let tokens = SandboxTokenList::of_sandbox_tokens(org, context.session);
    let secret: SandboxTokenSecret = SecretStore::new(context.session, context.preferences);
    provide_context(secret);
    let page = Page::provide(tokens, move |done, answer| {
        let text = match done? {
            Open::Add => "The token was added. It works at once.",
            Open::Rename(_) => "The token has another name.",
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
    let (failure, is_ready) = (page.failure(), page.is_ready());
    view! {
        <section class="panel">
            <header class="panel-head">
                <h2 data-heading tabindex="-1">"Sandbox API Token"</h2>
                {move || is_ready.get().then(buttons)}
            </header>
            {move || match failure.get() {
                Some(error) if error.is(ProblemCode::SubscriptionNone) => no_subscription(),
                Some(error) => refused(error, "API Key Management", move || tokens.reload()),
                None => view! { <Content /> }.into_any(),
            }}
        </section>
    }
    .into_any()
}

fn buttons() -> AnyView {
    let page = Page::get();
    view! {
        <div class="head-buttons">
            <Button label="Find a token" on_press=move |()| page.open.set(Some(Open::Find)) />
            <Button
                label="Add Sandbox API Token"
                icon=Icon::Plus
                kind=Kind::Primary
                reason=reason(|it| it.add)
                on_press=move |()| page.open.set(Some(Open::Add))
            />
        </div>
    }
    .into_any()
}

#[component]
fn Content() -> AnyView {
    let page = Page::get();
    let url = page.list.scope.base_url;
    view! {
        <p class="panel-text">
            "Programs that submit files to the Sandbox send one of these tokens as " <code>"api_token"</code>
            ". There are five at most, so that each program can have its own."
        </p>
        <BaseUrl url=url source=Arc::new(move || Box::pin(async move { url.get_untracked() })) />
        <TokenTable />
        {page.dialog(title, form)}
    }
    .into_any()
}

fn title(open: &Open) -> &'static str {
    match open {
        Open::Add => "Add Sandbox API Token",
        Open::Rename(_) => "Edit Sandbox API Token",
        Open::Regenerate(_) => "Regenerate Sandbox API Token",
        Open::Delete(_) => "Delete Sandbox API Token",
        Open::Confirm(_) => "Confirm Sandbox API Token",
        Open::Clients(_) => "Who uses this token",
        Open::Find => "Find a token",
    }
}

fn form(open: Open) -> AnyView {
    match open {
        Open::Add => view! { <NameForm token=None /> }.into_any(),
        Open::Rename(token) => view! { <NameForm token=Some(token) /> }.into_any(),
        Open::Regenerate(token) => confirm_form(
            token,
            ("Regenerate", Kind::Warning),
            |change, token| change.regenerate(token),
            " gets another random token.",
        ),
        Open::Delete(token) => confirm_form(
            token,
            ("Delete", Kind::Danger),
            |change, token| change.delete(token),
            " is deleted.",
        ),
        Open::Confirm(token) => Page::get().confirm_form(
            token,
            ("Confirm", Kind::Primary),
            "This token was deleted already",
            |change, token| change.confirm(token),
            |name| {
                view! {
                    <p class="dialog-text">
                        <strong>{name}</strong>
                        " was restored from a backup and may have been replaced since. Programs that have it can use it."
                    </p>
                }
                .into_any()
            },
        ),
        Open::Clients(token) => view! { <ClientsOf token=token /> }.into_any(),
        Open::Find => view! { <FindForm /> }.into_any(),
    }
}

/// Only after a word on what breaks.
fn confirm_form(
    token: SandboxToken,
    verb: (&'static str, Kind),
    change: fn(SandboxTokenChange, &SandboxToken),
    then: &'static str,
) -> AnyView {
    let id = token.id;
    Page::get().confirm_form(token, verb, "This token was deleted already", change, move |name| {
        view! {
            <p class="dialog-text">
                <strong>{name}</strong> {then} " "
                <strong>"Programs that send the present token are refused at once. This cannot be undone."</strong>
            </p>
            <Breaks id=id />
        }
        .into_any()
    })
}

fn no_subscription() -> AnyView {
    view! {
        <Message icon=Icon::Box title="An API subscription is missing">
            <p>
                "Sandbox API tokens belong to an API subscription, and this organization has never had one. Ask your service "
                "provider to apply a subscription."
            </p>
        </Message>
    }
    .into_any()
}
