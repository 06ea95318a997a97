//! Regenerate and delete: only after a word on what breaks.

use leptos::prelude::*;

use super::{Page, notice::ChangeNotice, usage::Breaks};
use crate::{
    present::change::{BREAKS, consequence, heading, verb},
    state::Operation,
    ui::{
        button::{Button, Kind},
        dialog::Dialog,
    },
};

#[component]
pub(super) fn ConfirmDialog(operation: Operation) -> AnyView {
    let page = Page::get();
    let pending = Signal::derive(move || page.change.is_pending());
    let has_key = page.has_key();
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
            <div class="dialog-actions">
                <Button
                    label=Signal::derive(move || if has_key.get() { "Cancel" } else { "Close" }.to_owned())
                    autofocus=true
                    reason=Signal::derive(move || {
                        pending.get().then(|| "Wait until the server has answered.".to_owned())
                    })
                    on_press=move |()| page.close()
                />
                {move || {
                    has_key
                        .get()
                        .then(|| {
                            view! { <Button label=verb(operation) kind=kind pending=pending on_press=confirm /> }
                        })
                }}
            </div>
        </Dialog>
    }
    .into_any()
}
