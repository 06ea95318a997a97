//! The end of a sign-in in a window of its own.

use leptos::prelude::*;

use super::sign_in::failure;
use crate::{
    pages::shared::card::{Card, card_heading},
    text::signed_in as text,
};

/// Beside the window where something goes on.
#[component]
pub(crate) fn SignedInPage() -> AnyView {
    let failure = failure();
    let (title, told) = match failure {
        Some(_) => (text::failed_title(), text::failed_text()),
        None => (text::title(), text::text()),
    };
    view! {
        <Card>
            {card_heading(title)}
            <div class="ways-in">{failure} <p>{told}</p></div>
        </Card>
    }
    .into_any()
}
