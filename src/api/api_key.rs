//! The cloud service API key of an organization.

use keyward_contract::{ApiKey, EditApiKey, KeyString, OrganizationId, ReadApiKey, paths};

use super::{
    ApiError, Request,
    client::{self, Answer, Change},
    reading::{read_api_key, read_upstream},
};

/// What can be done with the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    Add,
    Edit,
    Regenerate,
    Delete,
    /// After a restore.
    Confirm,
}

/// What has been done, and the key in clear as it is since then; nothing after deletion.
pub(crate) struct KeyAnswer {
    pub(crate) operation: Operation,
    pub(crate) key: Option<ApiKey>,
}

/// The key without its secret; nothing if it still has the version that is known.
pub(crate) async fn api_key_read(org: OrganizationId, known: Option<i64>) -> Result<Option<ReadApiKey>, ApiError> {
    let answer = client::get(&paths::api_key(org), known).await?;
    let read = |key| ReadApiKey {
        key,
        upstream: read_upstream(answer.text()),
    };
    Ok(key_of(&answer)?.map(read))
}

/// The key in clear.
pub(crate) async fn api_key_reveal(org: OrganizationId) -> Result<ApiKey, ApiError> {
    let answer = Change::post(paths::api_key_reveal(org)).send().await?;
    key_of(&answer)?.ok_or(ApiError::Unexpected(answer.status))
}

pub(crate) fn api_key_add(org: OrganizationId) -> Request<KeyAnswer> {
    Change::post(paths::api_key(org)).answered(|answer| done(Operation::Add, answer))
}

pub(crate) fn api_key_edit(org: OrganizationId, version: i64, key: KeyString) -> Request<KeyAnswer> {
    Change::put(paths::api_key(org))
        .of_version(version)
        .with_body(&EditApiKey { key })
        .answered(|answer| done(Operation::Edit, answer))
}

pub(crate) fn api_key_regenerate(org: OrganizationId, version: i64) -> Request<KeyAnswer> {
    Change::post(paths::api_key_regenerate(org))
        .of_version(version)
        .answered(|answer| done(Operation::Regenerate, answer))
}

pub(crate) fn api_key_delete(org: OrganizationId, version: i64) -> Request<KeyAnswer> {
    Change::delete(paths::api_key(org))
        .of_version(version)
        .answered(|answer| done(Operation::Delete, answer))
}

pub(crate) fn api_key_confirm(org: OrganizationId, version: i64) -> Request<KeyAnswer> {
    Change::post(paths::api_key_confirm(org))
        .of_version(version)
        .answered(|answer| done(Operation::Confirm, answer))
}

fn done(operation: Operation, answer: &Answer) -> Result<KeyAnswer, ApiError> {
    let key = key_of(answer)?;
    Ok(KeyAnswer { operation, key })
}

/// The key, or nothing: after a deletion (204), or where it is still the one that is known (304).
fn key_of(answer: &Answer) -> Result<Option<ApiKey>, ApiError> {
    if matches!(answer.status, 204 | 304) {
        return Ok(None);
    }
    let key = read_api_key(answer.text()).ok_or(ApiError::Unexpected(answer.status))?;
    Ok(Some(key))
}
