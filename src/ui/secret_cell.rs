//! A secret in a table: masked, revealed for a while, copied.

use leptos::prelude::*;

use super::{
    button::{Button, Kind},
    copy::{CopyButton, Source},
    icon::Icon,
    secret::{Countdown, SecretText},
};

/// How long a secret shows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Showing {
    /// What is said of one that has just come into being.
    pub new: Option<&'static str>,
    /// For how many seconds in all.
    pub seconds: u32,
}

/// The secret with its buttons.
#[component]
pub fn SecretCell(
    /// The secret in clear, as long as it may be seen.
    #[prop(into)]
    secret: Signal<Option<String>>,
    /// The same, without the secret.
    #[prop(into)]
    showing: Signal<Option<Showing>>,
    /// Seconds left.
    #[prop(into)]
    left: Signal<u32>,
    /// Whether it is on its way.
    #[prop(into)]
    pending: Signal<bool>,
    /// Why it can't be seen.
    #[prop(into)]
    reason: Signal<Option<String>>,
    /// *Reveal* or *Hide* is pressed.
    on_toggle: Callback<()>,
    /// What *Copy* copies.
    copy: Source,
    /// After how many seconds a text that could not be copied goes again.
    #[prop(into)]
    forget_after: Signal<u32>,
) -> AnyView {
    let is_shown = Memo::new(move |_| secret.with(Option::is_some));
    view! {
        <div class="key-cell">
            <div class="key-line">
                <SecretText secret=secret />
                <Button
                    label=Signal::derive(move || if is_shown.get() { "Hide" } else { "Reveal" }.to_owned())
                    icon=Signal::derive(move || if is_shown.get() { Icon::EyeOff } else { Icon::Eye })
                    icon_only=true
                    kind=Kind::Quiet
                    pending=pending
                    reason=reason
                    on_press=on_toggle
                />
                <CopyButton icon_only=true source=copy reason=reason forget_after=forget_after />
            </div>
            <div class="key-state">
                {move || {
                    showing
                        .get()
                        .map(|it| {
                            view! {
                                {it.new.map(|text| view! { <span class="badge badge-new">{text}</span> })}
                                <Countdown left=left total=it.seconds />
                            }
                        })
                }}
            </div>
        </div>
    }
    .into_any()
}
