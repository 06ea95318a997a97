//! The OAuth 2.0 authorization servers and API roles of an organization, and changing them.

use keyward_contract::{
    ApiRole, EditApiRole, EditOauthServer, JwksReport, OauthClient, OauthServer, OauthServerId, OrganizationId,
    Refusal, TokenReport, ValidateJwks,
};
use leptos::prelude::*;

use super::{ListChange, ListStore, Load, SessionStore};
use crate::api::{ApiError, oauth_servers as api};

/// Of which organization, and why the admin can't add and edit; nothing until that is known.
#[derive(Clone, Copy)]
pub(crate) struct Of {
    pub(crate) org: OrganizationId,
    pub(crate) refused: RwSignal<Option<Refused>>,
}

/// Why not; nothing where they can.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Refused {
    pub(crate) add: Option<Refusal>,
    pub(crate) edit: Option<Refusal>,
}

impl Of {
    fn new(org: OrganizationId) -> Self {
        Self {
            org,
            refused: RwSignal::new(None),
        }
    }
}

/// The servers.
pub(crate) type OauthServerList = ListStore<OauthServer, Of>;
/// The API roles.
pub(crate) type ApiRoleList = ListStore<ApiRole, Of>;

impl OauthServerList {
    /// Loads the servers.
    pub(crate) fn of_oauth_servers(org: OrganizationId, session: SessionStore) -> Self {
        Self::new(Of::new(org), session, |of| Box::pin(load_servers(of)))
    }

    /// What is found at a JWKS location.
    pub(crate) async fn validate(self, of: &ValidateJwks) -> Option<Result<JwksReport, ApiError>> {
        self.ask_for(async || api::oauth_server_validate(self.scope.org, of).await)
            .await
    }

    /// Whether a token is admitted, and why not.
    pub(crate) async fn check(self, id: OauthServerId, token: &str) -> Option<Result<TokenReport, ApiError>> {
        let ask = async || api::oauth_server_check_token(self.scope.org, id, token.to_owned()).await;
        self.ask_for(ask).await
    }

    /// Who came with access tokens, loaded once.
    pub(crate) fn clients(self) -> RwSignal<Load<Vec<OauthClient>>> {
        let clients = RwSignal::new(Load::Loading);
        leptos::task::spawn_local(async move {
            let asked = self.ask_for(async || api::oauth_servers_usage(self.scope.org).await);
            let loaded = match asked.await {
                Some(Ok(loaded)) => Load::Ready(loaded),
                Some(Err(error)) => Load::Failed(error),
                None => return,
            };
            clients.try_set(loaded);
        });
        clients
    }
}

async fn load_servers(of: Of) -> Result<Vec<OauthServer>, ApiError> {
    let answer = api::oauth_servers_list(of.org).await?;
    let (add, edit) = (answer.add, answer.edit);
    of.refused.try_set(Some(Refused { add, edit }));
    Ok(answer.servers)
}

impl ListChange<OauthServer, (), Of> {
    pub(crate) fn add(self, server: &EditOauthServer) {
        self.start(api::oauth_server_add(self.list.scope.org, server));
    }

    pub(crate) fn edit(self, server: &OauthServer, to: &EditOauthServer) {
        self.start(api::oauth_server_edit(self.list.scope.org, server, to));
    }

    pub(crate) fn delete(self, server: &OauthServer) {
        self.start(api::oauth_server_delete(self.list.scope.org, server));
    }
}

impl ApiRoleList {
    /// Loads the API roles.
    pub(crate) fn of_api_roles(org: OrganizationId, session: SessionStore) -> Self {
        Self::new(Of::new(org), session, |of| Box::pin(load_roles(of)))
    }
}

async fn load_roles(of: Of) -> Result<Vec<ApiRole>, ApiError> {
    let answer = api::api_roles_list(of.org).await?;
    let (add, edit) = (answer.add, answer.edit);
    of.refused.try_set(Some(Refused { add, edit }));
    Ok(answer.roles)
}

impl ListChange<ApiRole, (), Of> {
    pub(crate) fn add(self, role: &EditApiRole) {
        self.start(api::api_role_add(self.list.scope.org, role));
    }

    pub(crate) fn edit(self, role: &ApiRole, to: &EditApiRole) {
        self.start(api::api_role_edit(self.list.scope.org, role, to));
    }

    pub(crate) fn delete(self, role: &ApiRole) {
        self.start(api::api_role_delete(self.list.scope.org, role));
    }
}
