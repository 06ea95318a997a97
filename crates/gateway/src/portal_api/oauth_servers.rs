//! `/api/portal/orgs/{org}/oauth-servers`

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use keyward_contract::{
    CheckToken, EditOauthServer, JwksReport, OauthClient, OauthServer, OauthServerId, OauthServers,
    Problem as ProblemBody, ProblemCode, TokenReport, ValidateJwks, check_claim_value, check_jwks_uri,
    check_oauth_server_description, check_oauth_server_name,
};

use super::parameters::{ChangeRequest, Id, InOrganization, Marked, Repeatable, Versioned};
use crate::{
    domain::oauth_servers::{self, OauthServerChange},
    http::{
        body::{JsonBody, NoBody},
        preconditions::etag,
        problem::Problem,
    },
    portal_auth::at_organization::AtOrganization,
    rules::{Needs, Operation},
    state::AppState,
};

/// The authorization servers
///
/// By name, with what the asking admin can do.
#[utoipa::path(get, path = "/api/portal/orgs/{org}/oauth-servers", tag = "OAuth 2.0 authorization servers",
    operation_id = "oauth_servers_list", params(InOrganization),
    responses((status = 200, body = OauthServers)))]
pub async fn list(State(app): State<AppState>, at: AtOrganization) -> Result<Json<OauthServers>, Problem> {
    at.can(Needs::View)?;
    Ok(Json(oauth_servers::list(&app, &at).await?))
}

/// Usage of access tokens
///
/// The clients of the last 30 days.
#[utoipa::path(get, path = "/api/portal/orgs/{org}/oauth-servers/usage", tag = "OAuth 2.0 authorization servers",
    operation_id = "oauth_servers_usage", params(InOrganization),
    responses((status = 200, body = Vec<OauthClient>)))]
pub async fn usage(State(app): State<AppState>, at: AtOrganization) -> Result<Json<Vec<OauthClient>>, Problem> {
    at.can(Needs::View)?;
    Ok(Json(oauth_servers::clients(&app, &at).await?))
}

/// Validate a JWKS URL
///
/// Fetches the keys, and says which would be accepted and why others wouldn't. Also accepts the URL of a discovery document.
#[utoipa::path(post, path = "/api/portal/orgs/{org}/oauth-servers/validate", tag = "OAuth 2.0 authorization servers",
    operation_id = "oauth_server_validate", params(InOrganization, Marked),
    request_body = ValidateJwks, responses(
    (status = 200, body = JwksReport, description = "Also if validation failed; `failure` says why"),
))]
pub async fn validate(
    State(app): State<AppState>,
    at: AtOrganization,
    body: Result<JsonBody<ValidateJwks>, Problem>,
) -> Result<Json<JwksReport>, Problem> {
    at.can(Needs::Change)?;
    let JsonBody(body) = body?;
    check_jwks_uri(&body.jwks_uri).map_err(|error| Problem::new(ProblemCode::InvalidInput).field("jwksUri", error))?;
    Ok(Json(oauth_servers::validate(&app, &at, &body).await))
}

/// Check a token
///
/// Says for each check whether the token passes it. The token is neither stored nor logged.
#[utoipa::path(post, path = "/api/portal/orgs/{org}/oauth-servers/{server}/check-token",
    tag = "OAuth 2.0 authorization servers", operation_id = "oauth_server_check_token",
    params(InOrganization, Id<OauthServerId>, Marked),
    request_body = CheckToken, responses((status = 200, body = TokenReport)))]
pub async fn check_token(
    State(app): State<AppState>,
    at: AtOrganization,
    server: Id<OauthServerId>,
    body: Result<JsonBody<CheckToken>, Problem>,
) -> Result<Json<TokenReport>, Problem> {
    at.can(Needs::View)?;
    let JsonBody(body) = body?;
    Ok(Json(
        oauth_servers::check_token(&app, &at, server.found()?, &body.token).await?,
    ))
}

