//! Signing in and out, and the first start.

use keyward_contract::{FreshPassword, Session, Setup, SignIn, SignInOptions, paths};

use super::{
    ApiError,
    client::{self, Answer, Change},
    reading::{read_session, read_sign_in_options},
};
use crate::browser::early;

pub(crate) async fn session_read() -> Result<Session, ApiError> {
    session(client::get(paths::SESSION, None).await?)
}

pub(crate) async fn session_create(credentials: &SignIn) -> Result<Session, ApiError> {
    early::forget();
    session(Change::post(paths::SESSION).with_body(credentials).send().await?)
}

/// The ways to sign in.
pub(crate) async fn sso_list() -> Result<SignInOptions, ApiError> {
    let answer = client::get(paths::SSO, None).await?;
    read_sign_in_options(answer.text()).ok_or(ApiError::Unexpected(answer.status))
}

pub(crate) async fn session_password(password: &FreshPassword) -> Result<(), ApiError> {
    Change::post(paths::SESSION_PASSWORD)
        .with_body(password)
        .send()
        .await?
        .empty()
}

pub(crate) async fn session_delete() -> Result<(), ApiError> {
    Change::delete(paths::SESSION).send().await.map(drop)
}

pub(crate) async fn setup(setup: &Setup) -> Result<Session, ApiError> {
    early::forget();
    session(Change::post(paths::SETUP).with_body(setup).send().await?)
}

pub(super) fn session(answer: Answer) -> Result<Session, ApiError> {
    read_session(answer.text()).ok_or(ApiError::Unexpected(answer.status))
}
