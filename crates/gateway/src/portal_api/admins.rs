//! `/api/portal/orgs/{org}/admins`

use axum::{
    Json,
    extract::{Path, State, rejection::PathRejection},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use keyward_contract::{
    AdminId, Administrator, ChangeRole, Invitation, InviteAdministrator, Problem as ProblemBody, ProblemCode,
    SessionsEnded,
};
use serde::Deserialize;

use crate::{
    domain::members::{self, MemberChange},
    http::{
        body::{JsonBody, NoBody},
        preconditions::{Preconditions, etag},
        problem::Problem,
    },
    names,
    portal_auth::at_organization::AtOrganization,
    rules::{Needs, Operation},
    state::AppState,
};

/// The admin in a path.
#[derive(Deserialize)]
pub struct Segment {
    admin: AdminId,
}

type AdminPath = Result<Path<Segment>, PathRejection>;

/// The admins
///
/// By name, invited and disabled ones included, with what the asking admin can do with each.
#[utoipa::path(get, path = "/api/portal/orgs/{org}/admins", tag = "administrators", operation_id = "admins_list",
    params(("org" = i64, Path, description = "Identifier of the organization")), responses(
    (status = 200, body = Vec<Administrator>),
    (status = 403, body = ProblemBody, description = "`permission-denied`"),
    (status = 404, body = ProblemBody, description = "`organization-not-found`"),
))]
pub async fn list(State(app): State<AppState>, at: AtOrganization) -> Result<Json<Vec<Administrator>>, Problem> {
    at.can(Needs::Admins)?;
    Ok(Json(members::list(&app, &at).await?))
}

/// Invite an admin
///
/// Makes a one-time link to hand to them. The answer is the same whether there is an account of this name already.
#[utoipa::path(post, path = "/api/portal/orgs/{org}/admins", tag = "administrators", operation_id = "admin_invite",
    params(("org" = i64, Path, description = "Identifier of the organization"),
    ("X-Keyward" = String, Header, description = "`1`"),
    ("Idempotency-Key" = Option<String>, Header, description = "A UUID that makes the request safe to repeat")),
    request_body = InviteAdministrator, responses(
    (status = 201, body = Invitation, description = "With the link"),
    (status = 403, body = ProblemBody,
        description = "`permission-denied`, `fresh-password-required`, `exceeds-own-permissions`"),
    (status = 404, body = ProblemBody, description = "`role-not-found`, `organization-not-found`"),
    (status = 409, body = ProblemBody, description = "`administrator-exists`, `idempotency-key-in-use`"),
    (status = 422, body = ProblemBody, description = "`invalid-input`, `idempotency-key-reused`"),
))]
pub async fn invite(
    State(app): State<AppState>,
    at: AtOrganization,
    preconditions: Preconditions,
    body: Result<JsonBody<InviteAdministrator>, Problem>,
) -> Result<Response, Problem> {
    at.may(&app, Operation::AdminInvite)?;
    let JsonBody(mut body) = body?;
    body.name =
        names::login(&body.name).map_err(|error| Problem::new(ProblemCode::InvalidInput).field("name", error))?;
    let invitation = members::invite(&app, &at, &preconditions, &body).await?;
    Ok(with_link(StatusCode::CREATED, invitation))
}

/// Change the role of an admin
///
/// What the new role does not allow ends at once, API sessions included.
#[utoipa::path(put, path = "/api/portal/orgs/{org}/admins/{admin}", tag = "administrators",
    operation_id = "admin_change_role", params(("org" = i64, Path, description = "Identifier of the organization"),
    ("admin" = i64, Path, description = "Identifier of the admin"),
    ("X-Keyward" = String, Header, description = "`1`"),
    ("If-Match" = String, Header, description = "The ETag of the admin"),
    ("Idempotency-Key" = Option<String>, Header, description = "A UUID that makes the request safe to repeat")),
    request_body = ChangeRole, responses(
    (status = 200, body = Administrator, headers(("ETag" = String, description = "The version in double quotes"))),
    (status = 403, body = ProblemBody, description = "`permission-denied`, `fresh-password-required`, `own-account`, \
        `exceeds-own-permissions`"),
    (status = 404, body = ProblemBody,
        description = "`administrator-not-found`, `role-not-found`, `organization-not-found`"),
    (status = 409, body = ProblemBody, description = "`last-super-admin`, `idempotency-key-in-use`"),
    (status = 412, body = ProblemBody, description = "`stale-version`"),
    (status = 422, body = ProblemBody, description = "`invalid-input`, `idempotency-key-reused`"),
    (status = 428, body = ProblemBody, description = "`if-match-required`"),
))]
pub async fn change_role(
    State(app): State<AppState>,
    at: AtOrganization,
    admin: AdminPath,
    preconditions: Preconditions,
    body: Result<JsonBody<ChangeRole>, Problem>,
) -> Result<Response, Problem> {
    at.may(&app, Operation::AdminChangeRole)?;
    let JsonBody(ChangeRole { role_id }) = body?;
    changed(&app, &at, admin, &preconditions, MemberChange::Role(role_id)).await
}

