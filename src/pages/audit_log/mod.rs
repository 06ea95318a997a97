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
    present::title,
    reactive::{memo, reactive, reactive_text, watch},
    routes::{AuditLogQuery, Route},
    state::{AuditLogStore, Load, NewRows},
    text,
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
        Face::Failed(error) => refused(error, text::audit_log::permission(), move || store.load_again()),
    };
    let title = title::of(&Route::AuditLog(org, String::new()));
    let csv = move || {
        let link =
            || view! { <a class="button" href=move || store.csv() download="">{text::audit_log::download()}</a> };
        (!is_refused.get()).then(link)
    };
    view! {
        <div class="page">
            <header class="page-head audit-head">
                {page_heading(title)}
                {reactive(csv)}
            </header>
            <section class="panel" aria-label=title>
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
    let told = move || {
        let pending = store.pending.get();
        store.log.with(|log| match log.ready() {
            _ if pending => text::audit_log::loading().to_owned(),
            None => String::new(),
            Some(page) if page.next.is_some() => text::audit_log::count_first(page.rows.len()),
            Some(page) => text::audit_log::count(page.rows.len()),
        })
    };
    let new = move |new: NewRows| {
        let label = if new.more {
            text::audit_log::more_new(new.count)
        } else {
            text::audit_log::new(new.count)
        };
        view! { <Button label=label icon=Icon::Rotate kind=Kind::Primary on_press=move |()| store.load_again() /> }
    };
    view! {
        <div class="audit-count">
            <p role="status">{reactive_text(told)}</p>
            <div role="status">{reactive(move || store.new_rows.get().map(new))}</div>
        </div>
    }
    .into_any()
}

fn empty(is_filtered: bool) -> AnyView {
    let (title, text) = if is_filtered {
        (text::audit_log::none_found_title(), text::audit_log::none_found_text())
    } else {
        (text::audit_log::empty_title(), text::audit_log::empty_text())
    };
    view! { <Message icon=Icon::Info title=title><p>{text}</p></Message> }.into_any()
}
