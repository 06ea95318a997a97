//! Which rows to show. What is chosen is in the address.

use std::time::Duration;

use keyward_contract::{AuditAction, AuditInterface, AuditResult, AuditSubCategory};
use leptos::prelude::*;

use super::span::TimeSpan;
use crate::{
    routes::AuditLogQuery,
    ui::{
        button::{Button, Kind},
        field::Field,
        select::{Choice, Select},
    },
};

/// How long the keyboard must rest before the text counts.
const REST: Duration = Duration::from_millis(350);

/// Changes the query; the flag says whether the browser's own button shall lead back to the one before.
type Change = Callback<(AuditLogQuery, bool)>;

/// The last text that was asked for by typing, until something else is changed.
type Typed = StoredValue<Option<String>>;

#[component]
pub(super) fn Filters(query: Memo<AuditLogQuery>, #[prop(into)] on_change: Change) -> AnyView {
    let typed = StoredValue::new(None);
    let choose = move |change: &dyn Fn(&mut AuditLogQuery)| {
        typed.set_value(None);
        let mut asked = query.get_untracked();
        change(&mut asked);
        on_change.run((asked, true));
    };
    let text = text_field(query, on_change, typed);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        ask_for_text(query, on_change, typed, &text.get_untracked());
    };
    let clear = move || {
        let press = move |()| choose(&|asked| *asked = AuditLogQuery::default());
        let button = || view! { <Button label="Clear filters" kind=Kind::Quiet on_press=press /> };
        (query.get() != AuditLogQuery::default()).then(button)
    };
    view! {
        <form class="audit-filters" role="search" aria-label="Filters" on:submit=submit>
            <TimeSpan query=query on_choose=move |span| choose(&|asked| asked.span = span) />
            <Select
                label="Action"
                choices=words(AuditAction::ALL.iter().map(|it| it.as_str()))
                chosen=Signal::derive(move || query.with(|it| word(it.action.map(AuditAction::as_str))))
                on_choose=move |word: String| choose(&|asked| asked.action = word.parse().ok())
            />
            <Select
                label="Sub-Category"
                choices=words(AuditSubCategory::ALL.iter().map(|it| it.as_str()))
                chosen=Signal::derive(move || query.with(|it| word(it.sub_category.map(AuditSubCategory::as_str))))
                on_choose=move |word: String| choose(&|asked| asked.sub_category = word.parse().ok())
            />
            <Select
                label="Interface"
                choices=words(AuditInterface::ALL.iter().map(|it| it.as_str()))
                chosen=Signal::derive(move || query.with(|it| word(it.interface.map(AuditInterface::as_str))))
                on_choose=move |word: String| choose(&|asked| asked.interface = word.parse().ok())
            />
            <Select
                label="Result"
                choices=words(AuditResult::ALL.iter().map(|it| it.as_str()))
                chosen=Signal::derive(move || query.with(|it| word(it.result.map(AuditResult::as_str))))
                on_choose=move |word: String| choose(&|asked| asked.result = word.parse().ok())
            />
            <div class="audit-text"><Field label="Text" name="text" kind="search" value=text /></div>
            {clear}
        </form>
    }
    .into_any()
}

/// The text as it is typed. It counts when the keyboard rests; until then nothing takes it away.
fn text_field(query: Memo<AuditLogQuery>, on_change: Change, typed: Typed) -> RwSignal<String> {
    let text = RwSignal::new(query.with_untracked(|it| it.text.clone()));
    Effect::new(move |before: Option<String>| {
        // Another text came by a link or by the browser's own buttons, not by typing.
        let now = query.with(|it| it.text.clone());
        if before.is_some_and(|before| before != now) && typed.get_value().as_ref() != Some(&now) {
            typed.set_value(None);
            text.set(now.clone());
        }
        now
    });
    Effect::new(move |before: Option<String>| {
        let now = text.get();
        if before.is_some_and(|before| before != now) {
            let expected = now.clone();
            let rested = move || {
                if text.try_get_untracked().as_ref() == Some(&expected) {
                    ask_for_text(query, on_change, typed, &expected);
                }
            };
            set_timeout(rested, REST);
        }
        now
    });
    text
}

/// One step back leads to what was there before the typing began.
fn ask_for_text(query: Memo<AuditLogQuery>, on_change: Change, typed: Typed, text: &str) {
    let mut asked = query.get_untracked();
    if asked.text != text {
        text.clone_into(&mut asked.text);
        let step = typed.get_value().is_none();
        typed.set_value(Some(text.to_owned()));
        on_change.run((asked, step));
    }
}

fn words(words: impl Iterator<Item = &'static str>) -> Vec<Choice> {
    let any = std::iter::once(Choice::new("", "Any"));
    any.chain(words.map(|word| Choice::new(word, word))).collect()
}

fn word(chosen: Option<&'static str>) -> String {
    chosen.unwrap_or_default().to_owned()
}
