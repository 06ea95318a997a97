//! What has become of it, in each.

use keyward_contract::OrganizationId;
use leptos::prelude::*;

use super::Page;
use crate::{
    present::{count, problem},
    state::{Outcome, Setting},
    ui::button::{Button, Kind},
};

#[component]
pub(super) fn Outcomes() -> AnyView {
    let page = Page::get();
    let busy = page.same_key.busy;
    let settings = page.same_key.settings;
    let failed = Memo::new(move |_| {
        let is_failed = |setting: &&Setting| matches!(setting.outcome, Outcome::Failed(_));
        settings.with(|settings| settings.iter().filter(is_failed).count())
    });
    let summary = move || {
        let total = settings.with(Vec::len);
        match (busy.get(), failed.get()) {
            (true, _) => "Setting the key, in one organization after the other…".to_owned(),
            (false, 0) => ["The key is set in ", &count::of(total, "organization"), "."].concat(),
            (false, failed) => [
                "The key is set in ",
                &(total - failed).to_string(),
                " of ",
                &total.to_string(),
                ". What failed can be tried again; nothing is done twice.",
            ]
            .concat(),
        }
    };
    let wait = Signal::derive(move || busy.get().then(|| "Wait until the server has answered.".to_owned()));
    view! {
        <p class="dialog-text" role="status">{summary}</p>
        <ul class="same-key">
            <For
                each=move || settings.with(|settings| settings.iter().map(|setting| setting.org).collect::<Vec<_>>())
                key=|org| *org
                children=row
            />
        </ul>
        <div class="dialog-actions">
            <Button label="Close" autofocus=true reason=wait on_press=move |()| page.close() />
            {move || {
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
            }}
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
    let outcome = Memo::new(move |_| setting().map(|setting| setting.outcome));
    let name = setting().map(|setting| setting.name).unwrap_or_default();
    let again = ["Try again: ", &name].concat();
    let told = move || match outcome.get()? {
        Outcome::Waiting => Some(view! { <span class="row-note">"Waiting"</span> }.into_any()),
        Outcome::Sending => Some(view! { <span class="row-note">"Being set…"</span> }.into_any()),
        Outcome::Done => Some(view! { <span class="badge badge-new">"Set"</span> }.into_any()),
        Outcome::Failed(error) => Some(
            view! {
                <span class="badge badge-off">"Failed"</span>
                <span class="row-note">{problem::explain(&error)}</span>
                <Button label=again.clone() on_press=move |()| page.same_key.retry(Some(org)) />
            }
            .into_any(),
        ),
    };
    view! { <li><strong>{name}</strong> " " {told}</li> }.into_any()
}
