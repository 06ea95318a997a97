//! The key itself: masked, revealed for a while, copied.

use std::sync::Arc;

use keyward_contract::KeyStatus;
use leptos::{prelude::*, task::spawn_local};

use super::Page;
use crate::{
    pages::shared::context::Context,
    state::{KeyState, Load},
    ui::secret_cell::{SecretCell, Showing},
};

#[component]
pub(super) fn KeyCell() -> AnyView {
    let context = Context::get();
    let store = Page::get().store;
    let shown = store.secret.shown();
    let is_shown = Memo::new(move |_| shown.with(Option::is_some));
    let text = Signal::derive(move || shown.with(|shown| shown.as_ref().map(|it| it.secret.reveal().to_owned())));
    let pending = RwSignal::new(false);
    let reason = Page::get().reason(|it| it.reveal);
    let reveal = move |()| {
        if is_shown.get_untracked() {
            return store.secret.hide();
        }
        pending.set(true);
        spawn_local(async move {
            let answer = store.reveal().await;
            if pending.is_disposed() {
                return;
            }
            pending.set(false);
            match answer {
                Some(Ok(mut key)) => {
                    if let Some(key) = key.key.take() {
                        store.secret.show(key, false);
                    }
                }
                Some(Err(error)) => context.toast_error(&error),
                None => {}
            }
        });
    };
    let copy = Arc::new(move || {
        let shown = text.get_untracked();
        Box::pin(async move {
            if shown.is_some() {
                return shown;
            }
            match store.reveal().await {
                Some(Ok(key)) => key.key.as_ref().map(|key| key.reveal().to_owned()),
                Some(Err(error)) => {
                    context.toast_error(&error);
                    None
                }
                None => None,
            }
        }) as std::pin::Pin<Box<dyn Future<Output = Option<String>>>>
    });
    let showing = Signal::derive(move || {
        shown.with(|shown| {
            shown.as_ref().map(|it| Showing {
                new: it.is_new.then_some("New key"),
                seconds: it.seconds,
            })
        })
    });
    view! {
        <SecretCell
            secret=text
            showing=showing
            left=store.secret.left()
            pending=pending
            reason=reason
            on_toggle=Callback::new(reveal)
            copy=copy
            forget_after=Signal::derive(move || context.preferences.hide_after())
        />
    }
    .into_any()
}

/// *Disabled*, where it is.
#[component]
pub(super) fn Status() -> AnyView {
    let store = Page::get().store;
    let disabled = Memo::new(move |_| {
        store
            .key
            .with(|key| matches!(key, Load::Ready(KeyState::Present(key)) if key.status == KeyStatus::Disabled))
    });
    view! { {move || disabled.get().then(|| view! { <span class="badge badge-off">"Disabled"</span> })} }.into_any()
}
