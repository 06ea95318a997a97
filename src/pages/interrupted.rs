//! The session ended amid work: signing in again over the page, where everything stays as it is.

use leptos::prelude::*;

use super::{context::Context, sign_in::SignInForm};
use crate::ui::{
    button::{Button, Kind},
    dialog::Dialog,
};

/// Appears by itself.
#[component]
pub(crate) fn InterruptedDialog() -> AnyView {
    let session = Context::get().session;
    view! {
        <Dialog
            open=session.interrupted()
            title="Sign in again"
            // There is no way around it but to leave.
            busy=true
            on_close=|()| {}
        >
            <p class="dialog-text">
                "Your session has ended. Nothing on the page is lost: sign in again, and it goes on where you were."
            </p>
            <SignInForm username=RwSignal::new(untrack(|| session.admin_name()).unwrap_or_default()) />
            <p class="dialog-aside">
                <Button label="Leave the page" kind=Kind::Quiet on_press=move |()| session.leave() />
            </p>
        </Dialog>
    }
    .into_any()
}
