//! A page or panel about a list: the list, changes of it, and the dialog for one change at a time.

use keyward_contract::{Capabilities, OrganizationId, Refusal};
use leptos::prelude::*;

use super::{
    change_form::{ChangeForm, Elsewhere, Progress},
    context::Context,
    input::Input,
};
use crate::{
    api::ApiError,
    browser::page::focus_wrong,
    present::refusal,
    reactive::{memo, reactive},
    state::{Editable, ListChange, ListStore, Listed, Of},
    text,
    ui::{
        button::{Button, Kind},
        dialog::Dialog,
        icon::Icon,
    },
};

/// What the parts of such a page share. `O` is what its dialog is about.
pub(crate) struct ListPage<T: Listed, O: 'static> {
    pub(crate) list: ListStore<T>,
    pub(crate) change: ListChange<T>,
    /// The dialog that is open.
    pub(crate) open: RwSignal<Option<O>>,
}

impl<T: Listed, O> Clone for ListPage<T, O> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Listed, O> Copy for ListPage<T, O> {}

impl<T: Listed, O: Clone + Send + Sync + 'static> ListPage<T, O> {
    /// Calls with the dialog and the answer when a change has been made; the answer says what the dialog is about next.
    pub(crate) fn provide(
        list: ListStore<T>,
        done: impl Fn(Option<O>, T::Answer) -> Option<O> + Send + Sync + 'static,
    ) -> Self {
        let open = RwSignal::new(None);
        let done = move |answer| open.set(done(open.get_untracked(), answer));
        let page = Self {
            list,
            change: ListChange::new(list, Callback::new(done)),
            open,
        };
        provide_context(page);
        page
    }

    pub(crate) fn get() -> Self {
        expect_context()
    }

    /// The list then shows what is true as soon as it can.
    pub(crate) fn close(self) {
        self.open.set(None);
        self.change.dismiss();
        self.list.refresh();
    }

    pub(crate) fn on_close(self) -> Callback<()> {
        Callback::new(move |()| self.close())
    }

    /// The row with this key, as it is now.
    pub(crate) fn row(self, key: i64) -> Memo<Option<T>> {
        self.list.row(key)
    }

    /// The button beside the heading that opens a dialog for another row.
    pub(crate) fn add_button(
        self,
        label: &'static str,
        kind: Kind,
        reason: Signal<Option<String>>,
        open: O,
    ) -> AnyView {
        let press = move |()| self.open.set(Some(open.clone()));
        view! { <Button label=label icon=Icon::Plus kind=kind reason=reason on_press=press /> }.into_any()
    }

    /// The dialog with its title and its form. It stays while a change is under way.
    pub(crate) fn dialog<S: Into<String> + 'static>(self, title: fn(&O) -> S, form: fn(O) -> AnyView) -> AnyView {
        let busy = Progress::of(self.change).is_pending();
        self.dialog_that_stays(title, busy, form)
    }

    /// The same, for as long as it has to stay.
    pub(crate) fn dialog_that_stays<S: Into<String> + 'static>(
        self,
        title: fn(&O) -> S,
        busy: Signal<bool>,
        form: fn(O) -> AnyView,
    ) -> AnyView {
        let title = move || {
            self.open
                .with(|open| open.as_ref().map_or_else(String::new, |open| title(open).into()))
        };
        let is_open = memo(move || self.open.with(Option::is_some));
        view! {
            <Dialog open=is_open title=Signal::derive(title) busy=busy on_close=self.on_close()>
                {reactive(move || self.open.get().map(form))}
            </Dialog>
        }
        .into_any()
    }

    /// What a form is about: a row as it was when the dialog opened, or nothing yet.
    pub(crate) fn subject(self, row: Option<&T>) -> Subject<T> {
        let now = match row.map(Listed::key) {
            Some(key) => self.row(key),
            None => memo(|| None),
        };
        let seen = row.map(Listed::version);
        Subject {
            is_new: row.is_none(),
            now,
            elsewhere: memo(move || Elsewhere::of(seen, now.with(|now| now.as_ref().map(Listed::version)))),
        }
    }
}

impl<T: Listed<Of = Of>, O: Clone + Send + Sync + 'static> ListPage<T, O> {
    /// Why an operation is not possible.
    pub(crate) fn reason(self, pick: fn(&Capabilities) -> Option<Refusal>) -> Signal<Option<String>> {
        let capabilities = self.list.of.capabilities;
        Signal::derive(move || refusal::why(capabilities.with(|it| pick(it.as_ref()?))))
    }
}

