//! A secret in a table: masked, revealed for a while, copied; for a request of its own each time.

use std::{pin::Pin, sync::Arc};

use leptos::{prelude::*, task::spawn_local};

use super::context::Context;
use crate::{
    reactive::{memo, reactive},
    state::SecretStore,
    text,
    ui::{
        button::{Button, Kind},
        copy::CopyButton,
        icon::Icon,
        secret::{Countdown, SecretText},
    },
};

/// The cell of one secret. At most one shows at a time.
#[component]
pub(crate) fn RevealCell<S, T, F>(
    store: SecretStore<S>,
    /// The text of a secret, if it is that of the cell.
    text: T,
    /// Asks for it; nothing where it has been said why not.
    ask: F,
    /// What is said of one that has just come into being.
    new: &'static str,
    /// Why it can't be seen.
    reason: Signal<Option<String>>,
    /// Whose it is, for screen readers, where there are several.
    #[prop(optional, into)]
    of: Signal<String>,
) -> AnyView
where
    S: Clone + Send + Sync + 'static,
    T: Fn(&S) -> Option<String> + Copy + Send + Sync + 'static,
    F: AsyncFn() -> Option<S> + Copy + Send + Sync + 'static,
{
    let preferences = Context::get().preferences;
    let shown = store.shown();
    let secret = Signal::derive(move || shown.with(|shown| text(&shown.as_ref()?.secret)));
    let is_shown = memo(move || secret.with(Option::is_some));
    let pending = RwSignal::new(false);
    let toggle = move |()| {
        if is_shown.get_untracked() {
            return store.hide();
        }
        pending.set(true);
        spawn_local(async move {
            let revealed = ask().await;
            if pending.is_disposed() {
                return;
            }
            pending.set(false);
            if let Some(revealed) = revealed {
                store.show(revealed, false);
            }
        });
    };
    let copy = Arc::new(move || {
        let shown = secret.get_untracked();
        Box::pin(async move {
            match shown {
                Some(shown) => Some(shown),
                None => text(&ask().await?),
            }
        }) as Pin<Box<dyn Future<Output = Option<String>>>>
    });
    let state = move || {
        shown.with(|shown| {
            let shown = shown.as_ref().filter(|it| text(&it.secret).is_some())?;
            let new = shown
                .is_new
                .then(|| view! { <span class="badge badge-new">{new}</span> });
            Some(view! { {new} <Countdown left=store.left() total=shown.seconds /> })
        })
    };
    view! {
        <div class="key-cell">
            <div class="key-line">
                <SecretText secret=secret />
                <Button
                    label=Signal::derive(move || reveal_label(is_shown.get(), &of.get()))
                    icon=Signal::derive(move || if is_shown.get() { Icon::EyeOff } else { Icon::Eye })
                    icon_only=true
                    kind=Kind::Quiet
                    pending=pending
                    reason=reason
                    on_press=toggle
                />
                <CopyButton
                    label=Signal::derive(move || copy_label(&of.get()))
                    icon_only=true
                    source=copy
                    reason=reason
                    forget_after=Signal::derive(move || preferences.hide_after())
                />
            </div>
            <div class="key-state" translate="no">{reactive(state)}</div>
        </div>
    }
    .into_any()
}

fn reveal_label(is_shown: bool, of: &str) -> String {
    match (is_shown, of) {
        (true, "") => text::controls::hide().to_owned(),
        (true, of) => text::controls::hide_of(of),
        (false, "") => text::controls::reveal().to_owned(),
        (false, of) => text::controls::reveal_of(of),
    }
}

fn copy_label(of: &str) -> String {
    match of {
        "" => text::common::copy().to_owned(),
        of => text::controls::copy_of(of),
    }
}
