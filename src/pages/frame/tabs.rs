//! The page *Cloud Service API Security* with its three tabs.

use keyward_contract::OrganizationId;
use leptos::{html, prelude::*};
use web_sys::HtmlElement;

use crate::{browser::dom, pages::shared::context::Context, present::title, reactive::watch, routes::Route, text};

/// Where it is, and the tabs; the children are the tab that is open, with the heading.
#[component]
pub(crate) fn SecurityPage(org: OrganizationId, children: Children) -> AnyView {
    let navigator = Context::get().navigator;
    let route = navigator.route();
    let bar = NodeRef::<html::Nav>::new();
    watch(move || {
        route.track();
        if let Some(bar) = bar.get() {
            request_animation_frame(move || show_current(&bar));
        }
    });
    let tab = |to: Route| {
        let (name, target, here) = (title::of(&to), to.clone(), to);
        view! {
            <a
                class="tab"
                href=Signal::derive(move || navigator.href(target.clone()))
                aria-current=Signal::derive(move || (route.get() == here).then_some("page"))
            >
                {name}
            </a>
        }
    };
    view! {
        <div class="page">
            <p class="crumbs">{text::frame::crumbs()}</p>
            <nav node_ref=bar class="tabs" aria-label=text::frame::security()>
                {tab(Route::ApiKey(org))} {tab(Route::OauthServers(org))} {tab(Route::SandboxTokens(org))}
            </nav>
            {children()}
        </div>
    }
    .into_any()
}

/// Scrolls the tab that is open to the middle: on a phone not all of them have room.
fn show_current(bar: &HtmlElement) {
    if let Some(tab) = dom::find(bar, "[aria-current]") {
        let middle = tab.offset_left() + tab.offset_width() / 2;
        bar.set_scroll_left(middle - bar.client_width() / 2);
    }
}
