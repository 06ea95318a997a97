//! The Sandbox API tokens of an organization, and changing them.

use keyward_contract::{
    Capabilities, OrganizationId, SandboxToken, SandboxTokenClient, SandboxTokenId, SandboxTokenString, SandboxTokens,
};
use leptos::prelude::*;

use super::{ListChange, ListStore, Load, SecretStore, SessionStore};
pub(crate) use crate::api::sandbox_tokens::SandboxTokenAnswer;
use crate::api::{ApiError, sandbox_tokens as api};

/// Of which organization, and what is the same for all of its tokens.
#[derive(Clone, Copy)]
pub(crate) struct OfTokens {
    pub(crate) org: OrganizationId,
    pub(crate) base_url: RwSignal<Option<String>>,
    pub(crate) capabilities: RwSignal<Option<Capabilities>>,
}

/// The tokens, without their secrets.
pub(crate) type SandboxTokenList = ListStore<SandboxToken, OfTokens>;
/// Changes of them.
pub(crate) type SandboxTokenChange = ListChange<SandboxToken, SandboxTokenAnswer, OfTokens>;
/// The one secret that shows.
pub(crate) type SandboxTokenSecret = SecretStore<(SandboxTokenId, SandboxTokenString)>;

impl SandboxTokenList {
    /// Loads the tokens.
    pub(crate) fn of_sandbox_tokens(org: OrganizationId, session: SessionStore) -> Self {
        let of = OfTokens {
            org,
            base_url: RwSignal::new(None),
            capabilities: RwSignal::new(None),
        };
        Self::new(of, session, |of| Box::pin(load(of)))
    }

    /// The token in clear. An error has been dealt with where it can be; nothing where the admin did not want to.
    pub(crate) async fn reveal(self, id: SandboxTokenId) -> Option<Result<SandboxToken, ApiError>> {
        self.ask_for(async || api::sandbox_token_reveal(self.scope.org, id).await)
            .await
    }

    /// Which token it is.
    pub(crate) async fn find(self, token: &SandboxTokenString) -> Option<Result<SandboxToken, ApiError>> {
        self.ask_for(async || api::sandbox_token_find(self.scope.org, token.clone()).await)
            .await
    }

    /// Who uses a token.
    pub(crate) async fn clients(self, id: SandboxTokenId) -> Option<Result<Vec<SandboxTokenClient>, ApiError>> {
        self.ask_for(async || api::sandbox_token_usage(self.scope.org, id).await)
            .await
    }
}

async fn load(of: OfTokens) -> Result<Vec<SandboxToken>, ApiError> {
    let SandboxTokens {
        tokens,
        base_url,
        capabilities,
    } = api::sandbox_tokens_list(of.org).await?;
    of.base_url.try_set(Some(base_url));
    of.capabilities.try_set(Some(capabilities));
    Ok(tokens)
}

impl SandboxTokenChange {
    pub(crate) fn add(self, name: &str) {
        self.start(api::sandbox_token_add(self.list.scope.org, name));
    }

    pub(crate) fn rename(self, token: &SandboxToken, name: &str) {
        self.start(api::sandbox_token_edit(self.list.scope.org, token, name));
    }

    pub(crate) fn regenerate(self, token: &SandboxToken) {
        self.start(api::sandbox_token_regenerate(self.list.scope.org, token));
    }

    pub(crate) fn confirm(self, token: &SandboxToken) {
        self.start(api::sandbox_token_confirm(self.list.scope.org, token));
    }

    pub(crate) fn delete(self, token: &SandboxToken) {
        self.start(api::sandbox_token_delete(self.list.scope.org, token));
    }
}

/// The clients of a token, loaded once.
pub(crate) fn clients_of(list: SandboxTokenList, id: SandboxTokenId) -> RwSignal<Load<Vec<SandboxTokenClient>>> {
    let clients = RwSignal::new(Load::Loading);
    leptos::task::spawn_local(async move {
        let loaded = match list.clients(id).await {
            Some(Ok(loaded)) => Load::Ready(loaded),
            Some(Err(error)) => Load::Failed(error),
            None => return,
        };
        clients.try_set(loaded);
    });
    clients
}
