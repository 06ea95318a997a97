//! Signing in.

use keyward_contract::{ProblemCode, SignIn, SsoProvider};
use leptos::{html, prelude::*, task::spawn_local};

use crate::{
    api::ApiError,
    attributes::attributes,
    browser::page::{self, focus_first, is_framed, is_in_field},
    pages::shared::{
        card::{Card, card_heading},
        context::Context,
        message::Message,
        outcome::wrong,
    },
    present::problem,
    reactive::{memo, reactive},
    routes::{Route, encoded},
    state::{SessionState, SessionStore},
    text,
    ui::{
        banner::{Banner, Tone},
        button::{Button, Kind},
        field::Field,
        form::on_submit,
        icon::Icon,
    },
};

/// The sign-in page. Where it leads to afterwards is for `app` to say.
#[component]
pub(crate) fn SignInPage() -> AnyView {
    let session = Context::get().session;
    let state = session.state();
    let required = memo(move || state.get() == SessionState::SetupRequired);
    view! {
        <Card>
            {reactive(move || {
                if required.get() {
                    view! { <SetupRequired session=session /> }.into_any()
                } else {
                    view! {
                        {card_heading(text::common::sign_in())}
                        {failure()}
                        <WaysIn />
                    }
                    .into_any()
                }
            })}
        </Card>
    }
    .into_any()
}

/// Why a sign-in at an identity provider did not work.
pub(super) fn failure() -> Option<AnyView> {
    let text = problem::sentence(Context::get().take_failed_sign_in()?);
    Some(view! { <Banner tone=Tone::Danger live=true><p>{text}</p></Banner> }.into_any())
}

pub(super) fn sign_in_link(provider: SsoProvider, query: &str, target: &'static str) -> AnyView {
    let href = page::api(&[&provider.sign_in, query].concat());
    view! { <a {..attributes(&[("target", target)])} class="button" href=href>{text::sign_in::sign_in_with(&provider.name)}</a> }.into_any()
}

/// A password, identity providers, or both.
#[component]
fn WaysIn() -> AnyView {
    let navigator = Context::get().navigator;
    let ways = SessionStore::ways_in();
    // Providers can't be framed: they open in a new window, and the page continues here when the person returns (`frame.js`).
    let framed = is_framed();
    let target = if framed { "_blank" } else { "_self" };
    let next = untrack(|| match navigator.route().get() {
        _ if framed => Route::SignedIn.url(),
        Route::SignIn { next: Some(next) } => next.url(),
        _ => String::new(),
    });
    let content = move || {
        let Some(ways) = ways.get() else {
            return view! { <div class="card-blank"></div> }.into_any();
        };
        // The browser itself looks for it when the document is new alone.
        if !framed {
            request_animation_frame(|| {
                // As late as the frame of `focus_heading` can be.
                if !is_in_field() {
                    focus_first("[autofocus]");
                }
            });
        }
        let query = ["?next=", &encoded(&next)].concat();
        let link = |it| sign_in_link(it, &query, target);
        let links: Vec<AnyView> = ways.providers.into_iter().map(link).collect();
        view! {
            {ways.password.then(|| view! { <SignInForm username=RwSignal::new(String::new()) /> })}
            <div class="ways-in">{links}</div>
        }
        .into_any()
    };
    reactive(content)
}

#[component]
fn SetupRequired(session: SessionStore) -> AnyView {
    view! {
        {card_heading(text::sign_in::not_set_up_title())}
        <Message icon=Icon::Info title=text::sign_in::open_link_title() class="message-in-card">
            <p>
                {text::sign_in::open_link_text()}
            </p>
            <Button label=text::sign_in::check_again() icon=Icon::Rotate on_press=move |()| session.load() />
        </Message>
    }
    .into_any()
}

/// User name and password. Both stay as they are until the sign-in works.
#[component]
pub(crate) fn SignInForm(
    username: RwSignal<String>,
    /// Whether the admin who is signed in re-authenticates.
    #[prop(optional)]
    signed_in: bool,
    /// An admin who signed in there does so again, in a new window, so that nothing is lost here.
    #[prop(optional_no_strip)]
    provider: Option<SsoProvider>,
) -> AnyView {
    let session = Context::get().session;
    let password = RwSignal::new(String::new());
    let pending = RwSignal::new(false);
    let failure = RwSignal::new(None::<ApiError>);
    let missing = RwSignal::new(false);
    let (user_node, password_node) = (NodeRef::<html::Input>::new(), NodeRef::<html::Input>::new());
    let elsewhere = provider.is_some();
    let focus = move |node: NodeRef<html::Input>| node.get_untracked().map(|input| input.focus());
    let submit = on_submit(pending, move || {
        failure.set(None);
        let (user, secret) = (username.get_untracked(), password.get_untracked());
        missing.set(!elsewhere && (user.is_empty() || secret.is_empty()));
        if missing.get_untracked() {
            focus(if user.is_empty() { user_node } else { password_node });
            return;
        }
        pending.set(true);
        spawn_local(async move {
            let answer = if elsewhere {
                session.go_on().await
            } else if signed_in {
                session.give_password(secret).await
            } else {
                let credentials = SignIn {
                    username: user,
                    password: secret,
                };
                session.sign_in(credentials).await
            };
            if pending.is_disposed() {
                return;
            }
            pending.set(false);
            if let Err(error) = answer {
                if matches!(
                    error.code(),
                    Some(ProblemCode::SignInFailed | ProblemCode::WrongPassword)
                ) {
                    focus(password_node);
                }
                failure.set(Some(error));
            }
        });
    });
    let wanted = move |value: RwSignal<String>, text: &'static str| {
        Signal::derive(move || (missing.get() && value.with(String::is_empty)).then(|| text.to_owned()))
    };
    let fields = match provider {
        Some(provider) => sign_in_link(provider, "?fresh&next=signed-in", "_blank"),
        None => view! {
            <Field
                label=text::sign_in::user_name()
                name="username"
                value=username
                autocomplete="username"
                error=wanted(username, text::sign_in::user_name_missing())
                readonly=signed_in
                node=user_node
                autofocus=username.with_untracked(String::is_empty) && !is_framed()
            />
            <Field
                label=text::sign_in::password()
                name="password"
                kind="password"
                value=password
                autocomplete="current-password"
                error=wanted(password, text::sign_in::password_missing())
                node=password_node
                autofocus=username.with_untracked(|name| !name.is_empty())
            />
        }
        .into_any(),
    };
    view! {
        <form class="form" novalidate on:submit=submit>
            {reactive(move || failure.get().map(|error| wrong(&error, true)))}
            {fields}
            <div class="form-actions">
                <Button label=if signed_in || elsewhere { text::sign_in::go_on() } else { text::common::sign_in() } kind=Kind::Primary submit=true pending=pending on_press=|()| {} />
            </div>
        </form>
    }
    .into_any()
}
