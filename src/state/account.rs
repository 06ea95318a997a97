//! The admin's own sessions, and changing the account.

use keyward_contract::{AccountSession, ChangePassword, SessionId};

use super::{ListChange, ListStore, SessionStore};
use crate::api::account as api;
pub(crate) use crate::api::account::AccountAnswer;

/// The admin's own live sessions.
pub(crate) type OwnSessions = ListStore<AccountSession, ()>;
/// Changes of the account.
pub(crate) type AccountChange = ListChange<AccountSession, AccountAnswer, ()>;

impl OwnSessions {
    /// Loads the sessions.
    pub(crate) fn of_account(session: SessionStore) -> Self {
        Self::new((), session, |()| Box::pin(api::account_sessions_list()))
    }
}

impl AccountChange {
    pub(crate) fn change_password(self, change: &ChangePassword) {
        self.start(api::account_password(change));
    }

    pub(crate) fn end_session(self, session: SessionId) {
        self.start(api::account_session_end(session));
    }

    pub(crate) fn end_others(self) {
        self.start(api::account_sessions_end_others());
    }
}
