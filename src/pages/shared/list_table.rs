//! The table of a list: loading, searched, sorted.

use chrono::{DateTime, Utc};
use leptos::prelude::*;

use crate::{
    reactive::{memo, reactive, reactive_text},
    state::{ListStore, Listed},
    text,
    ui::{
        skeleton::Bar,
        table::{LiveRows, LongRows, Shape, ShapedTable, Sort},
    },
};

/// What a cell is sorted by.
pub(crate) enum Rank {
    /// Its text, no matter the case.
    Text,
    /// A number, or an instant.
    Number(i64),
    /// There is none: it comes last, whichever way.
    Nothing,
}

impl Rank {
    /// By the time, where there is one.
    pub(crate) fn of_time(instant: Option<DateTime<Utc>>) -> Self {
        instant.map_or(Self::Nothing, |instant| Self::Number(instant.timestamp_millis()))
    }
}

/// What the rows of a list say.
pub(crate) struct Terms<T: 'static> {
    /// The text of a cell, by row and column: to search in.
    pub(crate) text: fn(&T, usize) -> String,
    /// What it is sorted by.
    pub(crate) rank: fn(&T, usize) -> Rank,
}

/// How many rows there are, in words.
#[derive(Clone, Copy)]
pub(crate) struct Counts {
    /// All of them.
    pub(crate) all: fn(usize) -> String,
    /// All, and those that a search found.
    pub(crate) found: fn(usize, usize) -> String,
    /// A search for this text found none.
    pub(crate) none: fn(&str) -> String,
}

impl<T> Clone for Terms<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Terms<T> {}

/// The rows to show: those that a search finds, in all columns whether they show or not, in the order that was chosen.
fn found<T: Listed>(
    list: ListStore<T>,
    shape: Shape,
    terms: Terms<T>,
    search: RwSignal<String>,
) -> Memo<Option<Vec<i64>>> {
    let order = memo(move || {
        let sort = shape.sort();
        list.rows.with(|rows| Some(sorted(rows.ready()?, terms, sort)))
    });
    // Made when something is first looked for.
    let words = memo(move || {
        let words = |row: &T| {
            let cells = (0..shape.columns.len()).map(|column| (terms.text)(row, column).to_lowercase());
            cells.collect::<Vec<_>>().join("\n")
        };
        list.rows
            .with(|rows| rows.ready().map(|rows| rows.iter().map(words).collect::<Vec<_>>()))
            .unwrap_or_default()
    });
    memo(move || {
        let text = search.with(|text| text.trim().to_lowercase());
        order.with(|order| {
            let order = order.as_ref()?;
            if text.is_empty() {
                return Some(order.iter().map(|(_, key)| *key).collect());
            }
            words.with(|words| {
                let fits = |index: usize| words.get(index).is_some_and(|words| words.contains(&text));
                let found = order.iter().filter(|(index, _)| fits(*index));
                Some(found.map(|(_, key)| *key).collect())
            })
        })
    })
}

/// Index and key of each row, in order. Equal rows stay in the order of the list.
fn sorted<T: Listed>(rows: &[T], terms: Terms<T>, sort: Option<Sort>) -> Vec<(usize, i64)> {
    let mut order: Vec<(usize, i64)> = rows.iter().map(Listed::key).enumerate().collect();
    let Some(Sort { column, descending }) = sort else {
        return order;
    };
    let ranked = rows.iter().map(|row| match (terms.rank)(row, column) {
        Rank::Text => (false, 0, (terms.text)(row, column).to_lowercase()),
        Rank::Number(number) => (false, number, String::new()),
        Rank::Nothing => (true, 0, String::new()),
    });
    let ranked: Vec<(bool, i64, String)> = ranked.collect();
    order.sort_by(|(a, _), (b, _)| {
        let (a, b) = (&ranked[*a], &ranked[*b]);
        let way = (a.1, &a.2).cmp(&(b.1, &b.2));
        a.0.cmp(&b.0).then(if descending { way.reverse() } else { way })
    });
    order
}

