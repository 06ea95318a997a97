//! Buttons: with a picture or without, pending, and disabled with a reason.

use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::{
    icon::{Icon, Pictogram},
    id,
};
use crate::{
    attributes::attributes,
    reactive::{reactive, reactive_text},
};

/// How much a button stands out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// One of several.
    #[default]
    Plain,
    /// What the page or dialog is for.
    Primary,
    /// Something stops working.
    Warning,
    /// Something ends.
    Danger,
    /// Without a border.
    Quiet,
}

impl Kind {
    fn class(self) -> &'static str {
        match self {
            Self::Plain => "button",
            Self::Primary => "button button-primary",
            Self::Warning => "button button-warning",
            Self::Danger => "button button-danger",
            Self::Quiet => "button button-quiet",
        }
    }
}

/// A button. While `pending` it shows progress and ignores clicks. With a `reason` it can't be used: it stays in the
/// order of the keyboard, and the reason shows on hover and focus.
#[component]
pub fn Button(
    /// The text, or with `icon_only` the name for screen readers and on hover.
    #[prop(into)]
    label: Signal<String>,
    /// What to do.
    #[prop(into)]
    on_press: Callback<()>,
    /// How much it stands out.
    #[prop(optional)]
    kind: Kind,
    /// The picture before the text.
    #[prop(optional, into)]
    icon: Option<Signal<Icon>>,
    /// Only the picture.
    #[prop(optional)]
    icon_only: bool,
    /// Whether it is at work.
    #[prop(optional, into)]
    pending: Signal<bool>,
    /// Why it can't be used.
    #[prop(optional, into)]
    reason: Signal<Option<String>>,
    /// Whether Enter in a field of its form presses it.
    #[prop(optional)]
    submit: bool,
    /// Whether a dialog gives it the focus.
    #[prop(optional)]
    autofocus: bool,
    /// The element.
    #[prop(optional)]
    node: NodeRef<html::Button>,
) -> AnyView {
    let hint_id = id::unique("hint");
    let described_by = hint_id.clone();
    let blocked = move || pending.get() || reason.with(Option::is_some);
    let press = move |event: web_sys::MouseEvent| {
        if untrack(blocked) {
            event.prevent_default();
        } else if !submit {
            on_press.run(());
        }
    };
    let class = [kind.class(), if icon_only { " button-icon" } else { "" }].concat();
    view! {
        <span class="button-host" on:keydown=dismiss_hint on:pointerleave=restore_hint on:focusout=restore_hint>
            <button
                node_ref=node
                type=if submit { "submit" } else { "button" }
                class=class
                autofocus=autofocus
                aria-disabled=Signal::derive(move || blocked().then_some("true"))
                aria-busy=Signal::derive(move || pending.get().then_some("true"))
                aria-label=Signal::derive(move || icon_only.then(|| label.get()))
                aria-describedby=Signal::derive(move || reason.with(Option::is_some).then(|| described_by.clone()))
                on:click=press
            >
                {icon.map(|icon| view! { <Pictogram icon=icon /> })}
                {(!icon_only).then(|| view! { <span class="button-label">{reactive_text(move || label.get())}</span> })}
            </button>
            {reactive(move || {
                reason
                    .get()
                    .map(|reason| view! { <span {..attributes(&[("id", &hint_id)])} class="hint" role="tooltip">{reason}</span> }.into_any())
                    .or_else(|| {
                        icon_only
                            .then(|| view! { <span class="hint" aria-hidden="true">{reactive_text(move || label.get())}</span> }.into_any())
                    })
            })}
        </span>
    }
    .into_any()
}

/// Escape puts a hint away without leaving the button (WCAG 2.2, 1.4.13).
fn dismiss_hint(event: web_sys::KeyboardEvent) {
    if event.key() == "Escape"
        && let Some(host) = host(&event)
    {
        let _ = host.set_attribute("data-dismissed", "");
    }
}

fn restore_hint(event: impl AsRef<web_sys::Event>) {
    if let Some(host) = host(&event) {
        let _ = host.remove_attribute("data-dismissed");
    }
}

fn host(event: &impl AsRef<web_sys::Event>) -> Option<HtmlElement> {
    event.as_ref().current_target()?.dyn_into().ok()
}
