//! `/api/portal/orgs/{org}/api-key`

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use keyward_contract::{ApiKey, EditApiKey, Problem as ProblemBody, ProblemCode, ReadApiKey};
use serde::Deserialize;

use super::parameters::{ChangeRequest, InOrganization, Marked, Repeatable, Versioned};
use crate::{
    domain::api_key::{self, KeyChange, KeyChanged},
    http::{
        body::{JsonBody, NoBody},
        preconditions::etag,
        problem::Problem,
    },
    portal_auth::at_organization::AtOrganization,
    rules::{Needs, Operation},
    state::AppState,
};

/// The key without its secret
#[utoipa::path(get, path = "/api/portal/orgs/{org}/api-key", tag = "cloud service API key",
    operation_id = "api_key_read", params(InOrganization),
    responses(
    (status = 200, body = ReadApiKey, headers(("ETag" = String, description = "The version in double quotes"))),
    (status = 304, description = "`If-None-Match` names the current version"),
    (status = 403, body = ProblemBody, description = "`subscription-none`"),
    (status = 404, body = ProblemBody, description = "`no-api-key`"),
    (status = 503, body = ProblemBody, description = "`upstream-unavailable`, if the key has never been read at its upstream"),
))]
pub async fn read(State(app): State<AppState>, at: AtOrganization, headers: HeaderMap) -> Result<Response, Problem> {
    at.can(Needs::View)?;
    let read = api_key::read(&app, &at).await?;
    let tag = etag(read.key.version);
    let mut known = headers.get_all(header::IF_NONE_MATCH).iter();
    // How current the state of an upstream is has no version.
    if read.upstream.is_none() && known.any(|value| names(value, &tag)) {
        return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response());
    }
    Ok(([(header::ETAG, tag)], Json(read)).into_response())
}

/// Add a key
///
/// Creates a random key if the organization has none.
#[utoipa::path(post, path = "/api/portal/orgs/{org}/api-key", tag = "cloud service API key",
    operation_id = "api_key_add", params(InOrganization, Repeatable),
    responses(
    (status = 201, body = ApiKey, description = "With the secret"),
    (status = 403, body = ProblemBody, description = "`api-key-disabled`, `subscription-expired`, `subscription-none`, `not-supported`"),
    (status = 409, body = ProblemBody, description = "`api-key-exists`"),
))]
pub async fn add(request: ChangeRequest, _: NoBody) -> Result<Response, Problem> {
    request.may(Operation::ApiKeyAdd)?;
    change(&request, &KeyChange::Add).await
}

/// Edit the key
///
/// Replaces the key with one of the admin's choice. The old key stops working immediately and its sessions end.
#[utoipa::path(put, path = "/api/portal/orgs/{org}/api-key", tag = "cloud service API key",
    operation_id = "api_key_edit", params(InOrganization, Versioned),
    request_body = EditApiKey, responses(
    (status = 200, body = ApiKey, description = "With the secret"),
    (status = 403, body = ProblemBody, description = "`api-key-disabled`, `subscription-expired`, `subscription-none`, `not-supported`"),
    (status = 404, body = ProblemBody, description = "`no-api-key`"),
    (status = 422, body = ProblemBody, description = "`invalid-api-key`, `same-api-key`, `similar-api-key`"),
))]
pub async fn edit(request: ChangeRequest, body: Result<JsonBody<Edit>, Problem>) -> Result<Response, Problem> {
    request.may(Operation::ApiKeyEdit)?;
    let JsonBody(Edit { key }) = body?;
    let key = key
        .parse()
        .map_err(|error| Problem::new(ProblemCode::InvalidApiKey).field("key", error))?;
    change(&request, &KeyChange::Edit(key)).await
}

/// As [`EditApiKey`], with the key not validated yet, so that an invalid one gets its own answer.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edit {
    key: String,
}

/// Delete the key
///
/// The key stops working immediately and its sessions end.
#[utoipa::path(delete, path = "/api/portal/orgs/{org}/api-key", tag = "cloud service API key",
    operation_id = "api_key_delete", params(InOrganization, Versioned),
    responses(
    (status = 204),
    (status = 403, body = ProblemBody, description = "`api-key-disabled`, `subscription-expired`, `subscription-none`, `not-supported`"),
    (status = 404, body = ProblemBody, description = "`no-api-key`"),
))]
pub async fn delete(request: ChangeRequest, _: NoBody) -> Result<Response, Problem> {
    request.may(Operation::ApiKeyDelete)?;
    change(&request, &KeyChange::Delete).await
}

