//! A choice out of a list, by the browser's own control.

use leptos::prelude::*;

use super::id;
use crate::reactive::reactive;

/// Something to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What stands for it; unique in its list.
    pub value: String,
    /// What it is called.
    pub text: String,
    /// Whether that is a name, which stays in every language.
    pub is_name: bool,
}

impl Choice {
    /// Something to choose.
    pub fn new(value: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            text: text.into(),
            is_name: false,
        }
    }

    /// One that is called as it is in the API.
    pub fn named(name: &str) -> Self {
        Self {
            is_name: true,
            ..Self::new(name, name)
        }
    }
}

/// A list to choose one from, with its label.
#[component]
pub fn Select(
    /// Its label.
    label: &'static str,
    /// From what.
    #[prop(into)]
    choices: Signal<Vec<Choice>>,
    /// The value that is chosen.
    #[prop(into)]
    chosen: Signal<String>,
    /// Another is chosen.
    #[prop(into)]
    on_choose: Callback<String>,
) -> AnyView {
    let id = id::unique("select");
    let option = move |choice: Choice| {
        let value = choice.value.clone();
        view! { <option value=choice.value translate=choice.is_name.then_some("no") prop:selected=Signal::derive(move || chosen.get() == value)>{choice.text}</option> }
            .into_any()
    };
    view! {
        <div class="field">
            <label class="field-label" for=id.clone()>{label}</label>
            <select id=id on:change:target=move |event| on_choose.run(event.target().value())>
                {reactive(move || choices.get().into_iter().map(option).collect::<Vec<_>>())}
            </select>
        </div>
    }
    .into_any()
}
