//! The page *Organizations*: those that the admin has a role in, and the same key for several of them.

mod choose;
mod confirm;
mod outcome;
mod table;

use keyward_contract::{KeyString, OrganizationOverview};
use leptos::prelude::*;

use self::{choose::ChooseForm, confirm::Confirm, outcome::Outcomes, table::OrganizationTable};
use crate::{
    pages::shared::{
        context::Context,
        panel::{ListPanel, page_heading},
    },
    present::{refusal, title},
    reactive::{memo, reactive},
    routes::Route,
    state::{ListStore, SameKey},
    text,
    ui::{button::Button, dialog::Dialog, icon::Icon},
};

/// How far setting the same key has got.
#[derive(Clone, PartialEq, Eq)]
enum Step {
    Choose,
    Confirm(KeyString, Vec<OrganizationOverview>),
    Outcome,
}

/// What the parts of this page share.
#[derive(Clone, Copy)]
struct Page {
    organizations: ListStore<OrganizationOverview>,
    same_key: SameKey,
    step: RwSignal<Option<Step>>,
    /// What was typed and chosen, which going back does not lose.
    key: RwSignal<String>,
    chosen: RwSignal<Vec<String>>,
}

impl Page {
    fn get() -> Self {
        expect_context()
    }

    fn close(self) {
        self.step.set(None);
        self.key.set(String::new());
        self.chosen.set(Vec::new());
        self.same_key.end();
    }
}

/// Why the key can't be set there.
fn reason(organization: &OrganizationOverview) -> Option<String> {
    let has_key = organization.key.as_ref().is_some_and(|key| key.status.is_some());
    refusal::why(organization.capabilities.edit)
        .or_else(|| (!has_key).then(|| text::organizations::no_key().to_owned()))
}

/// Whether an organization is looked for.
fn fits(organization: &OrganizationOverview, search: &str) -> bool {
    let by = organization.key.as_ref().and_then(|key| key.last_change.as_ref());
    let by = by.map_or("", |last| last.last_modified_by.name.as_str());
    [&organization.name, &organization.cloud, &organization.role, by]
        .iter()
        .any(|column| column.to_lowercase().contains(search))
}

/// The page.
#[component]
pub(crate) fn OrganizationsPage() -> AnyView {
    let organizations = ListStore::<OrganizationOverview>::new((), Context::get().session);
    let page = Page {
        organizations,
        same_key: SameKey::new(organizations),
        step: RwSignal::new(None),
        key: RwSignal::new(String::new()),
        chosen: RwSignal::new(Vec::new()),
    };
    provide_context(page);
    let few = Signal::derive(move || {
        let possible = organizations.rows.with(|rows| {
            rows.ready()
                .into_iter()
                .flatten()
                .filter(|it| reason(it).is_none())
                .count()
        });
        (possible < 2).then(|| text::organizations::too_few().to_owned())
    });
    let set_same = move || {
        let press = move |()| page.step.set(Some(Step::Choose));
        view! { <Button label=text::organizations::same_key() icon=Icon::Key reason=few on_press=press /> }
    };
    view! {
        <div class="page page-wide">
            <ListPanel
                heading=page_heading(title::of(&Route::Organizations))
                buttons=set_same
                is_ready=organizations.is_ready()
                failure=organizations.failure()
                on_retry=move |()| organizations.reload()
            >
                <OrganizationTable />
                <SameKeyDialog />
            </ListPanel>
        </div>
    }
    .into_any()
}

#[component]
fn SameKeyDialog() -> AnyView {
    let page = Page::get();
    let is_open = memo(move || page.step.with(Option::is_some));
    let is_kept = Signal::derive(move || {
        page.same_key.busy.get()
            || page
                .step
                .with(|step| matches!(step, Some(Step::Confirm(..) | Step::Outcome)))
    });
    let form = |step| match step {
        Step::Choose => view! { <ChooseForm /> }.into_any(),
        Step::Confirm(key, organizations) => {
            view! { <Confirm key_string=key organizations=organizations /> }.into_any()
        }
        Step::Outcome => view! { <Outcomes /> }.into_any(),
    };
    view! {
        // A key that was generated is nowhere else: what comes after the first step is left by its buttons alone.
        <Dialog open=is_open title=text::organizations::same_key() busy=is_kept on_close=move |()| page.close()>
            {reactive(move || page.step.get().map(form))}
        </Dialog>
    }
    .into_any()
}
