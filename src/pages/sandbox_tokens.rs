//! Tab *Sandbox API Token*: what will be here.

use leptos::prelude::*;

use super::message::Message;
use crate::ui::icon::Icon;

/// An honest announcement.
#[component]
pub(crate) fn SandboxTokensPanel() -> AnyView {
    view! {
        <section class="panel">
            <header class="panel-head">
                <h2 data-heading tabindex="-1">"Sandbox API Token"</h2>
            </header>
            <Message icon=Icon::Box title="Not in this version yet">
                <p>
                    "Here you will keep up to five tokens for programs that submit files to the Sandbox, each with a name, "
                    "and regenerate or delete one without touching the others."
                </p>
            </Message>
        </section>
    }
    .into_any()
}
