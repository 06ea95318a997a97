//! Tab *OAuth 2.0 Authorization Servers*: what will be here.

use leptos::prelude::*;

use super::message::Message;
use crate::ui::icon::Icon;

/// An honest announcement.
#[component]
pub(crate) fn OauthServersPanel() -> AnyView {
    view! {
        <section class="panel">
            <header class="panel-head">
                <h2 data-heading tabindex="-1">"OAuth 2.0 Authorization Servers"</h2>
            </header>
            <Message icon=Icon::Shield title="Not in this version yet">
                <p>
                    "Here you will register up to two authorization servers, so that API clients can call with a signed "
                    "token in place of the key and a password. Until then, clients sign in with the cloud service API key."
                </p>
            </Message>
        </section>
    }
    .into_any()
}