/// Add an authorization server
///
/// An organization can have two; only one can be enabled.
#[utoipa::path(post, path = "/api/portal/orgs/{org}/oauth-servers", tag = "OAuth 2.0 authorization servers",
    operation_id = "oauth_server_add", params(InOrganization, Repeatable),
    request_body = EditOauthServer, responses(
    (status = 201, body = OauthServer, headers(("ETag" = String, description = "The version in double quotes"))),
    (status = 403, body = ProblemBody, description = "`access-tokens-disabled`, `subscription-expired`, `subscription-none`"),
    (status = 409, body = ProblemBody, description = "`oauth-server-exists`, `oauth-server-limit`, `oauth-server-enabled`"),
    (status = 422, body = ProblemBody, description = "`validation-required`"),
))]
pub async fn add(
    request: ChangeRequest,
    body: Result<JsonBody<EditOauthServer>, Problem>,
) -> Result<Response, Problem> {
    request.may(Operation::OauthServerAdd)?;
    let body = checked(body)?;
    change(&request, &OauthServerChange::Add(&body)).await
}

/// Edit an authorization server
#[utoipa::path(put, path = "/api/portal/orgs/{org}/oauth-servers/{server}", tag = "OAuth 2.0 authorization servers",
    operation_id = "oauth_server_edit", params(InOrganization, Id<OauthServerId>, Versioned),
    request_body = EditOauthServer, responses(
    (status = 200, body = OauthServer, headers(("ETag" = String, description = "The version in double quotes"))),
    (status = 403, body = ProblemBody, description = "`access-tokens-disabled`, `subscription-expired`, `subscription-none`"),
    (status = 409, body = ProblemBody, description = "`oauth-server-exists`, `oauth-server-enabled`"),
    (status = 422, body = ProblemBody, description = "`validation-required`"),
))]
pub async fn edit(
    request: ChangeRequest,
    server: Id<OauthServerId>,
    body: Result<JsonBody<EditOauthServer>, Problem>,
) -> Result<Response, Problem> {
    request.may(Operation::OauthServerEdit)?;
    let body = checked(body)?;
    let wanted = OauthServerChange::Edit(server.found()?, &body);
    change(&request, &wanted).await
}

/// Delete an authorization server
///
/// Its tokens stop working immediately.
#[utoipa::path(delete, path = "/api/portal/orgs/{org}/oauth-servers/{server}", tag = "OAuth 2.0 authorization servers",
    operation_id = "oauth_server_delete", params(InOrganization, Id<OauthServerId>, Versioned),
    responses(
    (status = 204),
    (status = 403, body = ProblemBody, description = "`access-tokens-disabled`, `subscription-expired`, `subscription-none`"),
))]
pub async fn delete(request: ChangeRequest, server: Id<OauthServerId>, _: NoBody) -> Result<Response, Problem> {
    request.may(Operation::OauthServerDelete)?;
    change(&request, &OauthServerChange::Delete(server.found()?)).await
}

async fn change(request: &ChangeRequest, wanted: &OauthServerChange<'_>) -> Result<Response, Problem> {
    let status = match wanted {
        OauthServerChange::Add(_) => StatusCode::CREATED,
        _ => StatusCode::OK,
    };
    let changed = oauth_servers::change(&request.app, &request.at, &request.preconditions, wanted).await?;
    Ok(match changed {
        Some(server) => (status, [(header::ETAG, etag(server.version))], Json(server)).into_response(),
        None => StatusCode::NO_CONTENT.into_response(),
    })
}

fn checked(body: Result<JsonBody<EditOauthServer>, Problem>) -> Result<EditOauthServer, Problem> {
    let JsonBody(body) = body?;
    let settings = &body.settings;
    for (field, checked) in [
        ("jwksUri", check_jwks_uri(&settings.jwks_uri)),
        ("name", check_oauth_server_name(&settings.name)),
        ("description", check_oauth_server_description(&settings.description)),
        ("audience", check_claim_value(&settings.audience)),
        ("issuer", check_claim_value(&settings.issuer)),
        ("clientId", check_claim_value(&settings.client_id)),
    ] {
        checked.map_err(|error| Problem::new(ProblemCode::InvalidInput).field(field, error))?;
    }
    Ok(body)
}
