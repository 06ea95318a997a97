//! `/api/portal/orgs/{org}/sandbox-tokens`

use axum::{
    Json,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use keyward_contract::{
    FindSandboxToken, NameSandboxToken, Problem as ProblemBody, ProblemCode, SandboxToken, SandboxTokenClient,
    SandboxTokenId, SandboxTokens, check_sandbox_token_name,
};
use serde::Deserialize;

use super::parameters::{ChangeRequest, Id, InOrganization, Marked, Repeatable, Versioned};
use crate::{
    domain::sandbox_tokens::{self, SandboxTokenChange},
    http::{
        body::{JsonBody, NoBody},
        preconditions::etag,
        problem::Problem,
    },
    names,
    portal_auth::at_organization::AtOrganization,
    rules::{Needs, Operation},
    state::AppState,
};

/// The Sandbox API tokens
///
/// By name, without their secrets, with what the asking admin can do.
#[utoipa::path(get, path = "/api/portal/orgs/{org}/sandbox-tokens", tag = "Sandbox API tokens", operation_id = "sandbox_tokens_list",
    params(InOrganization), responses((status = 200, body = SandboxTokens)))]
pub async fn list(State(app): State<AppState>, at: AtOrganization) -> Result<Json<SandboxTokens>, Problem> {
    at.can(Needs::View)?;
    Ok(Json(sandbox_tokens::list(&app, &at).await?))
}

/// Add a Sandbox API token
///
/// Creates a random token with this name. An organization can have up to five.
#[utoipa::path(post, path = "/api/portal/orgs/{org}/sandbox-tokens", tag = "Sandbox API tokens", operation_id = "sandbox_token_add",
    params(InOrganization, Repeatable),
    request_body = NameSandboxToken, responses(
    (status = 201, body = SandboxToken, description = "With the secret", headers(("ETag" = String, description = "The version in double quotes"))),
    (status = 403, body = ProblemBody, description = "`subscription-expired`, `subscription-none`"),
    (status = 409, body = ProblemBody, description = "`sandbox-token-exists`, `sandbox-token-limit`"),
))]
pub async fn add(
    request: ChangeRequest,
    body: Result<JsonBody<NameSandboxToken>, Problem>,
) -> Result<Response, Problem> {
    request.may(Operation::SandboxTokenAdd)?;
    let body = checked(body)?;
    change(&request, &SandboxTokenChange::Add(&body)).await
}

/// Rename a Sandbox API token
///
/// The token itself stays.
#[utoipa::path(put, path = "/api/portal/orgs/{org}/sandbox-tokens/{token}", tag = "Sandbox API tokens", operation_id = "sandbox_token_edit",
    params(InOrganization, Id<SandboxTokenId>, Versioned),
    request_body = NameSandboxToken, responses(
    (status = 200, body = SandboxToken, headers(("ETag" = String, description = "The version in double quotes"))),
    (status = 403, body = ProblemBody, description = "`subscription-expired`, `subscription-none`"),
    (status = 409, body = ProblemBody, description = "`sandbox-token-exists`"),
))]
pub async fn edit(
    request: ChangeRequest,
    token: Id<SandboxTokenId>,
    body: Result<JsonBody<NameSandboxToken>, Problem>,
) -> Result<Response, Problem> {
    request.may(Operation::SandboxTokenEdit)?;
    let token = token.found()?;
    let body = checked(body)?;
    change(&request, &SandboxTokenChange::Rename(token, &body)).await
}

/// Delete a Sandbox API token
///
/// It stops working immediately.
#[utoipa::path(delete, path = "/api/portal/orgs/{org}/sandbox-tokens/{token}", tag = "Sandbox API tokens", operation_id = "sandbox_token_delete",
    params(InOrganization, Id<SandboxTokenId>, Versioned), responses(
    (status = 204),
    (status = 403, body = ProblemBody, description = "`subscription-expired`, `subscription-none`"),
))]
pub async fn delete(request: ChangeRequest, token: Id<SandboxTokenId>, _: NoBody) -> Result<Response, Problem> {
    request.may(Operation::SandboxTokenDelete)?;
    change(&request, &SandboxTokenChange::Delete(token.found()?)).await
}

/// Regenerate a Sandbox API token
///
/// Replaces it with a random one. The old one stops working immediately.
#[utoipa::path(post, path = "/api/portal/orgs/{org}/sandbox-tokens/{token}/regenerate", tag = "Sandbox API tokens", operation_id = "sandbox_token_regenerate",
    params(InOrganization, Id<SandboxTokenId>, Versioned), responses(
    (status = 200, body = SandboxToken, description = "With the secret", headers(("ETag" = String, description = "The version in double quotes"))),
    (status = 403, body = ProblemBody, description = "`subscription-expired`, `subscription-none`"),
))]
pub async fn regenerate(request: ChangeRequest, token: Id<SandboxTokenId>, _: NoBody) -> Result<Response, Problem> {
    request.may(Operation::SandboxTokenRegenerate)?;
    change(&request, &SandboxTokenChange::Regenerate(token.found()?)).await
}

