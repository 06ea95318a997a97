//! The admin's own sessions, and changing the account.

use keyward_contract::{AccountSession, ChangePassword, SessionId};

use super::{
    ListChange,
    list::{Identity, Listed},
};
pub(crate) use crate::api::account::AccountAnswer;
use crate::api::{ApiError, account as api};

impl Listed for AccountSession {
    type Of = ();
    type Answer = AccountAnswer;

    fn identity(&self) -> Identity<'_> {
        Identity(self.id.0, 0, "")
    }

    async fn list((): ()) -> Result<Vec<Self>, ApiError> {
        api::account_sessions_list().await
    }
}

impl ListChange<AccountSession> {
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
