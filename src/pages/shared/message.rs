//! A page or panel that has something to say in place of its content.

use keyward_contract::ProblemCode;
use leptos::prelude::*;

use crate::{
    api::ApiError,
    present::problem,
    ui::{
        button::{Button, Kind},
        icon::{Icon, Pictogram},
    },
};

/// A picture, a sentence, an explanation, and perhaps something to do.
#[component]
pub(crate) fn Message(
    icon: Icon,
    #[prop(into)] title: String,
    #[prop(optional)] class: &'static str,
    children: Children,
) -> AnyView {
    view! {
        <div class=["message ", class].concat()>
            <span class="message-icon"><Pictogram icon=icon /></span>
            <p class="message-title">{title}</p>
            <div class="message-text">{children()}</div>
        </div>
    }
    .into_any()
}

/// The admin's role has no part in this page.
pub(crate) fn not_available(permission: &'static str) -> AnyView {
    view! {
        <Message icon=Icon::Shield title="You don't have access to this page">
            <p>
                "Your role in this organization doesn't include " {permission} ". Ask an admin who manages roles."
            </p>
        </Message>
    }
    .into_any()
}

/// Which is also what a stranger is told.
pub(crate) fn no_organization() -> AnyView {
    view! {
        <Message icon=Icon::Info title="Organization not found">
            <p>"It doesn't exist, or you don't have access. Check the link, or ask the person who sent it."</p>
        </Message>
    }
    .into_any()
}

/// What belongs to an API subscription, and there is none.
pub(crate) fn no_subscription(icon: Icon, text: &'static str) -> AnyView {
    view! { <Message icon=icon title="No API subscription"><p>{text}</p></Message> }.into_any()
}

/// Why a page can't be shown.
pub(crate) fn refused(error: ApiError, permission: &'static str, retry: impl Fn() + Send + Sync + 'static) -> AnyView {
    match error.code() {
        Some(ProblemCode::PermissionDenied) => not_available(permission),
        Some(ProblemCode::OrganizationNotFound) => no_organization(),
        _ => view! { <FailedLoad error=error on_retry=move |()| retry() /> }.into_any(),
    }
}

/// Something could not be loaded.
#[component]
pub(crate) fn FailedLoad(error: ApiError, #[prop(into)] on_retry: Callback<()>) -> AnyView {
    view! {
        <div role="alert">
            <Message icon=Icon::Warning title="Couldn't load this" class="message-failed">
                <p>{problem::explain(&error)}</p>
                {problem::request_id(&error).map(|id| view! { <p class="faint">"Request " <code>{id}</code></p> })}
                <Button label="Try again" kind=Kind::Plain icon=Icon::Rotate on_press=on_retry />
            </Message>
        </div>
    }
    .into_any()
}
