//! What has become of it, in each.

use keyward_contract::{KeyString, OrganizationId};
use leptos::prelude::*;

use super::Page;
use crate::{
    pages::shared::{
        context::Context,
        reveal_cell::RevealCell,
        row::{Pill, pill},
    },
    present::{count, problem},
    reactive::{memo, reactive},
    state::{Outcome, SecretStore, Setting},
    ui::button::{Button, Kind},
};

#[component]
pub(super) fn Outcomes() -> AnyView {
    let page = Page::get();
    let busy = page.same_key.busy;
    let settings = page.same_key.settings;
    let failed = memo(move || {
        let is_failed = |setting: &&Setting| matches!(setting.outcome, Outcome::Failed(_));
        settings.with(|settings| settings.iter().filter(is_failed).count())
    });
    let summary = move || {
        let total = settings.with(Vec::len);
        match (busy.get(), failed.get()) {
            (true, _) => "Setting the key, one organization at a time…".to_owned(),
            (false, 0) => ["The key is set in ", &count::of(total, "organization"), "."].concat(),
            (false, failed) => [
                "The key is set in ",
                &(total - failed).to_string(),
                " of ",
                &total.to_string(),
                ". Try the others again; nothing is done twice.",
            ]
            .concat(),
        }
    };
    let wait = Signal::derive(move || busy.get().then(|| "Waiting for the server…".to_owned()));
    view! {
        <p class="dialog-text" role="status">{reactive(summary)}</p>
        <ul class="same-key">
            <For
                each=move || settings.with(|settings| settings.iter().map(|setting| setting.org).collect::<Vec<_>>())
                key=|org| *org
                children=row
            />
        </ul>
        <NewKey />
        <div class="dialog-actions">
            <Button label="Close" autofocus=true reason=wait on_press=move |()| page.close() />
            {reactive(move || {
                (failed.get() > 1)
                    .then(|| {
                        view! {
                            <Button
                                label="Try all again"
                                kind=Kind::Primary
                                reason=wait
                                on_press=move |()| page.same_key.retry(None)
                            />
                        }
                    })
            })}
        </div>
    }
    .into_any()
}

/// The key that was set, to see and to copy a last time.
#[component]
fn NewKey() -> AnyView {
    let page = Page::get();
    let context = Context::get();
    let secret = SecretStore::<KeyString>::new(context.session, context.preferences);
    let text = |key: &KeyString| Some(key.reveal().to_owned());
    let ask = async move || page.key.with_untracked(|key| key.parse::<KeyString>().ok());
    view! {
        <div class="same-key-new">
            <p class="field-label">"New API Key"</p>
            <RevealCell store=secret text=text ask=ask new="New key" reason=Signal::stored(None) />
            <p class="field-note">"Copy it now if you need it. This dialog shows it a last time."</p>
        </div>
    }
    .into_any()
}

fn row(org: OrganizationId) -> AnyView {
    let page = Page::get();
    let setting = move || {
        page.same_key
            .settings
            .with(|settings| settings.iter().find(|it| it.org == org).cloned())
    };
    let outcome = memo(move || setting().map(|setting| setting.outcome));
    let name = setting().map(|setting| setting.name).unwrap_or_default();
    let again = ["Try again: ", &name].concat();
    let told = move || match outcome.get()? {
        Outcome::Waiting => Some(view! { <span class="row-note">"Waiting"</span> }.into_any()),
        Outcome::Sending => Some(view! { <span class="row-note">"Being set…"</span> }.into_any()),
        Outcome::Done => Some(pill(Pill::On, "Set")),
        Outcome::Failed(error) => Some(
            view! {
                {pill(Pill::Ended, "Failed")}
                <span class="row-note">{problem::explain(&error)}</span>
                <Button label=again.clone() on_press=move |()| page.same_key.retry(Some(org)) />
            }
            .into_any(),
        ),
    };
    view! { <li><strong translate="no">{name}</strong> " " {reactive(told)}</li> }.into_any()
}
