//! A card in the middle of an empty page: signing in, one-time links.

use leptos::prelude::*;

use crate::{attributes::attributes, browser::page, present::title, reactive::watch, text, ui::icon::Mark};

/// A card in the middle of an empty page.
#[component]
pub(crate) fn Card(children: Children) -> AnyView {
    view! {
        <main {..attributes(&[("id", "main")])} class="card-page">
            <p class="brand card-brand"><Mark /><span>{text::frame::product()}</span></p>
            <div class="card">{children()}</div>
        </main>
    }
    .into_any()
}

/// The heading of a card. It is the title of the window, too: behind one address there are several things to say.
pub(crate) fn card_heading(text: &'static str) -> AnyView {
    // After the title that the address has.
    watch(move || page::set_title(&title::with_product(text)));
    view! { <h1 data-heading tabindex="-1">{text}</h1> }.into_any()
}
