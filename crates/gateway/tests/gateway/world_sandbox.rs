//! A Sandbox API token for the two organizations

use keyward_contract::{OrganizationId, SandboxTokenId, SandboxTokenString};
use keyward_gateway::{random, store::keys::sandbox_tokens};

use crate::world::World;

impl World {
    /// The only Sandbox API token that an organization has.
    pub(crate) async fn sandbox_token(&self, organization: OrganizationId) -> (SandboxTokenId, SandboxTokenString) {
        let mut transaction = self.gateway.app.store.write().await.expect("a transaction");
        let rows = sandbox_tokens::list(&mut transaction, organization, None).await;
        for row in rows.expect("rows") {
            sandbox_tokens::delete(&mut transaction, row.token.id)
                .await
                .expect("deleted");
        }
        let token = random::sandbox_token_string();
        let change = self.change(1);
        let secrets = &self.gateway.app.secrets;
        let id = sandbox_tokens::insert(&mut transaction, secrets, organization, ("scanner", &token), &change)
            .await
            .expect("a token");
        transaction.commit().await.expect("a commit");
        (id, token)
    }
}
