//! Signing in and out, and the first start.

use keyward_contract::{FreshPassword, Session, Setup, SignIn, SignInOptions, paths};

use super::{
    ApiError,
    client::{self, Change},
};
use crate::browser::early;

pub(crate) async fn session_read() -> Result<Session, ApiError> {
    client::read(paths::SESSION).await
}

pub(crate) async fn session_create(credentials: &SignIn) -> Result<Session, ApiError> {
    early::forget();
    Change::post(paths::SESSION).with_body(credentials).ask().await
}

/// The ways to sign in.
pub(crate) async fn sso_list() -> Result<SignInOptions, ApiError> {
    client::read(paths::SSO).await
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
    Change::post(paths::SETUP).with_body(setup).ask().await
}
