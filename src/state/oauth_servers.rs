//! The OAuth 2.0 authorization servers and API roles of an organization.

use keyward_contract::{
    ApiRole, Capabilities, EditApiRole, EditOauthServer, JwksReport, OauthClient, OauthServer, OauthServerId,
    OrganizationId, Refusal, TokenReport, ValidateJwks,
};
use leptos::prelude::*;

use super::{
    ListStore, Load,
    list::{Editable, Identity, Listed, Of},
};
use crate::api::{ApiError, Request, oauth_servers as api};

/// What the gateway says of adding and editing; who edits also deletes.
fn capabilities(add: Option<Refusal>, edit: Option<Refusal>) -> Option<Capabilities> {
    Some(Capabilities {
        add,
        edit,
        regenerate: edit,
        delete: edit,
        reveal: edit,
    })
}

impl Listed for OauthServer {
    type Of = Of;
    type Answer = ();

    fn identity(&self) -> Identity<'_> {
        Identity(self.id.0, self.version, &self.settings.name)
    }

    async fn list(of: Of) -> Result<Vec<Self>, ApiError> {
        let answer = api::oauth_servers_list(of.org).await?;
        of.capabilities.try_set(capabilities(answer.add, answer.edit));
        Ok(answer.servers)
    }
}

impl Editable for OauthServer {
    type Edit = EditOauthServer;

    const ADD: fn(OrganizationId, &EditOauthServer) -> Request<()> = api::oauth_server_add;
    const EDIT: fn(OrganizationId, &Self, &EditOauthServer) -> Request<()> = api::oauth_server_edit;
    const DELETE: fn(OrganizationId, &Self) -> Request<()> = api::oauth_server_delete;
}

impl ListStore<OauthServer> {
    /// What is found at a JWKS location.
    pub(crate) async fn validate(self, of: &ValidateJwks) -> Option<Result<JwksReport, ApiError>> {
        let ask = async || api::oauth_server_validate(self.of.org, of).await;
        self.session.ask(ask).await
    }

    /// Whether a token is admitted, and why not.
    pub(crate) async fn check_token(self, id: OauthServerId, token: String) -> Option<Result<TokenReport, ApiError>> {
        let ask = async || api::oauth_server_check_token(self.of.org, id, token.clone()).await;
        self.session.ask(ask).await
    }

    /// Who came with access tokens, loaded once.
    pub(crate) fn usage(self) -> RwSignal<Load<Vec<OauthClient>>> {
        self.load_beside(async move || api::oauth_servers_usage(self.of.org).await)
    }
}

impl Listed for ApiRole {
    type Of = Of;
    type Answer = ();

    fn identity(&self) -> Identity<'_> {
        Identity(self.id.0, self.version, &self.name)
    }

    async fn list(of: Of) -> Result<Vec<Self>, ApiError> {
        let answer = api::api_roles_list(of.org).await?;
        of.capabilities.try_set(capabilities(answer.add, answer.edit));
        Ok(answer.roles)
    }
}

impl Editable for ApiRole {
    type Edit = EditApiRole;

    const ADD: fn(OrganizationId, &EditApiRole) -> Request<()> = api::api_role_add;
    const EDIT: fn(OrganizationId, &Self, &EditApiRole) -> Request<()> = api::api_role_edit;
    const DELETE: fn(OrganizationId, &Self) -> Request<()> = api::api_role_delete;
}
