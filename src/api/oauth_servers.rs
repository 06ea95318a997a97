//! OAuth 2.0 authorization servers of an organization, and its API roles.

use gloo_net::http::Method;
use keyward_contract::{
    ApiRole, ApiRoles, CheckToken, EditApiRole, EditOauthServer, JwksReport, OauthClient, OauthServer, OauthServerId,
    OauthServers, OrganizationId, TokenReport, ValidateJwks, paths,
};

use super::{
    ApiError, Change, Request,
    client::{self, Answer},
};

/// By name.
pub(crate) async fn oauth_servers_list(org: OrganizationId) -> Result<OauthServers, ApiError> {
    client::get(&paths::oauth_servers(org), None).await?.json()
}

/// Those seen last first.
pub(crate) async fn oauth_servers_usage(org: OrganizationId) -> Result<Vec<OauthClient>, ApiError> {
    client::get(&paths::oauth_server_usage(org), None).await?.json()
}

/// What is found at a location.
pub(crate) async fn oauth_server_validate(org: OrganizationId, of: &ValidateJwks) -> Result<JwksReport, ApiError> {
    let change = Change::new(Method::POST, paths::oauth_server_validate(org));
    change.with_body(of).send().await?.json()
}

/// Whether a token is admitted, and why not.
pub(crate) async fn oauth_server_check_token(
    org: OrganizationId,
    server: OauthServerId,
    token: String,
) -> Result<TokenReport, ApiError> {
    let change = Change::new(Method::POST, paths::oauth_server_check_token(org, server));
    change.with_body(&CheckToken { token }).send().await?.json()
}

pub(crate) fn oauth_server_add(org: OrganizationId, server: &EditOauthServer) -> Request<()> {
    let change = Change::new(Method::POST, paths::oauth_servers(org));
    Request::new(change.with_body(server), |answer| {
        answer.json::<OauthServer>().map(drop)
    })
}

/// `server` is as the admin has seen it.
pub(crate) fn oauth_server_edit(org: OrganizationId, server: &OauthServer, to: &EditOauthServer) -> Request<()> {
    let change = Change::new(Method::PUT, paths::oauth_server(org, server.id)).of_version(server.version);
    Request::new(change.with_body(to), |answer| answer.json::<OauthServer>().map(drop))
}

/// `server` is as the admin has seen it.
pub(crate) fn oauth_server_delete(org: OrganizationId, server: &OauthServer) -> Request<()> {
    let change = Change::new(Method::DELETE, paths::oauth_server(org, server.id)).of_version(server.version);
    Request::new(change, Answer::empty)
}

/// By name.
pub(crate) async fn api_roles_list(org: OrganizationId) -> Result<ApiRoles, ApiError> {
    client::get(&paths::api_roles(org), None).await?.json()
}

pub(crate) fn api_role_add(org: OrganizationId, role: &EditApiRole) -> Request<()> {
    let change = Change::new(Method::POST, paths::api_roles(org)).with_body(role);
    Request::new(change, |answer| answer.json::<ApiRole>().map(drop))
}

/// `role` is as the admin has seen it.
pub(crate) fn api_role_edit(org: OrganizationId, role: &ApiRole, to: &EditApiRole) -> Request<()> {
    let change = Change::new(Method::PUT, paths::api_role(org, role.id)).of_version(role.version);
    Request::new(change.with_body(to), |answer| answer.json::<ApiRole>().map(drop))
}

/// `role` is as the admin has seen it.
pub(crate) fn api_role_delete(org: OrganizationId, role: &ApiRole) -> Request<()> {
    let change = Change::new(Method::DELETE, paths::api_role(org, role.id)).of_version(role.version);
    Request::new(change, Answer::empty)
}
