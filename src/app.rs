//! The application: which page shows at which address, and for whom.

use keyward_contract::{OrganizationAccess, OrganizationId};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    browser::{events, life, page},
    more_pages,
    pages::{
        api_key::ApiKeyPanel,
        frame::{Frame, SecurityPage, main_pages},
        interrupted::{InterruptedDialog, SessionEndDialog},
        shared::{
            card::Card,
            context::Context,
            message::{FailedLoad, Message, no_organization},
            one_time_link,
            panel::page_heading,
        },
        sign_in::SignInPage,
    },
    present::title,
    reactive::{memo, reactive, watch},
    routes::Route,
    state::{SessionEnd, SessionState, SessionStore},
    text,
    ui::{
        icon::Icon,
        toast::{self, ToastRegion},
    },
};

/// Finds the pages that are no part of the first load.
pub type More = fn(&Route) -> Option<AnyView>;

/// The event by which a program learns that a different one replaces it. `boot.js` knows those of `more_pages`.
const LEAVE: &str = "keyward-leave";

/// Puts the application in place of the frame that `index.html` has drawn, or of the program that was there. Without `more`, the
/// pages that the first load does not have are left to the program that has them: `boot.js` starts that one in this document.
pub fn mount(more: Option<More>) {
    let Some(place) = page::element("app") else { return };
    let mut errors = Vec::new();
    if place.has_child_nodes() {
        events::tell_window(LEAVE);
        errors = toast::take_errors(&place);
        place.set_text_content(None);
        // Where the other program has left it: at the start of the page.
        request_animation_frame(page::focus_heading);
    }
    mount_to(place, move || view! { <App more=more errors=errors /> }).forget();
    if more.is_none() {
        window_event_listener_untyped(LEAVE, |_| life::leave());
    }
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
    /// What the program before this one has said, and what names the request each.
    errors: Vec<(String, Option<String>)>,
) -> impl IntoView {
    one_time_link::take();
    let context = Context::provide();
    for (text, request) in errors {
        context.toasts.error(text, request);
    }
    context.navigator.listen();
    context.session.load();
    let (session, route) = (context.session.state(), context.navigator.route());

    // The address follows the session: these are the only redirects.
    watch(move || {
        if let Some(to) = redirect(context, &route.get(), &session.get()) {
            context.navigator.redirect(to);
        }
    });
    watch(move || {
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
    if more.is_none() {
        more_pages::keep(shown.into());
    }
    // The tab stays in the organization, on pages of none as well.
    watch(move || {
        if let Some(org) = route.get().organization()
            && context.session.has_role(org) == Some(true)
        {
            context.recent.visit(org);
        }
    });
    let end = SessionEnd::watch(context.session);

    let layout = memo(move || match (route.get(), session.get()) {
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
        {reactive(move || match layout.get() {
            Layout::Nothing => view! { <Card><div class="card-blank"></div></Card> }.into_any(),
            Layout::Failed => view! { <Card>{failed}</Card> }.into_any(),
            Layout::SignIn => view! { <SignInPage /> }.into_any(),
            Layout::Link(route) => more.and_then(|more| more(&route)).unwrap_or_else(|| view! { <Card>{more_pages::coming(&route)}</Card> }.into_any()),
            Layout::Frame => view! { <Frame>{reactive(move || framed(shown.get(), more))}</Frame> }.into_any(),
        })}
        <SessionEndDialog end=end />
        <InterruptedDialog />
        <ToastRegion toasts=context.toasts />
    }
}

/// Where the user is sent on from here.
fn redirect(context: Context, route: &Route, session: &SessionState) -> Option<Route> {
    match (route, session) {
        (Route::Setup | Route::Invitation, _) | (_, SessionState::Unknown | SessionState::Failed(_)) => None,
        (Route::SignIn { next }, SessionState::SignedIn(session)) => {
            // Who signed in may be someone else than the page was asked for by.
            let is_open = |next: &Route| is_open(next, &session.organizations);
            Some(next.as_deref().cloned().filter(is_open).unwrap_or(Route::Home))
        }
        (Route::Home, SessionState::SignedIn(session)) => {
            let last = context.organization();
            let pages = last.iter().chain(&session.organizations).flat_map(main_pages);
            pages.into_iter().next()
        }
        (_, SessionState::SignedIn(_)) | (Route::SignIn { .. }, _) => None,
        (Route::Home | Route::NotFound, _) => Some(Route::SignIn { next: None }),
        (route, _) => Some(Route::SignIn {
            next: Some(Box::new(route.clone())),
        }),
    }
}

/// Whether a page shows something to an admin with these roles.
fn is_open(route: &Route, organizations: &[OrganizationAccess]) -> bool {
    let Some(org) = route.organization() else { return true };
    let access = organizations.iter().find(|access| access.id == org);
    access.is_some_and(|access| main_pages(access).iter().any(|page| route.is_below(page)))
}

fn framed(route: Route, more: Option<More>) -> AnyView {
    if let Some(org) = route.organization() {
        let session = Context::get().session;
        // A role that was given since counts as well.
        if untrack(|| session.has_role(org)) == Some(false) {
            spawn_local(async move {
                session.refresh().await;
            });
        }
        let is_stranger = memo(move || session.has_role(org) == Some(false));
        return reactive(move || {
            if is_stranger.get() {
                lone(text::frame::not_found(), no_organization())
            } else {
                page_of(route.clone(), more)
            }
        });
    }
    page_of(route, more)
}

fn page_of(route: Route, more: Option<More>) -> AnyView {
    let security =
        |org: OrganizationId, panel: AnyView| view! { <SecurityPage org=org>{panel}</SecurityPage> }.into_any();
    match route {
        Route::ApiKey(org) => security(org, view! { <ApiKeyPanel org=org /> }.into_any()),
        Route::Home => home(),
        Route::NotFound => not_found(),
        route => more
            .and_then(|more| more(&route))
            .unwrap_or_else(|| more_pages::coming(&route)),
    }
}

/// Seen only by who has no page anywhere, and for a moment by all others.
fn home() -> AnyView {
    let session = Context::get().session;
    let message = move || {
        let SessionState::SignedIn(session) = session.state().get() else {
            return None;
        };
        let pages = session.organizations.iter().flat_map(main_pages).next();
        let (title, text) = match session.organizations.first() {
            None => (text::frame::no_role_title(), text::frame::no_role_text()),
            Some(_) if pages.is_none() => (text::frame::api_only_title(), text::frame::api_only_text()),
            Some(_) => return None,
        };
        let message = view! { <Message icon=Icon::User title=title><p>{text}</p></Message> };
        Some(lone(text::frame::welcome(), message.into_any()))
    };
    reactive(message)
}

fn not_found() -> AnyView {
    let home = Context::get().navigator.href(Route::Home);
    let message = view! {
        <Message icon=Icon::Info title=text::frame::nothing_here_title()>
            <p>{text::frame::nothing_here_text()}</p>
            <a class="button" href=home>{text::frame::go_to_start()}</a>
        </Message>
    };
    lone(text::frame::not_found(), message.into_any())
}

/// A page that has nothing but a message.
fn lone(heading: &'static str, message: AnyView) -> AnyView {
    view! { <div class="page"><header class="page-head">{page_heading(heading)}</header>{message}</div> }.into_any()
}

fn failed() -> AnyView {
    let session = Context::get().session;
    let error = move || match session.state().get() {
        SessionState::Failed(error) => Some(error),
        _ => None,
    };
    view! {
        <h1 class="visually-hidden" data-heading tabindex="-1">{text::frame::product()}</h1>
        {reactive(move || error().map(|error| view! { <FailedLoad error=error on_retry=move |()| session.load() /> }))}
    }
    .into_any()
}
