//! Acme with an authorization server, and what is asked of it

use std::time::Duration;

use axum::http::{Method, StatusCode, header};
use keyward_contract::ApiPermission;
use keyward_gateway::{
    config::{Config, Networks},
    domain::operator,
    store::{keys::api_roles, organizations},
};
use serde_json::{Value, json};

use crate::{
    oauth_provider::{Provider, SigningKey, jwks},
    support::{Acme, Answer, Builder, get, request},
};

/// Acme with an authorization server that is enabled, and the API roles `full`, `view` and `none`.
pub(crate) struct Oauth {
    pub(crate) acme: Acme,
    pub(crate) provider: Provider,
    pub(crate) key: SigningKey,
}

impl Oauth {
    pub(crate) async fn new() -> Self {
        let key = SigningKey::p256("one");
        let provider = Provider::start(jwks(&[&key])).await;
        let acme = Acme::allowing_loopback().await;
        let oauth = Self { acme, provider, key };
        for permission in [ApiPermission::Full, ApiPermission::View, ApiPermission::None] {
            let mut transaction = oauth.acme.app.store.write().await.expect("a transaction");
            api_roles::insert(
                &mut transaction,
                oauth.acme.organization,
                permission.as_str(),
                permission,
            )
            .await
            .expect("a role");
            transaction.commit().await.expect("a commit");
        }
        let server = oauth
            .acme
            .add_server(&oauth.acme.server(&oauth.provider.jwks_uri()))
            .await;
        assert_eq!(server.status, StatusCode::CREATED, "{}", server.text);
        oauth
    }

    pub(crate) async fn restarted(mut self, change: impl FnOnce(&mut Config)) -> Self {
        self.acme.gateway = self.acme.gateway.restart_with(change).await;
        self
    }

    pub(crate) fn scope(&self, role: &str) -> String {
        format!("cloud.example::{}::{role}", self.acme.organization)
    }

    /// Claims that are accepted.
    pub(crate) fn claims(&self) -> Value {
        let now = self.acme.clock.now().timestamp();
        json!({ "iss": "https://login.example", "aud": ["https://api.example", "other"], "client_id": "script",
                "scope": format!("openid {}", self.scope("full")), "iat": now, "nbf": now, "exp": now + 300 })
    }

    pub(crate) fn claims_with(&self, claim: &str, value: Value) -> Value {
        let mut claims = self.claims();
        claims[claim] = value;
        claims
    }

    pub(crate) async fn verify(&self, token: &str) -> Answer {
        self.ask(token, &[]).await
    }

    pub(crate) async fn ask(&self, token: &str, headers: &[(&str, &str)]) -> Answer {
        let mut asked = get("/verify").header("authorization", &format!("Bearer {token}"));
        for (name, value) in headers {
            asked = asked.header(name, value);
        }
        self.acme.send(asked.empty()).await
    }

    pub(crate) async fn admits(&self, claims: &Value) {
        let answer = self.verify(&self.key.sign(claims)).await;
        assert_eq!(answer.status.as_u16(), 204, "{claims}: {}", answer.text);
    }

    /// The reason is in the audit log, the description in the answer.
    pub(crate) async fn refuses(&self, token: &str, description: &str, reason: &str) {
        let answer = self.verify(token).await;
        assert_eq!(
            (answer.status.as_u16(), answer.code().as_str()),
            (401, "ACCESS_TOKEN_NOT_VALID"),
            "{reason}"
        );
        let challenge = answer.header(header::WWW_AUTHENTICATE);
        assert!(
            challenge.starts_with(r#"Bearer realm="Keyward", error="invalid_token""#),
            "{challenge}"
        );
        assert!(challenge.contains(description), "{reason}: {challenge}");
        let log = self.acme.audit_log().await;
        let last = log.last().expect("a row");
        assert!(last.contains("Sign In") && last.contains(reason), "{reason}: {last}");
        assert!(!last.contains(token), "{last}");
    }
}

impl Acme {
    /// With authorization servers on this machine, and sessions that outlive a test that moves the clock.
    pub(crate) async fn allowing_loopback() -> Self {
        Self::with(|config| {
            config.oauth_allowed_networks = Networks::loopback();
            config.session_idle = Duration::from_secs(12 * 60 * 60);
            config.fresh_password = config.session_idle;
        })
        .await
    }

    pub(crate) fn server(&self, jwks_uri: &str) -> Value {
        json!({ "name": "Login", "description": "", "enabled": true, "jwksUri": jwks_uri, "certificateValidation": true,
                "audience": "https://api.example", "issuer": "https://login.example", "clientId": "script" })
    }

    pub(crate) fn oauth(&self, method: Method, more: &str) -> Builder {
        let path = format!("/api/portal/orgs/{}/oauth-servers{more}", self.organization);
        request(method, &path).cookie(&self.cookie).header("x-keyward", "1")
    }

    /// Lets access tokens in, or not, as the service provider does.
    pub(crate) async fn set_access_tokens(&self, enabled: bool) {
        let mut transaction = self.app.store.write().await.expect("a transaction");
        let found = organizations::find(&mut transaction, self.organization).await;
        let organization = found.expect("found").expect("Acme");
        let (secrets, now) = (&self.app.secrets, self.clock.now());
        let set = operator::set_access_tokens(&mut transaction, secrets, &organization, enabled, now);
        set.await.expect("done");
        transaction.commit().await.expect("a commit");
    }

    pub(crate) async fn validate(&self, jwks_uri: &str) -> Value {
        self.validate_with(jwks_uri, true).await
    }

    pub(crate) async fn validate_with(&self, jwks_uri: &str, certificate_validation: bool) -> Value {
        let body = json!({ "jwksUri": jwks_uri, "certificateValidation": certificate_validation });
        let answer = self.send(self.oauth(Method::POST, "/validate").json(&body)).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        answer.json()
    }

    /// Adds a server after a validation of its location.
    pub(crate) async fn add_server(&self, settings: &Value) -> Answer {
        let report = self.validate(settings["jwksUri"].as_str().expect("a location")).await;
        let body = json!({ "settings": settings, "validation": report["validation"] });
        self.send(self.oauth(Method::POST, "").json(&body)).await
    }

    pub(crate) async fn servers(&self) -> Value {
        self.send(self.oauth(Method::GET, "").empty()).await.json()
    }
}
