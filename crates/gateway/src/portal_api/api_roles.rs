//! `/api/portal/orgs/{org}/api-roles`

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use keyward_contract::{
    ApiRole, ApiRoleId, ApiRoles, EditApiRole, Problem as ProblemBody, ProblemCode, check_api_role_name,
};

use super::parameters::{ChangeRequest, Id, InOrganization, Repeatable, Versioned};
use crate::{
    domain::api_roles::{self, ApiRoleChange},
    http::{
        body::{JsonBody, NoBody},
        preconditions::etag,
        problem::Problem,
    },
    portal_auth::at_organization::AtOrganization,
    rules::{Needs, Operation},
    state::AppState,
};

/// The API roles
///
/// By name, with the scope that tokens need for each, and what the asking admin can do.
#[utoipa::path(get, path = "/api/portal/orgs/{org}/api-roles", tag = "API roles", operation_id = "api_roles_list",
    params(InOrganization), responses((status = 200, body = ApiRoles)))]
pub async fn list(State(app): State<AppState>, at: AtOrganization) -> Result<Json<ApiRoles>, Problem> {
    at.can(Needs::View)?;
    Ok(Json(api_roles::list(&app, &at).await?))
}

/// Add an API role
///
/// An organization can have up to sixteen.
#[utoipa::path(post, path = "/api/portal/orgs/{org}/api-roles", tag = "API roles", operation_id = "api_role_add",
    params(InOrganization, Repeatable),
    request_body = EditApiRole, responses(
    (status = 201, body = ApiRole, headers(("ETag" = String, description = "The version in double quotes"))),
    (status = 403, body = ProblemBody, description = "`access-tokens-disabled`, `subscription-expired`, `subscription-none`"),
    (status = 409, body = ProblemBody, description = "`api-role-exists`, `api-role-limit`"),
))]
pub async fn add(request: ChangeRequest, body: Result<JsonBody<EditApiRole>, Problem>) -> Result<Response, Problem> {
    request.may(Operation::ApiRoleAdd)?;
    let body = checked(body)?;
    change(&request, &ApiRoleChange::Add(&body)).await
}

/// Edit an API role
///
/// Takes effect with the next request.
#[utoipa::path(put, path = "/api/portal/orgs/{org}/api-roles/{api_role}", tag = "API roles", operation_id = "api_role_edit",
    params(InOrganization, Id<ApiRoleId>, Versioned),
    request_body = EditApiRole, responses(
    (status = 200, body = ApiRole, headers(("ETag" = String, description = "The version in double quotes"))),
    (status = 403, body = ProblemBody, description = "`access-tokens-disabled`, `subscription-expired`, `subscription-none`"),
    (status = 409, body = ProblemBody, description = "`api-role-exists`"),
))]
pub async fn edit(
    request: ChangeRequest,
    role: Id<ApiRoleId>,
    body: Result<JsonBody<EditApiRole>, Problem>,
) -> Result<Response, Problem> {
    request.may(Operation::ApiRoleEdit)?;
    let body = checked(body)?;
    let wanted = ApiRoleChange::Edit(role.found()?, &body);
    change(&request, &wanted).await
}

/// Delete an API role
///
/// Tokens with its scope stop working immediately.
#[utoipa::path(delete, path = "/api/portal/orgs/{org}/api-roles/{api_role}", tag = "API roles", operation_id = "api_role_delete",
    params(InOrganization, Id<ApiRoleId>, Versioned), responses(
    (status = 204),
    (status = 403, body = ProblemBody, description = "`access-tokens-disabled`, `subscription-expired`, `subscription-none`"),
))]
pub async fn delete(request: ChangeRequest, role: Id<ApiRoleId>, _: NoBody) -> Result<Response, Problem> {
    request.may(Operation::ApiRoleDelete)?;
    change(&request, &ApiRoleChange::Delete(role.found()?)).await
}

async fn change(request: &ChangeRequest, wanted: &ApiRoleChange<'_>) -> Result<Response, Problem> {
    let status = match wanted {
        ApiRoleChange::Add(_) => StatusCode::CREATED,
        _ => StatusCode::OK,
    };
    let changed = api_roles::change(&request.app, &request.at, &request.preconditions, wanted).await?;
    Ok(match changed {
        Some(role) => (status, [(header::ETAG, etag(role.version))], Json(role)).into_response(),
        None => StatusCode::NO_CONTENT.into_response(),
    })
}

fn checked(body: Result<JsonBody<EditApiRole>, Problem>) -> Result<EditApiRole, Problem> {
    let JsonBody(body) = body?;
    check_api_role_name(&body.name).map_err(|error| Problem::new(ProblemCode::InvalidInput).field("name", error))?;
    Ok(body)
}
