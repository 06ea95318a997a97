//! Who is signed in, from where, with which password, and how the portal looks.

mod password;
mod sessions;

use keyward_contract::{AccountSession, OrganizationAccess, SsoProvider};
use leptos::prelude::*;

use self::{
    password::PasswordForm,
    sessions::{EndForm, SessionTable},
};
use super::{
    frame::theme::{SignOut, ThemeSwitch},
    sign_in::sign_in_link,
};
use crate::{
    browser::page::is_framed,
    pages::shared::{context::Context, list_page::ListPage, panel::page_heading},
    present::{title, when::zone},
    reactive::reactive,
    routes::Route,
    state::{AccountAnswer, ListStore, SessionStore},
    text,
    ui::{button::Button, icon::Icon, skeleton::Bar},
};

/// What the dialog is about.
#[derive(Clone, PartialEq, Eq)]
enum Open {
    Password,
    /// One session, as it was when the dialog opened; all but this one where there is none.
    End(Option<AccountSession>),
}

type Page = ListPage<AccountSession, Open>;

/// The account page.
#[component]
pub(crate) fn AccountPage() -> AnyView {
    let context = Context::get();
    let session = context.session;
    let page = Page::provide(ListStore::new((), session), move |_, answer| {
        context.toasts.success(match answer {
            AccountAnswer::PasswordChanged => text::account::password_changed().to_owned(),
            AccountAnswer::SessionEnded => text::account::ended().to_owned(),
            AccountAnswer::SessionsEnded(ended) => {
                let ended = ended.portal_sessions + ended.api_sessions;
                text::account::others_ended(ended as usize)
            }
        });
        None
    });
    let organizations = move || {
        let row = |access: OrganizationAccess| {
            view! { <li><bdi translate="no">{access.name}</bdi> <span class="faint" translate="no">" · " {access.role}</span></li> }
        };
        session.organizations().into_iter().map(row).collect_view()
    };
    let ways = SessionStore::ways_in();
    view! {
        <div class="page">
            <header class="page-head">
                {page_heading(title::of(&Route::Account))}
            </header>
            <dl class="facts">
                <dt>{text::account::user_name()}</dt>
                <dd>{reactive(move || session.admin_name().map_or_else(|| view! { <Bar width="w20" /> }.into_any(), |name| view! { <bdi translate="no">{name}</bdi> }.into_any()))}</dd>
                {reactive(move || {
                    let provider = session.provider()?;
                    Some(view! {
                        <dt>{text::account::signed_in_with()}</dt>
                        <dd translate="no">{provider.name}</dd>
                    })
                })}
                <dt>{text::account::password()}</dt>
                <dd class="changes">
                    {reactive(move || {
                        if !session.has_password() {
                            return text::common::none().into_any();
                        }
                        view! {
                            <Button
                                label=text::account::change_password()
                                icon=Icon::Pencil
                                on_press=move |()| page.open.set(Some(Open::Password))
                            />
                        }
                        .into_any()
                    })}
                </dd>
                {reactive(move || {
                    let ways = ways.get()?;
                    let is_offered = session.provider().is_none() && !ways.providers.is_empty();
                    is_offered.then(|| connect(ways.providers))
                })}
                <dt>{text::account::organizations()}</dt>
                <dd><ul class="plain-list">{reactive(organizations)}</ul></dd>
                <dt>{text::account::theme()}</dt>
                <dd><ThemeSwitch /></dd>
                <dt>{text::account::time_zone()}</dt>
                <dd>{text::account::times_in(&zone())}</dd>
                <dt>{text::account::session()}</dt>
                <dd><SignOut /></dd>
            </dl>
            <SessionTable />
            {page.dialog(dialog_title, form)}
        </div>
    }
    .into_any()
}

/// Identity providers that the account can be connected with.
fn connect(providers: Vec<SsoProvider>) -> AnyView {
    // Providers can't be framed.
    let target = if is_framed() { "_blank" } else { "_self" };
    let link = |provider| sign_in_link(provider, "?next=account", target);
    view! {
        <dt>{text::account::single_sign_on()}</dt>
        <dd>
            <div class="ways-in">
                {providers.into_iter().map(link).collect_view()}
                <p class="faint">{text::account::link_account()}</p>
            </div>
        </dd>
    }
    .into_any()
}

fn dialog_title(open: &Open) -> &'static str {
    match open {
        Open::Password => text::account::change_password(),
        Open::End(Some(_)) => text::account::end(),
        Open::End(None) => text::account::end_others(),
    }
}

fn form(open: Open) -> AnyView {
    match open {
        Open::Password => view! { <PasswordForm /> }.into_any(),
        Open::End(session) => view! { <EndForm session=session /> }.into_any(),
    }
}
