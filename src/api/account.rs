//! The admin's own account.

use gloo_net::http::Method;
use keyward_contract::{AccountSession, ChangePassword, SessionId, SessionsEnded, paths};

use super::{
    ApiError, Change, Request,
    client::{self, Answer},
};

/// What there is to say of a change beyond that it was made.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum AccountAnswer {
    /// The password is another one.
    PasswordChanged,
    /// One session has ended.
    SessionEnded,
    /// All others have, so many.
    SessionsEnded(SessionsEnded),
}

/// Last used first.
pub(crate) async fn account_sessions_list() -> Result<Vec<AccountSession>, ApiError> {
    client::get(paths::ACCOUNT_SESSIONS, None).await?.json()
}

pub(crate) fn account_password(change: &ChangePassword) -> Request<AccountAnswer> {
    let request = Change::new(Method::PUT, paths::ACCOUNT_PASSWORD.into()).with_body(change);
    Request::new(request, |answer| done(answer, AccountAnswer::PasswordChanged))
}

pub(crate) fn account_session_end(session: SessionId) -> Request<AccountAnswer> {
    let request = Change::new(Method::DELETE, paths::account_session(session));
    Request::new(request, |answer| done(answer, AccountAnswer::SessionEnded))
}

pub(crate) fn account_sessions_end_others() -> Request<AccountAnswer> {
    let request = Change::new(Method::DELETE, paths::ACCOUNT_SESSIONS.into());
    Request::new(request, |answer| answer.json().map(AccountAnswer::SessionsEnded))
}

fn done(answer: &Answer, what: AccountAnswer) -> Result<AccountAnswer, ApiError> {
    answer.empty().map(|()| what)
}
