//! What the page *Getting started* shows, and the language that its snippets are in.

use keyward_contract::{
    ApiRoles, ApiTrial, OauthServers, Organization, OrganizationId, SandboxTokens, SignInFailures, Subscription,
};
use leptos::{prelude::*, task::spawn_local};

use super::{
    Load, SessionStore, fresh,
    load::{begin_again, take_over},
};
use crate::{
    api::{ApiError, api_sign_ins, oauth_servers, organizations, sandbox_tokens},
    browser::storage::{self, Kept},
};

/// What the gateway tells of an organization's ways in, kept up to date while someone looks.
#[derive(Clone, Copy)]
pub(crate) struct GettingStarted {
    pub(crate) org: OrganizationId,
    pub(crate) organization: RwSignal<Load<Organization>>,
    pub(crate) servers: RwSignal<Load<OauthServers>>,
    pub(crate) roles: RwSignal<Load<ApiRoles>>,
    pub(crate) tokens: RwSignal<Load<SandboxTokens>>,
    pub(crate) failures: RwSignal<Load<SignInFailures>>,
    session: SessionStore,
}

impl GettingStarted {
    /// Loads, and refreshes until the current owner is gone.
    pub(crate) fn new(org: OrganizationId, session: SessionStore) -> Self {
        let store = Self {
            org,
            organization: RwSignal::new(Load::Loading),
            servers: RwSignal::new(Load::Loading),
            roles: RwSignal::new(Load::Loading),
            tokens: RwSignal::new(Load::Loading),
            failures: RwSignal::new(Load::Loading),
            session,
        };
        store.refresh();
        fresh::keep(session, move || store.refresh());
        store
    }

    pub(crate) fn refresh(self) {
        spawn_local(async move {
            self.load(self.organization, organizations::organization_read(self.org))
                .await;
            let of = self.organization.try_with_untracked(|it| {
                let it = it.ready()?;
                Some((it.subscription, it.api_sign_ins.failures))
            });
            let Some(Some((subscription, refused))) = of else {
                return;
            };
            if refused.is_none() {
                self.refresh_failures();
            }
            if subscription != Subscription::None {
                spawn_local(self.load(self.servers, oauth_servers::oauth_servers_list(self.org)));
                spawn_local(self.load(self.roles, oauth_servers::api_roles_list(self.org)));
                spawn_local(self.load(self.tokens, sandbox_tokens::sandbox_tokens_list(self.org)));
            }
        });
    }

    /// Looks for failures alone, after a try.
    pub(crate) fn refresh_failures(self) {
        spawn_local(self.load(self.failures, api_sign_ins::api_key_failures(self.org)));
    }

    /// Tries again after a failed load.
    pub(crate) fn reload(self) {
        begin_again(self.organization);
        begin_again(self.servers);
        begin_again(self.roles);
        begin_again(self.tokens);
        begin_again(self.failures);
        self.refresh();
    }

    /// Signs in with the key as an API client would; nothing where the admin did not want to sign in to the portal again.
    pub(crate) async fn try_it(self, password: String) -> Option<Result<ApiTrial, ApiError>> {
        let ask = async || api_sign_ins::api_key_try(self.org, password.clone()).await;
        self.session.ask(ask).await
    }

    async fn load<A>(self, into: RwSignal<Load<A>>, ask: impl Future<Output = Result<A, ApiError>>)
    where
        A: PartialEq + Send + Sync + 'static,
    {
        let answer = ask.await;
        if !into.is_disposed() && !self.session.hear(&answer) {
            take_over(into, answer);
        }
    }
}

/// The programming language that an admin has chosen in this browser.
#[derive(Clone, Copy)]
pub(crate) struct SnippetLanguage(RwSignal<String>);

impl SnippetLanguage {
    const NAME: &'static str = "keyward.language";

    pub(crate) fn new() -> Self {
        Self(RwSignal::new(
            storage::read(Kept::Always, Self::NAME).unwrap_or_default(),
        ))
    }

    /// Its place among these names; the first where it is not among them.
    pub(crate) fn among(self, names: &[&'static str]) -> usize {
        self.0
            .with(|chosen| names.iter().position(|name| name == chosen))
            .unwrap_or_default()
    }

    pub(crate) fn choose(self, name: &'static str) {
        self.0.set(name.to_owned());
        storage::write(Kept::Always, Self::NAME, name);
    }
}
