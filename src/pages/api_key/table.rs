//! The table with the one key there can be.

use keyward_contract::ApiKey;
use leptos::prelude::*;

use super::{
    Page,
    actions::row_actions,
    key_cell::{KeyCell, Status},
};
use crate::pages::shared::message::Message;
use crate::{
    present::when::When,
    state::{KeyState, Load},
    ui::{
        icon::Icon,
        skeleton::Bar,
        table::{Column, Shape, ShapedTable, actions_cell},
    },
};

/// What the row says of the last change; the key itself is for its cell.
fn row(page: Page) -> Option<Option<ApiKey>> {
    page.store.key.with(|key| match key {
        Load::Ready(KeyState::Present(key)) => Some(Some(key.clone())),
        Load::Ready(_) => None,
        Load::Loading | Load::Failed(_) => Some(None),
    })
}

#[component]
pub(super) fn KeyTable() -> AnyView {
    let page = Page::get();
    let present = Memo::new(move |_| row(page).is_some());
    let none = || {
        view! {
            <Message icon=Icon::Key title="There is no cloud service API key">
                <p>"API clients can't sign in without one. Adding a key makes a random one that works at once."</p>
            </Message>
        }
        .into_any()
    };
    let table = move || {
        if present.get() {
            view! { <Table /> }.into_any()
        } else {
            none()
        }
    };
    table.into_any()
}

const COLUMNS: &[Column] = &[
    Column::unsorted("key", "Key", 300),
    Column::unsorted("last-modified-by", "Last Modified By", 200),
    Column::unsorted("last-modified-on", "Last Modified On", 200),
];

#[component]
fn Table() -> AnyView {
    let page = Page::get();
    let shape = Shape::new("api-key", COLUMNS);
    let has_key = page.has_key();
    let is_new = move || {
        page.store
            .secret
            .shown()
            .with(|shown| shown.as_ref().is_some_and(|shown| shown.is_new))
    };
    let key = Memo::new(move |_| row(page).flatten());
    let cells = move || {
        let bar = |width| view! { <Bar width=width /> }.into_any();
        let string = move || {
            if has_key.get() {
                view! { <div class="cell-key"><KeyCell /><Status /></div> }.into_any()
            } else {
                bar("w20")
            }
        };
        let by = move || match key.get() {
            Some(key) => key.last_modified_by.name.into_any(),
            None => bar("w12"),
        };
        let on = move || match key.get() {
            Some(key) => view! { <When instant=key.last_modified_on /> }.into_any(),
            None => bar("w12"),
        };
        vec![string.into_any(), by.into_any(), on.into_any()]
    };
    let rows = view! {
        <tr role="row" class="row" class:row-new=is_new aria-busy=move || (!has_key.get()).then_some("true")>
            {shape.cells(Box::new(cells))}
            {actions_cell(move || has_key.get().then(row_actions))}
        </tr>
    };
    view! { <ShapedTable shape=shape caption="Cloud Service API Key" has_actions=true rows=rows.into_any() /> }
        .into_any()
}
