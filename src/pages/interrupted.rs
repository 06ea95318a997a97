//! The session does not suffice amid work: signing in again, or giving the password, over the page, where everything
//! stays as it is.

use leptos::prelude::*;

use super::sign_in::SignInForm;
use crate::{
    pages::shared::context::Context,
    state::Interruption,
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
    let open = Memo::new(move |_| interruption.get().is_some());
    let ended = Memo::new(move |_| interruption.get() == Some(Interruption::SessionEnded));
    let content = move || {
        let provider = untrack(|| session.provider());
        let (text, aside) = match (ended.get(), &provider) {
            (true, Some(_)) => (
                "Your session has ended. Nothing on the page is lost: sign in again in another window, then continue.",
                "Leave the page",
            ),
            (true, None) => (
                "Your session has ended. Nothing on the page is lost: sign in again, and it goes on where you were.",
                "Leave the page",
            ),
            (false, None) => (
                "Your last sign-in was a while ago. Enter your password, and what you began goes on.",
                "Cancel",
            ),
            (false, Some(_)) => (
                "Your last sign-in was a while ago. Sign in once more in another window, then continue: what you began goes on.",
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
            <p class="dialog-text">{text}</p>
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
            {content}
        </Dialog>
    }
    .into_any()
}
