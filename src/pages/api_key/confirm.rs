//! Regenerate and delete: only after a word on what breaks.

use leptos::prelude::*;

use super::{
    Page,
    notice::ChangeNotice,
    usage::{Breaks, callout},
};
use crate::state::Operation;

#[component]
pub(super) fn ConfirmForm(operation: Operation) -> AnyView {
    let page = Page::get();
    let confirm = move |()| match operation {
        Operation::Delete => page.change.delete(),
        _ => page.change.regenerate(),
    };
    view! {
        {callout(operation)}
        <Breaks />
        <ChangeNotice operation=operation />
        {page.buttons(operation, Some(Callback::new(confirm)))}
    }
    .into_any()
}
