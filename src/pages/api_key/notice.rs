//! What became of a change, in the place it was made.

use keyward_contract::{LastChange, ProblemCode};
use leptos::prelude::*;

use super::Page;
use crate::{
    pages::shared::{
        context::Context,
        outcome::{failed, lost, repeating},
    },
    present::when::{When, who},
    reactive::{memo, reactive},
    state::{Operation, Phase},
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
    let own = Context::get().session.admin_id();
    let did = if deleted {
        " deleted the key on "
    } else {
        " changed the key on "
    };
    let elsewhere = if Some(last.last_modified_by.id.0) == own {
        " in another window"
    } else {
        ""
    };
    view! { <bdi translate="no">{who(last, own)}</bdi> {did} <When instant=last.last_modified_on /> {elsewhere} }
        .into_any()
}

fn overtaken(page: Page, operation: Operation, last: Option<LastChange>) -> AnyView {
    let gone = !page.has_key().get();
    let title = match last {
        Some(last) => changed(&last, gone),
        None => "Someone else changed this while you were editing".into_any(),
    };
    let advice = match (gone, operation) {
        (true, _) => "There's no key anymore. Close this dialog to add one.",
        (false, Operation::Edit) => "Your entry is kept. Press Replace key again to overwrite their change.",
        (false, Operation::Regenerate) => "The page shows the current key. Press Regenerate again to replace it.",
        (false, Operation::Delete) => "The page shows the current key. Press Delete again to delete it.",
        (false, _) => "The page shows the current key.",
    };
    view! {
        <Banner tone=Tone::Warning live=true>
            <p class="banner-title">{title}</p>
            <p>{advice}</p>
        </Banner>
    }
    .into_any()
}
