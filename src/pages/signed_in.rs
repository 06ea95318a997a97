//! The end of a sign-in in a window of its own.

use leptos::prelude::*;

use super::sign_in::failure;
use crate::pages::shared::card::{Card, card_heading};

/// Beside the window where something goes on.
#[component]
pub(crate) fn SignedInPage() -> AnyView {
    let failure = failure();
    let (title, text) = match failure {
        Some(_) => ("Not signed in", "Close this window and try again in the other one."),
        None => ("Signed in", "Close this window and continue in the other one."),
    };
    view! {
        <Card>
            {card_heading(title)}
            <div class="ways-in">{failure} <p>{text}</p></div>
        </Card>
    }
    .into_any()
}
