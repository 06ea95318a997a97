//! From when until when.

use chrono::{DateTime, TimeDelta, Utc};
use leptos::prelude::*;

use crate::{
    browser::time,
    reactive::{memo, reactive},
    routes::{AuditLogQuery, Span},
    text,
    ui::{
        id,
        select::{Choice, Select},
    },
};

/// The value of the choice that shows two fields.
const BETWEEN: &str = "between";

type Label = fn() -> &'static str;

/// The values and what they are called.
const CHOICES: [(&str, Label); 6] = [
    ("", text::audit_log::any_time),
    ("1", text::audit_log::last_hour),
    ("24", text::audit_log::last_24_hours),
    ("168", text::audit_log::last_7_days),
    ("720", text::audit_log::last_30_days),
    (BETWEEN, text::audit_log::between),
];

/// A moment, if it is known.
type Moment = Option<DateTime<Utc>>;

#[component]
pub(super) fn TimeSpan(query: Memo<AuditLogQuery>, #[prop(into)] on_choose: Callback<Span>) -> AnyView {
    let span = memo(move || query.with(|it| it.span));
    // Chosen, but neither field has a value yet.
    let wanted = RwSignal::new(false);
    let between = memo(move || match span.get() {
        Span::Between { .. } => true,
        Span::All => wanted.get(),
        Span::Last(_) => false,
    });
    let chosen = move || match span.get() {
        _ if between.get() => BETWEEN.to_owned(),
        Span::Last(hours) => hours.to_string(),
        _ => String::new(),
    };
    let choose = move |value: String| {
        wanted.set(value == BETWEEN);
        let last = value.parse().ok().map(Span::Last);
        match (value == BETWEEN, span.get_untracked()) {
            (true, Span::Last(hours)) => {
                let hours = TimeDelta::hours(hours.into());
                let from = moment(time::now()).and_then(|now| now.checked_sub_signed(hours));
                on_choose.run(Span::Between { from, to: None });
            }
            (true, _) => {}
            (false, _) => on_choose.run(last.unwrap_or_default()),
        }
    };
    let choices: Vec<_> = CHOICES
        .into_iter()
        .map(|(value, text)| Choice::new(value, text()))
        .collect();
    view! {
        <Select label=text::audit_log::time() choices=choices chosen=Signal::derive(chosen) on_choose=choose />
        {reactive(move || between.get().then(|| ends(span, wanted, on_choose)))}
    }
    .into_any()
}

fn ends(span: Memo<Span>, wanted: RwSignal<bool>, on_choose: Callback<Span>) -> AnyView {
    let present = move || match span.get() {
        Span::Between { from, to } => (from, to),
        _ => (None, None),
    };
    let set = move |from: Moment, to: Moment| {
        wanted.set(true);
        on_choose.run(match (from, to) {
            (None, None) => Span::All,
            (from, to) => Span::Between { from, to },
        });
    };
    let backwards = move || matches!(present(), (Some(from), Some(to)) if from >= to);
    view! {
        <MomentField
            label=text::audit_log::from()
            value=Signal::derive(move || present().0)
            on_set=move |from| set(from, untrack(present).1)
        />
        <MomentField label=text::audit_log::to() value=Signal::derive(move || present().1) on_set=move |to| set(untrack(present).0, to) />
        {reactive(move || {
            backwards().then(|| view! { <p class="audit-wrong" role="alert">{text::audit_log::ends_before_start()}</p> })
        })}
    }
    .into_any()
}

/// Date and time in the user's own zone, by the browser's own control.
#[component]
fn MomentField(label: &'static str, value: Signal<Moment>, #[prop(into)] on_set: Callback<Moment>) -> AnyView {
    let id = id::unique("moment");
    let local = move || value.get().map(|it| time::to_local(it.timestamp_millis() as f64));
    view! {
        <div class="field">
            <label class="field-label" for=id.clone()>{label}</label>
            <input
                id=id
                type="datetime-local"
                prop:value=Signal::derive(move || local().unwrap_or_default())
                on:change:target=move |event| on_set.run(time::from_local(&event.target().value()).and_then(moment))
            />
        </div>
    }
    .into_any()
}

fn moment(milliseconds: f64) -> Moment {
    DateTime::from_timestamp_millis(milliseconds as i64)
}
