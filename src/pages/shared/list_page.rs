//! A page or panel about a list: the list, changes of it, and the dialog for one change at a time.

use keyward_contract::OrganizationId;
use leptos::prelude::*;

use super::{
    change_form::{ChangeForm, Meanwhile, Progress},
    row::Row,
};
use crate::{
    api::ApiError,
    state::{ListChange, ListStore, Load},
    ui::{button::Kind, dialog::Dialog},
};

/// What the parts of such a page share. `O` is what its dialog is about.
pub(crate) struct ListPage<T: 'static, A: 'static, O: 'static, S: 'static = OrganizationId> {
    pub(crate) list: ListStore<T, S>,
    pub(crate) change: ListChange<T, A, S>,
    /// The dialog that is open.
    pub(crate) open: RwSignal<Option<O>>,
}

impl<T, A, O, S: Copy> Clone for ListPage<T, A, O, S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T, A, O, S: Copy> Copy for ListPage<T, A, O, S> {}

impl<T, A, O, S> ListPage<T, A, O, S>
where
    T: Clone + PartialEq + Send + Sync + 'static,
    A: Send + Sync + 'static,
    O: Clone + Send + Sync + 'static,
    S: Copy + Send + Sync + 'static,
{
    /// Calls with the dialog and the answer when a change has been made; the answer says what the dialog is about next.
    pub(crate) fn provide(
        list: ListStore<T, S>,
        done: impl Fn(Option<O>, A) -> Option<O> + Send + Sync + 'static,
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

    pub(crate) fn close(self) {
        self.open.set(None);
        self.change.dismiss();
    }

    pub(crate) fn failure(self) -> Memo<Option<ApiError>> {
        Memo::new(move |_| self.list.rows.with(Load::failure))
    }

    pub(crate) fn is_ready(self) -> Memo<bool> {
        Memo::new(move |_| self.list.rows.with(|rows| rows.ready().is_some()))
    }

    pub(crate) fn is_empty(self) -> Memo<bool> {
        Memo::new(move |_| self.list.rows.with(|rows| rows.ready().is_some_and(Vec::is_empty)))
    }

    /// The dialog with its title and its form. It stays while a change is under way.
    pub(crate) fn dialog(self, title: fn(&O) -> &'static str, form: fn(O) -> AnyView) -> AnyView {
        let busy = Progress::of(self.change).is_pending();
        self.dialog_that_stays(title, busy, form)
    }

    /// The same, for as long as it has to stay.
    pub(crate) fn dialog_that_stays(
        self,
        title: fn(&O) -> &'static str,
        busy: Signal<bool>,
        form: fn(O) -> AnyView,
    ) -> AnyView {
        let title = move || self.open.with(|open| open.as_ref().map_or("", title).to_owned());
        let is_open = Memo::new(move |_| self.open.with(Option::is_some));
        view! {
            <Dialog open=is_open title=Signal::derive(title) busy=busy on_close=move |()| self.close()>
                {move || self.open.get().map(form)}
            </Dialog>
        }
        .into_any()
    }
}

impl<T, A, O, S> ListPage<T, A, O, S>
where
    T: Row,
    A: Send + Sync + 'static,
    O: Clone + Send + Sync + 'static,
    S: Copy + Send + Sync + 'static,
{
    /// The row with this key, as it is now.
    pub(crate) fn row(self, key: i64) -> Memo<Option<T>> {
        self.list.row(move |row| row.key() == key)
    }

    /// What a form is about: a row as it was when the dialog opened, or nothing yet.
    pub(crate) fn subject(self, row: Option<&T>) -> Subject<T> {
        let now = match row.map(Row::key) {
            Some(key) => self.row(key),
            None => Memo::new(|_| None),
        };
        let seen = row.map(Row::version);
        Subject {
            now,
            meanwhile: Memo::new(move |_| Meanwhile::of(seen, now.with(|now| now.as_ref().map(Row::version)))),
        }
    }

    /// A form with nothing to fill in: what it means for the row, by its name, and the button that does it.
    pub(crate) fn confirm_form(
        self,
        row: T,
        (verb, kind): (&'static str, Kind),
        gone: &'static str,
        change: fn(ListChange<T, A, S>, &T),
        text: impl FnOnce(Signal<String>) -> AnyView + 'static,
    ) -> AnyView {
        let subject = self.subject(Some(&row));
        let name = move || subject.now.with(|now| now.as_ref().unwrap_or(&row).name().to_owned());
        let text = text(Signal::derive(name));
        let submit = move |()| {
            if let Some(row) = subject.now.get_untracked() {
                change(self.change, &row);
            }
        };
        view! {
            <ChangeForm
                progress=Progress::of(self.change)
                verb=verb
                kind=kind
                meanwhile=subject.meanwhile
                gone=gone
                only_confirms=true
                on_submit=Callback::new(submit)
                on_close=Callback::new(move |()| self.close())
            >
                {text}
            </ChangeForm>
        }
        .into_any()
    }
}

/// A row while a dialog is about it.
#[derive(Clone, Copy)]
pub(crate) struct Subject<T: Send + Sync + 'static> {
    /// As it is now; nothing where it is gone, or is to be added.
    pub(crate) now: Memo<Option<T>>,
    /// What someone else did to it.
    pub(crate) meanwhile: Memo<Meanwhile>,
}
