//! Instants for people.

use std::cell::RefCell;

use chrono::{DateTime, Utc};
use js_sys::{Array, Date, Function, Intl, Object, Reflect};
use leptos::prelude::*;

use crate::attributes::attributes;
use wasm_bindgen::JsValue;

/// Date and time in the user's language and time zone, such as `Nov 23, 2026, 6:38 AM`.
pub(crate) fn local(instant: DateTime<Utc>) -> String {
    formatted(instant, &[("dateStyle", "medium"), ("timeStyle", "short")])
}

/// The same to the second, such as `Nov 23, 2026, 6:38:43 AM`.
pub(crate) fn to_the_second(instant: DateTime<Utc>) -> String {
    formatted(instant, &[("dateStyle", "medium"), ("timeStyle", "medium")])
}

/// The time of day in the user's language and time zone, such as `6:38:43 AM`.
pub(crate) fn time_to_the_second(instant: DateTime<Utc>) -> String {
    formatted(instant, &[("timeStyle", "medium")])
}

/// How many whole days ago an instant was, by the clock of this computer; 0 if it is still to come.
pub(crate) fn days_since(instant: DateTime<Utc>) -> u32 {
    let days = (Date::now() - date(instant).get_time()) / 86_400_000.0;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "whole days; what is below 0 becomes 0"
    )]
    let days = days as u32;
    days
}

type Styles = [(&'static str, &'static str)];

thread_local! {
    /// Making one takes many times as long as using it, and a search in a long table uses it for every row.
    static FORMATS: RefCell<Vec<(&'static Styles, Function)>> = const { RefCell::new(Vec::new()) };
}

fn formatted(instant: DateTime<Utc>, styles: &'static Styles) -> String {
    let format = FORMATS.with_borrow_mut(|formats| {
        if let Some((_, format)) = formats.iter().find(|(it, _)| *it == styles) {
            return format.clone();
        }
        let options = Object::new();
        for (name, style) in styles {
            let _ = Reflect::set(&options, &JsValue::from_str(name), &JsValue::from_str(style));
        }
        let format = Intl::DateTimeFormat::new(&Array::new(), &options).format();
        formats.push((styles, format.clone()));
        format
    });
    let text = format.call1(&JsValue::UNDEFINED, &date(instant));
    text.ok().and_then(|text| text.as_string()).unwrap_or_default()
}

/// The exact instant in UTC, such as `2026-11-23T06:38:43.123Z`.
pub(crate) fn exact(instant: DateTime<Utc>) -> String {
    date(instant).to_iso_string().into()
}

/// The user's time zone, such as `Europe/Berlin (UTC+1)`, or `UTC`.
pub(crate) fn zone() -> String {
    let options = Intl::DateTimeFormat::new(&Array::new(), &Object::new()).resolved_options();
    let name = Reflect::get(&options, &JsValue::from_str("timeZone")).ok();
    let name = name.and_then(|name| name.as_string()).unwrap_or_default();
    // Minutes that UTC is ahead.
    let behind = Date::new_0().get_timezone_offset();
    let sign = if behind > 0.0 { "−" } else { "+" };
    let (hours, minutes) = ((behind.abs() / 60.0).floor(), behind.abs() % 60.0);
    let hours = hours.to_string();
    let offset = match minutes.to_string().as_str() {
        "0" if hours == "0" => String::new(),
        "0" => [sign, &hours].concat(),
        minutes => [sign, &hours, ":", minutes].concat(),
    };
    if name == "UTC" {
        name
    } else {
        [&name, " (UTC", &offset, ")"].concat()
    }
}

fn date(instant: DateTime<Utc>) -> Date {
    #[expect(
        clippy::cast_precision_loss,
        reason = "milliseconds since 1970 are exact for 285,000 years"
    )]
    let milliseconds = instant.timestamp_millis() as f64;
    Date::new(&JsValue::from_f64(milliseconds))
}

/// An instant, with the exact one in UTC for machines and on hover.
#[component]
pub(crate) fn When(instant: DateTime<Utc>) -> impl IntoView {
    let exact = exact(instant);
    view! { <time {..attributes(&[("datetime", &exact), ("title", &exact)])} translate="no" prop:textContent=local(instant)></time> }
}
