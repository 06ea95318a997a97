//! Where API clients connect to.

use std::sync::Arc;

use leptos::prelude::*;

use super::Page;
use crate::ui::{copy::CopyButton, skeleton::Bar};

#[component]
pub(super) fn BaseUrl() -> AnyView {
    let store = Page::get().store;
    let url = Memo::new(move |_| {
        store
            .organization
            .with(|it| it.ready().map(|it| it.base_urls.cloud_service_api.clone()))
    });
    view! {
        <div class="base-url">
            <span class="base-url-label" id="base-url">"Base URL"</span>
            {move || match url.get() {
                Some(text) => {
                    view! {
                        <code class="base-url-text" aria-labelledby="base-url">{text}</code>
                        <CopyButton
                            label="Copy base URL"
                            icon_only=true
                            source=Arc::new(move || Box::pin(async move { url.get_untracked() }))
                        />
                    }
                        .into_any()
                }
                None => view! { <Bar width="w20" /> }.into_any(),
            }}
        </div>
    }
    .into_any()
}
