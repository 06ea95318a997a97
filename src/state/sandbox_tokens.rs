//! The Sandbox API tokens of an organization, and changing them.

use keyward_contract::{
    NameSandboxToken, OrganizationId, SandboxToken, SandboxTokenClient, SandboxTokenId, SandboxTokenString,
    SandboxTokens,
};
use leptos::prelude::*;

use super::{
    ListChange, ListStore, Load, SecretStore,
    list::{Editable, Identity, Listed, Of},
};
pub(crate) use crate::api::sandbox_tokens::SandboxTokenAnswer;
use crate::api::{ApiError, Request, sandbox_tokens as api};

/// The one secret that shows.
pub(crate) type SandboxTokenSecret = SecretStore<(SandboxTokenId, SandboxTokenString)>;

impl Listed for SandboxToken {
    type Of = Of;
    type Answer = SandboxTokenAnswer;

    fn identity(&self) -> Identity<'_> {
        Identity(self.id.0, self.version, &self.name)
    }

    /// Without their secrets.
    async fn list(of: Of) -> Result<Vec<Self>, ApiError> {
        let SandboxTokens {
            tokens,
            base_url,
            capabilities,
        } = api::sandbox_tokens_list(of.org).await?;
        of.base_url.try_set(Some(base_url));
        of.capabilities.try_set(Some(capabilities));
        Ok(tokens)
    }
}

impl Editable for SandboxToken {
    type Edit = NameSandboxToken;

    const ADD: fn(OrganizationId, &NameSandboxToken) -> Request<SandboxTokenAnswer> = api::sandbox_token_add;
    const EDIT: fn(OrganizationId, &Self, &NameSandboxToken) -> Request<SandboxTokenAnswer> = api::sandbox_token_edit;
    const DELETE: fn(OrganizationId, &Self) -> Request<SandboxTokenAnswer> = api::sandbox_token_delete;
}

impl ListStore<SandboxToken> {
    /// The token in clear. An error has been dealt with where it can be; nothing where the admin did not want to.
    pub(crate) async fn reveal(self, id: SandboxTokenId) -> Option<Result<SandboxToken, ApiError>> {
        let ask = async || api::sandbox_token_reveal(self.of.org, id).await;
        self.session.ask(ask).await
    }

    /// Which token it is.
    pub(crate) async fn find(self, token: SandboxTokenString) -> Option<Result<SandboxToken, ApiError>> {
        let ask = async || api::sandbox_token_find(self.of.org, token.clone()).await;
        self.session.ask(ask).await
    }

    /// Who uses a token, loaded once.
    pub(crate) fn usage(self, id: SandboxTokenId) -> RwSignal<Load<Vec<SandboxTokenClient>>> {
        self.load_beside(async move || api::sandbox_token_usage(self.of.org, id).await)
    }
}

impl ListChange<SandboxToken> {
    pub(crate) fn regenerate(self, token: &SandboxToken) {
        self.start(api::sandbox_token_regenerate(self.of.of.org, token));
    }

    pub(crate) fn confirm(self, token: &SandboxToken) {
        self.start(api::sandbox_token_confirm(self.of.of.org, token));
    }
}
