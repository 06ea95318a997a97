//! A page or panel that has something to say in place of its content.

use keyward_contract::ProblemCode;
use leptos::prelude::*;

use crate::{
    api::ApiError,
    present::problem,
    text,
    ui::{
        button::{Button, Kind},
        icon::{Icon, Pictogram},
        request::request,
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
        <Message icon=Icon::Shield title=text::frame::no_access_title()>
            <p>{text::frame::no_access_text(permission)}</p>
        </Message>
    }
    .into_any()
}

/// Which is also what a stranger is told.
pub(crate) fn no_organization() -> AnyView {
    view! {
        <Message icon=Icon::Info title=text::frame::no_organization_title()>
            <p>{text::frame::no_organization_text()}</p>
        </Message>
    }
    .into_any()
}

/// What belongs to an API subscription, and there is none.
pub(crate) fn no_subscription(icon: Icon, text: &'static str) -> AnyView {
    view! { <Message icon=icon title=text::frame::no_subscription()><p>{text}</p></Message> }.into_any()
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
            <Message icon=Icon::Warning title=text::frame::failed_title() class="message-failed">
                <p>{problem::explain(&error)}</p>
                {problem::request_id(&error).map(request)}
                <Button label=text::common::try_again() kind=Kind::Plain icon=Icon::Rotate on_press=on_retry />
            </Message>
        </div>
    }
    .into_any()
}
