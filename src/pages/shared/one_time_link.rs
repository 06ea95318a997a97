//! The secret of a one-time link, which is in the fragment of its address.

use leptos::prelude::*;

use super::{card::card_heading, message::Message};
use crate::{
    browser::{
        history,
        storage::{self, Kept},
    },
    routes::Route,
    text::shared as text,
    ui::icon::Icon,
};

const TOKEN: &str = "keyward.one-time-token";

/// Takes the secret of the address the page was opened at. It leaves the address bar immediately, and the tab keeps it, so
/// that a reload loses nothing.
pub(crate) fn take() {
    let here = history::here();
    let route = Route::parse(&here.path, &here.query);
    if !here.fragment.is_empty() && matches!(route, Route::Setup | Route::Invitation) {
        storage::write(Kept::WithTab, TOKEN, &here.fragment);
        history::replace(&route.url());
    }
}

/// The secret that was taken.
pub(crate) fn kept() -> Option<String> {
    storage::read(Kept::WithTab, TOKEN)
}

/// It is no longer of use.
pub(crate) fn forget() {
    storage::remove(Kept::WithTab, TOKEN);
}

/// The link came without its secret.
pub(crate) fn incomplete() -> AnyView {
    view! {
        {card_heading(text::link_incomplete())}
        <Message icon=Icon::Info title=text::link_incomplete_title() class="message-in-card">
            <p>{text::link_incomplete_text()}</p>
        </Message>
    }
    .into_any()
}

/// The link works no longer: why, and what to do.
pub(crate) fn not_valid(text: &'static str, action: Option<AnyView>) -> AnyView {
    forget();
    view! {
        {card_heading(text::link_not_valid())}
        <Message icon=Icon::Info title=text::link_not_valid_title() class="message-in-card">
            <p>{text}</p>
            {action}
        </Message>
    }
    .into_any()
}
