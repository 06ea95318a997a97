//! The buttons at the end of a dialog that changes something.

use leptos::prelude::*;

use crate::{
    reactive::reactive,
    text,
    ui::button::{Button, Kind},
};

/// *Cancel*, and the button that does it. Where what it is about has gone, all that is left is to close.
#[component]
pub(crate) fn DialogButtons(
    /// The button that does it.
    #[prop(into)]
    verb: Signal<&'static str>,
    kind: Kind,
    /// Whether it is under way.
    pending: Signal<bool>,
    #[prop(into)] is_gone: Signal<bool>,
    /// Whether there is nothing to fill in, so that the focus is first on what changes nothing.
    #[prop(optional)]
    only_confirms: bool,
    /// Does it; without this, the form that the buttons are in.
    #[prop(optional_no_strip)]
    on_press: Option<Callback<()>>,
    #[prop(into)] on_close: Callback<()>,
) -> AnyView {
    let press = move |()| {
        if let Some(on_press) = on_press {
            on_press.run(());
        }
    };
    let wait = move || pending.get().then(|| text::controls::waiting().to_owned());
    let act = move || {
        view! { <Button label=Signal::derive(move || verb.get().to_owned()) kind=kind submit=on_press.is_none() pending=pending on_press=press /> }
    };
    view! {
        <div class="dialog-actions" class:dialog-saves=Signal::derive(move || !only_confirms && !is_gone.get())>
            <Button
                label=Signal::derive(move || if is_gone.get() { text::common::close() } else { text::common::cancel() }.to_owned())
                autofocus=only_confirms
                reason=Signal::derive(wait)
                on_press=on_close
            />
            {reactive(move || (!is_gone.get()).then(act))}
        </div>
    }
    .into_any()
}
