//! A token: masked, revealed for a while, copied.

use keyward_contract::{SandboxTokenId, SandboxTokenString};
use leptos::prelude::*;

use super::Page;
use crate::{
    pages::shared::{context::Context, reveal_cell::RevealCell},
    state::SandboxTokenSecret,
    text,
};

#[component]
pub(super) fn TokenCell(id: SandboxTokenId) -> AnyView {
    let context = Context::get();
    let page = Page::get();
    let secret = expect_context::<SandboxTokenSecret>();
    let ask = async move || match page.list.reveal(id).await? {
        Ok(mut token) => token.token.take().map(|string| (id, string)),
        Err(error) => {
            context.toast_error(&error);
            None
        }
    };
    let text =
        move |(of, string): &(SandboxTokenId, SandboxTokenString)| (*of == id).then(|| string.reveal().to_owned());
    let is_old = move || {
        let shown = secret.shown();
        shown.with_untracked(|shown| {
            shown
                .as_ref()
                .is_some_and(|shown| shown.secret.0 == id && !shown.is_new)
        })
    };
    // What is on display is of the version that it was revealed at.
    let version = page.row(id.0);
    Effect::new(move |before: Option<Option<i64>>| {
        let now = version.with(|row| row.as_ref().map(|token| token.version));
        let replaced = before.flatten().is_some_and(|before| Some(before) != now);
        if replaced && is_old() {
            secret.hide();
        }
        now
    });
    let of =
        Signal::derive(move || version.with(|row| row.as_ref().map(|token| token.name.clone()).unwrap_or_default()));
    view! {
        <RevealCell
            store=secret
            text=text
            ask=ask
            new=text::sandbox_tokens::new()
            reason=page.reason(|it| it.reveal)
            of=of
        />
    }
    .into_any()
}
