//! Signing in and out, and the first start.

use gloo_net::http::Method;
use keyward_contract::{FreshPassword, Session, Setup, SignIn, SignInOptions, paths};

use super::{ApiError, Change, client};
use crate::browser::early;

pub(crate) async fn session_view() -> Result<Session, ApiError> {
    client::get(paths::SESSION, None).await?.json()
}

pub(crate) async fn session_create(credentials: &SignIn) -> Result<Session, ApiError> {
    early::forget();
    Change::new(Method::POST, paths::SESSION.into())
        .with_body(credentials)
        .send()
        .await?
        .json()
}

/// The ways to sign in.
pub(crate) async fn sso_list() -> Result<SignInOptions, ApiError> {
    client::get(paths::SSO, None).await?.json()
}

pub(crate) async fn session_password(password: &FreshPassword) -> Result<(), ApiError> {
    Change::new(Method::POST, paths::SESSION_PASSWORD.into())
        .with_body(password)
        .send()
        .await?
        .empty()
}

pub(crate) async fn session_end() -> Result<(), ApiError> {
    Change::new(Method::DELETE, paths::SESSION.into())
        .send()
        .await
        .map(drop)
}

pub(crate) async fn setup(setup: &Setup) -> Result<Session, ApiError> {
    early::forget();
    Change::new(Method::POST, paths::SETUP.into())
        .with_body(setup)
        .send()
        .await?
        .json()
}
