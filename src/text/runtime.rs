//! Finds a text in the language of the page, and fills its arguments in.

use std::cell::OnceCell;

use keyward_catalogue::pattern::{self, Argument, Language, Part};
use leptos::prelude::*;

use crate::browser::language;

/// A text of the catalogue: its number there, and what it says in English.
pub(super) struct Text {
    number: u32,
    english: &'static str,
}

impl Text {
    pub(super) const fn new(number: u32, english: &'static str) -> Self {
        Self { number, english }
    }
}

thread_local! {
    /// The texts of another language than English. They live as long as the page.
    static OTHER: OnceCell<Vec<Option<&'static &'static str>>> = const { OnceCell::new() };
}

/// In the language of the page.
#[inline(never)]
fn find(text: &'static Text) -> &'static &'static str {
    OTHER.with(|other| {
        let keep = |text: String| -> &'static &'static str { Box::leak(Box::new(&*text.leak())) };
        let other = other.get_or_init(|| language::texts().into_iter().map(|text| text.map(keep)).collect());
        let translated = other.get(text.number as usize).copied().flatten();
        translated.unwrap_or(&text.english)
    })
}

/// A text without arguments.
#[inline(always)]
pub(super) fn plain(text: &'static Text) -> &'static str {
    find(text)
}

/// A text with arguments.
#[inline(never)]
pub(super) fn filled(text: &'static Text, arguments: &[Argument]) -> String {
    pattern::text(find(text), arguments, &OfThePage)
}

/// A text with elements in it, those of `slots` among them.
#[inline(never)]
pub(super) fn rich(text: &'static Text, arguments: &[Argument], mut slots: Vec<Option<AnyView>>) -> AnyView {
    let mut views: Vec<AnyView> = Vec::new();
    let mut element: Option<(char, String)> = None;
    pattern::fill(
        find(text),
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
