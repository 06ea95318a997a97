//! The page *Cloud Service API Security* with its three tabs.

use keyward_contract::OrganizationId;
use leptos::prelude::*;

use crate::{pages::shared::context::Context, present::title, routes::Route};

/// Heading and tabs; the children are the tab that is open.
#[component]
pub(crate) fn SecurityPage(org: OrganizationId, children: Children) -> AnyView {
    let navigator = Context::get().navigator;
    let route = navigator.route();
    let tab = |to: Route| {
        let (name, target, here) = (title::of(&to), to.clone(), to);
        view! {
            <a
                class="tab"
                href=move || navigator.href(target.clone())
                aria-current=move || (route.get() == here).then_some("page")
            >
                {name}
            </a>
        }
    };
    view! {
        <div class="page">
            <header class="page-head">
                <h1>{title::SECURITY}</h1>
            </header>
            <nav class="tabs" aria-label=title::SECURITY>
                {tab(Route::ApiKey(org))} {tab(Route::OauthServers(org))} {tab(Route::SandboxTokens(org))}
            </nav>
            {children()}
        </div>
    }
    .into_any()
}
