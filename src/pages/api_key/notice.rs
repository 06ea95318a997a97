//! What became of a change, in the place it was made.

use keyward_contract::{LastChange, ProblemCode};
use leptos::prelude::*;

use super::Page;
use crate::{
    pages::shared::{
        context::Context,
        outcome::{failed, lost, repeating},
    },
    present::when::When,
    reactive::{memo, reactive},
    state::{Operation, Phase},
    text,
    ui::banner::{Banner, Tone},
};

/// Repeating, lost, overtaken, failed.
#[component]
pub(super) fn ChangeNotice(operation: Operation) -> AnyView {
    let page = Page::get();
    let phase = page.change.phase();
    let news = page.store.news;
    let shown = memo(move || phase.get());
    view! {
        {reactive(move || match shown.get() {
            Phase::Idle => {
                // Changed by someone else while the dialog is open.
                news.get()
                    .filter(|_| operation != Operation::Add)
                    .map(|news| overtaken(page, operation, Some(news.change)))
            }
            Phase::Sending => None,
            Phase::Repeating => Some(repeating()),
            Phase::Lost => Some(lost(move |()| page.change.try_again())),
            Phase::Stale(last) => Some(overtaken(page, operation, last)),
            Phase::Failed(error) if is_about_field(&error) => None,
            Phase::Failed(error) => Some(failed(&error)),
        })}
    }
    .into_any()
}

/// Whether the field says it.
pub(super) fn is_about_field(error: &crate::api::ApiError) -> bool {
    matches!(
        error.code(),
        Some(
            ProblemCode::SameApiKey
                | ProblemCode::SimilarApiKey
                | ProblemCode::InvalidApiKey
                | ProblemCode::InvalidInput
        )
    )
}

/// Who has changed the key elsewhere, and when.
pub(super) fn changed(last: &LastChange, deleted: bool) -> AnyView {
    let is_own = Some(last.last_modified_by.id.0) == Context::get().session.admin_id();
    let when = view! { <When instant=last.last_modified_on /> }.into_any();
    let who = || view! { <bdi translate="no">{last.last_modified_by.name.clone()}</bdi> }.into_any();
    match (is_own, deleted) {
        (true, true) => text::api_key::deleted_by_you(when),
        (true, false) => text::api_key::changed_by_you(when),
        (false, true) => text::api_key::deleted(who(), when),
        (false, false) => text::api_key::changed(who(), when),
    }
}

fn overtaken(page: Page, operation: Operation, last: Option<LastChange>) -> AnyView {
    let gone = !page.has_key().get();
    let title = match last {
        Some(last) => changed(&last, gone),
        None => text::api_key::stale_title().into_any(),
    };
    let advice = match (gone, operation) {
        (true, _) => text::api_key::stale_gone(),
        (false, Operation::Edit) => text::api_key::stale_edit(),
        (false, Operation::Regenerate) => text::api_key::stale_regenerate(),
        (false, Operation::Delete) => text::api_key::stale_delete(),
        (false, _) => text::api_key::stale_add(),
    };
    view! {
        <Banner tone=Tone::Warning live=true>
            <p class="banner-title">{title}</p>
            <p>{advice}</p>
        </Banner>
    }
    .into_any()
}
