//! The form in a dialog that changes a row of a list.

use leptos::prelude::*;

use super::{
    dialog_buttons::DialogButtons,
    input::Input,
    outcome::{failed, lost, repeating},
};
use crate::{
    api::ApiError,
    reactive::{memo, reactive},
    state::{Attempt, Changeable, Phase},
    text,
    ui::{
        banner::{Tone, notice},
        button::Kind,
        form,
    },
};

/// What someone else did to the row while the dialog was open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Elsewhere {
    /// Nothing.
    Same,
    Changed,
    Gone,
}

impl Elsewhere {
    /// Compares versions; none where the row is not there.
    pub(crate) fn of(seen: Option<i64>, now: Option<i64>) -> Self {
        match (seen, now) {
            (Some(_), None) => Self::Gone,
            (Some(seen), Some(now)) if seen != now => Self::Changed,
            _ => Self::Same,
        }
    }
}

/// How far the change has got, without its types.
#[derive(Clone, Copy)]
pub(crate) struct Progress {
    phase: Signal<Phase>,
    try_again: Callback<()>,
}

impl Progress {
    pub(crate) fn of(change: Attempt<impl Changeable>) -> Self {
        Self {
            phase: change.phase(),
            try_again: Callback::new(move |()| change.try_again()),
        }
    }

    pub(crate) fn is_pending(self) -> Signal<bool> {
        Signal::derive(move || self.phase.with(Phase::is_pending))
    }

    /// Why it was refused.
    pub(crate) fn failure(self) -> Signal<Option<ApiError>> {
        Signal::derive(move || {
            self.phase.with(|phase| match phase {
                Phase::Failed(error) => Some(error.clone()),
                _ => None,
            })
        })
    }
}

/// What is to be done, what has become of it, and the two buttons.
#[component]
pub(crate) fn ChangeForm(
    progress: Progress,
    /// The button that does it.
    #[prop(into)]
    verb: Signal<&'static str>,
    kind: Kind,
    /// What is said where someone else was faster.
    #[prop(into)]
    elsewhere: Signal<Elsewhere>,
    /// What the row is called when it is gone.
    gone: &'static str,
    /// Fields that say what is wrong with them.
    #[prop(optional)]
    inputs: Vec<Input>,
    /// Whether another field says what is wrong.
    #[prop(default = |_| false)]
    is_about_field: fn(&ApiError) -> bool,
    /// Whether there is nothing to fill in, so that the focus is first on what changes nothing.
    #[prop(optional)]
    only_confirms: bool,
    on_submit: Callback<()>,
    on_close: Callback<()>,
    children: Children,
) -> AnyView {
    let pending = progress.is_pending();
    let is_gone = memo(move || elsewhere.get() == Elsewhere::Gone);
    let submit = form::on_submit(pending, move || {
        if !is_gone.get_untracked() {
            on_submit.run(());
        }
    });
    let outcome = move || match (progress.phase.get(), elsewhere.get()) {
        (Phase::Sending, _) => None,
        (Phase::Repeating, _) => Some(repeating()),
        (Phase::Lost, _) => Some(lost(move |()| progress.try_again.run(()))),
        (_, Elsewhere::Gone) => Some(overtaken(gone, text::change::gone_text())),
        (Phase::Failed(error), _) if is_about_field(&error) => None,
        (Phase::Failed(error), _) if inputs.iter().any(|input| input.about(&error).is_some()) => None,
        (Phase::Failed(error), _) => Some(failed(&error)),
        (Phase::Stale(_), _) | (Phase::Idle, Elsewhere::Changed) => {
            Some(overtaken(text::change::stale_title(), text::change::stale_text()))
        }
        (Phase::Idle, Elsewhere::Same) => None,
    };
    view! {
        <form class="form" novalidate on:submit=submit>
            {children()}
            {reactive(outcome)}
            <DialogButtons
                verb=verb
                kind=kind
                pending=pending
                is_gone=is_gone
                only_confirms=only_confirms
                on_close=on_close
            />
        </form>
    }
    .into_any()
}

fn overtaken(title: &'static str, text: &'static str) -> AnyView {
    notice(Tone::Warning, true, title, text)
}

/// Takes over what someone else has saved, where nothing else was filled in.
pub(crate) fn follow<T: PartialEq + Send + Sync + 'static>(field: RwSignal<T>, before: &T, now: T) {
    if now != *before && field.with_untracked(|value| value == before) {
        field.set(now);
    }
}
