//! What every page can reach.

use keyward_contract::ProblemCode;
use leptos::prelude::*;

use crate::{
    api::ApiError,
    browser::history,
    present::problem,
    routes::failed_sign_in,
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
    /// Why the sign-in at an identity provider that has led here did not work, until it was said.
    failed_sign_in: StoredValue<Option<ProblemCode>>,
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
            failed_sign_in: StoredValue::new(failed_sign_in(&history::here().query)),
        };
        provide_context(context);
        context
    }

    pub(crate) fn get() -> Self {
        expect_context()
    }

    /// Why the sign-in that has led here did not work; once.
    pub(crate) fn take_failed_sign_in(self) -> Option<ProblemCode> {
        self.failed_sign_in.try_update_value(Option::take).flatten()
    }

    /// For an action that has no place of its own to say what went wrong.
    pub(crate) fn toast_error(self, error: &ApiError) {
        self.toasts.error(problem::explain(error), problem::request_id(error));
    }
}