/// Disable an admin
///
/// They keep the role and can't make use of it. Their API sessions here end, and their portal sessions when no
/// organization is left.
#[utoipa::path(post, path = "/api/portal/orgs/{org}/admins/{admin}/disable", tag = "administrators",
    operation_id = "admin_disable", params(("org" = i64, Path, description = "Identifier of the organization"),
    ("admin" = i64, Path, description = "Identifier of the admin"),
    ("X-Keyward" = String, Header, description = "`1`"),
    ("If-Match" = String, Header, description = "The ETag of the admin"),
    ("Idempotency-Key" = Option<String>, Header, description = "A UUID that makes the request safe to repeat")),
    responses(
    (status = 200, body = Administrator, headers(("ETag" = String, description = "The version in double quotes"))),
    (status = 403, body = ProblemBody, description = "`permission-denied`, `fresh-password-required`, `own-account`, \
        `exceeds-own-permissions`"),
    (status = 404, body = ProblemBody, description = "`administrator-not-found`, `organization-not-found`"),
    (status = 409, body = ProblemBody, description = "`last-super-admin`, `idempotency-key-in-use`"),
    (status = 412, body = ProblemBody, description = "`stale-version`"),
    (status = 422, body = ProblemBody, description = "`idempotency-key-reused`"),
    (status = 428, body = ProblemBody, description = "`if-match-required`"),
))]
pub async fn disable(
    State(app): State<AppState>,
    at: AtOrganization,
    admin: AdminPath,
    preconditions: Preconditions,
    _: NoBody,
) -> Result<Response, Problem> {
    at.may(&app, Operation::AdminDisable)?;
    changed(&app, &at, admin, &preconditions, MemberChange::Disable).await
}

/// Enable an admin
///
/// Whoever has not accepted the invitation yet is invited again.
#[utoipa::path(post, path = "/api/portal/orgs/{org}/admins/{admin}/enable", tag = "administrators",
    operation_id = "admin_enable", params(("org" = i64, Path, description = "Identifier of the organization"),
    ("admin" = i64, Path, description = "Identifier of the admin"),
    ("X-Keyward" = String, Header, description = "`1`"),
    ("If-Match" = String, Header, description = "The ETag of the admin"),
    ("Idempotency-Key" = Option<String>, Header, description = "A UUID that makes the request safe to repeat")),
    responses(
    (status = 200, body = Administrator, headers(("ETag" = String, description = "The version in double quotes"))),
    (status = 403, body = ProblemBody, description = "`permission-denied`, `fresh-password-required`, `own-account`, \
        `exceeds-own-permissions`"),
    (status = 404, body = ProblemBody, description = "`administrator-not-found`, `organization-not-found`"),
    (status = 409, body = ProblemBody, description = "`last-super-admin`, `idempotency-key-in-use`"),
    (status = 412, body = ProblemBody, description = "`stale-version`"),
    (status = 422, body = ProblemBody, description = "`idempotency-key-reused`"),
    (status = 428, body = ProblemBody, description = "`if-match-required`"),
))]
pub async fn enable(
    State(app): State<AppState>,
    at: AtOrganization,
    admin: AdminPath,
    preconditions: Preconditions,
    _: NoBody,
) -> Result<Response, Problem> {
    at.may(&app, Operation::AdminEnable)?;
    changed(&app, &at, admin, &preconditions, MemberChange::Enable).await
}

