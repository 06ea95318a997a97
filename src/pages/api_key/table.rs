//! The table with the one key there can be. It names its roles, for in a narrow window the style sheet makes a card of the
//! row, and a browser then takes it for no table.

use keyward_contract::ApiKey;
use leptos::prelude::*;

use super::{
    Page,
    actions::RowActions,
    key_cell::{KeyCell, Status},
};
use crate::pages::message::Message;
use crate::{
    present::when::When,
    state::{KeyState, Load},
    ui::{icon::Icon, skeleton::Bar},
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
    view! {
        {move || {
            if present.get() {
                view! { <Table /> }.into_any()
            } else {
                view! {
                    <Message icon=Icon::Key title="There is no cloud service API key">
                        <p>
                            "API clients can't sign in without one. Adding a key makes a random one that works at once."
                        </p>
                    </Message>
                }
                .into_any()
            }
        }}
    }
    .into_any()
}

#[component]
fn Table() -> AnyView {
    let page = Page::get();
    let key = Memo::new(move |_| row(page).flatten());
    let has_key = page.has_key();
    let is_new = move || {
        page.store
            .secret
            .shown()
            .with(|shown| shown.as_ref().is_some_and(|shown| shown.is_new))
    };
    view! {
        <table class="table" role="table">
            <caption class="visually-hidden">"Cloud Service API Key"</caption>
            <thead role="rowgroup">
                <tr role="row">
                    <th role="columnheader" scope="col">"Key"</th>
                    <th role="columnheader" scope="col">"Last Modified By"</th>
                    <th role="columnheader" scope="col">"Last Modified On"</th>
                    <th role="columnheader" scope="col"><span class="visually-hidden">"Actions"</span></th>
                </tr>
            </thead>
            <tbody role="rowgroup">
                <tr role="row" class="row" class:row-new=is_new aria-busy=move || (!has_key.get()).then_some("true")>
                    <td role="cell" class="cell-key" data-label="Key">
                        {move || {
                            if has_key.get() {
                                view! { <KeyCell /><Status /> }.into_any()
                            } else {
                                view! { <Bar width="w20" /> }.into_any()
                            }
                        }}
                    </td>
                    <td role="cell" data-label="Last Modified By">
                        {move || match key.get() {
                            Some(key) => key.last_modified_by.name.into_any(),
                            None => view! { <Bar width="w12" /> }.into_any(),
                        }}
                    </td>
                    <td role="cell" data-label="Last Modified On">
                        {move || match key.get() {
                            Some(key) => view! { <When instant=key.last_modified_on /> }.into_any(),
                            None => view! { <Bar width="w12" /> }.into_any(),
                        }}
                    </td>
                    <td role="cell" class="cell-actions">{move || has_key.get().then(|| view! { <RowActions /> })}</td>
                </tr>
            </tbody>
        </table>
    }
    .into_any()
}
