//! A gateway whose organization lives at another gateway: the upstream is a process of its own.

use std::sync::Arc;

use axum::http::{Method, StatusCode};
use keyward_contract::{Admin, OrganizationId, Subscription};
use keyward_gateway::{
    clock::Clock,
    config::Networks,
    domain::operator,
    random,
    store::{
        keys::upstreams::{self, Place, UpstreamCredentials, UpstreamKind},
        organizations::{self, Organization},
    },
};
use reqwest::Client;
use serde_json::{Value, json};

use crate::{
    data::TestData,
    process::{Server, init},
    support::{ADMIN, Acme, Answer, Gateway, PASSWORD, get, obfuscated, post, usable},
    upstream_front::Front,
};

/// A session of the Cloud & Branch Connector API, as `JSESSIONID=…`.
pub(crate) async fn open_connector_session(url: &str, key: &str) -> String {
    let timestamp = usable(Clock::System.now().timestamp_millis());
    let body = json!({ "apiKey": obfuscated(key, timestamp), "username": ADMIN, "password": PASSWORD,
                       "timestamp": timestamp });
    let request = Client::new().post(format!("{url}/ztw/api/v1/auth")).json(&body);
    let answer = request.send().await.expect("an answer");
    let cookie = answer
        .headers()
        .get("set-cookie")
        .expect("a session")
        .to_str()
        .expect("text");
    cookie.split(';').next().expect("a cookie").to_owned()
}

/// The upstream: a gateway with an organization of its own, and its Super Admin.
pub(crate) struct Upstream {
    pub(crate) server: Arc<Server>,
    pub(crate) data: TestData,
}

impl Upstream {
    pub(crate) async fn start() -> Self {
        let data = TestData::on_sqlite();
        assert!(init(&data).status.success());
        let without_limits = ["--rate-limit-read", "off", "--rate-limit-write", "off"];
        let server = Server::start_with(&data, &without_limits);
        server.sign_in().await;
        let server = Arc::new(server);
        Self { server, data }
    }

    pub(crate) async fn key(&self) -> String {
        self.server.key().await["key"].as_str().expect("a key").to_owned()
    }

    /// How often the key was regenerated there.
    pub(crate) fn regenerations(&self) -> i64 {
        self.data
            .value("SELECT COUNT(*) FROM audit_log WHERE action = 'Regenerate' AND result = 'Success'")
    }

    pub(crate) async fn credentials(&self) -> UpstreamCredentials {
        UpstreamCredentials {
            name: ADMIN.to_owned(),
            secret: PASSWORD.to_owned(),
            key: Some(self.key().await.parse().expect("a key")),
        }
    }
}

/// Where the key lives for who asks this front for a session.
pub(crate) fn legacy(front: &Front) -> Place {
    Place {
        kind: UpstreamKind::ZtwLegacy,
        url: format!("{}/ztw", front.url),
        token_url: String::new(),
        audience: String::new(),
    }
}

/// The same for who asks it for an access token.
pub(crate) fn one_api(front: &Front) -> (Place, UpstreamCredentials) {
    let place = Place {
        kind: UpstreamKind::OneApi,
        url: front.url.clone(),
        token_url: format!("{}/oauth2/v1/token", front.url),
        audience: "https://api.example".to_owned(),
    };
    let credentials = UpstreamCredentials {
        name: "client".to_owned(),
        secret: "secret".to_owned(),
        key: None,
    };
    (place, credentials)
}

/// A gateway with an organization whose key lives at the upstream, and a front between them.
pub(crate) struct Elsewhere {
    pub(crate) acme: Acme,
    pub(crate) front: Front,
    pub(crate) upstream: Upstream,
}

impl std::ops::Deref for Elsewhere {
    type Target = Acme;

    fn deref(&self) -> &Acme {
        &self.acme
    }
}

impl Elsewhere {
    /// By a session.
    pub(crate) async fn legacy() -> Self {
        let upstream = Upstream::start().await;
        let front = Front::start(&upstream.server).await;
        let credentials = upstream.credentials().await;
        let acme = acme(&legacy(&front), &credentials, Networks::loopback()).await;
        Self { acme, front, upstream }
    }

