//! `/api/portal/orgs/{org}/roles`

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use keyward_contract::{EditRole, Problem as ProblemBody, ProblemCode, Role, RoleId, check_role_name};

use super::parameters::{ChangeRequest, Id, InOrganization, Repeatable, Versioned};
use crate::{
    domain::roles,
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

/// The roles
///
/// Built-in ones first, then by name, with what the asking admin can do with each.
#[utoipa::path(get, path = "/api/portal/orgs/{org}/roles", tag = "roles", operation_id = "roles_list",
    params(InOrganization), responses((status = 200, body = Vec<Role>)))]
pub async fn list(State(app): State<AppState>, at: AtOrganization) -> Result<Json<Vec<Role>>, Problem> {
    at.can(Needs::Admins)?;
    Ok(Json(roles::list(&app, &at).await?))
}

/// Add a role
#[utoipa::path(post, path = "/api/portal/orgs/{org}/roles", tag = "roles", operation_id = "role_add",
    params(InOrganization, Repeatable),
    request_body = EditRole, responses(
    (status = 201, body = Role, headers(("ETag" = String, description = "The version in double quotes"))),
    (status = 403, body = ProblemBody, description = "`exceeds-own-permissions`"),
    (status = 409, body = ProblemBody, description = "`role-exists`"),
))]
pub async fn add(request: ChangeRequest, body: Result<JsonBody<EditRole>, Problem>) -> Result<Response, Problem> {
    request.may(Operation::RoleAdd)?;
    let body = checked(body)?;
    let role = roles::add(&request.app, &request.at, &request.preconditions, &body).await?;
    Ok((StatusCode::CREATED, [(header::ETAG, etag(role.version))], Json(role)).into_response())
}

/// Edit a role
///
/// Takes effect with the next request of everyone who has it.
#[utoipa::path(put, path = "/api/portal/orgs/{org}/roles/{role}", tag = "roles", operation_id = "role_edit",
    params(InOrganization, Id<RoleId>, Versioned),
    request_body = EditRole, responses(
    (status = 200, body = Role, headers(("ETag" = String, description = "The version in double quotes"))),
    (status = 403, body = ProblemBody, description = "`built-in-role`, `own-account`, `exceeds-own-permissions`"),
    (status = 409, body = ProblemBody, description = "`role-exists`"),
))]
pub async fn edit(
    request: ChangeRequest,
    role: Id<RoleId>,
    body: Result<JsonBody<EditRole>, Problem>,
) -> Result<Response, Problem> {
    request.may(Operation::RoleEdit)?;
    let role = role.found()?;
    let body = checked(body)?;
    let role = roles::edit(&request.app, &request.at, &request.preconditions, role, &body).await?;
    Ok(([(header::ETAG, etag(role.version))], Json(role)).into_response())
}

/// Delete a role
///
/// Only one that no one has.
#[utoipa::path(delete, path = "/api/portal/orgs/{org}/roles/{role}", tag = "roles", operation_id = "role_delete",
    params(InOrganization, Id<RoleId>, Versioned), responses(
    (status = 204),
    (status = 403, body = ProblemBody, description = "`built-in-role`, `own-account`, `exceeds-own-permissions`"),
    (status = 409, body = ProblemBody, description = "`role-in-use`"),
))]
pub async fn delete(request: ChangeRequest, role: Id<RoleId>, _: NoBody) -> Result<StatusCode, Problem> {
    request.may(Operation::RoleDelete)?;
    roles::delete(&request.app, &request.at, &request.preconditions, role.found()?).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn checked(body: Result<JsonBody<EditRole>, Problem>) -> Result<EditRole, Problem> {
    let JsonBody(mut body) = body?;
    body.name = names::name(&body.name);
    check_role_name(&body.name).map_err(|error| Problem::new(ProblemCode::InvalidInput).field("name", error))?;
    Ok(body)
}
