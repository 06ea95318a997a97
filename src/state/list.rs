//! A list that admins change a row at a time: administrators, roles, their own sessions.

use keyward_contract::{Capabilities, OrganizationId};
use leptos::{prelude::*, task::spawn_local};

use super::{
    Attempt, Load, SessionStore,
    attempt::Changeable,
    fresh,
    load::{begin_again, take_over},
};
use crate::{
    api::{ApiError, Request},
    reactive::memo,
};

/// By what a row is known: the key that stands for it in its list; the version, which grows with each change (0 where there is
/// none); and what people call it, if anything.
pub(crate) struct Identity<'a>(pub(super) i64, pub(super) i64, pub(super) &'a str);

/// A row of a list.
pub(crate) trait Listed: Clone + PartialEq + Send + Sync + 'static {
    /// Whose they are: an organization's, or `()` for what is the admin's own.
    type Of: Copy + Send + Sync + 'static;
    /// What the answer to a change tells.
    type Answer: 'static;

    fn identity(&self) -> Identity<'_>;

    fn key(&self) -> i64 {
        self.identity().0
    }

    fn version(&self) -> i64 {
        self.identity().1
    }

    fn name(&self) -> &str {
        self.identity().2
    }

    /// All of them, from the gateway.
    async fn list(of: Self::Of) -> Result<Vec<Self>, ApiError>;
}

/// An organization, and what its list tells beside the rows; nothing until that is known, or where the rows tell it.
#[derive(Clone, Copy)]
pub(crate) struct Of {
    pub(crate) org: OrganizationId,
    /// What the admin can do, and why not where not.
    pub(crate) capabilities: RwSignal<Option<Capabilities>>,
    /// Where clients connect to.
    pub(crate) base_url: RwSignal<Option<String>>,
}

impl Of {
    pub(crate) fn new(org: OrganizationId) -> Self {
        Self {
            org,
            capabilities: RwSignal::new(None),
            base_url: RwSignal::new(None),
        }
    }
}

/// The rows as the gateway last told them, kept up to date while someone looks.
pub(crate) struct ListStore<T: Listed> {
    pub(crate) of: T::Of,
    pub(crate) rows: RwSignal<Load<Vec<T>>>,
    pub(super) session: SessionStore,
    /// Grows with each question: an answer to the one before is old.
    epoch: StoredValue<u32>,
}

impl<T: Listed> Clone for ListStore<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Listed> Copy for ListStore<T> {}

impl<T: Listed> ListStore<T> {
    /// Loads, and refreshes until the current owner is gone.
    pub(crate) fn new(of: T::Of, session: SessionStore) -> Self {
        let store = Self {
            of,
            rows: RwSignal::new(Load::Loading),
            session,
            epoch: StoredValue::new(0),
        };
        store.refresh();
        fresh::keep(session, move || store.refresh());
        store
    }

    /// Whether there is something to show.
    pub(crate) fn is_ready(self) -> Memo<bool> {
        memo(move || self.rows.with(|rows| rows.ready().is_some()))
    }

    /// Why there is not.
    pub(crate) fn failure(self) -> Memo<Option<ApiError>> {
        memo(move || self.rows.with(Load::failure))
    }

    /// The row with this key, as it is now.
    pub(crate) fn row(self, key: i64) -> Memo<Option<T>> {
        let find = move |rows: &Load<Vec<T>>| rows.ready()?.iter().find(|row| row.key() == key).cloned();
        memo(move || self.rows.with(find))
    }

    pub(crate) fn refresh(self) {
        spawn_local(self.load());
    }

    /// Tries again after a failed load.
    pub(crate) fn reload(self) {
        begin_again(self.rows);
        self.refresh();
    }

    /// Loads something beside the list, once.
    pub(super) fn load_beside<A: Send + Sync + 'static>(
        self,
        send: impl AsyncFn() -> Result<A, ApiError> + 'static,
    ) -> RwSignal<Load<A>> {
        let loaded = RwSignal::new(Load::Loading);
        spawn_local(async move {
            if let Some(answer) = self.session.ask(send).await {
                loaded.try_set(Load::of(answer));
            }
        });
        loaded
    }

    /// Requests it again, and waits for the answer.
    async fn load(self) {
        let Some(epoch) = self.epoch.try_update_value(|epoch| {
            *epoch += 1;
            *epoch
        }) else {
            return;
        };
        let answer = T::list(self.of).await;
        if self.epoch.try_get_value() == Some(epoch) && !self.session.hear(&answer) {
            take_over(self.rows, answer);
        }
    }
}

impl<T: Listed> Changeable for ListStore<T> {
    type Answer = T::Answer;

    fn session(self) -> SessionStore {
        self.session
    }

    async fn settle(self, _: &mut Result<T::Answer, ApiError>, _: bool) {
        self.load().await;
    }
}

/// Changes of a list.
pub(crate) type ListChange<T> = Attempt<ListStore<T>>;

/// A row that admins add, edit and delete, by an operation of the API each.
pub(crate) trait Editable: Listed<Of = Of> {
    /// What is filled in.
    type Edit;

    const ADD: fn(OrganizationId, &Self::Edit) -> Request<Self::Answer>;
    const EDIT: fn(OrganizationId, &Self, &Self::Edit) -> Request<Self::Answer>;
    const DELETE: fn(OrganizationId, &Self) -> Request<Self::Answer>;
}

impl<T: Editable> ListChange<T> {
    pub(crate) fn add(self, what: &T::Edit) {
        self.start(T::ADD(self.of.of.org, what));
    }

    pub(crate) fn edit(self, row: &T, to: &T::Edit) {
        self.start(T::EDIT(self.of.of.org, row, to));
    }

    pub(crate) fn delete(self, row: &T) {
        self.start(T::DELETE(self.of.of.org, row));
    }
}
