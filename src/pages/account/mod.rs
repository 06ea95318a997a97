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
    pages::shared::{context::Context, list_page::ListPage},
    present::{count, when::zone},
    reactive::reactive,
    state::{AccountAnswer, ListStore, SessionStore},
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
            AccountAnswer::PasswordChanged => "Password changed. Your other sessions have ended.".to_owned(),
            AccountAnswer::SessionEnded => "Session ended.".to_owned(),
            AccountAnswer::SessionsEnded(ended) => {
                let ended = ended.portal_sessions + ended.api_sessions;
                [&count::of(ended as usize, "session"), " ended."].concat()
            }
        });
        None
    });
    let organizations = move || {
        let row = |access: OrganizationAccess| {
            view! { <li><bdi translate="no">{access.name}</bdi> <span class="faint">" · " {access.role}</span></li> }
        };
        session.organizations().into_iter().map(row).collect_view()
    };
    let ways = SessionStore::ways_in();
    view! {
        <div class="page">
            <header class="page-head">
                <h1 data-heading tabindex="-1">"Account"</h1>
            </header>
            <dl class="facts">
                <dt>"User name"</dt>
                <dd>{reactive(move || session.admin_name().map_or_else(|| view! { <Bar width="w20" /> }.into_any(), |name| view! { <bdi translate="no">{name}</bdi> }.into_any()))}</dd>
                {reactive(move || {
                    let provider = session.provider()?;
                    Some(view! {
                        <dt>"Signed in with"</dt>
                        <dd>{provider.name}</dd>
                    })
                })}
                <dt>"Password"</dt>
                <dd>
                    {reactive(move || {
                        if !session.has_password() {
                            return "None".into_any();
                        }
                        view! {
                            <Button
                                label="Change password"
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
                <dt>"Organizations"</dt>
                <dd><ul class="plain-list">{reactive(organizations)}</ul></dd>
                <dt>"Theme"</dt>
                <dd><ThemeSwitch /></dd>
                <dt>"Time zone"</dt>
                <dd>{["Times are in ", &zone()].concat()}</dd>
                <dt>"Session"</dt>
                <dd><SignOut /></dd>
            </dl>
            <SessionTable />
            {page.dialog(title, form)}
        </div>
    }
    .into_any()
}

/// Identity providers that the account can be connected with.
fn connect(providers: Vec<SsoProvider>) -> AnyView {
    let link = |provider| sign_in_link(provider, "?next=account", "_self");
    view! {
        <dt>"Single sign-on"</dt>
        <dd>
            <div class="ways-in">
                {providers.into_iter().map(link).collect_view()}
                <p class="faint">"Sign in once to link your account. Then you can use it to sign in here. The account's password stops working, and the sessions it opened end, API sessions included."</p>
            </div>
        </dd>
    }
    .into_any()
}

fn title(open: &Open) -> &'static str {
    match open {
        Open::Password => "Change password",
        Open::End(Some(_)) => "End session",
        Open::End(None) => "Sign out other sessions",
    }
}

fn form(open: Open) -> AnyView {
    match open {
        Open::Password => view! { <PasswordForm /> }.into_any(),
        Open::End(session) => view! { <EndForm session=session /> }.into_any(),
    }
}
