//! The one-time link of an invitation, shown once.

use std::sync::Arc;

use keyward_contract::Invitation;
use leptos::prelude::*;

use super::Page;
use crate::{
    browser::page,
    present::when::When,
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
    let elsewhere = page::other_origin(&link).map(|(there, here)| {
        view! {
            <p>
                "The link points to " <strong>{there}</strong> ", and you opened the portal at " <strong>{here}</strong>
                ". If the recipient can't open it, have the operator set public-url."
            </p>
        }
    });
    let source: Source = Arc::new(move || Box::pin(std::future::ready(Some(link.clone()))));
    let id = id::unique("link");
    view! {
        <p class="dialog-text">
            "For " <strong translate="no">{administrator.name}</strong> ", with the role " <strong>{administrator.role}</strong> "."
        </p>
        <div class="field">
            <label class="field-label" for=id.clone()>"One-time link"</label>
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
            <p class="banner-title">"You won't see this link again"</p>
            <p>
                "It's valid for 7 days"
                {administrator
                    .invitation_expires_on
                    .map(|until| view! { ", until " <When instant=until /> })}
                ", and anyone who has it can accept. Share it through a channel you trust."
            </p>
            {elsewhere}
        </Banner>
        <div class="dialog-actions">
            <Button label="Done" kind=Kind::Primary on_press=on_close />
        </div>
    }
    .into_any()
}
