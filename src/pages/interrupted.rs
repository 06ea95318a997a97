//! The session does not suffice amid work: signing in again, or giving the password, over the page, where everything
//! stays as it is.

use leptos::{prelude::*, task::spawn_local};

use super::sign_in::SignInForm;
use crate::{
    pages::shared::context::Context,
    present::count,
    reactive::{memo, reactive},
    routes::Route,
    state::{Interruption, SessionEnd},
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
    let open = memo(move || interruption.get().is_some());
    let ended = memo(move || interruption.get() == Some(Interruption::SessionEnded));
    let content = move || {
        let provider = untrack(|| session.provider());
        let (text, aside) = match (ended.get(), &provider) {
            (true, Some(_)) => (
                "Your session has ended. Sign in again in another window, then continue where you left off.",
                "Sign out",
            ),
            (true, None) => (
                "Your session has ended. Sign in to continue where you left off.",
                "Sign out",
            ),
            (false, None) => ("For your security, enter your password to continue.", "Cancel"),
            (false, Some(_)) => (
                "For your security, sign in once more in another window, then continue.",
                "Cancel",
            ),
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
            <p class="dialog-text" class:session-over=Signal::derive(move || ended.get())>{text}</p>
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
                if has_password && !ended.get() { "Enter your password" } else { "Sign in again" }.to_owned()
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
        true => "Your session is about to end",
        false => "Are you still there?",
    };
    let text = move || {
        let left = count::of(left.get() as usize, "second");
        let advice = match end.is_last().get() {
            true => ". It can't be extended any further. You can sign in again then and continue where you left off.",
            false => ".",
        };
        ["You'll be signed out in ", &left, advice].concat()
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
            <p class="dialog-text" role="timer" translate="no">{reactive(text)}</p>
            <div class="dialog-actions">
                <Button label="Sign out" on_press=sign_out />
                {reactive(move || {
                    let is_last = end.is_last().get();
                    let label = if is_last { "OK" } else { "Stay signed in" };
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
