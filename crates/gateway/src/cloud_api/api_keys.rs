//! `/api/v1/apiKeys`: the key of the session's organization, as the vendor's Cloud & Branch Connector API lists and regenerates
//! it. Rules, audit log and repetitions are those of the portal. Re-authentication isn't asked for: the session was opened with
//! the password and the key.

use axum::{
    Json,
    extract::{Path, Query, State, rejection::QueryRejection},
    http::HeaderMap,
};
use keyward_contract::{AdminId, ApiKey, KeyStatus, KeyString, ProblemCode};
use serde::{Deserialize, Serialize};

use super::{caller::ByAdmin, error::ApiError};
use crate::{
    domain::api_key::{self, KeyChange, KeyChanged},
    http::{
        body,
        preconditions::{Precondition, Preconditions},
        problem::Problem,
    },
    rules::{Needs, Operation},
    state::AppState,
};

/// A key as this API shows it.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ListedKey {
    /// Stays the same while the key is edited and regenerated.
    id: i64,
    /// The key itself, for admins whose role lets them reveal it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    key_value: Option<KeyString>,
    /// Always `USER_ACCESS`.
    permissions: [&'static str; 1],
    /// Whether it can be used.
    enabled: bool,
    /// When the key was last changed, in seconds since 1970.
    last_modified_time: i64,
    /// The last admin to change it.
    last_modified_by: Modifier,
    /// Always null: no partner has a key here.
    #[schema(value_type = Option<Object>)]
    partner: (),
    /// Always null.
    #[schema(value_type = Option<String>)]
    partner_url: (),
}

/// An admin.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Modifier {
    /// The admin, or 0 for the service provider.
    id: AdminId,
    /// Their name at the time of the change.
    name: String,
}

impl From<ApiKey> for ListedKey {
    fn from(key: ApiKey) -> Self {
        Self {
            id: key.id,
            enabled: key.status == KeyStatus::Enabled,
            key_value: key.key,
            permissions: ["USER_ACCESS"],
            last_modified_time: key.last_modified_on.timestamp(),
            last_modified_by: Modifier {
                id: key.last_modified_by.id,
                name: key.last_modified_by.name,
            },
            partner: (),
            partner_url: (),
        }
    }
}

/// What to list.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub struct Listed {
    /// Whether to list keys of partners, too. There are none.
    #[param(value_type = Option<bool>)]
    include_partner_key: Option<String>,
}

/// List API keys
///
/// The one key of the organization. An admin whose role lets them reveal it gets it, and that is in the audit log.
#[utoipa::path(get, path = "/api/v1/apiKeys", tag = "cloud service API", operation_id = "connector_keys_list",
    params(Listed), responses(
    (status = 200, body = [ListedKey]),
    (status = 400, description = "`INVALID_INPUT_ARGUMENT`"),
    (status = 401, description = "`SESSION_NOT_VALID`"),
    (status = 403, description = "`PERMISSION_DENIED`"),
    (status = 429, description = "Rate limit exceeded"),
))]
pub async fn list(
    State(app): State<AppState>,
    ByAdmin(at): ByAdmin,
    query: Result<Query<Listed>, QueryRejection>,
) -> Result<Json<Vec<ListedKey>>, ApiError> {
    at.can(Needs::View)?;
    let asked = query.ok().and_then(|Query(listed)| listed.include_partner_key);
    if let Some(text) = asked
        && !["true", "false"].iter().any(|word| text.eq_ignore_ascii_case(word))
    {
        return Err(ApiError::invalid_input("includePartnerKey must be true or false."));
    }
    let found = match at.can(Needs::Reveal) {
        Ok(()) => api_key::reveal(&app, &at).await,
        Err(_) => api_key::read(&app, &at).await.map(|read| read.key),
    };
    match found {
        Ok(key) => Ok(Json(vec![key.into()])),
        // It was deleted a moment ago.
        Err(problem) if problem.code() == ProblemCode::NoApiKey => Ok(Json(Vec::new())),
        Err(problem) => Err(problem.into()),
    }
}

/// Regenerate an API key
///
/// Replaces the key with a random one. The old key stops working immediately and its sessions end, the one that asks included:
/// sign in again with the new key.
#[utoipa::path(post, path = "/api/v1/apiKeys/{id}/regenerate", tag = "cloud service API",
    operation_id = "connector_key_regenerate", params(
    ("id" = i64, Path, description = "`id` of the key in the list"),
    ("Idempotency-Key" = Option<String>, Header, description = "A UUID, so that a repetition doesn't change the key again"),
    ("If-Match" = Option<String>, Header, description = "The version to replace in double quotes; any if it is missing"),
), responses(
    (status = 200, body = ListedKey),
    (status = 400, description = "`INVALID_INPUT_ARGUMENT`"),
    (status = 401, description = "`SESSION_NOT_VALID`"),
    (status = 403, description = "`PERMISSION_DENIED`, `NOT_SUPPORTED`"),
    (status = 404, description = "`RESOURCE_NOT_FOUND`"),
    (status = 409, description = "`IDEMPOTENCY_KEY_IN_USE`"),
    (status = 412, description = "`STALE_VERSION`"),
    (status = 415, description = "`UNSUPPORTED_MEDIA_TYPE`"),
    (status = 422, description = "`IDEMPOTENCY_KEY_REUSED`"),
    (status = 429, description = "Rate limit exceeded"),
))]
pub async fn regenerate(
    State(app): State<AppState>,
    ByAdmin(at): ByAdmin,
    Path(id): Path<String>,
    preconditions: Result<Preconditions, Problem>,
    headers: HeaderMap,
) -> Result<Json<ListedKey>, ApiError> {
    at.may(&app, Operation::ApiKeyRegenerate)?;
    // Pages of other sites can't send this type, whatever cookies the browser has.
    body::check_type(&headers).map_err(ApiError::unsupported_media_type)?;
    let mut preconditions = preconditions?;
    if preconditions.precondition == Precondition::Missing {
        preconditions.precondition = Precondition::Any;
    }
    // The identifier stays while a key exists, so it can't change before the transaction.
    let key = api_key::read(&app, &at).await?.key;
    if id != key.id.to_string() {
        return Err(ApiError::NO_SUCH_KEY);
    }
    match api_key::change(&app, &at, &preconditions, &KeyChange::Regenerate).await? {
        KeyChanged::Replaced(key) | KeyChanged::Added(key) | KeyChanged::Confirmed(key) => Ok(Json(key.into())),
        KeyChanged::Deleted => Err(ApiError::NO_SUCH_KEY),
    }
}
