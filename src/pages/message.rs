//! A page or panel that has something to say in place of its content.

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

/// Something could not be loaded.
#[component]
pub(crate) fn FailedLoad(error: ApiError, #[prop(into)] on_retry: Callback<()>) -> AnyView {
    view! {
        <div role="alert">
            <Message icon=Icon::Warning title="This could not be loaded" class="message-failed">
                <p>{problem::explain(&error)}</p>
                {problem::request_id(&error).map(|id| view! { <p class="faint">"Request " <code>{id}</code></p> })}
                <Button label="Try again" kind=Kind::Plain icon=Icon::Rotate on_press=on_retry />
            </Message>
        </div>
    }
    .into_any()
}