/// Regenerate the key
///
/// Replaces the key with a random one. The old key stops working immediately and its sessions end.
#[utoipa::path(post, path = "/api/portal/orgs/{org}/api-key/regenerate", tag = "cloud service API key",
    operation_id = "api_key_regenerate", params(InOrganization, Versioned),
    responses(
    (status = 200, body = ApiKey, description = "With the secret"),
    (status = 403, body = ProblemBody, description = "`api-key-disabled`, `subscription-expired`, `subscription-none`, `not-supported`"),
    (status = 404, body = ProblemBody, description = "`no-api-key`"),
    (status = 409, body = ProblemBody, description = "`upstream-rejected`"),
    (status = 503, body = ProblemBody, description = "`upstream-unavailable`, `upstream-pending`"),
))]
pub async fn regenerate(request: ChangeRequest, _: NoBody) -> Result<Response, Problem> {
    request.may(Operation::ApiKeyRegenerate)?;
    change(&request, &KeyChange::Regenerate).await
}

/// Confirm the key
///
/// A restored key that was replaced or deleted after the backup is rejected until it is confirmed, replaced or deleted.
#[utoipa::path(post, path = "/api/portal/orgs/{org}/api-key/confirm", tag = "cloud service API key",
    operation_id = "api_key_confirm", params(InOrganization, Versioned),
    responses(
    (status = 200, body = ApiKey, description = "Without the secret"),
    (status = 403, body = ProblemBody, description = "`api-key-disabled`, `subscription-expired`, `subscription-none`, `not-supported`"),
    (status = 404, body = ProblemBody, description = "`no-api-key`"),
))]
pub async fn confirm(request: ChangeRequest, _: NoBody) -> Result<Response, Problem> {
    request.may(Operation::ApiKeyConfirm)?;
    change(&request, &KeyChange::Confirm).await
}

/// Reveal the key
///
/// The key with its secret. The audit log row is written first.
#[utoipa::path(post, path = "/api/portal/orgs/{org}/api-key/reveal", tag = "cloud service API key",
    operation_id = "api_key_reveal", params(InOrganization, Marked), responses(
    (status = 200, body = ApiKey, description = "With the secret"),
    (status = 403, body = ProblemBody, description = "`subscription-none`"),
    (status = 404, body = ProblemBody, description = "`no-api-key`"),
    (status = 409, body = ProblemBody, description = "`upstream-rejected`"),
    (status = 503, body = ProblemBody, description = "`upstream-unavailable`"),
))]
pub async fn reveal(State(app): State<AppState>, at: AtOrganization, _: NoBody) -> Result<Response, Problem> {
    at.may(&app, Operation::ApiKeyReveal)?;
    let key = api_key::reveal(&app, &at).await?;
    Ok(with_secret(StatusCode::OK, key))
}

async fn change(request: &ChangeRequest, wanted: &KeyChange) -> Result<Response, Problem> {
    let changed = api_key::change(&request.app, &request.at, &request.preconditions, wanted).await?;
    Ok(match changed {
        KeyChanged::Added(key) => with_secret(StatusCode::CREATED, key),
        KeyChanged::Replaced(key) => with_secret(StatusCode::OK, key),
        KeyChanged::Confirmed(key) => with_secret(StatusCode::OK, key),
        KeyChanged::Deleted => StatusCode::NO_CONTENT.into_response(),
    })
}

fn with_secret(status: StatusCode, key: ApiKey) -> Response {
    (
        status,
        [(header::ETAG, etag(key.version)), (header::CACHE_CONTROL, NO_STORE)],
        Json(key),
    )
        .into_response()
}

const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

/// Whether a value of `If-None-Match` names this entity tag; here weak ones count too (RFC 9110, section 13.1.2).
fn names(value: &HeaderValue, tag: &HeaderValue) -> bool {
    let (Ok(value), Ok(tag)) = (value.to_str(), tag.to_str()) else {
        return false;
    };
    value
        .split(',')
        .map(str::trim)
        .any(|candidate| candidate == "*" || candidate.trim_start_matches("W/") == tag)
}
