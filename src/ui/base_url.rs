//! Where API clients connect to.

use std::sync::Arc;

use leptos::prelude::*;

use super::{
    copy::{CopyButton, Source},
    skeleton::Bar,
};
use crate::{attributes::attributes, reactive::reactive, text};

/// The URL, ready to copy.
#[component]
pub fn BaseUrl(
    /// The URL, once it is known.
    #[prop(into)]
    url: Signal<Option<String>>,
) -> AnyView {
    let source: Source = Arc::new(move || Box::pin(async move { url.get_untracked() }));
    view! {
        <div class="base-url">
            <span {..attributes(&[("id", "base-url")])} class="base-url-label">{text::controls::base_url()}</span>
            {reactive(move || match url.get() {
                Some(text) => {
                    view! {
                        <code {..attributes(&[("aria-labelledby", "base-url")])} class="base-url-text" translate="no">{text}</code>
                        <CopyButton label=text::controls::copy_base_url() icon_only=true source=source.clone() />
                    }
                    .into_any()
                }
                None => view! { <Bar width="w20" /> }.into_any(),
            })}
        </div>
    }
    .into_any()
}
