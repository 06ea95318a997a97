//! Tables. Where there is little room, columns of low priority give way; on phones the rows are cards.
//!
//! The roles are said again in words: on small screens the cells are drawn one below the other, and a browser then takes
//! it for no table.

mod chrome;
mod headings;
mod layout;
mod long;
mod rows;
mod shape;

use leptos::{html, prelude::*};
use web_sys::Element;

use self::chrome::Chrome;
pub use self::{
    layout::{Column, Layout, Placed, Sort, WIDTHS},
    long::LongRows,
    shape::Shape,
};
use crate::{attributes::attributes, reactive::reactive_text};

/// A table of text, as it is.
#[component]
pub fn Table(
    /// Its name.
    caption: &'static str,
    /// A further class.
    #[prop(optional)]
    class: &'static str,
    /// The headings of its columns.
    headings: Vec<&'static str>,
    /// Which of them are above numbers, which stand on the right.
    #[prop(optional)]
    numbers: &'static [usize],
    /// The cells of each row.
    rows: Vec<Vec<AnyView>>,
) -> AnyView {
    let row = |cells: Vec<AnyView>| {
        let cell = |(index, (cell, heading)): (usize, (AnyView, &&'static str))| {
            shape::table_cell(cell, "", heading, 1, numbers.contains(&index), index == 0)
        };
        let cells: Vec<AnyView> = cells.into_iter().zip(&headings).enumerate().map(cell).collect();
        view! { <tr role="row" class="row">{cells}</tr> }.into_any()
    };
    let rows: Vec<AnyView> = rows.into_iter().map(row).collect();
    let heading = |(index, text): (usize, &&'static str)| {
        let number = numbers.contains(&index).then_some("");
        view! { <th {..attributes(&[("scope", "col")])} role="columnheader" data-number=number>{*text}</th> }.into_any()
    };
    let headings: Vec<AnyView> = headings.iter().enumerate().map(heading).collect();
    view! {
        <table class=["table table-rows ", class].concat() role="table">
            <caption class="visually-hidden">{caption}</caption>
            <thead role="rowgroup"><tr role="row">{headings}</tr></thead>
            <tbody role="rowgroup">{rows}</tbody>
        </table>
    }
    .into_any()
}

/// A table whose columns can be shaped: shown and hidden, moved, made wider and narrower, sorted by.
#[component]
pub fn ShapedTable(
    /// Its columns.
    shape: Shape,
    /// Its name.
    caption: &'static str,
    /// A further class.
    #[prop(optional)]
    class: &'static str,
    /// Whether its rows are [`LongRows`].
    #[prop(optional)]
    long: bool,
    /// Whether each row ends with what can be done with it.
    #[prop(optional)]
    has_actions: bool,
    /// What stands above it: a search, a count.
    #[prop(optional_no_strip)]
    tools: Option<AnyView>,
    /// The rows.
    rows: AnyView,
) -> AnyView {
    let area = NodeRef::<html::Div>::new();
    let chrome = Chrome {
        shape,
        has_actions,
        long,
    };
    chrome.keep(area);
    view! {
        <div class="table-area" node_ref=area>
            {tools.map(|tools| view! { <div class="table-tools">{tools}</div> })}
            <p class="visually-hidden" role="status">{reactive_text(move || shape.said.get())}</p>
            <div class="table-frame">
                <div class="menu columns"></div>
                <div class="table-box">
                    <table class=["table table-shaped ", class].concat() role="table">
                        <caption class="visually-hidden">{caption}</caption>
                        <colgroup></colgroup>
                        <thead role="rowgroup"></thead>
                        <tbody role="rowgroup">{rows}</tbody>
                    </table>
                </div>
            </div>
        </div>
    }
    .into_any()
}

/// Rows of things that can be changed, all of them in the document. A row keeps its elements, and so the focus, while what it
/// says changes.
#[component]
pub fn LiveRows(
    /// The columns.
    shape: Shape,
    /// What stands for each row.
    #[prop(into)]
    keys: Signal<Vec<i64>>,
    /// The cells of a row.
    cells: fn(i64) -> Vec<AnyView>,
    /// What can be done with a row.
    #[prop(optional_no_strip)]
    actions: Option<fn(i64) -> AnyView>,
) -> AnyView {
    let above = NodeRef::<html::Template>::new();
    rows::rows(
        move || above.get().map(Element::from),
        move || (None, keys.get()),
        move |key| row(shape, key, cells, actions),
    );
    view! { <template node_ref=above></template> }.into_any()
}

/// A row of a table whose columns can be shaped.
fn row(shape: Shape, key: i64, cells: fn(i64) -> Vec<AnyView>, actions: Option<fn(i64) -> AnyView>) -> AnyView {
    let actions = actions.map(|actions| view! { <td role="cell" class="cell-actions">{actions(key)}</td> });
    view! { <tr role="row" class="row">{shape.cells(Box::new(move || cells(key)))} {actions}</tr> }.into_any()
}
