//! Finds a text in the language of the page, and fills its arguments in.

use std::cell::OnceCell;

use keyward_catalogue::pattern::{self, Argument, Language, Part};
use leptos::prelude::*;

use crate::browser::language;

thread_local! {
    /// The texts of another language than English. They live as long as the page.
    static OTHER: OnceCell<Vec<Option<&'static str>>> = const { OnceCell::new() };
}

/// A text without arguments.
pub(super) fn plain(number: usize, english: &'static str) -> &'static str {
    OTHER.with(|other| {
        let other = other.get_or_init(|| {
            let texts = language::texts().into_iter();
            texts.map(|text| text.map(|text| &*text.leak())).collect()
        });
        other.get(number).copied().flatten().unwrap_or(english)
    })
}

/// A text with arguments.
pub(super) fn filled(number: usize, english: &'static str, arguments: &[Argument]) -> String {
    pattern::text(plain(number, english), arguments, &OfThePage)
}

/// A text with elements in it, those of `slots` among them.
pub(super) fn rich(
    number: usize,
    english: &'static str,
    arguments: &[Argument],
    mut slots: Vec<Option<AnyView>>,
) -> AnyView {
    let mut views: Vec<AnyView> = Vec::new();
    let mut element: Option<(char, String)> = None;
    pattern::fill(
        plain(number, english),
        arguments,
        &OfThePage,
        &mut |part| match (part, &mut element) {
            (Part::Open(tag), _) => element = Some((tag, String::new())),
            (Part::Text(text), Some((_, content))) => content.push_str(text),
            (Part::Text(text), None) => views.push(text.to_owned().into_any()),
            (Part::Slot(place), _) => views.extend(slots.get_mut(place).and_then(Option::take)),
            (Part::Close, _) => {
                if let Some((tag, content)) = element.take() {
                    views.push(match tag {
                        'c' => view! { <code translate="no">{content}</code> }.into_any(),
                        _ => view! { <strong>{content}</strong> }.into_any(),
                    });
                }
            }
        },
    );
    views.into_any()
}

struct OfThePage;

impl Language for OfThePage {
    fn number(&self, number: usize) -> String {
        language::number(number)
    }

    fn category(&self, number: usize) -> String {
        language::category(number)
    }
}
