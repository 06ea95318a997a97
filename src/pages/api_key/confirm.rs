//! Regenerate and delete: only after a word on what breaks.

use leptos::prelude::*;

use super::{Page, notice::ChangeNotice, usage::Breaks};
use crate::{
    present::change::{BREAKS, consequence, heading},
    state::Operation,
    ui::{button::Kind, dialog::Dialog},
};

#[component]
pub(super) fn ConfirmDialog(operation: Operation) -> AnyView {
    let page = Page::get();
    let pending = Signal::derive(move || page.change.is_pending());
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
        <Dialog
            open=page.is_open(operation)
            title=heading(operation)
            busy=pending
            on_close=move |()| page.close()
        >
            <p class="dialog-text">{consequence(operation)}</p>
            <p class="dialog-text"><strong>{BREAKS}</strong></p>
            <Breaks />
            <ChangeNotice operation=operation />
            {page.buttons(operation, kind, Some(Callback::new(confirm)))}
        </Dialog>
    }
    .into_any()
}
