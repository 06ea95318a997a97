//! The secret of a one-time link, which is in the fragment of its address.

use leptos::prelude::*;

use super::message::Message;
use crate::{
    browser::{
        history,
        storage::{self, Kept},
    },
    routes::Route,
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
        <Message icon=Icon::Info title="Open the whole link" class="message-in-card">
            <p>"Copy the whole link, including everything after \"#\"."</p>
        </Message>
    }
    .into_any()
}
