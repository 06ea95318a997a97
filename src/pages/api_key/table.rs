//! The card with the base URL and the one key there can be.

use keyward_contract::ApiKey;
use leptos::prelude::*;

use super::{
    Page,
    actions::actions,
    hide_after::HideAfter,
    key_cell::{KeyCell, Status},
    usage::{age, last_used},
};
use crate::{
    pages::shared::{context::Context, message::Message},
    present::when::{When, local},
    reactive::{memo, reactive},
    routes::Route,
    state::{KeyState, Load},
    text,
    ui::{
        base_url::BaseUrl,
        icon::Icon,
        skeleton::Bar,
        table::{Column, Shape, ShapedTable},
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
pub(super) fn KeyCard() -> AnyView {
    let page = Page::get();
    let url = memo(move || {
        page.store
            .organization
            .with(|it| it.ready().map(|it| it.base_urls.cloud_service_api.clone()))
    });
    let present = memo(move || row(page).is_some());
    let none = || {
        view! {
            <Message icon=Icon::Key title=text::api_key::empty_title()>
                <p>{text::api_key::empty_text()}</p>
            </Message>
        }
        .into_any()
    };
    let key = move || if present.get() { with_key() } else { none() };
    view! {
        <div class="key-card">
            <BaseUrl url=url />
            {reactive(key)}
        </div>
    }
    .into_any()
}

/// The row of the key, and what can be done with it.
fn with_key() -> AnyView {
    let has_key = Page::get().has_key();
    view! {
        <Table />
        <div class="key-foot">
            {reactive(move || has_key.get().then(actions))}
            {same_key_link()}
            {reactive(as_of)}
            <HideAfter />
        </div>
    }
    .into_any()
}

/// When a key that lives at an upstream was last read there. While that fails, a notice says it.
fn as_of() -> Option<AnyView> {
    let upstream = Page::get().store.upstream;
    let fetched_on = upstream.with(|it| Some(it.as_ref().filter(|it| it.failure.is_none())?.fetched_on))?;
    Some(view! { <p class="key-note">{text::api_key::upstream_as_of(&local(fetched_on))}</p> }.into_any())
}

/// For an admin of several: the way to one key in all of them.
fn same_key_link() -> AnyView {
    let context = Context::get();
    let several = memo(move || context.session.organizations().len() > 1);
    let href = move || context.navigator.href(Route::Organizations);
    let link = move || view! { <a class="key-note" href=Signal::derive(href)>{text::api_key::same_key()}</a> };
    reactive(move || several.get().then(link))
}

const COLUMNS: &[Column] = &[
    Column::unsorted("key", text::api_key::key, 260).stays(),
    Column::unsorted("last-modified-by", text::common::last_modified_by, 190),
    Column::unsorted("last-modified-on", text::common::last_modified_on, 190),
    Column::unsorted("age", text::api_key::age, 130),
    Column::unsorted("last-used", text::api_key::last_used, 190),
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
    let key = memo(move || row(page).flatten());
    let cells = move || {
        let bar = |width| view! { <Bar width=width /> }.into_any();
        let string = move || {
            if has_key.get() {
                view! { <div class="cell-key"><KeyCell /><Status /></div> }.into_any()
            } else {
                view! { <div class="key-cell"><div class="key-line"><Bar width="w20" /></div></div> }.into_any()
            }
        };
        let by = move || match key.get() {
            Some(key) => view! { <bdi translate="no">{key.last_modified_by.name}</bdi> }.into_any(),
            None => bar("w12"),
        };
        let on = move || match key.get() {
            Some(key) => view! { <When instant=key.last_modified_on /> }.into_any(),
            None => bar("w12"),
        };
        vec![
            reactive(string),
            reactive(by),
            reactive(on),
            age(page),
            last_used(page.store),
        ]
    };
    let rows = view! {
        <tr role="row" class="row" class:row-new=Signal::derive(is_new) aria-busy=Signal::derive(move || (!has_key.get()).then_some("true"))>
            {shape.cells(Box::new(cells))}
        </tr>
    };
    view! { <ShapedTable shape=shape caption=text::api_key::title() rows=rows.into_any() /> }.into_any()
}
