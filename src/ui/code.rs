//! Code of several lines, and a button that copies it.

use leptos::{html, prelude::*, task::spawn_local};
use web_sys::HtmlElement;

use super::{button::Button, icon::Icon};
use crate::{
    attributes::attributes,
    browser::clipboard::{self, Copied},
    reactive::{memo, reactive, reactive_text},
    text,
};

/// The code. Where the clipboard can't be had, the button selects the code itself, and says so.
#[component]
pub fn Code(
    /// What it is, for screen readers.
    label: String,
    /// The code.
    code: String,
    /// What stands before the button.
    children: Children,
) -> AnyView {
    let copied = RwSignal::new(Copied::Nothing);
    let pre = NodeRef::<html::Pre>::new();
    let (to_copy, shown) = (StoredValue::new(code.clone()), code);
    let press = move |()| {
        let text = to_copy.get_value();
        spawn_local(async move {
            let became = clipboard::copy(async move { Some(text) }).await;
            if copied.is_disposed() {
                return;
            }
            if became != Copied::Yes
                && let Some(pre) = pre.get_untracked()
            {
                select(&pre);
            }
            copied.set(became);
        });
    };
    let done = memo(move || copied.with(|copied| *copied == Copied::Yes));
    let by_hand = memo(move || copied.with(|copied| matches!(copied, Copied::No(_))));
    let name = move || {
        if done.get() {
            text::controls::copied()
        } else {
            text::common::copy()
        }
        .to_owned()
    };
    view! {
        <div class="code-head">
            <div>{children()}</div>
            <span class="copy" class:copy-done=Signal::derive(move || done.get())>
                <Button
                    label=Signal::derive(name)
                    icon=Signal::derive(move || if done.get() { Icon::Check } else { Icon::Copy })
                    on_press=press
                />
                <span class="visually-hidden" role="status">{reactive_text(move || if done.get() { text::controls::copied() } else { "" })}</span>
            </span>
        </div>
        {reactive(move || by_hand.get().then(|| view! { <p class="code-note" role="alert">{text::controls::copy_by_hand_text()}</p> }))}
        <pre
            node_ref=pre
            class="code"
            {..attributes(&[("tabindex", "0"), ("role", "region"), ("aria-label", &label), ("translate", "no")])}
        >
            <code {..attributes(&[("dir", "ltr")])}>{shown}</code>
        </pre>
    }
    .into_any()
}

fn select(element: &HtmlElement) {
    let _ = element.focus();
    if let Ok(Some(selection)) = window().get_selection() {
        let _ = selection.select_all_children(element);
    }
}
