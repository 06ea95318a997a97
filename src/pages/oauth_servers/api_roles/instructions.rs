//! Where the scope of an API role goes at identity providers, in their own words.

use leptos::prelude::*;

use crate::text;

#[component]
pub(super) fn Instructions() -> AnyView {
    view! {
        <details class="instructions">
            <summary>{text::api_roles::instructions()}</summary>
            <dl>
                <dt>"Microsoft Entra ID"</dt>
                <dd>{text::api_roles::entra_text()}</dd>
                <dt>"Okta"</dt>
                <dd>{text::api_roles::okta_text()}</dd>
                <dt>"PingFederate"</dt>
                <dd>{text::api_roles::ping_text()}</dd>
            </dl>
        </details>
    }
    .into_any()
}
