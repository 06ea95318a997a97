//! `/api/portal/orgs/{org}/admins`

use axum::{
    Json,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use keyward_contract::{
    AdminId, Administrator, ChangeRole, Invitation, InviteAdministrator, Problem as ProblemBody, ProblemCode,
    SessionsEnded,
};

use super::parameters::{ChangeRequest, Id, InOrganization, Repeatable, Versioned};
use crate::{
    domain::members::{self, MemberChange},
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

/// The admins
///
/// By name, invited and disabled ones included, with what the asking admin can do with each.
#[utoipa::path(get, path = "/api/portal/orgs/{org}/admins", tag = "administrators", operation_id = "admins_list",
    params(InOrganization), responses((status = 200, body = Vec<Administrator>)))]
pub async fn list(State(app): State<AppState>, at: AtOrganization) -> Result<Json<Vec<Administrator>>, Problem> {
    at.can(Needs::Admins)?;
    Ok(Json(members::list(&app, &at).await?))
}

/// Invite an admin
///
/// Creates a one-time link to share with the admin. The answer is the same whether or not an account with this name exists.
#[utoipa::path(post, path = "/api/portal/orgs/{org}/admins", tag = "administrators", operation_id = "admin_invite",
    params(InOrganization, Repeatable),
    request_body = InviteAdministrator, responses(
    (status = 201, body = Invitation, description = "With the link"),
    (status = 403, body = ProblemBody, description = "`exceeds-own-permissions`"),
    (status = 404, body = ProblemBody, description = "`role-not-found`"),
    (status = 409, body = ProblemBody, description = "`administrator-exists`"),
))]
pub async fn invite(
    request: ChangeRequest,
    body: Result<JsonBody<InviteAdministrator>, Problem>,
) -> Result<Response, Problem> {
    request.may(Operation::AdminInvite)?;
    let JsonBody(mut body) = body?;
    body.name =
        names::login(&body.name).map_err(|error| Problem::new(ProblemCode::InvalidInput).field("name", error))?;
    let invitation = members::invite(&request.app, &request.at, &request.preconditions, &body).await?;
    Ok(with_link(StatusCode::CREATED, invitation))
}

/// Change the role of an admin
///
/// Takes effect immediately. API sessions end if the new role doesn't allow them.
#[utoipa::path(put, path = "/api/portal/orgs/{org}/admins/{admin}", tag = "administrators",
    operation_id = "admin_change_role", params(InOrganization, Id<AdminId>, Versioned),
    request_body = ChangeRole, responses(
    (status = 200, body = Administrator, headers(("ETag" = String, description = "The version in double quotes"))),
    (status = 403, body = ProblemBody, description = "`own-account`, `exceeds-own-permissions`"),
    (status = 404, body = ProblemBody, description = "`role-not-found`"),
    (status = 409, body = ProblemBody, description = "`last-super-admin`"),
))]
pub async fn change_role(
    request: ChangeRequest,
    admin: Id<AdminId>,
    body: Result<JsonBody<ChangeRole>, Problem>,
) -> Result<Response, Problem> {
    request.may(Operation::AdminChangeRole)?;
    let JsonBody(ChangeRole { role_id }) = body?;
    changed(&request, admin, MemberChange::Role(role_id)).await
}

/// Disable an admin
///
/// The admin keeps the role but can't use it. Their API sessions here end, and their portal sessions too if they have no other
/// organization.
#[utoipa::path(post, path = "/api/portal/orgs/{org}/admins/{admin}/disable", tag = "administrators",
    operation_id = "admin_disable", params(InOrganization, Id<AdminId>, Versioned),
    responses(
    (status = 200, body = Administrator, headers(("ETag" = String, description = "The version in double quotes"))),
    (status = 403, body = ProblemBody, description = "`own-account`, `exceeds-own-permissions`"),
    (status = 409, body = ProblemBody, description = "`last-super-admin`"),
))]
pub async fn disable(request: ChangeRequest, admin: Id<AdminId>, _: NoBody) -> Result<Response, Problem> {
    request.may(Operation::AdminDisable)?;
    changed(&request, admin, MemberChange::Disable).await
}

