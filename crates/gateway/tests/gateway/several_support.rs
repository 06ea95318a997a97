//! Two gateways on one PostgreSQL database, and changes that are repeated until they are answered.

use std::time::Duration;

use reqwest::{Client, Method, RequestBuilder, Response, StatusCode};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    audit_chain,
    data::TestData,
    database::variable,
    process::{Server, init},
};

/// How often something is done: the first number, or the second one with `KEYWARD_TEST_THOROUGH=1`.
pub(crate) fn times(usual: usize, thorough: usize) -> usize {
    match variable("KEYWARD_TEST_THOROUGH") {
        None => usual,
        Some(_) => thorough,
    }
}

/// A moment within a change: some 40 milliseconds from now at most.
pub(crate) async fn random_moment() {
    let (random, ..) = Uuid::new_v4().as_fields();
    tokio::time::sleep(Duration::from_micros(u64::from(random) % 40_000)).await;
}

/// Waits until something is so.
pub(crate) async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    for _ in 0..3000 {
        if is_so().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("never: {what}");
}

/// Two processes, each with a data folder of its own.
pub(crate) struct Gateways {
    pub(crate) servers: [Server; 2],
    /// Signed in, at both.
    client: Client,
    organization: i64,
    folders: [TestData; 2],
}

impl Gateways {
    pub(crate) async fn start(data: TestData) -> Self {
        Self::start_with(data, &[]).await
    }

    pub(crate) async fn start_with(data: TestData, arguments: &[&str]) -> Self {
        let said = init(&data);
        assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
        let folders = [data.of_another_gateway(), data];
        let [mut first, second] = [0, 1].map(|at| Server::start_with(&folders[at], arguments));
        second.sign_in().await;
        let client = second.client.clone();
        first.client = client.clone();
        Self {
            organization: first.organization().await,
            servers: [first, second],
            client,
            folders,
        }
    }

    pub(crate) fn data(&self) -> &TestData {
        &self.folders[0]
    }

    /// After a kill.
    pub(crate) fn restart(&mut self, at: usize) {
        self.servers[at] = Server::start(&self.folders[at]);
        self.servers[at].client = self.client.clone();
    }

    pub(crate) fn urls(&self) -> [&str; 2] {
        [&self.servers[0].url, &self.servers[1].url]
    }

    /// A request about the key, with the portal session.
    pub(crate) fn key_request(&self, method: Method, url: &str, more: &str) -> RequestBuilder {
        let url = format!("{url}/api/portal/orgs/{}/api-key{more}", self.organization);
        self.client.request(method, url).header("x-keyward", "1")
    }

    /// The version of the key, as soon as the gateway says it: connections from before a restart of the database fail once.
    pub(crate) async fn version(&self, url: &str) -> usize {
        for _ in 0..3000 {
            let answer = self
                .key_request(Method::POST, url, "/reveal")
                .send()
                .await
                .expect("an answer");
            match answer.status() {
                StatusCode::OK => return version(&answer.json().await.expect("a key")),
                status => assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE),
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("never answered");
    }

    /// A change of the key that isn't made yet.
    pub(crate) fn change(&self) -> Change {
        Change {
            client: self.client.clone(),
            path: format!("/api/portal/orgs/{}/api-key/regenerate", self.organization),
            name: Uuid::new_v4().to_string(),
        }
    }

    /// That the log is intact, and that as many changes are in it.
    pub(crate) fn assert_audited(&self, changes: usize) {
        let said = audit_chain::verify(self.data(), &[]).expect("intact");
        assert!(said.starts_with("Audit log intact: "), "{said}");
        let rows = self
            .data()
            .rows("audit_log WHERE action = 'Regenerate' AND result = 'Success'");
        assert_eq!(usize::try_from(rows).expect("a count"), changes);
    }
}

/// One change, of whichever version of the key, with its `Idempotency-Key`.
#[derive(Clone)]
pub(crate) struct Change {
    client: Client,
    path: String,
    name: String,
}

impl Change {
    pub(crate) async fn send(&self, url: &str) -> reqwest::Result<Response> {
        let request = self.client.post(format!("{url}{}", self.path)).header("x-keyward", "1");
        let request = request.header("idempotency-key", &self.name).header("if-match", "*");
        request.send().await
    }

    /// Repeats it in turns at these gateways until it is answered, and returns the key that it made.
    pub(crate) async fn repeat(&self, urls: &[&str]) -> Value {
        for attempt in 0..3000 {
            if let Ok(answer) = self.send(urls[attempt % urls.len()]).await {
                let (status, text) = (answer.status(), answer.text().await);
                match (status, text) {
                    (StatusCode::OK, Ok(text)) => return serde_json::from_str(&text).expect("a key"),
                    // The connection ended within the answer.
                    (StatusCode::OK, Err(_)) => {}
                    // The first request is still running.
                    (StatusCode::CONFLICT, Ok(text)) if text.contains("idempotency-key-in-use") => {}
                    // From the gateway, or from the proxy in front of one that is gone.
                    (StatusCode::SERVICE_UNAVAILABLE | StatusCode::BAD_GATEWAY, _) => {}
                    (status, text) => panic!("attempt {attempt}: {status} {text:?}"),
                }
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("never answered");
    }
}

/// The version of a key.
pub(crate) fn version(key: &Value) -> usize {
    let version = key["version"].as_u64().expect("a version");
    usize::try_from(version).expect("a small number")
}
