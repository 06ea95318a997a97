//! The last failed sign-in with the key, and the way to the others.

use keyward_contract::KeyUsage;
use leptos::prelude::*;

use crate::{
    pages::shared::context::Context,
    present::{reason, when::local},
    routes::Route,
    state::KeyStore,
    text,
};

pub(super) fn failure(store: KeyStore, usage: &KeyUsage) -> AnyView {
    let Some(last) = &usage.last_failure else {
        return ().into_any();
    };
    // One of a newer version has no words here.
    let why = reason::of_sign_in(&last.reason).unwrap_or(&last.reason);
    let what = text::key_usage::last_failure(&local(last.on), why);
    let href = untrack(|| Context::get().navigator.href(Route::GettingStarted(store.org)));
    view! {
        <p class="usage-text">{what} " " <a href=href>{text::frame::recent_failures()}</a></p>
    }
    .into_any()
}
