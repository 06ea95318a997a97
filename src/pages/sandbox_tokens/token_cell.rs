//! A token: masked, revealed for a while, copied.

use std::sync::Arc;

use keyward_contract::SandboxTokenId;
use leptos::{prelude::*, task::spawn_local};

use super::{Page, reason};
use crate::{
    pages::shared::context::Context,
    state::SandboxTokenSecret,
    ui::secret_cell::{SecretCell, Showing},
};

#[component]
pub(super) fn TokenCell(id: SandboxTokenId) -> AnyView {
    let context = Context::get();
    let page = Page::get();
    let secret = expect_context::<SandboxTokenSecret>();
    let shown = secret.shown();
    // One shows at a time.
    let own = move || shown.get().filter(|shown| shown.secret.0 == id);
    let text = Signal::derive(move || own().map(|shown| shown.secret.1.reveal().to_owned()));
    let showing = Signal::derive(move || {
        own().map(|it| Showing {
            new: it.is_new.then_some("New token"),
            seconds: it.seconds,
        })
    });
    let pending = RwSignal::new(false);
    // The string in clear, for a request of its own; nothing where that has been said.
    let ask = async move || match page.list.reveal(id).await? {
        Ok(mut token) => token.token.take(),
        Err(error) => {
            context.toast_error(&error);
            None
        }
    };
    let toggle = move |()| {
        if text.with_untracked(Option::is_some) {
            return secret.hide();
        }
        pending.set(true);
        spawn_local(async move {
            let string = ask().await;
            if pending.is_disposed() {
                return;
            }
            pending.set(false);
            if let Some(string) = string {
                secret.show((id, string), false);
            }
        });
    };
    let copy = Arc::new(move || {
        let shown = text.get_untracked();
        Box::pin(async move {
            match shown {
                Some(text) => Some(text),
                None => ask().await.map(|string| string.reveal().to_owned()),
            }
        }) as std::pin::Pin<Box<dyn Future<Output = Option<String>>>>
    });
    // What is on display is of the version that it was revealed at.
    let version = page.row(id.0);
    Effect::new(move |before: Option<Option<i64>>| {
        let now = version.with(|row| row.as_ref().map(|token| token.version));
        let replaced = before.flatten().is_some_and(|before| Some(before) != now);
        if replaced && untrack(own).is_some_and(|shown| !shown.is_new) {
            secret.hide();
        }
        now
    });
    view! {
        <SecretCell
            secret=text
            showing=showing
            left=secret.left()
            pending=pending
            reason=reason(|it| it.reveal)
            on_toggle=Callback::new(toggle)
            copy=copy
            forget_after=Signal::derive(move || context.preferences.hide_after())
        />
    }
    .into_any()
}