/// Remove an admin from the organization
///
/// The account goes with its last role.
#[utoipa::path(delete, path = "/api/portal/orgs/{org}/admins/{admin}", tag = "administrators",
    operation_id = "admin_remove", params(("org" = i64, Path, description = "Identifier of the organization"),
    ("admin" = i64, Path, description = "Identifier of the admin"),
    ("X-Keyward" = String, Header, description = "`1`"),
    ("If-Match" = String, Header, description = "The ETag of the admin"),
    ("Idempotency-Key" = Option<String>, Header, description = "A UUID that makes the request safe to repeat")),
    responses(
    (status = 204),
    (status = 403, body = ProblemBody, description = "`permission-denied`, `fresh-password-required`, `own-account`, \
        `exceeds-own-permissions`"),
    (status = 404, body = ProblemBody, description = "`administrator-not-found`, `organization-not-found`"),
    (status = 409, body = ProblemBody, description = "`last-super-admin`, `idempotency-key-in-use`"),
    (status = 412, body = ProblemBody, description = "`stale-version`"),
    (status = 422, body = ProblemBody, description = "`idempotency-key-reused`"),
    (status = 428, body = ProblemBody, description = "`if-match-required`"),
))]
pub async fn remove(
    State(app): State<AppState>,
    at: AtOrganization,
    admin: AdminPath,
    preconditions: Preconditions,
    _: NoBody,
) -> Result<StatusCode, Problem> {
    at.may(&app, Operation::AdminRemove)?;
    members::remove(&app, &at, &preconditions, admin_id(admin)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// End the sessions of an admin
///
/// Their API sessions in this organization, and their portal sessions.
#[utoipa::path(delete, path = "/api/portal/orgs/{org}/admins/{admin}/sessions", tag = "administrators",
    operation_id = "admin_end_sessions", params(("org" = i64, Path, description = "Identifier of the organization"),
    ("admin" = i64, Path, description = "Identifier of the admin"),
    ("X-Keyward" = String, Header, description = "`1`"),
    ("Idempotency-Key" = Option<String>, Header, description = "A UUID that makes the request safe to repeat")),
    responses(
    (status = 200, body = SessionsEnded),
    (status = 403, body = ProblemBody, description = "`permission-denied`, `fresh-password-required`, `own-account`, \
        `exceeds-own-permissions`"),
    (status = 404, body = ProblemBody, description = "`administrator-not-found`, `organization-not-found`"),
    (status = 409, body = ProblemBody, description = "`idempotency-key-in-use`"),
    (status = 422, body = ProblemBody, description = "`idempotency-key-reused`"),
))]
pub async fn end_sessions(
    State(app): State<AppState>,
    at: AtOrganization,
    admin: AdminPath,
    preconditions: Preconditions,
    _: NoBody,
) -> Result<Json<SessionsEnded>, Problem> {
    at.may(&app, Operation::AdminEndSessions)?;
    let admin = admin_id(admin)?;
    Ok(Json(members::end_sessions(&app, &at, &preconditions, admin).await?))
}

/// Renew an invitation
///
/// Makes a new link; the old one stops working.
#[utoipa::path(post, path = "/api/portal/orgs/{org}/admins/{admin}/invitation", tag = "administrators",
    operation_id = "admin_renew_invitation", params(("org" = i64, Path, description = "Identifier of the organization"),
    ("admin" = i64, Path, description = "Identifier of the admin"),
    ("X-Keyward" = String, Header, description = "`1`"),
    ("If-Match" = String, Header, description = "The ETag of the admin"),
    ("Idempotency-Key" = Option<String>, Header, description = "A UUID that makes the request safe to repeat")),
    responses(
    (status = 200, body = Invitation, description = "With the link"),
    (status = 403, body = ProblemBody, description = "`permission-denied`, `fresh-password-required`, `own-account`, \
        `exceeds-own-permissions`"),
    (status = 404, body = ProblemBody, description = "`administrator-not-found`, `organization-not-found`"),
    (status = 409, body = ProblemBody, description = "`not-invited`, `idempotency-key-in-use`"),
    (status = 412, body = ProblemBody, description = "`stale-version`"),
    (status = 422, body = ProblemBody, description = "`idempotency-key-reused`"),
    (status = 428, body = ProblemBody, description = "`if-match-required`"),
))]
pub async fn renew_invitation(
    State(app): State<AppState>,
    at: AtOrganization,
    admin: AdminPath,
    preconditions: Preconditions,
    _: NoBody,
) -> Result<Response, Problem> {
    at.may(&app, Operation::AdminRenewInvitation)?;
    let invitation = members::renew_invitation(&app, &at, &preconditions, admin_id(admin)?).await?;
    Ok(with_link(StatusCode::OK, invitation))
}

async fn changed(
    app: &AppState,
    at: &AtOrganization,
    admin: AdminPath,
    preconditions: &Preconditions,
    what: MemberChange,
) -> Result<Response, Problem> {
    let administrator = members::change(app, at, preconditions, admin_id(admin)?, what).await?;
    Ok(([(header::ETAG, etag(administrator.version))], Json(administrator)).into_response())
}

fn admin_id(path: AdminPath) -> Result<AdminId, Problem> {
    let Path(Segment { admin }) = path.map_err(|_| ProblemCode::AdministratorNotFound)?;
    Ok(admin)
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
