//! The secret of a one-time link, which is in the fragment of its address.

use crate::{
    browser::{
        history,
        storage::{self, Kept},
    },
    routes::Route,
};

const TOKEN: &str = "keyward.one-time-token";

/// Takes the secret of the address the page was opened at. It leaves the address bar at once, and the tab keeps it, so
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

/// It is of no use any longer.
pub(crate) fn forget() {
    storage::remove(Kept::WithTab, TOKEN);
}
