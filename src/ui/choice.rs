//! Choices that need a word of explanation each: one of several, and on or off.

use leptos::prelude::*;

use super::id;
use crate::reactive::reactive_text;

/// Something to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explained {
    /// What stands for it; unique in its list.
    pub value: String,
    /// What it is called.
    pub label: String,
    /// Whether that is a name that someone has given it, which stays in every language.
    pub is_name: bool,
    /// What it means.
    pub text: String,
    /// Why it can't be chosen.
    pub reason: Option<String>,
}

/// Radio buttons, one below the other.
#[component]
pub fn RadioList(
    /// What is chosen.
    legend: &'static str,
    /// From what.
    #[prop(into)]
    choices: Signal<Vec<Explained>>,
    /// The value that is chosen; empty at first.
    chosen: RwSignal<String>,
    /// What is wrong.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// Whether it can't be changed now.
    #[prop(optional, into)]
    readonly: Signal<bool>,
) -> AnyView {
    let name = id::unique("choice");
    let choice = move |choice: Explained| {
        let (own, value) = (choice.value.clone(), choice.value);
        let refused = choice.reason.is_some();
        let input = view! {
            <input
                type="radio"
                name=name.clone()
                disabled=Signal::derive(move || refused || readonly.get())
                prop:checked=Signal::derive(move || chosen.with(|chosen| *chosen == own))
                on:change=move |_| chosen.set(value.clone())
            />
        };
        explained(input, (choice.label, choice.is_name), choice.text, choice.reason)
    };
    list(legend, "choices-box", error, move || {
        choices.get().into_iter().map(choice.clone()).collect()
    })
}

/// Check boxes, one below the other.
#[component]
pub fn CheckList(
    /// What is chosen.
    legend: &'static str,
    /// From what.
    #[prop(into)]
    choices: Signal<Vec<Explained>>,
    /// The values that are chosen.
    chosen: RwSignal<Vec<String>>,
    /// What is wrong.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
) -> AnyView {
    let choice = move |choice: Explained| {
        let (own, value) = (choice.value.clone(), choice.value);
        let refused = choice.reason.is_some();
        let toggle = move |on: bool| {
            chosen.update(|chosen| {
                chosen.retain(|it| *it != value);
                if on {
                    chosen.push(value.clone());
                }
            });
        };
        let input = view! {
            <input
                type="checkbox"
                disabled=refused
                prop:checked=Signal::derive(move || chosen.with(|chosen| chosen.contains(&own)))
                on:change:target=move |event| toggle(event.target().checked())
            />
        };
        explained(input, (choice.label, choice.is_name), choice.text, choice.reason)
    };
    list(legend, "choices-box choices-long", error, move || {
        choices.get().into_iter().map(choice).collect()
    })
}

/// The choices with their legend, and what is wrong.
fn list(
    legend: &'static str,
    class: &'static str,
    error: Signal<Option<String>>,
    choices: impl Fn() -> Vec<AnyView> + Send + Sync + 'static,
) -> AnyView {
    let note = id::unique("choice-note");
    let described_by = note.clone();
    let wrong = move || error.with(Option::is_some);
    view! {
        <fieldset class="choices" class:field-wrong=Signal::derive(wrong) aria-describedby=described_by>
            <legend class="field-label">{legend}</legend>
            <div class=class>{choices}</div>
            <p id=note class="field-note" aria-live="polite">{reactive_text(move || error.get().unwrap_or_default())}</p>
        </fieldset>
    }
    .into_any()
}

/// On or off.
#[component]
pub fn Switch(
    /// What is switched.
    label: &'static str,
    /// What it means.
    text: &'static str,
    /// Whether it is on.
    on: RwSignal<bool>,
    /// Why it can't be switched.
    reason: Option<String>,
    /// Whether it can't be changed now.
    #[prop(optional, into)]
    readonly: Signal<bool>,
) -> AnyView {
    let refused = reason.is_some();
    let input = view! {
        <input
            type="checkbox"
            role="switch"
            class="switch"
            disabled=Signal::derive(move || refused || readonly.get())
            prop:checked=Signal::derive(move || on.get())
            on:change:target=move |event| on.set(event.target().checked())
        />
    };
    explained(input, (label.to_owned(), false), text.to_owned(), reason)
}

/// A control with its name, and what there is to say of it.
fn explained<I: IntoView + 'static>(
    input: I,
    (label, is_name): (String, bool),
    text: String,
    reason: Option<String>,
) -> AnyView {
    let id = id::unique("choice");
    let about = [&id, "-about"].concat();
    let refused = reason.is_some();
    let input = input
        .into_view()
        .attr("id", id.clone())
        .attr("aria-describedby", about.clone());
    view! {
        <div class="choice" class:choice-refused=refused>
            {input}
            <label for=id translate=is_name.then_some("no")>{label}</label>
            <p class="choice-text" id=about>
                {text}
                {reason.map(|reason| view! { <span class="choice-reason">{reason}</span> })}
            </p>
        </div>
    }
    .into_any()
}
