//! The session does not suffice amid work: signing in again, or giving the password, over the page, where everything
//! stays as it is.

use leptos::{prelude::*, task::spawn_local};

use super::sign_in::SignInForm;
use crate::{
    pages::shared::context::Context,
    reactive::{memo, reactive, reactive_text},
    routes::Route,
    state::{Interruption, SessionEnd},
    text,
    ui::{
        button::{Button, Kind},
        dialog::Dialog,
    },
};

/// Appears by itself.
#[component]
pub(crate) fn InterruptedDialog() -> AnyView {
    let context = Context::get();
    let session = context.session;
    let interruption = session.interruption();
    let open = memo(move || interruption.get().is_some() && session.admin_id().is_some());
    let ended = memo(move || interruption.get() == Some(Interruption::SessionEnded));
    let content = move || {
        let provider = untrack(|| session.provider());
        let (told, aside) = match (ended.get(), &provider) {
            (true, Some(_)) => (
                text::interrupted::session_ended_elsewhere(),
                text::interrupted::sign_out(),
            ),
            (true, None) => (text::interrupted::session_ended(), text::interrupted::sign_out()),
            (false, None) => (text::interrupted::password_text(), text::common::cancel()),
            (false, Some(_)) => (text::interrupted::password_text_elsewhere(), text::common::cancel()),
        };
        let decline = move |()| {
            if ended.get_untracked() {
                session.leave();
                // The next one to sign in here may be someone else.
                context.navigator.redirect(Route::SignIn { next: None });
            } else {
                session.decline();
            }
        };
        view! {
            <p class="dialog-text">{told}</p>
            <SignInForm
                username=RwSignal::new(untrack(|| session.admin_name()).unwrap_or_default())
                signed_in=!ended.get()
                provider=provider
            />
            <p class="dialog-aside">
                <Button label=aside kind=Kind::Quiet on_press=decline />
            </p>
        }
        .into_any()
    };
    view! {
        <Dialog
            open=open
            title=Signal::derive(move || {
                let has_password = untrack(|| session.provider()).is_none();
                let title = match has_password && !ended.get() {
                    true => text::interrupted::password_title(),
                    false => text::interrupted::sign_in_title(),
                };
                title.to_owned()
            })
            // There is no way around an ended session but to leave.
            busy=ended
            on_close=move |()| session.decline()
        >
            {reactive(content)}
        </Dialog>
    }
    .into_any()
}

/// Tells that the session is about to end, in time to go on.
#[component]
pub(crate) fn SessionEndDialog(end: SessionEnd) -> AnyView {
    let context = Context::get();
    let left = end.left();
    let open = memo(move || left.get() > 0);
    let title = move || match end.is_last().get() {
        true => text::interrupted::last_title(),
        false => text::interrupted::idle_title(),
    };
    let told = move || {
        let left = left.get() as usize;
        match end.is_last().get() {
            true => text::interrupted::last_text(left),
            false => text::interrupted::idle_text(left),
        }
    };
    let sign_out = move |()| {
        spawn_local(async move {
            match context.session.sign_out().await {
                Err(error) => context.toast_error(&error),
                Ok(()) => context.navigator.redirect(Route::SignIn { next: None }),
            }
        });
    };
    let stay = move |()| {
        if end.is_last().get_untracked() {
            end.dismiss()
        } else {
            end.stay()
        }
    };
    let content = move || {
        view! {
            <p class="dialog-text" role="timer" translate="no">{reactive_text(told)}</p>
            <div class="dialog-actions">
                <Button label=text::interrupted::sign_out() on_press=sign_out />
                {reactive(move || {
                    let is_last = end.is_last().get();
                    let label = if is_last { text::interrupted::last_ok() } else { text::interrupted::stay() };
                    view! { <Button label=label kind=Kind::Primary autofocus=!is_last on_press=stay /> }
                })}
            </div>
        }
        .into_any()
    };
    view! {
        <Dialog open=open title=Signal::derive(move || title().to_owned()) on_close=stay>{reactive(content)}</Dialog>
    }
    .into_any()
}
