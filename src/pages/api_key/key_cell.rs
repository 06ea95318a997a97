//! The key itself: masked, revealed for a while, copied.

use keyward_contract::{KeyStatus, KeyString};
use leptos::prelude::*;

use super::Page;
use crate::{
    pages::shared::{context::Context, reveal_cell::RevealCell},
    reactive::{memo, reactive},
    state::{KeyState, Load},
    text,
};

#[component]
pub(super) fn KeyCell() -> AnyView {
    let context = Context::get();
    let store = Page::get().store;
    let ask = async move || match store.reveal().await? {
        Ok(mut key) => key.key.take(),
        Err(error) => {
            context.toast_error(&error);
            None
        }
    };
    let text = |key: &KeyString| Some(key.reveal().to_owned());
    let reason = Page::get().reason(|it| it.reveal);
    view! { <RevealCell store=store.secret text=text ask=ask new=text::api_key::new_key() reason=reason /> }.into_any()
}

/// *Disabled*, where it is.
#[component]
pub(super) fn Status() -> AnyView {
    let store = Page::get().store;
    let disabled = memo(move || {
        store
            .key
            .with(|key| matches!(key, Load::Ready(KeyState::Present(key)) if key.status == KeyStatus::Disabled))
    });
    reactive(move || {
        disabled
            .get()
            .then(|| view! { <span class="badge badge-off">{text::api_key::disabled()}</span> })
    })
}