    /// By an access token.
    pub(crate) async fn one_api() -> Self {
        let upstream = Upstream::start().await;
        let front = Front::start(&upstream.server).await;
        let (place, credentials) = one_api(&front);
        let acme = acme(&place, &credentials, Networks::loopback()).await;
        Self { acme, front, upstream }
    }

    /// The key as the page reads it, now.
    pub(crate) async fn read_now(&self) -> Value {
        // What was read a moment ago is current enough for a page; a reveal asks again.
        self.send(self.change(Method::POST, "/reveal").empty()).await;
        let answer = self.read().await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        answer.json()
    }

    /// A regeneration with this idempotency key.
    pub(crate) async fn regenerate_as(&self, name: &str, version: &str) -> Answer {
        let request = self.change(Method::POST, "/regenerate").header("if-match", version);
        self.send(request.header("idempotency-key", name).empty()).await
    }

    /// How often the log has a regeneration with this result.
    pub(crate) async fn logged(&self, result: &str) -> usize {
        let rows = self.audit_log().await;
        let is_it = |row: &&String| row.starts_with("Regenerate") && row.contains(ADMIN) && row.contains(result);
        rows.iter().filter(is_it).count()
    }
}

/// A gateway with Acme, whose key lives there, at the time that it is.
pub(crate) async fn acme(place: &Place, credentials: &UpstreamCredentials, allowed: Networks) -> Acme {
    let clock = Clock::fixed(Clock::System.now());
    let gateway = Gateway::with_clock(clock, |config| config.oauth_allowed_networks = allowed).await;
    let (organization, admin) = add(&gateway, place, credentials).await;
    let cookie = gateway.sign_in(ADMIN).await;
    Acme {
        gateway,
        organization,
        admin,
        cookie,
    }
}

async fn add(gateway: &Gateway, place: &Place, credentials: &UpstreamCredentials) -> (OrganizationId, Admin) {
    let organization = Organization {
        id: random::organization_id(),
        name: "Acme".to_owned(),
        cloud: "cloud.example".to_owned(),
        subscription: Subscription::Active,
        access_tokens: true,
        has_upstream: true,
    };
    let (secrets, now) = (&gateway.app.secrets, gateway.clock.now());
    let mut transaction = gateway.app.store.write().await.expect("a transaction");
    let added = operator::add_organization(&mut transaction, secrets, &organization, ADMIN, now).await;
    let token = added.expect("an organization");
    let lives = (place, credentials);
    let added = operator::add_upstream(&mut transaction, secrets, organization.id, lives, now).await;
    added.expect("an upstream");
    transaction.commit().await.expect("a commit");
    let body = json!({ "token": *token, "password": PASSWORD });
    let accepted = gateway.send(post("/api/portal/invitation").json(&body)).await;
    assert_eq!(accepted.status, StatusCode::CREATED, "{}", accepted.text);
    let mut reader = gateway.app.store.read().await.expect("a reader");
    let (admin, _) = keyward_gateway::store::people::admins::find_by_login(&mut reader, ADMIN)
        .await
        .expect("a row")
        .expect("an admin");
    let known = organizations::of_admin(&mut reader, admin.id)
        .await
        .expect("organizations");
    assert_eq!(known.len(), 1);
    (organization.id, admin)
}

impl Acme {
    /// Replaces the credentials, as the operator does.
    pub(crate) async fn set_credentials(&self, credentials: &UpstreamCredentials) {
        let secrets = &self.app.secrets;
        let mut transaction = self.app.store.write().await.expect("a transaction");
        let row = upstreams::find(&mut transaction, self.organization)
            .await
            .expect("a row")
            .expect("an upstream");
        let lives = (&row.place, credentials);
        operator::set_upstream(&mut transaction, secrets, &row, lives, self.clock.now())
            .await
            .expect("a change");
        transaction.commit().await.expect("a commit");
    }

    /// Something of the organization, as the portal reads it.
    pub(crate) async fn portal(&self, more: &str) -> Answer {
        let path = format!("/api/portal/orgs/{}{more}", self.organization);
        self.send(get(&path).cookie(&self.cookie).empty()).await
    }
}
