//! The authorization server and the API role that a request is about

use keyward_contract::{ApiPermission, ApiRoleId, OauthServerId, OauthServerSettings, OrganizationId};
use keyward_gateway::store::keys::{api_roles, oauth_servers};

use crate::world::World;

pub(crate) const JWKS: &str = "https://login.invalid/keys";

pub(crate) fn server_settings(name: &str) -> OauthServerSettings {
    OauthServerSettings {
        name: name.to_owned(),
        description: String::new(),
        enabled: false,
        jwks_uri: JWKS.to_owned(),
        certificate_validation: true,
        audience: String::new(),
        issuer: String::new(),
        client_id: String::new(),
    }
}

impl World {
    /// The only authorization server that an organization has.
    pub(crate) async fn oauth_server(&self, organization: OrganizationId) -> OauthServerId {
        let mut transaction = self.gateway.app.store.write().await.expect("a transaction");
        let rows = oauth_servers::list(&mut transaction, organization, None).await;
        for row in rows.expect("rows") {
            oauth_servers::delete(&mut transaction, row.id).await.expect("deleted");
        }
        let change = self.change(1);
        let id = oauth_servers::insert(&mut transaction, organization, &server_settings("Login"), &change)
            .await
            .expect("a server");
        transaction.commit().await.expect("a commit");
        id
    }

    /// The only API role that an organization has.
    pub(crate) async fn api_role(&self, organization: OrganizationId) -> ApiRoleId {
        let mut transaction = self.gateway.app.store.write().await.expect("a transaction");
        let rows = api_roles::list(&mut transaction, organization, None).await;
        for row in rows.expect("rows") {
            api_roles::delete(&mut transaction, row.id).await.expect("deleted");
        }
        let id = api_roles::insert(&mut transaction, organization, "reader", ApiPermission::View)
            .await
            .expect("a role");
        transaction.commit().await.expect("a commit");
        id
    }
}
