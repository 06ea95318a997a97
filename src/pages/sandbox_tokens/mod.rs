//! Tab *Sandbox API Token*: up to five tokens for programs that submit files to the Sandbox.

mod clients;
mod confirm;
mod find;
mod name;
mod table;
mod token_cell;

use std::sync::Arc;

use keyward_contract::{Capabilities, OrganizationId, ProblemCode, Refusal, SandboxToken, SandboxTokenId};
use leptos::prelude::*;

use self::{clients::ClientsOf, confirm::ConfirmForm, find::FindForm, name::NameForm, table::TokenTable};
use crate::{
    pages::shared::{
        change_form::Progress,
        context::Context,
        message::{Message, refused},
    },
    present::refusal,
    state::{Load, SandboxTokenAnswer, SandboxTokenChange, SandboxTokenList, SandboxTokenSecret, SecretStore},
    ui::{
        base_url::BaseUrl,
        button::{Button, Kind},
        dialog::Dialog,
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
    Clients(SandboxToken),
    Find,
}

/// What the parts of this tab share.
#[derive(Clone, Copy)]
struct Page {
    tokens: SandboxTokenList,
    change: SandboxTokenChange,
    secret: SandboxTokenSecret,
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

    fn row(self, id: SandboxTokenId) -> Memo<Option<SandboxToken>> {
        self.tokens.row(move |token| token.id == id)
    }

    /// Why an operation is not possible.
    fn reason(self, pick: fn(&Capabilities) -> Option<Refusal>) -> Signal<Option<String>> {
        Signal::derive(move || {
            let refused = self.tokens.scope.capabilities.with(|it| it.as_ref().and_then(pick));
            refused.map(|refused| refusal::reason(refused).to_owned())
        })
    }
}

/// The tab.
#[component]
pub(crate) fn SandboxTokensPanel(org: OrganizationId) -> AnyView {
    let context = Context::get();
    let tokens = SandboxTokenList::of_sandbox_tokens(org, context.session);
    let secret = SecretStore::new(context.preferences);
    let open = RwSignal::new(None);
    let done = move |answer: SandboxTokenAnswer| {
        let text = match open.try_update(Option::take).flatten() {
            Some(Open::Add) => "The token was added. It works at once.",
            Some(Open::Rename(_)) => "The token has another name.",
            Some(Open::Regenerate(_)) => "There is another token. The old one is refused.",
            Some(Open::Delete(_)) => "The token was deleted, and is refused.",
            _ => return,
        };
        context.toasts.success(text);
        if let Some(mut token) = answer
            && let Some(string) = token.token.take()
        {
            secret.show((token.id, string), true);
        }
    };
    let page = Page {
        tokens,
        change: SandboxTokenChange::new(tokens, Callback::new(done)),
        secret,
        open,
    };
    provide_context(page);
    let failure = Memo::new(move |_| tokens.rows.with(Load::failure));
    let is_ready = Memo::new(move |_| tokens.rows.with(|rows| rows.ready().is_some()));
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
                reason=page.reason(|it| it.add)
                on_press=move |()| page.open.set(Some(Open::Add))
            />
        </div>
    }
    .into_any()
}

#[component]
fn Content() -> AnyView {
    let page = Page::get();
    let url = page.tokens.scope.base_url;
    view! {
        <p class="panel-text">
            "Programs that submit files to the Sandbox send one of these tokens as " <code>"api_token"</code>
            ". There are five at most, so that each program can have its own."
        </p>
        <BaseUrl url=url source=Arc::new(move || Box::pin(async move { url.get_untracked() })) />
        <TokenTable />
        <TokenDialog />
    }
    .into_any()
}

#[component]
fn TokenDialog() -> AnyView {
    let page = Page::get();
    let title = Signal::derive(move || {
        let title = page.open.with(|open| match open {
            Some(Open::Add) => "Add Sandbox API Token",
            Some(Open::Rename(_)) => "Edit Sandbox API Token",
            Some(Open::Regenerate(_)) => "Regenerate Sandbox API Token",
            Some(Open::Delete(_)) => "Delete Sandbox API Token",
            Some(Open::Clients(_)) => "Who uses this token",
            Some(Open::Find) => "Find a token",
            None => "",
        });
        title.to_owned()
    });
    let is_open = Memo::new(move |_| page.open.with(Option::is_some));
    view! {
        <Dialog open=is_open title=title busy=Progress::of(page.change).is_pending() on_close=move |()| page.close()>
            {move || {
                page.open
                    .get()
                    .map(|open| match open {
                        Open::Add => view! { <NameForm token=None /> }.into_any(),
                        Open::Rename(token) => view! { <NameForm token=Some(token) /> }.into_any(),
                        Open::Regenerate(token) => view! { <ConfirmForm token=token deletes=false /> }.into_any(),
                        Open::Delete(token) => view! { <ConfirmForm token=token deletes=true /> }.into_any(),
                        Open::Clients(token) => view! { <ClientsOf token=token /> }.into_any(),
                        Open::Find => view! { <FindForm /> }.into_any(),
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
                "Sandbox API tokens belong to an API subscription, and this organization has never had one. Ask your service "
                "provider to apply a subscription."
            </p>
        </Message>
    }
    .into_any()
}
