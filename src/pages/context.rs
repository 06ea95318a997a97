//! What every page can reach.

use leptos::prelude::*;

use crate::{
    api::ApiError,
    present::problem,
    state::{Connection, Navigator, Preferences, SessionStore},
    ui::toast::Toasts,
};

/// The state that outlives a page.
#[derive(Clone, Copy)]
pub(crate) struct Context {
    pub(crate) navigator: Navigator,
    pub(crate) session: SessionStore,
    pub(crate) connection: Connection,
    pub(crate) preferences: Preferences,
    pub(crate) toasts: Toasts,
}

impl Context {
    pub(crate) fn provide() -> Self {
        let connection = Connection::new();
        let context = Self {
            navigator: Navigator::new(),
            session: SessionStore::new(connection),
            connection,
            preferences: Preferences::new(),
            toasts: Toasts::default(),
        };
        provide_context(context);
        context
    }

    pub(crate) fn get() -> Self {
        expect_context()
    }

    /// For an action that has no place of its own to say what went wrong.
    pub(crate) fn toast_error(self, error: &ApiError) {
        self.toasts.error(problem::explain(error), problem::request_id(error));
    }
}
