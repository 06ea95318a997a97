//! Sessions per hour, as bars and as a table.

use std::fmt::Write;

use chrono::{DateTime, TimeDelta, Utc};
use keyward_contract::KeyUsage;
use leptos::{html, prelude::*};

use super::{paragraph, part};
use crate::{
    browser::language::number,
    present::when::local,
    reactive::{memo, reactive, reactive_text},
    state::KeyStore,
    text,
    ui::table::Table,
};

/// How high a bar can be, and how far it is from one to the next, in the units of the drawing.
const HEIGHT: u32 = 100;
const STEP: usize = 10;

pub(super) fn chart(store: KeyStore) -> AnyView {
    // The bar that is looked at; without one, the highest.
    let at = RwSignal::new(None::<usize>);
    let drawn = move || store.usage.with(|usage| usage.ready().map(|usage| plot(usage, at)));
    view! {
        <div class="usage-chart">
            <h3>{text::key_usage::chart()}</h3>
            {reactive(drawn)}
            <details>
                <summary>{text::key_usage::as_table()}</summary>
                {part(store, |_, usage| numbers(usage))}
            </details>
        </div>
    }
    .into_any()
}

fn plot(usage: &KeyUsage, at: RwSignal<Option<usize>>) -> AnyView {
    let hours = usage.sessions_per_hour.clone();
    let (last, since) = (hours.len().saturating_sub(1), usage.hours_since);
    let most = hours.iter().copied().max().unwrap_or_default();
    if most == 0 {
        return paragraph("usage-text", text::key_usage::not_used_last_day());
    }
    // An even number, so that the middle has a whole one.
    let top = most + most % 2;
    let all = hours.iter().enumerate().map(|(place, opened)| bar(place, *opened, top));
    let all: String = all.collect();
    let size = ["0 0 ", &(hours.len() * STEP).to_string(), " ", &HEIGHT.to_string()].concat();
    let peak = hours.iter().position(|opened| *opened == most).unwrap_or_default();
    let shown = memo(move || at.get().map_or(peak, |at| at.min(last)));
    let hours = StoredValue::new(hours);
    let opened = move || hours.with_value(|hours| hours.get(shown.get()).copied().unwrap_or_default());
    let told = move || {
        let (when, sessions) = (local(hour(since, shown.get())), opened() as usize);
        if opened() == most {
            text::key_usage::in_peak_hour(&when, sessions)
        } else {
            text::key_usage::in_hour(&when, sessions)
        }
    };
    let node = NodeRef::<html::Div>::new();
    let point = move |event: web_sys::PointerEvent| {
        if let Some(plot) = node.get_untracked() {
            let place = plot.get_bounding_client_rect();
            let share = (f64::from(event.client_x()) - place.left()) / place.width();
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "it is a place within the plot"
            )]
            at.set(Some(((share * (last + 1) as f64) as usize).min(last)));
        }
    };
    let step = move |event: web_sys::KeyboardEvent| {
        let now = shown.get_untracked();
        let to = match event.key().as_str() {
            "ArrowLeft" => now.saturating_sub(1),
            "ArrowRight" => (now + 1).min(last),
            "Home" => 0,
            "End" => last,
            _ => return,
        };
        event.prevent_default();
        at.set(Some(to));
    };
    let axis = [0, last / 2 + 1].map(|place| view! { <span>{local(hour(since, place))}</span> }.into_any());
    view! {
        <div class="usage-plot" translate="no">
            <span class="usage-scale">{number(top as usize)}</span>
            <span class="usage-scale">{number((top / 2) as usize)}</span>
            <div
                node_ref=node
                class="usage-bars"
                role="group"
                tabindex="0"
                aria-label=text::key_usage::chart_hint()
                on:pointermove=point
                on:pointerdown=point
                on:pointerleave=move |_| at.set(None)
                on:blur=move |_| at.set(None)
                on:keydown=step
            >
                <svg viewBox=size preserveAspectRatio="none" aria-hidden="true">
                    <path d=all></path>
                    <path class="usage-bar" d=Signal::derive(move || bar(shown.get(), opened(), top))></path>
                </svg>
            </div>
            <p class="usage-axis">{Vec::from(axis)}<span>{text::key_usage::now()}</span></p>
        </div>
        <p class="usage-text" role="status" translate="no">{reactive_text(told)}</p>
    }
    .into_any()
}

/// A bar, in the words of a drawing. A single session is seen beside a thousand.
fn bar(place: usize, opened: u32, top: u32) -> String {
    let mut path = String::new();
    if opened > 0 {
        let height = (opened * HEIGHT / top).max(2);
        let _ = write!(path, "M{} {HEIGHT}v-{height}h{}v{height}z", place * STEP + 1, STEP - 2);
    }
    path
}

fn hour(since: DateTime<Utc>, place: usize) -> DateTime<Utc> {
    since + TimeDelta::hours(i64::try_from(place).unwrap_or_default())
}

fn numbers(usage: &KeyUsage) -> AnyView {
    let row = |(place, opened): (usize, &u32)| {
        let from = local(hour(usage.hours_since, place));
        vec![from.into_any(), number(*opened as usize).into_any()]
    };
    let hours = usage.sessions_per_hour.iter().enumerate();
    let rows = hours.filter(|(_, opened)| **opened > 0).map(row).collect();
    view! { <Table caption=text::key_usage::per_hour() class="usage-hours" headings=vec![text::key_usage::hour_from(), text::key_usage::sessions()] rows=rows /> }
        .into_any()
}
