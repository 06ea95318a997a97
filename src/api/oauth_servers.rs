//! OAuth 2.0 authorization servers of an organization, and its API roles.

use keyward_contract::{
    ApiRole, ApiRoles, CheckToken, EditApiRole, EditOauthServer, JwksReport, OauthClient, OauthServer, OauthServerId,
    OauthServers, OrganizationId, TokenReport, ValidateJwks, paths,
};

use super::{
    ApiError, Request,
    client::{self, Change},
};

/// By name.
pub(crate) async fn oauth_servers_list(org: OrganizationId) -> Result<OauthServers, ApiError> {
    client::read(&paths::oauth_servers(org)).await
}

/// Those seen last first.
pub(crate) async fn oauth_servers_usage(org: OrganizationId) -> Result<Vec<OauthClient>, ApiError> {
    client::read(&paths::oauth_server_usage(org)).await
}

/// What is found at a location.
pub(crate) async fn oauth_server_validate(org: OrganizationId, of: &ValidateJwks) -> Result<JwksReport, ApiError> {
    Change::post(paths::oauth_server_validate(org))
        .with_body(of)
        .ask()
        .await
}

/// Whether a token is admitted, and why not.
pub(crate) async fn oauth_server_check_token(
    org: OrganizationId,
    server: OauthServerId,
    token: String,
) -> Result<TokenReport, ApiError> {
    Change::post(paths::oauth_server_check_token(org, server))
        .with_body(&CheckToken { token })
        .ask()
        .await
}

pub(crate) fn oauth_server_add(org: OrganizationId, server: &EditOauthServer) -> Request<()> {
    client::add::<OauthServer>(paths::oauth_servers(org), server)
}

/// `server` is as the admin has seen it.
pub(crate) fn oauth_server_edit(org: OrganizationId, server: &OauthServer, to: &EditOauthServer) -> Request<()> {
    client::edit::<OauthServer>(paths::oauth_server(org, server.id), server.version, to)
}

/// `server` is as the admin has seen it.
pub(crate) fn oauth_server_delete(org: OrganizationId, server: &OauthServer) -> Request<()> {
    client::delete(paths::oauth_server(org, server.id), server.version)
}

/// By name.
pub(crate) async fn api_roles_list(org: OrganizationId) -> Result<ApiRoles, ApiError> {
    client::read(&paths::api_roles(org)).await
}

pub(crate) fn api_role_add(org: OrganizationId, role: &EditApiRole) -> Request<()> {
    client::add::<ApiRole>(paths::api_roles(org), role)
}

/// `role` is as the admin has seen it.
pub(crate) fn api_role_edit(org: OrganizationId, role: &ApiRole, to: &EditApiRole) -> Request<()> {
    client::edit::<ApiRole>(paths::api_role(org, role.id), role.version, to)
}

/// `role` is as the admin has seen it.
pub(crate) fn api_role_delete(org: OrganizationId, role: &ApiRole) -> Request<()> {
    client::delete(paths::api_role(org, role.id), role.version)
}
