//! The one-time link of an invitation, shown once.

use std::sync::Arc;

use keyward_contract::Invitation;
use leptos::prelude::*;

use super::Page;
use crate::{
    browser::page,
    pages::shared::row::strong,
    present::when::When,
    text::administrators as text,
    ui::{
        banner::{Banner, Tone},
        button::{Button, Kind},
        copy::{CopyButton, Source, selected},
        id,
    },
};

#[component]
pub(super) fn Link(invitation: Invitation) -> AnyView {
    let on_close = Page::get().on_close();
    let Invitation { administrator, link } = invitation;
    // What had the focus before has gone with the form.
    let node = selected(link.clone());
    // The gateway guesses its address where the operator has not said it.
    let elsewhere = page::other_origin(&link);
    let elsewhere = elsewhere.map(|(there, here)| view! { <p>{text::link_elsewhere(strong(there), strong(here))}</p> });
    let who = text::link_for(strong(administrator.name), strong(administrator.role));
    let valid = match administrator.invitation_expires_on {
        Some(until) => text::link_valid_until(view! { <When instant=until /> }.into_any()),
        None => text::link_valid().into_any(),
    };
    let source: Source = Arc::new(move || Box::pin(std::future::ready(Some(link.clone()))));
    let id = id::unique("link");
    view! {
        <p class="dialog-text">{who}</p>
        <div class="field">
            <label class="field-label" for=id.clone()>{text::link()}</label>
            <div class="link-line">
                <input
                    node_ref=node
                    id=id
                    class="mono"
                    readonly
                    autocomplete="off"
                    spellcheck="false"
                    on:focus:target=|event| event.target().select()
                />
                <CopyButton source=source />
            </div>
        </div>
        <Banner tone=Tone::Warning>
            <p class="banner-title">{text::link_once()}</p>
            <p>{valid}</p>
            {elsewhere}
        </Banner>
        <div class="dialog-actions">
            <Button label=text::link_done() kind=Kind::Primary on_press=on_close />
        </div>
    }
    .into_any()
}