/// Confirm a Sandbox API token
///
/// A restored token that was replaced or deleted after the backup is rejected until it is confirmed, regenerated or deleted.
#[utoipa::path(post, path = "/api/portal/orgs/{org}/sandbox-tokens/{token}/confirm", tag = "Sandbox API tokens", operation_id = "sandbox_token_confirm",
    params(InOrganization, Id<SandboxTokenId>, Versioned), responses(
    (status = 200, body = SandboxToken, headers(("ETag" = String, description = "The version in double quotes"))),
    (status = 403, body = ProblemBody, description = "`subscription-expired`, `subscription-none`"),
))]
pub async fn confirm(request: ChangeRequest, token: Id<SandboxTokenId>, _: NoBody) -> Result<Response, Problem> {
    request.may(Operation::SandboxTokenConfirm)?;
    change(&request, &SandboxTokenChange::Confirm(token.found()?)).await
}

/// Reveal a Sandbox API token
///
/// The token with its secret. The audit log row is written first.
#[utoipa::path(post, path = "/api/portal/orgs/{org}/sandbox-tokens/{token}/reveal", tag = "Sandbox API tokens", operation_id = "sandbox_token_reveal",
    params(InOrganization, Id<SandboxTokenId>, Marked), responses(
    (status = 200, body = SandboxToken, description = "With the secret"),
    (status = 403, body = ProblemBody, description = "`subscription-none`"),
))]
pub async fn reveal(
    State(app): State<AppState>,
    at: AtOrganization,
    token: Id<SandboxTokenId>,
    _: NoBody,
) -> Result<Response, Problem> {
    at.may(&app, Operation::SandboxTokenReveal)?;
    let token = sandbox_tokens::reveal(&app, &at, token.found()?).await?;
    Ok(answer(StatusCode::OK, token))
}

/// Usage of a Sandbox API token
///
/// The clients of the last 30 days.
#[utoipa::path(get, path = "/api/portal/orgs/{org}/sandbox-tokens/{token}/usage", tag = "Sandbox API tokens",
    operation_id = "sandbox_token_usage", params(InOrganization, Id<SandboxTokenId>), responses(
    (status = 200, body = Vec<SandboxTokenClient>),
))]
pub async fn usage(
    State(app): State<AppState>,
    at: AtOrganization,
    token: Id<SandboxTokenId>,
) -> Result<Json<Vec<SandboxTokenClient>>, Problem> {
    at.can(Needs::View)?;
    Ok(Json(sandbox_tokens::clients(&app, &at, token.found()?).await?))
}

/// Identify a Sandbox API token
///
/// Says which token a text is, such as one found in a log.
#[utoipa::path(post, path = "/api/portal/orgs/{org}/sandbox-tokens/find", tag = "Sandbox API tokens", operation_id = "sandbox_token_find",
    params(InOrganization, Marked),
    request_body = FindSandboxToken, responses(
    (status = 200, body = SandboxToken, description = "Without the secret"),
    (status = 404, body = ProblemBody, description = "`sandbox-token-not-found`"),
    (status = 422, body = ProblemBody, description = "`invalid-input`: it was never a token"),
))]
pub async fn find(
    State(app): State<AppState>,
    at: AtOrganization,
    body: Result<JsonBody<Find>, Problem>,
) -> Result<Json<SandboxToken>, Problem> {
    at.can(Needs::View)?;
    let JsonBody(Find { token }) = body?;
    let token = token
        .parse()
        .map_err(|error| Problem::new(ProblemCode::InvalidInput).field("token", error))?;
    Ok(Json(sandbox_tokens::find(&app, &at, &token).await?))
}

/// As [`FindSandboxToken`], with the token not validated yet, so that an invalid one gets its own answer.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Find {
    token: String,
}

async fn change(request: &ChangeRequest, wanted: &SandboxTokenChange<'_>) -> Result<Response, Problem> {
    let status = match wanted {
        SandboxTokenChange::Add(_) => StatusCode::CREATED,
        _ => StatusCode::OK,
    };
    let changed = sandbox_tokens::change(&request.app, &request.at, &request.preconditions, wanted).await?;
    Ok(match changed {
        Some(token) => answer(status, token),
        None => StatusCode::NO_CONTENT.into_response(),
    })
}

fn answer(status: StatusCode, token: SandboxToken) -> Response {
    let no_store = HeaderValue::from_static("no-store");
    let headers = [(header::ETAG, etag(token.version)), (header::CACHE_CONTROL, no_store)];
    (status, headers, Json(token)).into_response()
}

fn checked(body: Result<JsonBody<NameSandboxToken>, Problem>) -> Result<NameSandboxToken, Problem> {
    let JsonBody(mut body) = body?;
    body.name = names::name(&body.name);
    check_sandbox_token_name(&body.name)
        .map_err(|error| Problem::new(ProblemCode::InvalidInput).field("name", error))?;
    Ok(body)
}
