//! The form in a dialog that asks about a text someone pastes.

use leptos::{prelude::*, task::spawn_local};

use super::input::Input;
use crate::{
    api::ApiError,
    browser::page::focus_wrong,
    reactive::reactive,
    text,
    ui::{
        button::{Button, Kind},
        field::Field,
        form::on_submit,
    },
};

/// What is asked about a text, and the answer as long as it is about the text that is there. Nothing is sent that can't be
/// what it should be: it may be another secret.
#[component]
pub(crate) fn AskForm<A, F>(
    /// The text.
    input: Input,
    label: &'static str,
    /// Its name, for the browser's memory.
    name: &'static str,
    hint: &'static str,
    /// The button that asks.
    verb: &'static str,
    /// Asks; no answer where the admin did not want to.
    ask: F,
    /// The answer.
    told: fn(Result<A, ApiError>) -> AnyView,
    on_close: Callback<()>,
    /// What it is about.
    children: Children,
) -> AnyView
where
    A: Clone + Send + Sync + 'static,
    F: AsyncFn(String) -> Option<Result<A, ApiError>> + Copy + Send + Sync + 'static,
{
    let answer = RwSignal::new(None::<Result<A, ApiError>>);
    let pending = RwSignal::new(false);
    let submit = on_submit(pending, move || {
        answer.set(None);
        let Some(text) = input.try_it() else {
            return request_animation_frame(focus_wrong);
        };
        pending.set(true);
        spawn_local(async move {
            let told = ask(text).await;
            if !pending.is_disposed() {
                pending.set(false);
                answer.set(told);
            }
        });
    });
    view! {
        <form class="form" novalidate on:submit=submit>
            <p class="dialog-text">{children()}</p>
            <Field
                label=label
                name=name
                value=input.value
                mono=true
                autofocus=true
                readonly=pending
                error=input.error(Signal::stored(None))
                hint=hint
            />
            <div aria-live="polite">
                {reactive(move || answer.get().filter(|_| input.is_as_tried()).map(told))}
            </div>
            <div class="dialog-actions">
                <Button label=text::common::close() on_press=on_close />
                <Button label=verb kind=Kind::Primary submit=true pending=pending on_press=|()| {} />
            </div>
        </form>
    }
    .into_any()
}
