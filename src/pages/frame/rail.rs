//! The rail: organization, navigation, and what concerns the admin.

use keyward_contract::{OrganizationAccess, OrganizationId, Permission};
use leptos::prelude::*;

use super::theme::{SignOut, ThemeSwitch};
use crate::{
    pages::shared::context::Context,
    present::title,
    routes::Route,
    state::SessionState,
    ui::{
        icon::{Icon, Mark, Pictogram},
        menu::{Entry, LinkMenu},
        skeleton::Bar,
    },
};

/// How many organizations the switcher lists. Whoever has more looks for them on their page.
const SWITCHED: usize = 20;

/// The organization of the page, or else the first.
fn current(context: Context) -> Option<OrganizationAccess> {
    let organizations = context.session.organizations();
    let of_page = context.navigator.route().get().organization();
    match of_page {
        Some(org) => organizations.into_iter().find(|access| access.id == org),
        None => organizations.into_iter().next(),
    }
}

/// The name of the organization, or what stands in for it.
pub(super) fn organization_name() -> AnyView {
    let context = Context::get();
    let known = !matches!(context.session.state().get(), SessionState::Unknown);
    match current(context) {
        Some(access) => access.name.into_any(),
        None if known => "No organization".into_any(),
        None => view! { <Bar width="w12" /> }.into_any(),
    }
}

#[component]
pub(super) fn RailContent() -> AnyView {
    let context = Context::get();
    let route = context.navigator.route();
    let several = Memo::new(move |_| context.session.organizations().len() > 1);
    let entries = Signal::derive(move || {
        let here = current(context).map(|access| access.id);
        let entry = |access: OrganizationAccess| Entry {
            current: Some(access.id) == here,
            href: context.navigator.href(same_tab(&route.get(), access.id)),
            text: access.name,
        };
        let mut entries: Vec<_> = context
            .session
            .organizations()
            .into_iter()
            .take(SWITCHED)
            .map(entry)
            .collect();
        entries.push(Entry {
            text: "All organizations…".to_owned(),
            href: context.navigator.href(Route::Organizations),
            current: route.with(|route| *route == Route::Organizations),
        });
        entries
    });
    let name = Signal::derive(move || current(context).map_or_else(|| "No organization".into(), |access| access.name));
    let pages = Memo::new(move |_| current(context).map_or_else(Vec::new, |access| main_pages(&access)));
    let links = move || {
        pages
            .get()
            .into_iter()
            .map(|page| link(context, page))
            .collect::<Vec<_>>()
    };
    view! {
        <p class="brand"><Mark /><span>{title::PRODUCT}</span></p>
        <div class="rail-organization">
            {move || {
                if several.get() {
                    view! { <LinkMenu label="Organization" text=name entries=entries /> }.into_any()
                } else {
                    view! { <p class="rail-name">{organization_name}</p> }.into_any()
                }
            }}
        </div>
        <nav class="rail-nav" aria-label="Main">
            {links}
        </nav>
        <div class="rail-foot">
            <a
                class="rail-link"
                href=move || context.navigator.href(Route::Account)
                aria-current=move || (route.get() == Route::Account).then_some("page")
            >
                <Pictogram icon=Icon::User />
                <span class="visually-hidden">"Account: "</span>
                <span class="rail-user">
                    {move || {
                        context.session.admin_name().map_or_else(|| view! { <Bar width="w12" /> }.into_any(), |name| name.into_any())
                    }}
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
        _ => (Icon::Key, title::SECURITY),
    };
    let route = context.navigator.route();
    let target = page.clone();
    let href = move || context.navigator.href(target.clone());
    let current = move || route.with(|route| route.is_below(&page)).then_some("true");
    view! {
        <a class="rail-link" href=href aria-current=current>
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
        Route::Administrators(_) => Route::Administrators(org),
        Route::Roles(_) => Route::Roles(org),
        // Another log, the same question.
        Route::AuditLog(_, query) => Route::AuditLog(org, query.clone()),
        _ => Route::ApiKey(org),
    }
}
