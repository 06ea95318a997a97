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
    let rows = rows.into_iter().map(|cells| row(headings, cells, None));
    frame(caption, class, headings, false, rows.collect::<Vec<_>>().into_any())
}

/// A table of things that can be changed. A row keeps its elements, and so the focus, while what it says changes.
#[component]
pub fn LiveTable(
    /// Its name.
    caption: &'static str,
    /// The headings of its columns.
    headings: &'static [&'static str],
    /// What stands for each row.
    #[prop(into)]
    keys: Signal<Vec<i64>>,
    /// The cells of a row.
    #[prop(into)]
    cells: Callback<i64, Vec<AnyView>>,
    /// What can be done with a row.
    #[prop(into)]
    actions: Callback<i64, AnyView>,
) -> AnyView {
    let rows = view! {
        <For
            each=move || keys.get()
            key=|key| *key
            children=move |key| row(headings, cells.run(key), Some(actions.run(key)))
        />
    };
    frame(caption, "", headings, true, rows.into_any())
}

fn frame(
    caption: &'static str,
    class: &'static str,
    headings: &'static [&'static str],
    has_actions: bool,
    rows: AnyView,
) -> AnyView {
    let heading = |text: &&'static str| view! { <th role="columnheader" scope="col">{*text}</th> }.into_any();
    let headings: Vec<AnyView> = headings.iter().map(heading).collect();
    let actions = has_actions.then(|| {
        view! { <th role="columnheader" scope="col"><span class="visually-hidden">"Actions"</span></th> }.into_any()
    });
    view! {
        <table class=["table table-rows ", class].concat() role="table">
            <caption class="visually-hidden">{caption}</caption>
            <thead role="rowgroup"><tr role="row">{headings} {actions}</tr></thead>
            <tbody role="rowgroup">{rows}</tbody>
        </table>
    }
    .into_any()
}

fn row(headings: &'static [&'static str], cells: Vec<AnyView>, actions: Option<AnyView>) -> AnyView {
    let cell = |(cell, heading): (AnyView, &&'static str)| {
        view! { <td role="cell" data-label=*heading><div class="cell">{cell}</div></td> }.into_any()
    };
    let cells: Vec<AnyView> = cells.into_iter().zip(headings).map(cell).collect();
    let actions = actions.map(|actions| view! { <td role="cell" class="cell-actions">{actions}</td> }.into_any());
    view! { <tr role="row" class="row">{cells} {actions}</tr> }.into_any()
}
