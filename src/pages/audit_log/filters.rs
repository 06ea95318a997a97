//! Which rows to show. What is chosen is in the address.

use std::time::Duration;

use keyward_contract::{AuditAction, AuditInterface, AuditResult, AuditSubCategory};
use leptos::prelude::*;

use super::span::TimeSpan;
use crate::{
    reactive::{memo, reactive, reactive_text},
    routes::AuditLogQuery,
    text,
    ui::{
        button::{Button, Kind},
        field::Field,
        icon::{Icon, Pictogram},
        id,
        select::{Choice, Select},
    },
};

/// How long the keyboard must rest before the text counts.
const REST: Duration = Duration::from_millis(350);

/// Changes the query; the flag says whether the browser's own button shall lead back to the one before.
type Change = Callback<(AuditLogQuery, bool)>;

/// The field that was typed in last, and its text, until something else is changed.
type Typed = StoredValue<Option<(&'static str, String)>>;

/// Where a query has the text of a field.
type Of = fn(&mut AuditLogQuery) -> &mut String;

type Label = fn() -> &'static str;

/// Fields for text: their labels and names.
const FIELDS: [(Label, &str, Of); 4] = [
    (text::common::admin, "admin", |it| &mut it.admin),
    (text::audit_log::client_ip, "address", |it| &mut it.address),
    (text::audit_log::resource, "resource", |it| &mut it.resource),
    (text::common::search, "text", |it| &mut it.text),
];

#[component]
pub(super) fn Filters(query: Memo<AuditLogQuery>, #[prop(into)] on_change: Change) -> AnyView {
    let typed = StoredValue::new(None);
    let choose = move |change: &dyn Fn(&mut AuditLogQuery)| {
        typed.set_value(None);
        let mut asked = query.get_untracked();
        change(&mut asked);
        on_change.run((asked, true));
    };
    let fields = FIELDS.map(|(label, name, of)| TextFilter::new(label(), name, of, query, on_change, typed));
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        fields.iter().for_each(|field| field.ask());
    };
    let clear = move || {
        let press = move |()| choose(&|asked| *asked = AuditLogQuery::default());
        let button = || view! { <Button label=text::audit_log::clear() kind=Kind::Quiet on_press=press /> };
        (query.get() != AuditLogQuery::default()).then(button)
    };
    // In a narrow window they open by a button.
    let is_open = RwSignal::new(false);
    let id = id::unique("filters");
    let count = move || match query.with(AuditLogQuery::count) {
        0 => text::audit_log::filters().to_owned(),
        count => text::audit_log::filters_set(count),
    };
    view! {
        <button
            type="button"
            class="button audit-filters-open"
            aria-expanded=Signal::derive(move || is_open.get().to_string())
            aria-controls=id.clone()
            on:click=move |_| is_open.update(|is_open| *is_open = !*is_open)
        >
            <Pictogram icon=Icon::List />
            <span>{reactive_text(count)}</span>
        </button>
        <form
            id=id
            class="audit-filters"
            class:audit-filters-closed=Signal::derive(move || !is_open.get())
            role="search"
            aria-label=text::audit_log::filters()
            on:submit=submit
        >
            // Without one, Enter in a field would do nothing.
            <button type="submit" class="visually-hidden" tabindex="-1">{text::audit_log::apply()}</button>
            <TimeSpan query=query on_choose=move |span| choose(&|asked| asked.span = span) />
            <Select
                label=text::audit_log::action()
                choices=words(AuditAction::ALL.iter().map(|it| it.as_str()))
                chosen=Signal::derive(move || query.with(|it| word(it.action.map(AuditAction::as_str))))
                on_choose=move |word: String| choose(&|asked| asked.action = word.parse().ok())
            />
            <Select
                label=text::audit_log::sub_category()
                choices=words(AuditSubCategory::ALL.iter().map(|it| it.as_str()))
                chosen=Signal::derive(move || query.with(|it| word(it.sub_category.map(AuditSubCategory::as_str))))
                on_choose=move |word: String| choose(&|asked| asked.sub_category = word.parse().ok())
            />
            <Select
                label=text::audit_log::interface()
                choices=words(AuditInterface::ALL.iter().map(|it| it.as_str()))
                chosen=Signal::derive(move || query.with(|it| word(it.interface.map(AuditInterface::as_str))))
                on_choose=move |word: String| choose(&|asked| asked.interface = word.parse().ok())
            />
            <Select
                label=text::audit_log::result()
                choices=words(AuditResult::ALL.iter().map(|it| it.as_str()))
                chosen=Signal::derive(move || query.with(|it| word(it.result.map(AuditResult::as_str))))
                on_choose=move |word: String| choose(&|asked| asked.result = word.parse().ok())
            />
            {fields.map(|field| view! { <Field label=field.label name=field.name kind="search" value=field.value /> })}
            {reactive(clear)}
        </form>
    }
    .into_any()
}

/// A text as it is typed. It counts when the keyboard rests; until then nothing takes it away.
#[derive(Clone, Copy)]
struct TextFilter {
    label: &'static str,
    name: &'static str,
    of: Of,
    query: Memo<AuditLogQuery>,
    on_change: Change,
    typed: Typed,
    value: RwSignal<String>,
}

impl TextFilter {
    fn new(
        label: &'static str,
        name: &'static str,
        of: Of,
        query: Memo<AuditLogQuery>,
        on_change: Change,
        typed: Typed,
    ) -> Self {
        let asked = memo(move || std::mem::take(of(&mut query.get())));
        let value = RwSignal::new(asked.get_untracked());
        let field = Self {
            label,
            name,
            of,
            query,
            on_change,
            typed,
            value,
        };
        Effect::new(move |before: Option<()>| {
            // Another text came by a link or by the browser's own buttons, not by typing.
            let now = asked.get();
            let is_typed = typed.with_value(|typed| typed.as_ref().is_some_and(|(of, it)| *of == name && *it == now));
            if before.is_some() && !is_typed {
                typed.set_value(None);
                value.set(now);
            }
        });
        Effect::new(move |before: Option<String>| {
            let now = value.get();
            if before.is_some_and(|before| before != now) {
                let expected = now.clone();
                let rested = move || {
                    if value.try_get_untracked().as_ref() == Some(&expected) {
                        field.ask();
                    }
                };
                set_timeout(rested, REST);
            }
            now
        });
        field
    }

    /// One step back leads to what was there before the typing began.
    fn ask(self) {
        let now = self.value.get_untracked();
        let mut asked = self.query.get_untracked();
        let place = (self.of)(&mut asked);
        if *place != now {
            place.clone_from(&now);
            let before = self.typed.try_update_value(|typed| typed.replace((self.name, now)));
            let step = before.flatten().is_none_or(|(name, _)| name != self.name);
            self.on_change.run((asked, step));
        }
    }
}

fn words(words: impl Iterator<Item = &'static str>) -> Vec<Choice> {
    let any = std::iter::once(Choice::new("", text::audit_log::any()));
    any.chain(words.map(Choice::named)).collect()
}

fn word(chosen: Option<&'static str>) -> String {
    chosen.unwrap_or_default().to_owned()
}
