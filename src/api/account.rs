//! The admin's own account.

use keyward_contract::{AccountSession, ChangePassword, SessionId, SessionsEnded, paths};

use super::{
    ApiError, Request,
    client::{self, Change},
};

/// What there is to say of a change beyond that it was made.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum AccountAnswer {
    /// The password was changed.
    PasswordChanged,
    /// One session has ended.
    SessionEnded,
    /// All others have, so many.
    SessionsEnded(SessionsEnded),
}

/// Last used first.
pub(crate) async fn account_sessions_list() -> Result<Vec<AccountSession>, ApiError> {
    client::read(paths::ACCOUNT_SESSIONS).await
}

pub(crate) fn account_password(change: &ChangePassword) -> Request<AccountAnswer> {
    Change::put(paths::ACCOUNT_PASSWORD)
        .with_body(change)
        .answered(|answer| answer.empty().map(|()| AccountAnswer::PasswordChanged))
}

pub(crate) fn account_session_end(session: SessionId) -> Request<AccountAnswer> {
    Change::delete(paths::account_session(session))
        .answered(|answer| answer.empty().map(|()| AccountAnswer::SessionEnded))
}

pub(crate) fn account_sessions_end_others() -> Request<AccountAnswer> {
    Change::delete(paths::ACCOUNT_SESSIONS).answered(|answer| answer.json().map(AccountAnswer::SessionsEnded))
}
