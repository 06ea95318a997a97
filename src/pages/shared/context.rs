//! What every page can reach.

use keyward_contract::{OrganizationAccess, ProblemCode};
use leptos::prelude::*;

use crate::{
    api::ApiError,
    browser::history,
    present::problem,
    reactive::watch,
    routes::failed_sign_in,
    state::{Connection, Heard, Navigator, Preferences, Recent, SessionStore},
    ui::toast::Toasts,
};

/// The state that outlives a page.
#[derive(Clone, Copy)]
pub(crate) struct Context {
    pub(crate) navigator: Navigator,
    pub(crate) session: SessionStore,
    pub(crate) connection: Connection,
    pub(crate) preferences: Preferences,
    pub(crate) recent: Recent,
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
            recent: Recent::new(),
            toasts: Toasts::default(),
            failed_sign_in: StoredValue::new(failed_sign_in(&history::here().query)),
        };
        watch(move || {
            if connection.last_heard() == Heard::Gateway {
                context.toasts.connected();
            }
        });
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

    /// The organization that the admin works in: that of the page, and on a page of none, or of one that the admin has no role
    /// in, the last one.
    pub(crate) fn organization(self) -> Option<OrganizationAccess> {
        let of_page = self.navigator.route().get().organization();
        let candidates = of_page.into_iter().chain(self.recent.organizations());
        self.session.first_access(candidates)
    }

    /// For an action that has no place of its own to say what went wrong.
    pub(crate) fn toast_error(self, error: &ApiError) {
        let text = problem::explain(error);
        match error {
            ApiError::Unreachable => self.toasts.no_connection(text),
            _ => self.toasts.error(text, problem::request_id(error)),
        }
    }
}
