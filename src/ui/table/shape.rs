//! The shape of a table as a signal, kept by the browser.

use leptos::prelude::*;

use super::layout::{Column, Layout, Sort};
use crate::{
    browser::storage::{self, Kept},
    reactive::{memo, reactive},
};

/// The columns of a table as someone has shaped them in this browser, for anyone who signs in there.
#[derive(Clone, Copy)]
pub struct Shape {
    name: &'static str,
    /// The columns that the page has.
    pub columns: &'static [Column],
    pub(super) layout: RwSignal<Layout>,
    /// What has just changed, for screen readers.
    pub(super) said: RwSignal<String>,
    /// The columns that show, in their order, and how soon each gives way.
    pub(super) shown: Memo<Vec<(usize, u8)>>,
}

impl Shape {
    /// The shape as it was left. What is kept has the name of the table.
    pub fn new(name: &'static str, columns: &'static [Column]) -> Self {
        let kept = storage::read(Kept::Always, &kept(name)).unwrap_or_default();
        let layout = RwSignal::new(Layout::parse(&kept, columns));
        Self {
            name,
            columns,
            layout,
            said: RwSignal::new(String::new()),
            shown: memo(move || {
                let priority = |layout: &Layout, column| (column, layout.priority(column, columns));
                layout.with(|layout| layout.shown().into_iter().map(|it| priority(layout, it)).collect())
            }),
        }
    }

    /// What the rows are sorted by.
    pub fn sort(self) -> Option<Sort> {
        self.layout.with(|layout| layout.sort)
    }

    /// Changes the shape, and says what has changed.
    pub(super) fn change(self, change: impl FnOnce(&mut Layout) -> String) {
        let mut layout = self.layout.get_untracked();
        let said = change(&mut layout);
        self.layout.set(layout);
        self.said.set(said);
        self.keep();
    }

    pub(super) fn keep(self) {
        let text = self.layout.with_untracked(|layout| layout.print(self.columns));
        storage::write(Kept::Always, &kept(self.name), &text);
    }

    pub(super) fn label(self, column: usize) -> &'static str {
        (self.columns[column].label)()
    }

    /// The cells of a row in the order of the columns that show. They are made again when that changes.
    pub fn cells(self, cells: Box<dyn Fn() -> Vec<AnyView> + Send + Sync>) -> AnyView {
        reactive(move || {
            let mut cells: Vec<Option<AnyView>> = cells().into_iter().map(Some).collect();
            let shown = self.shown.get().into_iter().enumerate();
            let cell = |(index, (column, priority)): (usize, (usize, u8))| {
                let cell = cells.get_mut(column)?.take()?;
                let Column {
                    name,
                    label,
                    is_number,
                    leads,
                    ..
                } = self.columns[column];
                Some(table_cell(
                    cell,
                    name,
                    label(),
                    priority,
                    is_number,
                    leads || index == 0,
                ))
            };
            shown.filter_map(cell).collect::<Vec<_>>()
        })
    }
}

/// A cell, with what the styles need to know of its column.
pub(super) fn table_cell(
    cell: AnyView,
    name: &'static str,
    label: &'static str,
    priority: u8,
    is_number: bool,
    leads: bool,
) -> AnyView {
    let flag = |is: bool| is.then_some("");
    view! {
        <td role="cell" data-of=name data-label=label data-priority=priority.to_string() data-number=flag(is_number) data-leads=flag(leads)>
            <div class="cell" dir="auto">{cell}</div>
        </td>
    }
    .into_any()
}

fn kept(name: &str) -> String {
    ["keyward.table.", name].concat()
}
