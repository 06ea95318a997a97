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
        let done = match done? {
            Open::Add => text::sandbox_tokens::added(),
            Open::Edit(_) => text::sandbox_tokens::renamed(),
            Open::Regenerate(_) => text::sandbox_tokens::regenerated(),
            Open::Delete(_) => text::sandbox_tokens::deleted(),
            Open::Confirm(_) => text::sandbox_tokens::confirmed(),
            Open::Clients(_) | Open::Find => return None,
        };
        context.toasts.success(done);
        if let Some(mut token) = answer
            && let Some(string) = token.token.take()
        {
            secret.show((token.id, string), true);
        }
        None
    });
    view! {
        <ListPanel
            heading=page_heading(text::sandbox_tokens::title())
            buttons=buttons
            is_ready=page.list.is_ready()
            failure=page.list.failure()
            permission=text::common::api_key_management()
            without_subscription=text::sandbox_tokens::no_subscription()
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
            <Button label=text::sandbox_tokens::find() on_press=move |()| page.open.set(Some(Open::Find)) />
            {page.add_button(text::sandbox_tokens::add(), Kind::Primary, page.reason(|it| it.add), Open::Add)}
        </div>
    }
    .into_any()
}

#[component]
fn Content() -> AnyView {
    let page = Page::get();
    view! {
        <p class="panel-text">{text::sandbox_tokens::intro()}</p>
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
    let banner = move || {
        let (tone, title, text) = match refused.get()? {
            Refusal::SubscriptionExpired => (
                Tone::Warning,
                text::common::subscription_expired(),
                text::sandbox_tokens::expired_text(),
            ),
            Refusal::PermissionDenied => (
                Tone::Info,
                text::common::view_only(),
                text::sandbox_tokens::view_only_text(),
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
        Open::Add => text::sandbox_tokens::add_title(&organization()),
        Open::Edit(token) => text::sandbox_tokens::rename_title(&token.name, &organization()),
        Open::Regenerate(token) => text::sandbox_tokens::regenerate_title(&token.name, &organization()),
        Open::Delete(token) => text::sandbox_tokens::delete_title(&token.name, &organization()),
        Open::Confirm(token) => text::sandbox_tokens::confirm_title(&token.name, &organization()),
        Open::Clients(_) => text::sandbox_tokens::usage_title().to_owned(),
        Open::Find => text::sandbox_tokens::find().to_owned(),
    }
}

fn form(open: Open) -> AnyView {
    let page = Page::get();
    let (gone, breaks) = (text::sandbox_tokens::gone(), text::sandbox_tokens::breaks());
    match open {
        Open::Add => view! { <NameForm token=None /> }.into_any(),
        Open::Edit(token) => view! { <NameForm token=Some(token) /> }.into_any(),
        Open::Regenerate(token) => {
            let id = token.id;
            view! {
                <ConfirmForm
                    page=page
                    row=token
                    verb=text::common::regenerate()
                    kind=Kind::Warning
                    gone=gone
                    change=|change, token| change.regenerate(token)
                    text=text::sandbox_tokens::regenerate_consequence
                    warning=breaks
                >
                    <Breaks id=id />
                </ConfirmForm>
            }
            .into_any()
        }
        Open::Delete(token) => {
            let id = token.id;
            view! {
                <DeleteForm page=page row=token gone=gone text=text::sandbox_tokens::delete_consequence warning=breaks>
                    <Breaks id=id />
                </DeleteForm>
            }
            .into_any()
        }
        Open::Confirm(token) => view! {
            <ConfirmForm
                page=page
                row=token
                verb=text::common::confirm()
                kind=Kind::Primary
                gone=gone
                change=|change, token| change.confirm(token)
                text=text::sandbox_tokens::confirm_consequence
            />
        }
        .into_any(),
        Open::Clients(token) => view! { <ClientsOf token=token /> }.into_any(),
        Open::Find => view! { <FindForm /> }.into_any(),
    }
}