/// Enable an admin
///
/// An admin who hasn't accepted the invitation yet is invited again.
#[utoipa::path(post, path = "/api/portal/orgs/{org}/admins/{admin}/enable", tag = "administrators",
    operation_id = "admin_enable", params(InOrganization, Id<AdminId>, Versioned),
    responses(
    (status = 200, body = Administrator, headers(("ETag" = String, description = "The version in double quotes"))),
    (status = 403, body = ProblemBody, description = "`own-account`, `exceeds-own-permissions`"),
    (status = 409, body = ProblemBody, description = "`last-super-admin`"),
))]
pub async fn enable(request: ChangeRequest, admin: Id<AdminId>, _: NoBody) -> Result<Response, Problem> {
    request.may(Operation::AdminEnable)?;
    changed(&request, admin, MemberChange::Enable).await
}

/// Remove an admin from the organization
///
/// The account is deleted with its last role.
#[utoipa::path(delete, path = "/api/portal/orgs/{org}/admins/{admin}", tag = "administrators",
    operation_id = "admin_remove", params(InOrganization, Id<AdminId>, Versioned),
    responses(
    (status = 204),
    (status = 403, body = ProblemBody, description = "`own-account`, `exceeds-own-permissions`"),
    (status = 409, body = ProblemBody, description = "`last-super-admin`"),
))]
pub async fn remove(request: ChangeRequest, admin: Id<AdminId>, _: NoBody) -> Result<StatusCode, Problem> {
    request.may(Operation::AdminRemove)?;
    members::remove(&request.app, &request.at, &request.preconditions, admin.found()?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// End the sessions of an admin
///
/// Their API sessions in this organization, and their portal sessions.
#[utoipa::path(delete, path = "/api/portal/orgs/{org}/admins/{admin}/sessions", tag = "administrators",
    operation_id = "admin_end_sessions", params(InOrganization, Id<AdminId>, Repeatable),
    responses(
    (status = 200, body = SessionsEnded),
    (status = 403, body = ProblemBody, description = "`own-account`, `exceeds-own-permissions`"),
))]
pub async fn end_sessions(
    request: ChangeRequest,
    admin: Id<AdminId>,
    _: NoBody,
) -> Result<Json<SessionsEnded>, Problem> {
    request.may(Operation::AdminEndSessions)?;
    let admin = admin.found()?;
    Ok(Json(
        members::end_sessions(&request.app, &request.at, &request.preconditions, admin).await?,
    ))
}

/// Renew an invitation
///
/// Creates a new link; the old one stops working.
#[utoipa::path(post, path = "/api/portal/orgs/{org}/admins/{admin}/invitation", tag = "administrators",
    operation_id = "admin_renew_invitation", params(InOrganization, Id<AdminId>, Versioned),
    responses(
    (status = 200, body = Invitation, description = "With the link"),
    (status = 403, body = ProblemBody, description = "`own-account`, `exceeds-own-permissions`"),
    (status = 409, body = ProblemBody, description = "`not-invited`"),
))]
pub async fn renew_invitation(request: ChangeRequest, admin: Id<AdminId>, _: NoBody) -> Result<Response, Problem> {
    request.may(Operation::AdminRenewInvitation)?;
    let invitation =
        members::renew_invitation(&request.app, &request.at, &request.preconditions, admin.found()?).await?;
    Ok(with_link(StatusCode::OK, invitation))
}

async fn changed(request: &ChangeRequest, admin: Id<AdminId>, what: MemberChange) -> Result<Response, Problem> {
    let administrator =
        members::change(&request.app, &request.at, &request.preconditions, admin.found()?, what).await?;
    Ok(([(header::ETAG, etag(administrator.version))], Json(administrator)).into_response())
}

fn with_link(status: StatusCode, invitation: Invitation) -> Response {
    const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");
    let tag = etag(invitation.administrator.version);
    (
        status,
        [(header::ETAG, tag), (header::CACHE_CONTROL, NO_STORE)],
        Json(invitation),
    )
        .into_response()
}
