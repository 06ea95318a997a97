//! The real binary in a process of its own.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    process::{Child, Command, Output, Stdio},
};

use reqwest::{Client, RequestBuilder, StatusCode};
use serde_json::{Value, json};

use crate::{
    data::TestData,
    support::{ADMIN, PASSWORD, obfuscated, usable},
};

pub(crate) fn keyward(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_keyward"));
    command.args(arguments).env_clear();
    command
}

/// A command on this data.
fn on(data: &TestData, arguments: &[&str]) -> Command {
    let mut command = keyward(arguments);
    command.arg("--data").arg(data.path()).envs(data.environment());
    command
}

/// Runs a command on this data to its end.
pub(crate) fn operate(data: &TestData, arguments: &[&str]) -> Output {
    on(data, arguments).output().expect("keyward runs")
}

/// Runs a command that must succeed.
pub(crate) fn operate_well(data: &TestData, arguments: &[&str]) {
    let output = operate(data, arguments);
    assert!(
        output.status.success(),
        "{arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// Sets an installation up, with Acme and its admin.
pub(crate) fn init(data: &TestData) -> Output {
    let arguments = [
        "init",
        "--organization",
        "Acme",
        "--cloud",
        "cloud.example",
        "--admin",
        ADMIN,
        "--password-stdin",
    ];
    let mut child = on(data, &arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("keyward runs");
    child
        .stdin
        .take()
        .expect("standard input")
        .write_all(PASSWORD.as_bytes())
        .expect("written");
    child.wait_with_output().expect("an end")
}

/// Opens a session of the cloud service API at this address, and returns its cookie.
pub(crate) async fn open_session(url: &str, key: &str) -> Option<String> {
    let timestamp = usable(keyward_gateway::clock::Clock::System.now().timestamp_millis());
    let body = json!({
        "apiKey": obfuscated(key, timestamp),
        "username": ADMIN,
        "password": PASSWORD,
        "timestamp": timestamp,
    });
    let request = Client::new().post(format!("{url}/api/v1/authenticatedSession"));
    let answer = request.json(&body).send().await.expect("an answer");
    let cookie = answer.headers().get("set-cookie")?.to_str().expect("text");
    let cookie = cookie.split(';').next()?.to_owned();
    (answer.status() == StatusCode::OK).then_some(cookie)
}

/// `keyward serve`, killed when dropped.
pub(crate) struct Server {
    pub(crate) url: String,
    pub(crate) client: Client,
    child: Child,
}

impl Server {
    pub(crate) fn start(data: &TestData) -> Self {
        Self::start_with(data, &[])
    }

    pub(crate) fn start_with(data: &TestData, more: &[&str]) -> Self {
        Self::start_limited(data, &[&["--rate-limit-session", "off"], more].concat())
    }

    /// With the rate limits that it has by default.
    pub(crate) fn start_limited(data: &TestData, more: &[&str]) -> Self {
        let mut command = on(data, &["serve", "--listen", "127.0.0.1:0", "--log", "error"]);
        command.args(more);
        Self::spawn(command)
    }

    /// One that trusts these certificates, and nothing that the operating system does.
    pub(crate) fn start_trusting(data: &TestData, more: &[&str], certificates: &Path) -> Self {
        let mut command = on(data, &["serve", "--listen", "127.0.0.1:0", "--log", "error"]);
        command.args(more).env("SSL_CERT_FILE", certificates);
        Self::spawn(command)
    }

    fn spawn(mut command: Command) -> Self {
        // Without it no client can be built, and a test that runs alone would leave the server behind.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut child = command.stdout(Stdio::piped()).spawn().expect("keyward runs");
        let mut lines = BufReader::new(child.stdout.take().expect("standard output")).lines();
        let line = lines.next().expect("a line").expect("text");
        let url = line.strip_prefix("Keyward serves at ").expect("the address").to_owned();
        let client = Client::builder().cookie_store(true).build().expect("a client");
        Self { url, client, child }
    }

    /// Like a power cut: SIGKILL.
    pub(crate) fn kill(&mut self) {
        self.child.kill().expect("killed");
        self.child.wait().expect("an end");
    }

    /// As an operator does.
    pub(crate) fn stop(&mut self) {
        self.signal("TERM");
        assert!(self.child.wait().expect("an end").success());
    }

    pub(crate) fn signal(&self, name: &str) {
        let mut kill = Command::new("kill");
        let kill = kill.arg(format!("-{name}")).arg(self.child.id().to_string());
        assert!(kill.status().expect("the command kill").success());
    }

    pub(crate) async fn sign_in(&self) -> Value {
        let body = json!({ "username": ADMIN, "password": PASSWORD });
        let request = self.client.post(format!("{}/api/portal/session", self.url)).json(&body);
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::OK);
        answer.json().await.expect("a session")
    }

    pub(crate) async fn organization(&self) -> i64 {
        let answer = self
            .client
            .get(format!("{}/api/portal/orgs", self.url))
            .send()
            .await
            .expect("an answer");
        let organizations: Value = answer.json().await.expect("organizations");
        organizations[0]["id"].as_i64().expect("an organization")
    }

    /// The key in clear, as the page reveals it.
    pub(crate) async fn key(&self) -> Value {
        let answer = self
            .change(self.client.post(self.key_url("/reveal").await))
            .send()
            .await
            .expect("an answer");
        answer.json().await.expect("a key")
    }

    pub(crate) async fn key_url(&self, more: &str) -> String {
        format!(
            "{}/api/portal/orgs/{}/api-key{more}",
            self.url,
            self.organization().await
        )
    }

    /// The Sandbox API token *scanner*, which is added when it isn't there.
    pub(crate) async fn sandbox_token(&self) -> String {
        let url = self.sandbox_token_url("/reveal").await;
        let answer = self.change(self.client.post(url)).send().await.expect("an answer");
        let answer: Value = answer.json().await.expect("a token");
        answer["token"].as_str().expect("a token").to_owned()
    }

    /// The address of that token.
    pub(crate) async fn sandbox_token_url(&self, more: &str) -> String {
        let tokens = format!(
            "{}/api/portal/orgs/{}/sandbox-tokens",
            self.url,
            self.organization().await
        );
        let list = self.client.get(&tokens).send().await.expect("an answer");
        let list: Value = list.json().await.expect("tokens");
        let mut id = list["tokens"][0]["id"].clone();
        if id.is_null() {
            let add = self
                .change(self.client.post(&tokens))
                .json(&json!({ "name": "scanner" }));
            let added: Value = add.send().await.expect("an answer").json().await.expect("a token");
            id = added["id"].clone();
        }
        format!("{tokens}/{id}{more}")
    }

    pub(crate) fn change(&self, request: RequestBuilder) -> RequestBuilder {
        request.header("x-keyward", "1")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have been killed already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
