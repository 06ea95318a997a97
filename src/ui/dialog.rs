//! Modal dialogs: the browser's own `<dialog>`, which traps the focus and covers the page.

use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, MouseEvent};

use super::id;
use crate::browser::page;

/// A modal dialog. Escape and a click beside it close it, unless it is `busy`. Afterwards the focus is where it was.
#[component]
pub fn Dialog(
    /// Whether it is there.
    #[prop(into)]
    open: Signal<bool>,
    /// Its heading.
    #[prop(into)]
    title: Signal<String>,
    /// It wants to close.
    #[prop(into)]
    on_close: Callback<()>,
    /// It can't be closed now.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// A further class.
    #[prop(optional)]
    class: &'static str,
    /// What is in it.
    children: ChildrenFn,
) -> AnyView {
    let before = StoredValue::new_local(None::<HtmlElement>);
    Effect::new(move |was_open: Option<bool>| {
        let open = open.get();
        if open {
            before.set_value(document().active_element().and_then(|element| element.dyn_into().ok()));
        } else if was_open == Some(true) {
            let before = before.get_value();
            request_animation_frame(move || match before {
                Some(element) if element.is_connected() => drop(element.focus()),
                // What opened it has gone with what it did.
                _ => page::focus_heading(),
            });
        }
        open
    });
    let children = StoredValue::new(children);
    view! {
        {move || {
            open.get()
                .then(|| {
                    view! {
                        <Modal title=title on_close=on_close busy=busy class=class>
                            {children.with_value(|children| children())}
                        </Modal>
                    }
                })
        }}
    }
    .into_any()
}

#[component]
fn Modal(
    title: Signal<String>,
    on_close: Callback<()>,
    busy: Signal<bool>,
    class: &'static str,
    children: Children,
) -> AnyView {
    let node = NodeRef::<html::Dialog>::new();
    let show = move || {
        if let Some(dialog) = node.get()
            && !dialog.open()
        {
            let _ = dialog.show_modal();
        }
    };
    Effect::new(move |_| show());
    let close = move || {
        if !busy.get_untracked() {
            on_close.run(());
        }
    };
    let heading = id::unique("dialog");
    let labelled_by = heading.clone();
    view! {
        <dialog
            node_ref=node
            class=["dialog ", class].concat()
            aria-labelledby=labelled_by
            // Chromium closes at the second Escape whatever `cancel` says.
            on:keydown=move |event| {
                if event.key() == "Escape" && busy.get_untracked() {
                    event.prevent_default();
                }
            }
            on:cancel=move |event: web_sys::Event| {
                event.prevent_default();
                close();
            }
            on:close=move |_| if busy.get_untracked() { untrack(show) } else { on_close.run(()) }
            on:mousedown=move |event| if is_beside(&event) { close() }
        >
            <div class="dialog-body">
                <h2 id=heading class="dialog-title">{move || title.get()}</h2>
                {children()}
            </div>
        </dialog>
    }
    .into_any()
}

/// What is within the dialog is within its body; the dialog itself is hit only beside it.
fn is_beside(event: &MouseEvent) -> bool {
    event.target() == event.current_target()
}
