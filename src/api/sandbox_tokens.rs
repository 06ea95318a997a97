//! Sandbox API tokens of an organization.

use gloo_net::http::Method;
use keyward_contract::{
    FindSandboxToken, NameSandboxToken, OrganizationId, SandboxToken, SandboxTokenClient, SandboxTokenId,
    SandboxTokenString, SandboxTokens, paths,
};

use super::{
    ApiError, Change, Request,
    client::{self, Answer},
};

/// By name, without their secrets.
pub(crate) async fn sandbox_tokens_list(org: OrganizationId) -> Result<SandboxTokens, ApiError> {
    client::get(&paths::sandbox_tokens(org), None).await?.json()
}

/// Those seen last first.
pub(crate) async fn sandbox_token_usage(
    org: OrganizationId,
    token: SandboxTokenId,
) -> Result<Vec<SandboxTokenClient>, ApiError> {
    client::get(&paths::sandbox_token_usage(org, token), None).await?.json()
}

/// The token in clear.
pub(crate) async fn sandbox_token_reveal(org: OrganizationId, token: SandboxTokenId) -> Result<SandboxToken, ApiError> {
    Change::new(Method::POST, paths::sandbox_token_reveal(org, token))
        .send()
        .await?
        .json()
}

/// Which token it is.
pub(crate) async fn sandbox_token_find(
    org: OrganizationId,
    token: SandboxTokenString,
) -> Result<SandboxToken, ApiError> {
    Change::new(Method::POST, paths::sandbox_token_find(org))
        .with_body(&FindSandboxToken { token })
        .send()
        .await?
        .json()
}

/// The answer to a change: the token as it is now, with its secret where that is new; nothing when it is gone.
pub(crate) type SandboxTokenAnswer = Option<SandboxToken>;

pub(crate) fn sandbox_token_add(org: OrganizationId, name: &str) -> Request<SandboxTokenAnswer> {
    Request::new(
        Change::new(Method::POST, paths::sandbox_tokens(org)).with_body(&named(name)),
        changed,
    )
}

/// `token` is as the admin has seen it.
pub(crate) fn sandbox_token_edit(org: OrganizationId, token: &SandboxToken, name: &str) -> Request<SandboxTokenAnswer> {
    let change = Change::new(Method::PUT, paths::sandbox_token(org, token.id)).of_version(token.version);
    Request::new(change.with_body(&named(name)), changed)
}

/// `token` is as the admin has seen it.
pub(crate) fn sandbox_token_regenerate(org: OrganizationId, token: &SandboxToken) -> Request<SandboxTokenAnswer> {
    let path = paths::sandbox_token_regenerate(org, token.id);
    Request::new(Change::new(Method::POST, path).of_version(token.version), changed)
}

/// `token` is as the admin has seen it.
pub(crate) fn sandbox_token_confirm(org: OrganizationId, token: &SandboxToken) -> Request<SandboxTokenAnswer> {
    let path = paths::sandbox_token_confirm(org, token.id);
    Request::new(Change::new(Method::POST, path).of_version(token.version), changed)
}

/// `token` is as the admin has seen it.
pub(crate) fn sandbox_token_delete(org: OrganizationId, token: &SandboxToken) -> Request<SandboxTokenAnswer> {
    let change = Change::new(Method::DELETE, paths::sandbox_token(org, token.id)).of_version(token.version);
    Request::new(change, |answer| answer.empty().map(|()| None))
}

fn named(name: &str) -> NameSandboxToken {
    NameSandboxToken { name: name.to_owned() }
}

fn changed(answer: &Answer) -> Result<SandboxTokenAnswer, ApiError> {
    answer.json().map(Some)
}