/// The table.
#[component]
pub(crate) fn ListTable<T: Listed>(
    /// The list.
    list: ListStore<T>,
    /// The columns.
    shape: Shape,
    /// What its rows say.
    terms: Terms<T>,
    /// Its name.
    caption: &'static str,
    /// How many there are; with it, rows can be searched and are counted.
    #[prop(optional)]
    counts: Option<Counts>,
    /// Whether there may be thousands of rows.
    #[prop(optional)]
    long: bool,
    /// What stands in its place where there are no rows.
    #[prop(optional)]
    empty: Option<fn() -> AnyView>,
    /// The cells of a row.
    cells: fn(i64) -> Vec<AnyView>,
    /// What can be done with a row.
    #[prop(optional)]
    actions: Option<fn(i64) -> AnyView>,
) -> AnyView {
    let is_empty = memo(move || list.rows.with(|rows| rows.ready().is_some_and(Vec::is_empty)));
    let table = move || {
        let search = RwSignal::new(String::new());
        let found = found(list, shape, terms, search);
        let all = memo(move || list.rows.with(|rows| rows.ready().map(Vec::len)));
        let keys = Signal::derive(move || found.get().unwrap_or_default());
        let shown = memo(move || found.with(|found| found.as_ref().map_or(0, Vec::len)));
        let is_ready = memo(move || all.get().is_some());
        // The same table while it loads: a menu that is open stays open.
        let tools = move || Some(tools(counts.filter(|_| is_ready.get())?, search, all, shown));
        let rows = move || {
            if !is_ready.get() {
                placeholders(shape, 3)
            } else if long {
                view! { <LongRows shape=shape keys=keys cells=cells actions=actions /> }.into_any()
            } else {
                view! { <LiveRows shape=shape keys=keys cells=cells actions=actions /> }.into_any()
            }
        };
        view! {
            <div aria-busy=Signal::derive(move || (!is_ready.get()).then_some("true"))>
                <ShapedTable
                    shape=shape
                    caption=caption
                    class="table-rows"
                    long=long
                    has_actions=actions.is_some()
                    tools=counts.map(|_| reactive(tools))
                    rows=reactive(rows)
                />
            </div>
            {counts.map(|counts| none_found(counts, search, all, shown))}
        }
        .into_any()
    };
    let content = move || match empty {
        Some(empty) if is_empty.get() => empty(),
        _ => table(),
    };
    reactive(content)
}

/// The search, and how much it finds.
fn tools(counts: Counts, search: RwSignal<String>, all: Memo<Option<usize>>, shown: Memo<usize>) -> AnyView {
    let told = move || {
        let (all, shown) = (all.get().unwrap_or_default(), shown.get());
        if search.with(|text| text.trim().is_empty()) {
            (counts.all)(all)
        } else {
            (counts.found)(all, shown)
        }
    };
    view! {
        <form role="search" class="table-search" on:submit=|event| event.prevent_default()>
            <input
                type="search"
                name="search"
                class="input"
                aria-label=text::common::search()
                placeholder=text::common::search()
                autocomplete="off"
                prop:value=Signal::derive(move || search.get())
                on:input=move |event| search.set(event_target_value(&event))
            />
        </form>
        <p class="table-count" role="status">{reactive_text(told)}</p>
    }
    .into_any()
}

fn none_found(counts: Counts, search: RwSignal<String>, all: Memo<Option<usize>>, shown: Memo<usize>) -> AnyView {
    let none = memo(move || shown.get() == 0 && all.get().is_some_and(|all| all > 0));
    reactive(move || {
        let text = move || (counts.none)(search.get().trim());
        none.get()
            .then(|| view! { <p class="table-none">{reactive_text(text)}</p> })
    })
}

/// In place of rows that are on their way.
pub(crate) fn placeholders(shape: Shape, rows: usize) -> AnyView {
    let cells = move || {
        let bars = shape.columns.iter().map(|_| view! { <Bar width="w8" /> }.into_any());
        bars.collect()
    };
    let row = |_| view! { <tr role="row" class="row">{shape.cells(Box::new(cells))}</tr> }.into_any();
    (0..rows).map(row).collect::<Vec<_>>().into_any()
}
