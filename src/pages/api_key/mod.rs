//! Tab *Cloud Service API Key*.

mod actions;
mod confirm;
mod edit;
mod hide_after;
mod key_cell;
mod notice;
mod page_notices;
mod table;
mod usage;

use keyward_contract::{Capabilities, OrganizationId, Permission, ProblemCode, Refusal, Subscription};
use leptos::prelude::*;

use self::{
    actions::AddButton, confirm::ConfirmForm, edit::EditForm, page_notices::PageNotices, table::KeyCard, usage::Usage,
};
use crate::{
    api::ApiError,
    browser::{events, page::focus_first},
    pages::shared::{
        context::Context,
        dialog_buttons::DialogButtons,
        message::{no_subscription, not_available, refused},
        panel::page_heading,
    },
    present::{change, refusal},
    reactive::{memo, reactive},
    routes::Route,
    state::{KeyAnswer, KeyChange, KeyState, KeyStore, Load, Operation},
    text,
    ui::{button::Kind, dialog::Dialog, icon::Icon},
};

/// What the parts of this page share.
#[derive(Clone, Copy)]
struct Page {
    store: KeyStore,
    change: KeyChange,
    /// The dialog that is open.
    dialog: RwSignal<Option<Operation>>,
}

impl Page {
    fn get() -> Self {
        expect_context()
    }

    fn is_pending(self) -> Signal<bool> {
        Signal::derive(move || self.change.is_pending())
    }

    fn close(self) {
        self.dialog.set(None);
        self.change.dismiss();
    }

    /// Why an operation is not possible.
    fn refusal(self, pick: fn(&Capabilities) -> Option<Refusal>) -> Signal<Option<Refusal>> {
        Signal::derive(move || {
            self.store
                .organization
                .with(|it| it.ready().and_then(|it| pick(&it.capabilities)))
        })
    }

    /// The same for people.
    fn reason(self, pick: fn(&Capabilities) -> Option<Refusal>) -> Signal<Option<String>> {
        let refused = self.refusal(pick);
        Signal::derive(move || refusal::why(refused.get()))
    }

    /// What a dialog about the key that is there ends with.
    fn buttons(self, operation: Operation, on_press: Option<Callback<()>>) -> AnyView {
        let has_key = self.has_key();
        view! {
            <DialogButtons
                verb=change::verb(operation)
                // Each of them ends the current key.
                kind=Kind::Danger
                pending=self.is_pending()
                is_gone=Signal::derive(move || !has_key.get())
                only_confirms=on_press.is_some()
                on_press=on_press
                on_close=move |()| self.close()
            />
        }
        .into_any()
    }

    fn has_key(self) -> Memo<bool> {
        memo(move || {
            self.store
                .key
                .with(|key| matches!(key, Load::Ready(KeyState::Present(_))))
        })
    }
}

/// What there is to show.
#[derive(Clone, PartialEq, Eq)]
enum Face {
    Content,
    NotAvailable,
    NoSubscription,
    Failed(ApiError),
}

fn face(store: KeyStore) -> Face {
    let failed = store
        .organization
        .with(Load::failure)
        .or_else(|| store.key.with(Load::failure));
    if let Some(error) = failed {
        return if error.is(ProblemCode::SubscriptionNone) {
            Face::NoSubscription
        } else {
            Face::Failed(error)
        };
    }
    if store.key.with(|key| *key == Load::Ready(KeyState::NoSubscription)) {
        return Face::NoSubscription;
    }
    store.organization.with(|organization| match organization.ready() {
        Some(it) if it.permissions.api_key_management == Permission::None => Face::NotAvailable,
        Some(it) if it.subscription == Subscription::None => Face::NoSubscription,
        _ => Face::Content,
    })
}

/// The tab.
#[component]
pub(crate) fn ApiKeyPanel(org: OrganizationId) -> AnyView {
    let context = Context::get();
    let store = KeyStore::new(org, context.session, context.preferences);
    let dialog = RwSignal::new(None);
    let done = move |answer: KeyAnswer| {
        dialog.set(None);
        context.toasts.success(change::done(answer.operation));
        events::tell_window(change::event(answer.operation));
        if answer.operation == Operation::Add {
            // The button that did it is gone.
            request_animation_frame(|| focus_first(".key-line .copy button"));
        }
    };
    let page = Page {
        store,
        change: KeyChange::new(store, Callback::new(done)),
        dialog,
    };
    provide_context(page);
    let face = memo(move || face(store));
    view! {
        <section class="panel">
            <header class="panel-head">
                {page_heading(text::api_key::title())}
                {reactive(move || (face.get() == Face::Content).then(|| view! { <AddButton /> }))}
            </header>
            {reactive(move || (face.get() == Face::Content).then(|| intro(org)))}
            {reactive(move || match face.get() {
                Face::Content => view! { <Content /> }.into_any(),
                Face::NotAvailable => not_available(text::api_key::permission()),
                Face::NoSubscription => no_subscription(Icon::Key, text::api_key::no_subscription()),
                Face::Failed(error) => refused(error, text::api_key::permission(), move || store.reload()),
            })}
        </section>
    }
    .into_any()
}

/// What the key is, and the way to what a script does with it.
fn intro(org: OrganizationId) -> AnyView {
    let navigator = Context::get().navigator;
    let href = untrack(|| navigator.href(Route::GettingStarted(org)));
    view! { <p class="panel-text">{text::api_key::what_it_is()} " " <a href=href>{text::frame::getting_started()}</a></p> }
        .into_any()
}

#[component]
fn Content() -> AnyView {
    let page = Page::get();
    let session = Context::get().session;
    let organization = move || session.access(page.store.org).map(|it| it.name).unwrap_or_default();
    let title = move || {
        let operation = page.dialog.get();
        operation.map_or_else(String::new, |it| change::heading(it, &organization()))
    };
    view! {
        <PageNotices />
        <KeyCard />
        <Usage />
        <Dialog
            open=Signal::derive(move || page.dialog.with(Option::is_some))
            title=Signal::derive(title)
            busy=page.is_pending()
            on_close=move |()| page.close()
        >
            {reactive(move || page.dialog.get().map(form))}
        </Dialog>
    }
    .into_any()
}

fn form(operation: Operation) -> AnyView {
    match operation {
        Operation::Edit => view! { <EditForm /> }.into_any(),
        _ => view! { <ConfirmForm operation=operation /> }.into_any(),
    }
}
