//! The panel of a list: its heading, what can be done there, and the list or why it can't be shown.

use keyward_contract::ProblemCode;
use leptos::prelude::*;

use super::message::{no_subscription, refused};
use crate::{api::ApiError, reactive::reactive, ui::icon::Icon};

/// The panel.
#[component]
pub(crate) fn ListPanel(
    heading: AnyView,
    /// Beside the heading, once there is something to show.
    #[prop(into)]
    buttons: ViewFn,
    #[prop(into)] is_ready: Signal<bool>,
    /// Why there is no list.
    #[prop(into)]
    failure: Signal<Option<ApiError>>,
    /// What the role of an admin lacks who must not see it, if there are such.
    #[prop(optional)]
    permission: &'static str,
    /// Whether the list belongs to an API subscription that there is not.
    #[prop(optional, into)]
    is_unsubscribed: Signal<bool>,
    /// What is said then.
    #[prop(optional)]
    without_subscription: &'static str,
    #[prop(into)] on_retry: Callback<()>,
    children: ChildrenFn,
) -> AnyView {
    let buttons = move || (is_ready.get() && !is_unsubscribed.get()).then(|| buttons.run());
    let content = move || match failure.get() {
        Some(error) if !error.is(ProblemCode::SubscriptionNone) => refused(error, permission, move || on_retry.run(())),
        None if !is_unsubscribed.get() => children(),
        _ => no_subscription(Icon::Box, without_subscription),
    };
    view! {
        <section class="panel">
            <header class="panel-head">{heading} {reactive(buttons)}</header>
            {reactive(content)}
        </section>
    }
    .into_any()
}

/// The heading of a page, or of the tab that is open.
pub(crate) fn page_heading(title: &'static str) -> AnyView {
    view! { <h1 data-heading tabindex="-1">{title}</h1> }.into_any()
}
