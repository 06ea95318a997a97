//! The application: which page shows at which address, and for whom.

use keyward_contract::OrganizationId;
use leptos::prelude::*;

use crate::{
    browser::page,
    pages::{
        api_key::ApiKeyPanel,
        frame::{Frame, SecurityPage, main_pages},
        interrupted::InterruptedDialog,
        shared::{
            card::Card,
            context::Context,
            message::{FailedLoad, Message},
            one_time_link,
        },
        sign_in::SignInPage,
    },
    present::title,
    routes::Route,
    state::{SessionState, SessionStore},
    ui::{icon::Icon, toast::ToastRegion},
};

/// Finds the pages that are no part of the first load.
pub type More = fn(&Route) -> Option<AnyView>;

/// Puts the application in place of the frame that `index.html` has drawn. Without `more`, the pages that the first load
/// does not have are left to a program that has them: the document loads anew, and `boot.js` starts that one.
pub fn mount(more: Option<More>) {
    let Some(place) = page::element("app") else { return };
    mount_to(place, move || view! { <App more=more /> }).forget();
    if let Some(frame) = page::element("start") {
        frame.remove();
    }
    // Skeletons that have been seen already must not fade in once more.
    if window()
        .performance()
        .is_some_and(|performance| performance.now() > 300.0)
    {
        page::set_root_attribute("data-bars", Some("at-once"));
    }
}

/// What fills the window.
#[derive(Clone, PartialEq, Eq)]
enum Layout {
    Nothing,
    Failed,
    SignIn,
    /// A card at the end of a one-time link.
    Link(Route),
    Frame,
}

/// The application.
#[component]
pub fn App(
    /// The pages that are no part of the first load, if they are here.
    more: Option<More>,
) -> impl IntoView {
    one_time_link::take();
    let context = Context::provide();
    context.navigator.listen();
    context.session.load();
    let (session, route) = (context.session.state(), context.navigator.route());

    // The address follows the session: these are the only redirects.
    Effect::new(move |_| {
        if let Some(to) = redirect(&route.get(), &session.get()) {
            context.navigator.redirect(to);
        }
    });
    Effect::new(move |_| {
        let route = route.get();
        let organization = route
            .organization()
            .and_then(|org| context.session.access(org))
            .map(|access| access.name);
        page::set_title(&title::of_window(&route, organization.as_deref()));
    });

    // Another query is the same page.
    let shown = Memo::new_with_compare(
        move |_| route.get(),
        |before, now| !before.zip(now).is_some_and(|(before, now)| before.is_same_page(now)),
    );
    Effect::new(move |_| {
        if more.is_none() && !shown.with(Route::is_of_first_load) {
            page::reload();
        }
    });

    let layout = Memo::new(move |_| match (route.get(), session.get()) {
        (route @ (Route::Setup | Route::Invitation), _) => Layout::Link(route),
        (_, SessionState::Failed(_)) => Layout::Failed,
        (Route::SignIn { .. }, _) => Layout::SignIn,
        (Route::SignedIn, SessionState::SignedIn(_)) => Layout::Link(Route::SignedIn),
        (Route::SignedIn, _) => Layout::Nothing,
        (_, SessionState::SignedIn(_)) => Layout::Frame,
        (_, SessionState::Unknown) if SessionStore::was_signed_in() => Layout::Frame,
        _ => Layout::Nothing,
    });
    view! {
        {move || match layout.get() {
            Layout::Nothing => view! { <Card><div class="card-blank"></div></Card> }.into_any(),
            Layout::Failed => view! { <Card>{failed}</Card> }.into_any(),
            Layout::SignIn => view! { <SignInPage /> }.into_any(),
            Layout::Link(route) => beyond(more, &route),
            Layout::Frame => view! { <Frame>{move || framed(shown.get(), more)}</Frame> }.into_any(),
        }}
        <InterruptedDialog />
        <ToastRegion toasts=context.toasts />
    }
}

/// Where the user is sent on from here.
fn redirect(route: &Route, session: &SessionState) -> Option<Route> {
    match (route, session) {
        (Route::Setup | Route::Invitation, _) | (_, SessionState::Unknown | SessionState::Failed(_)) => None,
        (Route::SignIn { next }, SessionState::SignedIn(_)) => Some(next.as_deref().cloned().unwrap_or(Route::Home)),
        (Route::Home, SessionState::SignedIn(session)) => {
            let access = session.organizations.first()?;
            Some(main_pages(access).into_iter().next().unwrap_or(Route::Account))
        }
        (_, SessionState::SignedIn(_)) | (Route::SignIn { .. }, _) => None,
        (Route::Home | Route::NotFound, _) => Some(Route::SignIn { next: None }),
        (route, _) => Some(Route::SignIn {
            next: Some(Box::new(route.clone())),
        }),
    }
}

fn framed(route: Route, more: Option<More>) -> AnyView {
    let security =
        |org: OrganizationId, panel: AnyView| view! { <SecurityPage org=org>{panel}</SecurityPage> }.into_any();
    match route {
        Route::ApiKey(org) => security(org, view! { <ApiKeyPanel org=org /> }.into_any()),
        Route::Home => home(),
        Route::NotFound => not_found(),
        route => beyond(more, &route),
    }
}

/// A page that is no part of the first load, or nothing while the document loads anew.
fn beyond(more: Option<More>, route: &Route) -> AnyView {
    more.and_then(|more| more(route)).unwrap_or_else(|| ().into_any())
}

/// Seen only by who has a role nowhere, and for a moment by all others.
fn home() -> AnyView {
    let session = Context::get().session;
    let nowhere = move || matches!(session.state().get(), SessionState::SignedIn(it) if it.organizations.is_empty());
    view! {
        <div class="page">
            {move || {
                nowhere()
                    .then(|| {
                        view! {
                            <Message icon=Icon::User title="You have no role in any organization">
                                <p>"Ask an admin of your organization to give you one."</p>
                            </Message>
                        }
                    })
            }}
        </div>
    }
    .into_any()
}

fn not_found() -> AnyView {
    let home = Context::get().navigator.href(Route::Home);
    view! {
        <div class="page">
            <header class="page-head">
                <h1 data-heading tabindex="-1">"Page not found"</h1>
            </header>
            <Message icon=Icon::Info title="There is nothing at this address">
                <p>"The link may be old, or a part of it is missing."</p>
                <a class="button" href=home>"Go to the start page"</a>
            </Message>
        </div>
    }
    .into_any()
}

fn failed() -> AnyView {
    let session = Context::get().session;
    let error = move || match session.state().get() {
        SessionState::Failed(error) => Some(error),
        _ => None,
    };
    view! {
        <h1 class="visually-hidden" data-heading tabindex="-1">{title::PRODUCT}</h1>
        {move || error().map(|error| view! { <FailedLoad error=error on_retry=move |()| session.load() /> })}
    }
    .into_any()
}
