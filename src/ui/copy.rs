//! Copying, honestly: "Copied" only when it is, and where it can't be, the text to copy by hand.

use std::{pin::Pin, sync::Arc, time::Duration};

use leptos::{html, prelude::*, task::spawn_local};

use super::{
    button::{Button, Kind},
    icon::Icon,
    id,
};
use crate::{
    attributes::attributes,
    browser::clipboard::{self, Copied},
    reactive::{memo, reactive, reactive_text, watch},
    text,
};

/// Where the text comes from, read each time. Nothing if there is none; the reason has then been shown.
pub type Source = Arc<dyn Fn() -> Pin<Box<dyn Future<Output = Option<String>>>> + Send + Sync>;

/// What became of the last copy.
#[derive(Clone, PartialEq, Eq)]
enum State {
    Idle,
    Pending,
    Done,
    /// To copy by hand.
    Failed(String),
}

/// A button that copies a text without showing it.
#[component]
pub fn CopyButton(
    /// The name of the button.
    #[prop(default = Signal::stored(text::common::copy().to_owned()), into)]
    label: Signal<String>,
    /// What it copies.
    source: Source,
    /// Why it can't be used.
    #[prop(optional, into)]
    reason: Signal<Option<String>>,
    /// Whether there is only a picture.
    #[prop(optional)]
    icon_only: bool,
    /// After how many seconds a text that could not be copied goes again; 0 is never.
    #[prop(optional, into)]
    forget_after: Signal<u32>,
) -> AnyView {
    let state = RwSignal::new(State::Idle);
    let attempt = StoredValue::new(0_u32);
    let later = move |seconds: u64, expected: u32| {
        let forget = move || {
            if attempt.try_get_value() == Some(expected) {
                state.set(State::Idle);
            }
        };
        set_timeout(forget, Duration::from_secs(seconds));
    };
    let press = move |()| {
        if state.with_untracked(|state| *state == State::Pending) {
            return;
        }
        attempt.update_value(|attempt| *attempt += 1);
        let this = attempt.get_value();
        // Straight from the click; see `clipboard::copy`.
        let text = source();
        state.set(State::Pending);
        spawn_local(async move {
            let copied = clipboard::copy(text).await;
            if state.is_disposed() {
                return;
            }
            state.set(match copied {
                Copied::Yes => State::Done,
                Copied::No(text) => State::Failed(text),
                Copied::Nothing => State::Idle,
            });
            match (copied_for(&state.get_untracked()), forget_after.get_untracked()) {
                (Some(seconds), _) => later(seconds, this),
                (None, seconds) if seconds > 0 => later(seconds.into(), this),
                (None, _) => {}
            }
        });
    };
    let done = memo(move || state.with(|state| *state == State::Done));
    let failed = memo(move || {
        state.with(|state| match state {
            State::Failed(text) => Some(text.clone()),
            _ => None,
        })
    });
    view! {
        <span class="copy" class:copy-done=Signal::derive(move || done.get())>
            <Button
                label=Signal::derive(move || if done.get() { text::controls::copied().to_owned() } else { label.get() })
                icon=Signal::derive(move || if done.get() { Icon::Check } else { Icon::Copy })
                icon_only=icon_only
                kind=if icon_only { Kind::Quiet } else { Kind::Plain }
                pending=Signal::derive(move || state.with(|state| *state == State::Pending))
                reason=reason
                on_press=press
            />
            <span class="visually-hidden" role="status">{reactive_text(move || if done.get() { text::controls::copied() } else { "" })}</span>
            {reactive(move || failed.get().map(|text| view! { <ByHand text=text on_close=move |()| state.set(State::Idle) /> }))}
        </span>
    }
    .into_any()
}

/// How long the good news stays.
fn copied_for(state: &State) -> Option<u64> {
    (*state == State::Done).then_some(2)
}

/// For a line of text that appears focused and selected.
pub fn selected(text: String) -> NodeRef<html::Input> {
    let node = NodeRef::<html::Input>::new();
    watch(move || {
        if let Some(input) = node.get() {
            // Before it is selected: a new value takes the selection away.
            input.set_value(&text);
            let _ = input.focus();
            input.select();
            // Its start is what shows.
            let _ = input.set_selection_range_with_direction(0, u32::MAX, "backward");
            input.set_scroll_left(0);
        }
    });
    node
}

/// The text, selected, where the clipboard won't have it.
#[component]
fn ByHand(text: String, #[prop(into)] on_close: Callback<()>) -> AnyView {
    let node = selected(text);
    let note = id::unique("copy");
    view! {
        <span class="by-hand" role="group" aria-label=text::controls::copy_by_hand()>
            <span {..attributes(&[("id", &note)])} class="by-hand-note" role="alert">
                {text::controls::copy_by_hand_text()}
            </span>
            <span class="by-hand-line">
                <input
                    node_ref=node
                    class="mono"
                    readonly
                    {..attributes(&[("aria-describedby", &note), ("autocomplete", "off"), ("spellcheck", "false")])}
                    aria-label=text::controls::text_to_copy()
                    on:focus:target=|event| event.target().select()
                    on:keydown=move |event| {
                        if event.key() == "Escape" {
                            event.stop_propagation();
                            event.prevent_default();
                            on_close.run(());
                        }
                    }
                />
                <Button label=text::common::close() icon=Icon::Close icon_only=true kind=Kind::Quiet on_press=on_close />
            </span>
        </span>
    }
    .into_any()
}
