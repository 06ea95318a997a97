//! Modal dialogs: the browser's own `<dialog>`, which traps the focus and covers the page.

use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlDialogElement, HtmlElement, MouseEvent};

use super::{button::Button, id};
use crate::{
    attributes::attributes,
    browser::{dom, page},
    reactive::{reactive, reactive_text, watch},
    text,
};

/// A modal dialog. Escape and a click beside it close it, unless it is `busy` or something would be lost that was filled in:
/// then the click does nothing, and Escape asks. Afterwards the focus is where it was.
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
        {reactive(move || {
            open.get()
                .then(|| {
                    view! {
                        <Modal title=title on_close=on_close busy=busy class=class>
                            {children.with_value(|children| children())}
                        </Modal>
                    }
                })
        })}
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
    let asks = RwSignal::new(false);
    let dialog = move || node.get_untracked();
    let show = move || {
        if let Some(dialog) = node.get()
            && !dialog.open()
        {
            let _ = dialog.show_modal();
        }
    };
    watch(show);
    let would_lose = move || dialog().is_some_and(|dialog| would_lose(&dialog));
    let go_on = move |()| {
        asks.set(false);
        if let Some(field) = dialog().and_then(|dialog| dom::find(&dialog, CHANGED)) {
            let _ = field.focus();
        }
    };
    let escape = move || match (busy.get_untracked(), would_lose()) {
        (true, _) => {}
        (false, true) if asks.get_untracked() => go_on(()),
        (false, true) => asks.set(true),
        (false, false) => on_close.run(()),
    };
    let heading = id::unique("dialog");
    view! {
        <dialog
            {..attributes(&[("aria-labelledby", &heading)])}
            node_ref=node
            class=["dialog ", class].concat()
            // Chromium closes at the second Escape whatever `cancel` says.
            on:keydown=move |event| {
                if event.key() == "Escape" && (busy.get_untracked() || would_lose()) {
                    event.prevent_default();
                    escape();
                }
            }
            on:cancel=move |event: Event| {
                event.prevent_default();
                escape();
            }
            on:close=move |_| {
                if busy.get_untracked() || would_lose() {
                    untrack(show);
                } else {
                    on_close.run(());
                }
            }
            on:mousedown=move |event| {
                if is_beside(&event) && !would_lose() {
                    escape();
                }
            }
            on:input=mark
            on:change=mark
        >
            <div class="dialog-body">
                <h2 {..attributes(&[("id", &heading)])} class="dialog-title">{reactive_text(move || title.get())}</h2>
                {children()}
            </div>
            {reactive(move || (asks.get() && !busy.get()).then(|| view! { <Ask on_keep=go_on on_discard=on_close /> }))}
        </dialog>
    }
    .into_any()
}

/// Whether what was filled in may go.
#[component]
fn Ask(#[prop(into)] on_keep: Callback<()>, on_discard: Callback<()>) -> AnyView {
    let keep = NodeRef::<html::Button>::new();
    watch(move || {
        if let Some(keep) = keep.get() {
            let _ = keep.focus();
        }
    });
    view! {
        <div class="dialog-ask" role="group" aria-label=text::controls::discard_question()>
            <p>{text::controls::discard_question()}</p>
            <Button label=text::controls::keep_editing() node=keep on_press=on_keep />
            <Button label=text::controls::discard() on_press=on_discard />
        </div>
    }
    .into_any()
}

/// A field that was changed.
const CHANGED: &str = "[data-changed]";

fn mark(event: Event) {
    if let Some(field) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) {
        let _ = field.set_attribute("data-changed", "");
    }
}

/// Whether there is something filled in that its buttons would save.
fn would_lose(dialog: &HtmlDialogElement) -> bool {
    dom::find(dialog, ".dialog-saves").is_some() && dom::find(dialog, CHANGED).is_some()
}

/// What is within the dialog is within its body; the dialog itself is hit only beside it.
fn is_beside(event: &MouseEvent) -> bool {
    event.target() == event.current_target()
}
