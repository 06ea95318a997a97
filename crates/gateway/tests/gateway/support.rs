//! The real router on a real database of its own, with a clock that stands still.

use axum::{
    Router,
    body::Body,
    http::{HeaderMap, HeaderName, Method, Request, StatusCode, header},
};
use chrono::{DateTime, Utc};
use http_body_util::BodyExt as _;
use keyward_contract::{Admin, KeyString, OrganizationId, Permissions, obfuscate, places_shown};
use keyward_gateway::{
    app::{self, App},
    clock::Clock,
    config::Config,
    domain::operator::{self, NewOrganization},
    edge::{self, Edge, Probes},
    state::AppState,
    store::{audit::audit_log, organizations, people::roles},
};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::data::TestData;

pub(crate) const ADMIN: &str = "admin@acme.example";
pub(crate) const PASSWORD: &str = "correct horse battery";

/// A gateway in this process.
pub(crate) struct Gateway {
    pub(crate) router: Router,
    pub(crate) app: AppState,
    pub(crate) clock: Clock,
    pub(crate) setup_token: Option<String>,
    pub(crate) data: TestData,
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {:?}", self.text))
    }

    /// The machine code of a problem or of an API error.
    pub(crate) fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }

    pub(crate) fn header(&self, name: HeaderName) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("text"))
    }

    /// The cookie it sets, as `name=value`.
    pub(crate) fn cookie(&self) -> String {
        self.header(header::SET_COOKIE)
            .split(';')
            .next()
            .unwrap_or_default()
            .to_owned()
    }
}

impl Gateway {
    /// A gateway that is not set up.
    pub(crate) async fn empty() -> Self {
        Self::with(|_| {}).await
    }

    /// A gateway that is not set up, with settings.
    pub(crate) async fn with(change: impl FnOnce(&mut Config)) -> Self {
        let clock = Clock::fixed(DateTime::<Utc>::from_timestamp_millis(1_700_000_000_000).expect("an instant"));
        Self::with_clock(clock, change).await
    }

    /// The same with another clock.
    pub(crate) async fn with_clock(clock: Clock, change: impl FnOnce(&mut Config)) -> Self {
        let data = TestData::new();
        let mut config = data.config();
        change(&mut config);
        Self::on(data, config, clock).await
    }

    async fn on(data: TestData, config: Config, clock: Clock) -> Self {
        let App {
            state,
            portal_api,
            cloud_api,
            setup_token,
        } = app::build(config.clone(), clock.clone()).await.expect("a gateway");
        let store = state.store.clone();
        let ready = Box::new(move || {
            let store = store.clone();
            Box::pin(async move { store.is_ready().await }) as std::pin::Pin<Box<dyn Future<Output = bool> + Send>>
        });
        let watched = state.clone();
        let probes = Probes {
            ready,
            clock_is_trusted: Box::new(move || watched.trust.now().is_some()),
            ..Probes::of(&state)
        };
        let router = edge::portal_stack(portal_api.merge(cloud_api), Edge::new(&config, probes, app::API_ERRORS));
        Self {
            router,
            app: state,
            clock,
            setup_token: setup_token.map(|token| token.to_string()),
            data,
        }
    }

    /// The same data after a restart.
    pub(crate) async fn restart(self) -> Self {
        self.restart_with(|_| {}).await
    }

    /// The same data after a restart with other settings.
    pub(crate) async fn restart_with(self, change: impl FnOnce(&mut Config)) -> Self {
        self.app.store.close().await;
        let mut config = self.app.config.clone();
        change(&mut config);
        Self::on(self.data, config, self.clock).await
    }

    /// Makes an organization with a Super Admin called `admin` whose password is [`PASSWORD`].
    pub(crate) async fn organization(&self, name: &str, admin: &str) -> (OrganizationId, Admin) {
        let hash = self
            .app
            .passwords
            .hash(PASSWORD, keyward_gateway::credentials::password::Asker::operator())
            .await
            .expect("a hash");
        let mut transaction = self.app.store.write().await.expect("a transaction");
        let new = NewOrganization {
            name,
            cloud: "cloud.example",
            admin,
            password_hash: &hash,
        };
        let admin = operator::create_organization(&mut transaction, &self.app.secrets, &new, self.clock.now())
            .await
            .expect("an organization");
        transaction.commit().await.expect("a commit");
        let mut reader = self.app.store.read().await.expect("a reader");
        let organizations = organizations::of_admin(&mut reader, admin.id)
            .await
            .expect("organizations");
        (organizations[0].id, admin)
    }

    /// Gives an admin a role of their own with these permissions.
    pub(crate) async fn set_permissions(&self, organization: OrganizationId, admin: &Admin, permissions: Permissions) {
        let mut transaction = self.app.store.write().await.expect("a transaction");
        let name = format!("Custom {}", keyward_gateway::random::id());
        let role = roles::insert(&mut transaction, organization, &name, None, permissions)
            .await
            .expect("a role");
        organizations::set_role(&mut transaction, organization, admin.id, role)
            .await
            .expect("a role");
        transaction.commit().await.expect("a commit");
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("a body").to_bytes();
        let text = String::from_utf8(bytes.to_vec()).expect("text");
        Answer {
            status: parts.status,
            headers: parts.headers,
            text,
        }
    }

    /// Signs in at the portal as [`ADMIN`] and answers the cookie.
    pub(crate) async fn sign_in(&self, username: &str) -> String {
        let body = json!({ "username": username, "password": PASSWORD });
        let answer = self.send(post("/api/portal/session").json(&body)).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        answer.cookie()
    }

    /// Signs in at the cloud service API with a key.
    pub(crate) async fn api_sign_in(&self, key: &str, username: &str, password: &str) -> Answer {
        self.api_sign_in_from("127.0.0.1", key, username, password).await
    }

