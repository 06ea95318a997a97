//! The cloud service API key of an organization.

use gloo_net::http::Method;
use keyward_contract::{ApiKey, EditApiKey, KeyString, OrganizationId, paths};

use super::{ApiError, Change, client};

/// The key without its secret; nothing if it still has the version that is known.
pub(crate) async fn api_key_view(org: OrganizationId, known: Option<i64>) -> Result<Option<ApiKey>, ApiError> {
    let answer = client::get(&paths::api_key(org), known).await?;
    if answer.status == 304 {
        Ok(None)
    } else {
        answer.json().map(Some)
    }
}

/// The key in clear.
pub(crate) async fn api_key_reveal(org: OrganizationId) -> Result<ApiKey, ApiError> {
    Change::new(Method::POST, paths::api_key_reveal(org))
        .send()
        .await?
        .json()
}

pub(crate) fn api_key_add(org: OrganizationId) -> Change {
    Change::new(Method::POST, paths::api_key(org))
}

pub(crate) fn api_key_edit(org: OrganizationId, version: i64, key: KeyString) -> Change {
    Change::new(Method::PUT, paths::api_key(org))
        .of_version(version)
        .with_body(&EditApiKey { key })
}

pub(crate) fn api_key_regenerate(org: OrganizationId, version: i64) -> Change {
    Change::new(Method::POST, paths::api_key_regenerate(org)).of_version(version)
}

pub(crate) fn api_key_delete(org: OrganizationId, version: i64) -> Change {
    Change::new(Method::DELETE, paths::api_key(org)).of_version(version)
}

pub(crate) fn api_key_confirm(org: OrganizationId, version: i64) -> Change {
    Change::new(Method::POST, paths::api_key_confirm(org)).of_version(version)
}

/// Sends a change of the key. The answer has the new key in clear, or nothing after deletion.
pub(crate) async fn api_key_change(change: &Change) -> Result<Option<ApiKey>, ApiError> {
    let answer = change.send().await?;
    if answer.status == 204 {
        Ok(None)
    } else {
        answer.json().map(Some)
    }
}
