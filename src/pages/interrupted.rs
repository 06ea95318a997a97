//! The session does not suffice amid work: signing in again, or giving the password, over the page, where everything
//! stays as it is.

use leptos::{prelude::*, task::spawn_local};

use super::sign_in::SignInForm;
use crate::{
    pages::shared::context::Context,
    present::count,
    reactive::{memo, reactive},
    state::{Interruption, SessionEnd},
    ui::{
        button::{Button, Kind},
        dialog::Dialog,
    },
};

/// Appears by itself.
#[component]
pub(crate) fn InterruptedDialog() -> AnyView {
    let session = Context::get().session;
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
            true => {
                ". It has lasted as long as a session may. You can then sign in again and continue where you left off."
            }
            false => ".",
        };
        ["You'll be signed out in ", &left, advice].concat()
    };
    let sign_out = move |()| {
        spawn_local(async move {
            if let Err(error) = context.session.sign_out().await {
                context.toast_error(&error);
            }
        });
    };
    let stay = move |()| end.stay();
    let content = move || {
        view! {
            <p class="dialog-text" role="timer" translate="no">{reactive(text)}</p>
            <div class="dialog-actions">
                <Button label="Sign out" on_press=sign_out />
                {reactive(move || {
                    (!end.is_last().get())
                        .then(|| view! { <Button label="Stay signed in" kind=Kind::Primary autofocus=true on_press=stay /> })
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
