//! Sessions per hour, as bars and as a table.

use std::fmt::Write;

use chrono::TimeDelta;
use keyward_contract::KeyUsage;
use leptos::prelude::*;

use super::{part, text};
use crate::{
    present::{count, when::time_of_day},
    state::KeyStore,
    ui::table::Table,
};

/// How high a bar can be, and how far it is from one to the next, in the units of the drawing.
const HEIGHT: u32 = 48;
const STEP: usize = 10;

pub(super) fn chart(store: KeyStore) -> AnyView {
    view! {
        <div class="usage-chart">
            {part(store, bars)}
            <details>
                <summary>"Show the numbers"</summary>
                {part(store, |_, usage| numbers(usage))}
            </details>
        </div>
    }
    .into_any()
}

fn summary(most: u32, all: u32) -> String {
    if most == 0 {
        return "No session was opened in the last 24 hours.".to_owned();
    }
    let opened = count::of(all as usize, "session");
    [
        &opened,
        " opened in the last 24 hours, at most ",
        &most.to_string(),
        " in an hour.",
    ]
    .concat()
}

fn bars(_: KeyStore, usage: &KeyUsage) -> AnyView {
    let hours = &usage.sessions_per_hour;
    let most = hours.iter().copied().max().unwrap_or_default();
    let mut path = String::new();
    for (place, opened) in hours.iter().enumerate().filter(|(_, opened)| **opened > 0) {
        // A single session is seen beside a thousand.
        let height = (opened * HEIGHT / most).max(2);
        let _ = write!(path, "M{} {HEIGHT}v-{height}h{}v{height}z", place * STEP + 1, STEP - 2);
    }
    let size = ["0 0 ", &(hours.len() * STEP).to_string(), " ", &HEIGHT.to_string()].concat();
    view! {
        {text("usage-text", summary(most, hours.iter().sum()))}
        <svg viewBox=size preserveAspectRatio="none" aria-hidden="true"><path d=path></path></svg>
        <p class="usage-axis"><span>{time_of_day(usage.hours_since)}</span><span>"now"</span></p>
    }
    .into_any()
}

fn numbers(usage: &KeyUsage) -> AnyView {
    let mut hour = usage.hours_since;
    let mut row = |opened: &u32| {
        let cells = vec![time_of_day(hour).into_any(), opened.to_string().into_any()];
        hour += TimeDelta::hours(1);
        cells
    };
    let rows = usage.sessions_per_hour.iter().map(&mut row).collect();
    view! { <Table caption="Sessions per hour" class="usage-numbers" headings=&["Hour From", "Sessions"] rows=rows /> }
        .into_any()
}