/// The name of an organization, for the title of a dialog that changes something there.
pub(crate) fn organization_name(org: OrganizationId) -> String {
    let access = Context::get().session.access(org);
    access.map(|access| access.name).unwrap_or_default()
}

/// A row while a dialog is about it.
pub(crate) struct Subject<T: Listed> {
    /// Whether it is to be added.
    pub(crate) is_new: bool,
    /// As it is now; nothing where it is gone, or is to be added.
    pub(crate) now: Memo<Option<T>>,
    /// What someone else did to it.
    pub(crate) elsewhere: Memo<Elsewhere>,
}

/// The form that adds a row or edits one.
#[component]
pub(crate) fn EditForm<T: Editable, O: Clone + Send + Sync + 'static>(
    page: ListPage<T, O>,
    subject: Subject<T>,
    /// The button, where it is more than *Add* or *Save*.
    #[prop(optional)]
    verb: Option<Signal<&'static str>>,
    /// What the row is called when it is gone.
    gone: &'static str,
    /// Fields that say what is wrong with them.
    inputs: Vec<Input>,
    /// Whether another field says what is wrong.
    #[prop(default = |_| false)]
    is_about_field: fn(&ApiError) -> bool,
    /// What is filled in; nothing where a field says what is wrong with it.
    #[prop(into)]
    read: Callback<(), Option<T::Edit>>,
    children: Children,
) -> AnyView {
    let Subject { is_new, now, elsewhere } = subject;
    let submit = move |()| {
        let Some(to) = read.run(()) else {
            return request_animation_frame(focus_wrong);
        };
        match now.get_untracked() {
            Some(row) => page.change.edit(&row, &to),
            None if is_new => page.change.add(&to),
            None => {}
        }
    };
    view! {
        <ChangeForm
            progress=Progress::of(page.change)
            verb=verb.unwrap_or_else(|| if is_new { text::common::add() } else { text::common::save() }.into())
            kind=Kind::Primary
            elsewhere=elsewhere
            gone=gone
            inputs=inputs
            is_about_field=is_about_field
            on_submit=Callback::new(submit)
            on_close=page.on_close()
        >
            {children()}
        </ChangeForm>
    }
    .into_any()
}

/// The form with nothing to fill in: what it means for a row, and the button that does it.
#[component]
pub(crate) fn ConfirmForm<T: Listed, O: Clone + Send + Sync + 'static>(
    page: ListPage<T, O>,
    row: T,
    /// The button that does it.
    verb: &'static str,
    kind: Kind,
    /// What the row is called when it is gone.
    gone: &'static str,
    /// What is done.
    change: fn(ListChange<T>, &T),
    /// What it means for the one with this name.
    text: fn(AnyView) -> AnyView,
    /// What breaks.
    #[prop(optional)]
    warning: &'static str,
    #[prop(optional)] children: Option<Children>,
) -> AnyView {
    let Subject { now, elsewhere, .. } = page.subject(Some(&row));
    let name = move || now.with(|now| now.as_ref().unwrap_or(&row).name().to_owned());
    let name = view! { <strong translate="no">{reactive(name)}</strong> }.into_any();
    let submit = move |()| {
        if let Some(row) = now.get_untracked() {
            change(page.change, &row);
        }
    };
    let warning = (!warning.is_empty()).then(|| view! { " " <strong>{warning}</strong> });
    view! {
        <ChangeForm
            progress=Progress::of(page.change)
            verb=verb
            kind=kind
            elsewhere=elsewhere
            gone=gone
            only_confirms=true
            on_submit=Callback::new(submit)
            on_close=page.on_close()
        >
            <p class="dialog-text">{text(name)} {warning}</p>
            {children.map(|children| children())}
        </ChangeForm>
    }
    .into_any()
}

/// The form that deletes a row.
#[component]
pub(crate) fn DeleteForm<T: Editable, O: Clone + Send + Sync + 'static>(
    page: ListPage<T, O>,
    row: T,
    /// What the row is called when it is gone.
    gone: &'static str,
    /// What it means for the one with this name.
    text: fn(AnyView) -> AnyView,
    /// What breaks.
    #[prop(optional)]
    warning: &'static str,
    #[prop(optional)] children: Option<Children>,
) -> AnyView {
    let delete = |change: ListChange<T>, row: &T| change.delete(row);
    let children: Children = Box::new(move || children.map(|children| children()).into_any());
    view! {
        <ConfirmForm page=page row=row verb=text::common::delete() kind=Kind::Danger gone=gone change=delete text=text warning=warning>
            {children()}
        </ConfirmForm>
    }
    .into_any()
}
