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
    present::problem,
    reactive::{memo, reactive},
    state::{Outcome, SecretStore, Setting},
    text,
    ui::button::{Button, Kind},
};

#[component]
pub(super) fn Outcomes() -> AnyView {
    let page = Page::get();
    let busy = page.same_key.busy;
    let settings = page.same_key.settings;
    // The same while what is said of each changes.
    let orgs = memo(move || settings.with(|settings| settings.iter().map(|setting| setting.org).collect::<Vec<_>>()));
    let failed = memo(move || {
        let is_failed = |setting: &&Setting| matches!(setting.outcome, Outcome::Failed(_));
        settings.with(|settings| settings.iter().filter(is_failed).count())
    });
    let summary = move || {
        let total = settings.with(Vec::len);
        match (busy.get(), failed.get()) {
            (true, _) => text::organizations::setting().to_owned(),
            (false, 0) => text::organizations::set_in_all(total),
            (false, failed) => text::organizations::set_in_some(total - failed, total),
        }
    };
    let wait = Signal::derive(move || busy.get().then(|| text::organizations::waiting_for_server().to_owned()));
    view! {
        <p class="dialog-text" role="status">{reactive(summary)}</p>
        <ul class="same-key">
            {reactive(move || orgs.get().into_iter().map(row).collect::<Vec<_>>())}
        </ul>
        <NewKey />
        <div class="dialog-actions">
            <Button label=text::common::close() autofocus=true reason=wait on_press=move |()| page.close() />
            {reactive(move || {
                (failed.get() > 1)
                    .then(|| {
                        view! {
                            <Button
                                label=text::organizations::try_all_again()
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
    let shown = |key: &KeyString| Some(key.reveal().to_owned());
    let ask = async move || page.key.with_untracked(|key| key.parse::<KeyString>().ok());
    view! {
        <div class="same-key-new">
            <p class="field-label">{text::organizations::new_key()}</p>
            <RevealCell store=secret text=shown ask=ask new=text::organizations::is_new() reason=Signal::stored(None) />
            <p class="field-note">{text::organizations::copy_now()}</p>
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
    // The name stays; what follows a change would draw every row again.
    let name = untrack(setting).map(|setting| setting.name).unwrap_or_default();
    let again = text::organizations::try_again(&name);
    let told = move || match outcome.get()? {
        Outcome::Waiting => Some(view! { <span class="row-note">{text::organizations::waiting()}</span> }.into_any()),
        Outcome::Sending => Some(view! { <span class="row-note">{text::organizations::being_set()}</span> }.into_any()),
        Outcome::Done => Some(pill(Pill::On, text::organizations::set())),
        Outcome::Failed(error) => Some(
            view! {
                {pill(Pill::Ended, text::organizations::failed())}
                <span class="row-note">{problem::explain(&error)}</span>
                <Button label=again.clone() on_press=move |()| page.same_key.retry(Some(org)) />
            }
            .into_any(),
        ),
    };
    view! { <li><strong translate="no">{name}</strong> " " {reactive(told)}</li> }.into_any()
}
