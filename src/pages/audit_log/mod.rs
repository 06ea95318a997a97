//! The audit log: who did what, when, from where, and how it ended.

mod details;
mod filters;
mod rows;
mod span;

use keyward_contract::{AuditLogPage as Page, OrganizationId, ProblemCode};
use leptos::prelude::*;

use self::{
    details::Details,
    filters::Filters,
    rows::{COLUMNS, End, Rows},
};
use crate::{
    api::ApiError,
    pages::shared::{
        context::Context,
        message::{Message, refused},
        panel::page_heading,
    },
    present::{count, title},
    reactive::{memo, reactive, watch},
    routes::{AuditLogQuery, Route},
    state::{AuditLogStore, Load, NewRows},
    ui::{
        button::{Button, Kind},
        icon::Icon,
        table::Shape,
    },
};

/// What there is to show below the filters.
#[derive(Clone, PartialEq, Eq)]
enum Face {
    /// Also while they load.
    Rows,
    Empty,
    Failed(ApiError),
}

fn face(log: &Load<Page>) -> Face {
    match log {
        Load::Failed(error) => Face::Failed(error.clone()),
        Load::Ready(page) if page.rows.is_empty() => Face::Empty,
        Load::Loading | Load::Ready(_) => Face::Rows,
    }
}

/// The page.
#[component]
pub(crate) fn AuditLogPage(org: OrganizationId) -> AnyView {
    let context = Context::get();
    let route = context.navigator.route();
    let asked = Memo::new(move |before: Option<&AuditLogQuery>| match route.get() {
        Route::AuditLog(_, query) => AuditLogQuery::parse(&query),
        // On the way to another page.
        _ => before.cloned().unwrap_or_default(),
    });
    let query = memo(move || asked.with(AuditLogQuery::filters));
    let entry = memo(move || asked.with(|asked| asked.entry));
    let store = AuditLogStore::new(org, context.session);
    let shape = Shape::new("audit-log", COLUMNS);
    // Without a choice, the newest come first.
    let oldest_first = memo(move || shape.sort().is_some_and(|sort| !sort.descending));
    watch(move || store.load(&query.get(), oldest_first.get()));
    let ask = move |(query, step): (AuditLogQuery, bool)| {
        context.navigator.adjust(Route::AuditLog(org, query.query()), step);
    };
    let open = Callback::new(move |entry: Option<i64>| {
        let filters = query.get_untracked();
        ask((AuditLogQuery { entry, ..filters }, false));
    });
    let face = memo(move || store.log.with(face));
    let is_refused = memo(move || match face.get() {
        Face::Failed(error) => matches!(
            error.code(),
            Some(ProblemCode::PermissionDenied | ProblemCode::OrganizationNotFound)
        ),
        _ => false,
    });
    let content = move || match face.get() {
        Face::Rows => view! { <Rows store=store shape=shape on_open=open /><End store=store /> }.into_any(),
        Face::Empty => {
            view! { <Count store=store />{empty(query.get() != AuditLogQuery::default())}<End store=store /> }
                .into_any()
        }
        Face::Failed(error) => refused(error, "the audit log", move || store.load_again()),
    };
    let csv = move || {
        let link = || view! { <a class="button" href=move || store.csv() download="">"Download CSV"</a> };
        (!is_refused.get()).then(link)
    };
    view! {
        <div class="page">
            <header class="page-head audit-head">
                {page_heading(title::of(&Route::AuditLog(org, String::new())))}
                {reactive(csv)}
            </header>
            <section class="panel" aria-label="Audit Log">
                {reactive(move || (!is_refused.get()).then(|| view! { <Filters query=query on_change=ask /> }))}
                {reactive(content)}
            </section>
            <Details store=store entry=entry on_open=open />
        </div>
    }
    .into_any()
}

/// How many rows show, and whether there are new ones. They wait until they are asked for: no one loses their place.
#[component]
pub(super) fn Count(store: AuditLogStore) -> AnyView {
    let text = move || {
        let pending = store.pending.get();
        store.log.with(|log| match log.ready() {
            _ if pending => "Loading…".to_owned(),
            None => String::new(),
            Some(page) => {
                let first = if page.next.is_some() { "First " } else { "" };
                [first, &entries(page.rows.len(), "")].concat()
            }
        })
    };
    let new = move |new: NewRows| {
        let over = if new.more { "More than " } else { "" };
        let label = [over, &entries(new.count, "new ")].concat();
        view! { <Button label=label icon=Icon::Rotate kind=Kind::Primary on_press=move |()| store.load_again() /> }
    };
    view! {
        <div class="audit-count">
            <p role="status">{reactive(text)}</p>
            <div role="status">{reactive(move || store.new_rows.get().map(new))}</div>
        </div>
    }
    .into_any()
}

/// How many there are of them.
fn entries(number: usize, kind: &str) -> String {
    let word = if number == 1 { "entry" } else { "entries" };
    [&count::grouped(number), " ", kind, word].concat()
}

fn empty(is_filtered: bool) -> AnyView {
    let (title, text) = if is_filtered {
        ("No matching entries", "Try a longer time or fewer filters.")
    } else {
        (
            "No entries yet",
            "Sign-ins, changes and reveals appear here as they happen.",
        )
    };
    view! { <Message icon=Icon::Info title=title><p>{text}</p></Message> }.into_any()
}
