//! Sandbox API tokens of an organization.

use keyward_contract::{
    FindSandboxToken, NameSandboxToken, OrganizationId, SandboxToken, SandboxTokenClient, SandboxTokenId,
    SandboxTokenString, SandboxTokens, paths,
};

use super::{
    ApiError, Request,
    client::{self, Answer, Change},
};

/// By name, without their secrets.
pub(crate) async fn sandbox_tokens_list(org: OrganizationId) -> Result<SandboxTokens, ApiError> {
    client::read(&paths::sandbox_tokens(org)).await
}

/// Those seen last first.
pub(crate) async fn sandbox_token_usage(
    org: OrganizationId,
    token: SandboxTokenId,
) -> Result<Vec<SandboxTokenClient>, ApiError> {
    client::read(&paths::sandbox_token_usage(org, token)).await
}

/// The token in clear.
pub(crate) async fn sandbox_token_reveal(org: OrganizationId, token: SandboxTokenId) -> Result<SandboxToken, ApiError> {
    Change::post(paths::sandbox_token_reveal(org, token)).ask().await
}

/// Which token it is.
pub(crate) async fn sandbox_token_find(
    org: OrganizationId,
    token: SandboxTokenString,
) -> Result<SandboxToken, ApiError> {
    Change::post(paths::sandbox_token_find(org))
        .with_body(&FindSandboxToken { token })
        .ask()
        .await
}

/// The answer to a change: the token as it is now, with its secret where that is new; nothing when it is gone.
pub(crate) type SandboxTokenAnswer = Option<SandboxToken>;

pub(crate) fn sandbox_token_add(org: OrganizationId, name: &NameSandboxToken) -> Request<SandboxTokenAnswer> {
    Change::post(paths::sandbox_tokens(org))
        .with_body(name)
        .answered(Answer::optional)
}

/// `token` is as the admin has seen it.
pub(crate) fn sandbox_token_edit(
    org: OrganizationId,
    token: &SandboxToken,
    name: &NameSandboxToken,
) -> Request<SandboxTokenAnswer> {
    Change::put(paths::sandbox_token(org, token.id))
        .of_version(token.version)
        .with_body(name)
        .answered(Answer::optional)
}

/// `token` is as the admin has seen it.
pub(crate) fn sandbox_token_regenerate(org: OrganizationId, token: &SandboxToken) -> Request<SandboxTokenAnswer> {
    Change::post(paths::sandbox_token_regenerate(org, token.id))
        .of_version(token.version)
        .answered(Answer::optional)
}

/// `token` is as the admin has seen it.
pub(crate) fn sandbox_token_confirm(org: OrganizationId, token: &SandboxToken) -> Request<SandboxTokenAnswer> {
    Change::post(paths::sandbox_token_confirm(org, token.id))
        .of_version(token.version)
        .answered(Answer::optional)
}

/// `token` is as the admin has seen it.
pub(crate) fn sandbox_token_delete(org: OrganizationId, token: &SandboxToken) -> Request<SandboxTokenAnswer> {
    Change::delete(paths::sandbox_token(org, token.id))
        .of_version(token.version)
        .answered(Answer::optional)
}