    /// The same from an address, for gateways that trust 127.0.0.1 as a proxy.
    pub(crate) async fn api_sign_in_from(&self, address: &str, key: &str, username: &str, password: &str) -> Answer {
        // The clock stands at 1700000000000, which shows too little of the key. Here it has ten of its characters.
        let timestamp = self.clock.now().timestamp_millis() + 175_390;
        let body = json!({
            "apiKey": obfuscated(key, timestamp),
            "username": username,
            "password": password,
            "timestamp": timestamp.to_string(),
        });
        let request = post("/api/v1/authenticatedSession").header("x-forwarded-for", address);
        self.send(request.json(&body)).await
    }

    /// Signs in at the portal from an address, for gateways that trust 127.0.0.1 as a proxy.
    pub(crate) async fn sign_in_from(&self, address: &str, username: &str, password: &str) -> Answer {
        let body = json!({ "username": username, "password": password });
        let request = post("/api/portal/session").header("x-forwarded-for", address);
        self.send(request.json(&body)).await
    }

    /// Whether an API session is alive.
    pub(crate) async fn api_session_lives(&self, cookie: &str) -> bool {
        let answer = self
            .send(get("/api/v1/authenticatedSession").cookie(cookie).empty())
            .await;
        let lives = answer.json()["authType"] == "ADMIN_LOGIN";
        let said = if lives { "200 " } else { "401 SESSION_NOT_VALID" };
        assert_eq!(format!("{} {}", answer.status.as_u16(), answer.code()), said);
        lives
    }

    /// The audit log as `action, admin, interface, result, reason`, oldest first, with what is counted up to now.
    pub(crate) async fn audit_log(&self) -> Vec<String> {
        self.app.counted.write_all().await.expect("written");
        let mut reader = self.app.store.read().await.expect("a reader");
        audit_log::summary(&mut reader).await.expect("rows")
    }
}

/// A gateway with the organization Acme and an admin who is signed in.
pub(crate) struct Acme {
    pub(crate) gateway: Gateway,
    pub(crate) organization: OrganizationId,
    pub(crate) admin: Admin,
    pub(crate) cookie: String,
}

impl std::ops::Deref for Acme {
    type Target = Gateway;

    fn deref(&self) -> &Gateway {
        &self.gateway
    }
}

impl Acme {
    pub(crate) async fn new() -> Self {
        Self::with(|_| {}).await
    }

    pub(crate) async fn with(change: impl FnOnce(&mut Config)) -> Self {
        let gateway = Gateway::with(change).await;
        let (organization, admin) = gateway.organization("Acme", ADMIN).await;
        let cookie = gateway.sign_in(ADMIN).await;
        Self {
            gateway,
            organization,
            admin,
            cookie,
        }
    }

    /// The path of the key, with more behind it.
    pub(crate) fn path(&self, more: &str) -> String {
        format!("/api/portal/orgs/{}/api-key{more}", self.organization)
    }

    /// A change of the key as the page sends it.
    pub(crate) fn change(&self, method: Method, more: &str) -> Builder {
        request(method, &self.path(more))
            .cookie(&self.cookie)
            .header("x-keyward", "1")
    }

    pub(crate) async fn read(&self) -> Answer {
        self.send(get(&self.path("")).cookie(&self.cookie).empty()).await
    }

    /// The entity tag of the key.
    pub(crate) async fn etag(&self) -> String {
        self.read().await.header(header::ETAG).to_owned()
    }

    /// The key in clear.
    pub(crate) async fn key(&self) -> String {
        let answer = self.send(self.change(Method::POST, "/reveal").empty()).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        answer.json()["key"].as_str().expect("a key").to_owned()
    }

    /// Regenerates the key.
    pub(crate) async fn regenerate(&self) -> Answer {
        let etag = self.etag().await;
        self.send(
            self.change(Method::POST, "/regenerate")
                .header("if-match", &etag)
                .empty(),
        )
        .await
    }
}

/// A request under way.
pub(crate) struct Builder(axum::http::request::Builder);

impl Builder {
    pub(crate) fn header(self, name: &str, value: &str) -> Self {
        Self(self.0.header(name, value))
    }

    pub(crate) fn cookie(self, cookie: &str) -> Self {
        self.header("cookie", cookie)
    }

    pub(crate) fn json(self, body: &Value) -> Request<Body> {
        self.text("application/json", body.to_string())
    }

    pub(crate) fn text(self, content_type: &str, body: impl Into<Body>) -> Request<Body> {
        self.0
            .header("content-type", content_type)
            .body(body.into())
            .expect("a request")
    }

    pub(crate) fn empty(self) -> Request<Body> {
        self.0.body(Body::empty()).expect("a request")
    }
}

pub(crate) fn request(method: Method, path: &str) -> Builder {
    Builder(Request::builder().method(method).uri(path))
}

pub(crate) fn get(path: &str) -> Builder {
    request(Method::GET, path)
}

pub(crate) fn post(path: &str) -> Builder {
    request(Method::POST, path)
}

/// The first timestamp from this one on that shows many places of the key.
pub(crate) fn usable(from: i64) -> i64 {
    let shows = |at: &i64| places_shown(at.unsigned_abs()) >= 8;
    (from..).find(shows).expect("a timestamp")
}

/// What an API client sends in place of the key.
pub(crate) fn obfuscated(key: &str, timestamp: i64) -> String {
    let key: KeyString = key.parse().expect("a key");
    let timestamp = u64::try_from(timestamp).expect("after 1970");
    String::from_utf8(obfuscate(&key, timestamp).to_vec()).expect("characters of a key")
}
