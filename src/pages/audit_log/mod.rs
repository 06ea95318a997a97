//! The audit log: who did what, when, from where, and how it ended.

mod details;
mod filters;
mod rows;
mod span;

use keyward_contract::{AuditLogPage as Page, AuditRow, OrganizationId, ProblemCode};
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
        message::{FailedLoad, Message},
    },
    present::{count, title},
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
    let query = Memo::new(move |before: Option<&AuditLogQuery>| match route.get() {
        Route::AuditLog(_, query) => AuditLogQuery::parse(&query),
        // On the way to another page.
        _ => before.cloned().unwrap_or_default(),
    });
    let store = AuditLogStore::new(org, context.session, context.connection);
    let shape = Shape::new("audit-log", COLUMNS);
    // Without a choice, the newest come first.
    let oldest_first = Memo::new(move |_| shape.sort().is_some_and(|sort| !sort.descending));
    Effect::new(move |_| store.load(&query.get(), oldest_first.get()));
    let ask = move |(query, step): (AuditLogQuery, bool)| {
        context.navigator.adjust(Route::AuditLog(org, query.query()), step);
    };
    let opened = RwSignal::new(None::<AuditRow>);
    let face = Memo::new(move |_| store.log.with(face));
    let refused = Memo::new(move |_| match face.get() {
        Face::Failed(error) => error
            .code()
            .filter(|code| matches!(code, ProblemCode::PermissionDenied | ProblemCode::OrganizationNotFound)),
        _ => None,
    });
    let content = move || match face.get() {
        Face::Rows => view! { <Rows store=store shape=shape opened=opened /><End store=store /> }.into_any(),
        Face::Empty => {
            view! { <Count store=store />{empty(query.get() != AuditLogQuery::default())}<End store=store /> }
                .into_any()
        }
        Face::Failed(error) => view! { <FailedLoad error=error on_retry=move |()| store.load_again() /> }.into_any(),
    };
    let csv = move || {
        let link = || view! { <a class="button" href=move || store.csv() download="">"Download CSV"</a> };
        refused.get().is_none().then(link)
    };
    view! {
        <div class="page">
            <header class="page-head audit-head">
                <h1 data-heading tabindex="-1">{title::of(&Route::AuditLog(org, String::new()))}</h1>
                {csv}
            </header>
            <section class="panel" aria-label="Audit Log">
                {move || match refused.get() {
                    Some(code) => not_available(code),
                    None => view! { <Filters query=query on_change=ask />{content} }.into_any(),
                }}
            </section>
            <Details opened=opened />
        </div>
    }
    .into_any()
}

/// How many rows show, and whether there are new ones. They wait until they are wanted: nobody's place is moved.
#[component]
pub(super) fn Count(store: AuditLogStore) -> AnyView {
    let text = move || {
        let pending = store.pending.get();
        store.log.with(|log| match log.ready() {
            _ if pending => "Loading…".to_owned(),
            None => String::new(),
            Some(page) => {
                let rows = count::of(page.rows.len(), "row");
                let more = if page.next.is_some() {
                    ", and there are more"
                } else {
                    ""
                };
                [&rows, more].concat()
            }
        })
    };
    let new = move |new: NewRows| {
        let over = if new.more { "More than " } else { "" };
        let label = [over, &count::of(new.count, "new row")].concat();
        view! { <Button label=label icon=Icon::Rotate kind=Kind::Primary on_press=move |()| store.load_again() /> }
    };
    view! {
        <div class="audit-count">
            <p role="status">{text}</p>
            <div role="status">{move || store.new_rows.get().map(new)}</div>
        </div>
    }
    .into_any()
}

fn empty(is_filtered: bool) -> AnyView {
    let (title, text) = if is_filtered {
        ("No row matches", "Choose a longer time or fewer filters.")
    } else {
        (
            "Nothing has been logged yet",
            "Sign-ins, changes and reveals appear here as they happen.",
        )
    };
    view! { <Message icon=Icon::Info title=title><p>{text}</p></Message> }.into_any()
}

fn not_available(code: ProblemCode) -> AnyView {
    let (title, text) = if code == ProblemCode::PermissionDenied {
        (
            "This page isn't available for you",
            "Your role in this organization does not include the audit log. An admin who manages roles can grant it to you.",
        )
    } else {
        (
            "There is no such organization",
            "Or you have no role in it. Check the link, or ask who sent it to you.",
        )
    };
    view! { <Message icon=Icon::Shield title=title><p>{text}</p></Message> }.into_any()
}
