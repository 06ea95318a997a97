//! Fields of forms.

use leptos::{html, prelude::*};

use super::{
    icon::{Icon, Pictogram},
    id,
};
use crate::{attributes::attributes, reactive::reactive_text, text};

/// A line of text with its label, its hint, and what is wrong with it.
#[component]
pub fn Field(
    /// Its label.
    label: &'static str,
    /// What is in it.
    value: RwSignal<String>,
    /// Its name, for the browser's memory.
    name: &'static str,
    /// `text` or `password`.
    #[prop(default = "text")]
    kind: &'static str,
    /// What the browser may fill in.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// What is wrong.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// What to enter.
    #[prop(optional, into)]
    hint: Signal<String>,
    /// Whether it holds a secret, where every character counts.
    #[prop(optional)]
    mono: bool,
    /// Whether a dialog gives it the focus.
    #[prop(optional)]
    autofocus: bool,
    /// Whether it can't be changed now.
    #[prop(optional, into)]
    readonly: Signal<bool>,
    /// How many characters of how many there are.
    #[prop(optional)]
    length: Option<usize>,
    /// The element.
    #[prop(optional)]
    node: NodeRef<html::Input>,
) -> AnyView {
    // A password can be looked at while it is typed.
    let is_shown = RwSignal::new(false);
    let eye = (kind == "password").then(|| {
        view! {
            <button
                type="button"
                class="field-eye"
                aria-label=text::controls::show_password()
                aria-pressed=Signal::derive(move || is_shown.get().to_string())
                on:click=move |_| is_shown.set(!is_shown.get_untracked())
            >
                <Pictogram icon=Signal::derive(move || if is_shown.get() { Icon::EyeOff } else { Icon::Eye }) />
            </button>
        }
        .into_any()
    });
    let id = id::unique("field");
    let note = [&id, "-note"].concat();
    let wrong = move || error.with(Option::is_some);
    view! {
        <div class="field" class:field-wrong=Signal::derive(wrong)>
            <label {..attributes(&[("for", &id)])} class="field-label">{label}</label>
            <div class="field-box">
                <input
                    {..attributes(&[
                        ("id", &id),
                        ("name", name),
                        ("aria-describedby", &note),
                        ("autocomplete", autocomplete),
                        ("autocapitalize", "none"),
                        ("spellcheck", "false"),
                    ])}
                    node_ref=node
                    type=Signal::derive(move || if is_shown.get() { "text" } else { kind })
                    class:mono=mono
                    autofocus=autofocus
                    readonly=Signal::derive(move || readonly.get())
                    aria-invalid=Signal::derive(move || wrong().then_some("true"))
                    prop:value=Signal::derive(move || value.get())
                    on:input:target=move |event| value.set(event.target().value())
                />
                {length
                    .map(|length| {
                        let count = move || value.with(|text| text.chars().count());
                        view! {
                            <span class="field-count" aria-hidden="true">
                                {reactive_text(move || [count().to_string().as_str(), "/", &length.to_string()].concat())}
                            </span>
                        }
                    })}
                {eye}
            </div>
            <p {..attributes(&[("id", &note), ("aria-live", "polite")])} class="field-note">
                {reactive_text(move || error.get().unwrap_or_else(|| hint.get()))}
            </p>
        </div>
    }
    .into_any()
}
