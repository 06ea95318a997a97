//! Tables that are cards on small screens.
//!
//! The roles are said again in words: on small screens the cells are drawn one below the other, and a browser then takes
//! it for no table.

use leptos::prelude::*;

/// A table of text.
#[component]
pub fn Table(
    /// Its name.
    caption: &'static str,
    /// A further class.
    #[prop(optional)]
    class: &'static str,
    /// The headings of its columns.
    headings: &'static [&'static str],
    /// The cells of each row.
    rows: Vec<Vec<AnyView>>,
) -> AnyView {
    let heading = |text: &&'static str| view! { <th role="columnheader" scope="col">{*text}</th> }.into_any();
    let cell = |(cell, heading): (AnyView, &&'static str)| {
        view! { <td role="cell" data-label=*heading><div class="cell">{cell}</div></td> }.into_any()
    };
    let row = |cells: Vec<AnyView>| {
        let cells: Vec<AnyView> = cells.into_iter().zip(headings).map(cell).collect();
        view! { <tr role="row" class="row">{cells}</tr> }.into_any()
    };
    let headings: Vec<AnyView> = headings.iter().map(heading).collect();
    let rows: Vec<AnyView> = rows.into_iter().map(row).collect();
    view! {
        <table class=["table table-rows ", class].concat() role="table">
            <caption class="visually-hidden">{caption}</caption>
            <thead role="rowgroup"><tr role="row">{headings}</tr></thead>
            <tbody role="rowgroup">{rows}</tbody>
        </table>
    }
    .into_any()
}
