//! The rail: organization, navigation, and what concerns the admin.

use std::sync::Arc;

use keyward_contract::{OrganizationAccess, OrganizationId, Permission};
use leptos::prelude::*;

use super::theme::{SignOut, ThemeSwitch};
use crate::{
    browser::text::contains,
    pages::shared::context::Context,
    present::title,
    reactive::{memo, reactive},
    routes::Route,
    state::SessionState,
    text,
    ui::{
        icon::{Icon, Mark, Pictogram},
        link_picker::{Entry, LinkPicker},
        skeleton::Bar,
    },
};

/// The name of the organization, or what stands in for it.
pub(super) fn organization_name() -> AnyView {
    let context = Context::get();
    let known = !matches!(context.session.state().get(), SessionState::Unknown);
    match context.organization() {
        Some(access) => access.name.into_any(),
        None if known => text::frame::no_organization().into_any(),
        None => view! { <Bar width="w12" /> }.into_any(),
    }
}

#[component]
pub(super) fn RailContent() -> AnyView {
    let context = Context::get();
    let route = context.navigator.route();
    let several = memo(move || context.session.organizations().len() > 1);
    let here = move || context.organization();
    let places = Arc::new(move |query: &str| switched(context, here().map(|access| access.id), query));
    let all = move || {
        let is_here = Signal::derive(move || (route.get() == Route::Organizations).then_some("page"));
        let href = Signal::derive(move || context.navigator.href(Route::Organizations));
        view! { <a class="menu-entry picker-last" href=href aria-current=is_here>{text::frame::all_organizations()}</a> }.into_any()
    };
    let name =
        Signal::derive(move || here().map_or_else(|| text::frame::no_organization().to_owned(), |access| access.name));
    let pages = memo(move || here().as_ref().map_or_else(Vec::new, main_pages));
    let links = move || {
        pages
            .get()
            .into_iter()
            .map(|page| link(context, page))
            .collect::<Vec<_>>()
    };
    view! {
        <p class="brand"><Mark /><span>{text::frame::product()}</span></p>
        <div class="rail-organization">
            {reactive(move || {
                if several.get() {
                    view! { <LinkPicker label=text::common::organization() search=text::frame::search_organizations() text=name places=places.clone() last=all() /> }.into_any()
                } else {
                    view! { <p class="rail-name" dir="auto" translate="no">{organization_name}</p> }.into_any()
                }
            })}
        </div>
        <nav class="rail-nav" aria-label=text::frame::main()>
            {reactive(links)}
        </nav>
        <div class="rail-foot">
            <a
                class="rail-link"
                href=Signal::derive(move || context.navigator.href(Route::Account))
                aria-current=Signal::derive(move || (route.get() == Route::Account).then_some("page"))
            >
                <Pictogram icon=Icon::User />
                <span class="visually-hidden">{text::frame::account()} " "</span>
                <span class="rail-user" dir="auto" translate="no">
                    {reactive(move || {
                        context.session.admin_name().map_or_else(|| view! { <Bar width="w12" /> }.into_any(), |name| name.into_any())
                    })}
                </span>
            </a>
            <div class="rail-tools">
                <ThemeSwitch icon_only=true />
                <SignOut icon_only=true />
            </div>
        </div>
    }
    .into_any()
}

/// Where the switcher leads: the organizations that were worked in last, then all others by name.
fn switched(context: Context, here: Option<OrganizationId>, query: &str) -> Vec<Entry> {
    let route = context.navigator.route();
    let recent = context.recent.organizations();
    let organizations = context.session.organizations();
    let entry = |access: &OrganizationAccess| Entry {
        current: Some(access.id) == here,
        href: context.navigator.href(same_tab(&route.get(), access.id)),
        text: access.name.clone(),
    };
    let find = |org: &OrganizationId| organizations.iter().find(|access| access.id == *org);
    let others = organizations.iter().filter(|access| !recent.contains(&access.id));
    let fits = |access: &&OrganizationAccess| query.is_empty() || contains(&access.name, query);
    recent
        .iter()
        .filter_map(find)
        .chain(others)
        .filter(fits)
        .map(entry)
        .collect()
}

/// The pages of an organization that a role has a part in, the one to begin with first.
pub(crate) fn main_pages(access: &OrganizationAccess) -> Vec<Route> {
    let (org, may) = (access.id, access.permissions);
    let pages = [
        (may.api_key_management != Permission::None, Route::ApiKey(org)),
        (may.admin_management, Route::Administrators(org)),
        (may.admin_management, Route::Roles(org)),
        (may.audit_log, Route::AuditLog(org, String::new())),
    ];
    pages
        .into_iter()
        .filter_map(|(may, page)| may.then_some(page))
        .collect()
}

fn link(context: Context, page: Route) -> AnyView {
    let (icon, text) = match &page {
        Route::Administrators(_) => (Icon::Users, title::of(&page)),
        Route::Roles(_) => (Icon::Shield, title::of(&page)),
        Route::AuditLog(..) => (Icon::List, title::of(&page)),
        _ => (Icon::Key, text::frame::security()),
    };
    let route = context.navigator.route();
    let target = page.clone();
    let href = move || context.navigator.href(target.clone());
    let current = move || route.with(|route| route.is_below(&page)).then_some("true");
    view! {
        <a class="rail-link" href=Signal::derive(href) aria-current=Signal::derive(current)>
            <Pictogram icon=icon />
            <span>{text}</span>
        </a>
    }
    .into_any()
}

/// The page that shows the same of another organization.
fn same_tab(route: &Route, org: OrganizationId) -> Route {
    match route {
        Route::OauthServers(_) => Route::OauthServers(org),
        Route::SandboxTokens(_) => Route::SandboxTokens(org),
        Route::GettingStarted(_) => Route::GettingStarted(org),
        Route::Administrators(_) => Route::Administrators(org),
        Route::Roles(_) => Route::Roles(org),
        // Another log, the same question.
        Route::AuditLog(_, query) => Route::AuditLog(org, query.clone()),
        _ => Route::ApiKey(org),
    }
}
