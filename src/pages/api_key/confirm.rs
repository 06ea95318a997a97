//! Regenerate and delete: only after a word on what breaks.

use leptos::prelude::*;

use super::{Page, notice::ChangeNotice, usage::Breaks};
use crate::{
    present::change::{BREAKS, consequence},
    state::Operation,
    ui::button::Kind,
};

#[component]
pub(super) fn ConfirmForm(operation: Operation) -> AnyView {
    let page = Page::get();
    let kind = if operation == Operation::Delete {
        Kind::Danger
    } else {
        Kind::Warning
    };
    let confirm = move |()| match operation {
        Operation::Delete => page.change.delete(),
        _ => page.change.regenerate(),
    };
    view! {
        <p class="dialog-text">{consequence(operation)}</p>
        <p class="dialog-text"><strong>{BREAKS}</strong></p>
        <Breaks />
        <ChangeNotice operation=operation />
        {page.buttons(operation, kind, Some(Callback::new(confirm)))}
    }
    .into_any()
}
