//! A card in the middle of an empty page: signing in, one-time links.

use leptos::prelude::*;

use crate::{present::title, ui::icon::Mark};

/// A card in the middle of an empty page.
#[component]
pub(crate) fn Card(children: Children) -> AnyView {
    view! {
        <main class="card-page" id="main">
            <p class="brand card-brand"><Mark /><span>{title::PRODUCT}</span></p>
            <div class="card">{children()}</div>
        </main>
    }
    .into_any()
}
