//! Who is signed in, and how the portal looks.

use leptos::prelude::*;

use super::{
    context::Context,
    frame::theme::{SignOut, ThemeSwitch},
};
use crate::ui::skeleton::Bar;

/// The account page.
#[component]
pub(crate) fn AccountPage() -> AnyView {
    let context = Context::get();
    let session = context.session;
    let organizations = move || {
        let row = |access: keyward_contract::OrganizationAccess| {
            view! { <li>{access.name} <span class="faint">" · " {access.role}</span></li> }
        };
        session.organizations().into_iter().map(row).collect_view()
    };
    view! {
        <div class="page">
            <header class="page-head">
                <h1 data-heading tabindex="-1">"Account"</h1>
            </header>
            <dl class="facts">
                <dt>"User name"</dt>
                <dd>{move || session.admin_name().map_or_else(|| view! { <Bar width="w20" /> }.into_any(), |name| name.into_any())}</dd>
                <dt>"Organizations"</dt>
                <dd><ul class="plain-list">{organizations}</ul></dd>
                <dt>"Theme"</dt>
                <dd><ThemeSwitch /></dd>
                <dt>"Session"</dt>
                <dd><SignOut /></dd>
            </dl>
        </div>
    }
    .into_any()
}
