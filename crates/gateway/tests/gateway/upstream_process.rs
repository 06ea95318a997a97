//! The real binary with an upstream behind TLS, set up by the operator's commands, and killed in the middle of a change.

use std::{fs, time::Duration};

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::{
    data::TestData,
    database_tls::Authority,
    process::{Server, init, operate, operate_well},
    support::{ADMIN, PASSWORD},
    upstream_front::{Fault, Front},
    upstream_support::Upstream,
};

const LOOPBACK: [&str; 2] = ["--oauth-allowed-networks", "127.0.0.0/8"];

/// An installation, an upstream with a front, and the files that the operator has.
struct Installation {
    data: TestData,
    upstream: Upstream,
    front: Front,
}

impl Installation {
    async fn new() -> Self {
        let data = TestData::new();
        assert!(init(&data).status.success());
        let upstream = Upstream::start().await;
        let authority = Authority::new(&["localhost"]);
        let front = Front::start_with_tls(&upstream.server, &authority).await;
        fs::write(data.beside("ca.pem"), &authority.certificate).expect("a file");
        fs::write(data.beside("password"), format!("{PASSWORD}\n")).expect("a file");
        fs::write(data.beside("secret"), "secret\n").expect("a file");
        fs::write(data.beside("key"), upstream.key().await).expect("a file");
        Self { data, upstream, front }
    }

    fn path(&self, name: &str) -> String {
        self.data.beside(name).display().to_string()
    }

    /// Adds *Elsewhere*, and returns the token of its invitation.
    fn add(&self, more: &[&str]) -> String {
        let named = [
            "organization",
            "add",
            "--name",
            "Elsewhere",
            "--cloud",
            "cloud.example",
            "--admin",
            ADMIN,
        ];
        let url = ["--public-url", "https://keys.example"];
        let output = operate(&self.data, &[&named[..], &url, more].concat());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let said = String::from_utf8(output.stdout).expect("text");
        said.trim().rsplit('#').next().expect("a link").to_owned()
    }

    fn add_one_api(&self, url: &str) -> String {
        let (token_url, secret) = (format!("{url}/oauth2/v1/token"), self.path("secret"));
        self.add(&[
            "--upstream",
            url,
            "--upstream-kind",
            "oneapi",
            "--upstream-user",
            "client",
            "--upstream-secret-file",
            &secret,
            "--upstream-token-url",
            &token_url,
            "--upstream-audience",
            "https://api.example",
        ])
    }

    fn serve(&self) -> Server {
        Server::start_trusting(&self.data, &LOOPBACK, &self.data.beside("ca.pem"))
    }

    /// How often the log has a regeneration by our admin.
    fn logged(&self) -> i64 {
        let sql = format!(
            "SELECT COUNT(*) FROM audit_log WHERE action = 'Regenerate' AND result = 'Success' AND admin_name = '{ADMIN}'"
        );
        self.data.value(&sql)
    }
}

/// The address of Elsewhere's key, once its admin has accepted the invitation.
async fn enter(server: &Server, token: &str) -> String {
    server.sign_in().await;
    let accept = server.change(server.client.post(format!("{}/api/portal/invitation", server.url)));
    let accepted = accept
        .json(&json!({ "token": token, "password": "" }))
        .send()
        .await
        .expect("an answer");
    assert_eq!(
        accepted.status(),
        StatusCode::CREATED,
        "{}",
        accepted.text().await.expect("text")
    );
    let organizations = server
        .client
        .get(format!("{}/api/portal/orgs", server.url))
        .send()
        .await
        .expect("an answer");
    let organizations: Value = organizations.json().await.expect("organizations");
    let elsewhere = organizations
        .as_array()
        .expect("a list")
        .iter()
        .find(|it| it["name"] == "Elsewhere");
    format!("/api/portal/orgs/{}/api-key", elsewhere.expect("it")["id"])
}

async fn read(server: &Server, path: &str) -> (StatusCode, Value) {
    let answer = server
        .client
        .get(format!("{}{path}", server.url))
        .send()
        .await
        .expect("an answer");
    (answer.status(), answer.json().await.expect("JSON"))
}

#[tokio::test]
async fn killed_in_the_middle_a_regeneration_is_found_out_later() {
    let installation = Installation::new().await;
    let token = installation.add_one_api(&installation.front.url);
    let mut server = installation.serve();
    let path = enter(&server, &token).await;
    let (status, key) = read(&server, &path).await;
    assert_eq!(status, StatusCode::OK, "{key}");

    installation
        .front
        .plan("/regenerate", Fault::Delay(Duration::from_secs(5)), 1);
    let name = uuid::Uuid::new_v4().to_string();
    let regenerate = |server: &Server| {
        let request = server.change(server.client.post(format!("{}{path}/regenerate", server.url)));
        let request = request.header("idempotency-key", &name);
        request.header("if-match", format!("\"{}\"", key["version"])).send()
    };
    let asked = tokio::spawn(regenerate(&server));
    while installation.upstream.regenerations() == 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    server.kill();
    assert!(asked.await.expect("no panic").is_err());
    assert_eq!(
        (installation.data.rows("upstream_changes"), installation.logged()),
        (1, 0)
    );

    let client = server.client.clone();
    server = installation.serve();
    server.client = client;
    // Without a request: upkeep looks by itself. On a shared database, another gateway may still be at it.
    if installation.data.database.is_none() {
        while installation.logged() == 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let again = regenerate(&server).await.expect("an answer");
        assert_eq!(again.status(), StatusCode::OK);
        let again: Value = again.json().await.expect("a key");
        assert_eq!(again["key"], installation.upstream.key().await.as_str());
        assert_eq!((installation.upstream.regenerations(), installation.logged()), (1, 1));
        assert_eq!(installation.data.rows("upstream_changes"), 0);
    }
    assert_eq!(installation.front.asked("/regenerate"), 1);
    server.stop();
    operate_well(&installation.data, &["audit", "verify"]);
}

#[tokio::test]
async fn a_certificate_for_another_name_is_named() {
    let installation = Installation::new().await;
    let by_address = installation.front.url.replace("localhost", "127.0.0.1");
    let token = installation.add_one_api(&by_address);
    let server = installation.serve();
    let path = enter(&server, &token).await;
    let (status, problem) = read(&server, &path).await;
    assert_eq!(
        (status.as_u16(), &problem["code"]),
        (503, &json!("upstream-unavailable"))
    );
    let detail = problem["detail"].as_str().expect("a text");
    assert!(detail.contains("certificate is for a different name"), "{detail}");
    assert_eq!(installation.front.asked(""), 0);
}

#[tokio::test]
async fn the_operator_says_where_a_key_lives() {
    let installation = Installation::new().await;
    let refused = |arguments: &[&str], text: &str| {
        let output = operate(&installation.data, arguments);
        let said = String::from_utf8(output.stderr).expect("text");
        assert!(!output.status.success() && said.contains(text), "{arguments:?}: {said}");
    };
    let add = [
        "organization",
        "add",
        "--name",
        "Elsewhere",
        "--cloud",
        "cloud.example",
        "--admin",
        ADMIN,
    ];
    let (key, password) = (installation.path("key"), installation.path("password"));
    let url = format!("{}/ztw/api/v1/", installation.front.url);
    for (more, text) in [
        (&["--upstream-user", "x"][..], "--upstream-kind is missing"),
        (
            &["--upstream-kind", "ztw-legacy", "--upstream-user", "x"],
            "--upstream-key-file is missing",
        ),
        (
            &["--upstream-kind", "oneapi", "--upstream-user", "x"],
            "--upstream-token-url is missing",
        ),
        (&["--upstream", "ftp://x", "--upstream-kind", "oneapi"], "--upstream: "),
        (
            &["--upstream-kind", "ztw-legacy", "--upstream-key-file", &password],
            "--upstream-key-file: ",
        ),
        (
            &["--upstream-kind", "ztw-legacy", "--without-subscription"],
            "--without-subscription",
        ),
    ] {
        refused(&[&add[..], more].concat(), text);
    }
    let token = installation.add(&[
        "--upstream",
        &url,
        "--upstream-kind",
        "ztw-legacy",
        "--upstream-user",
        ADMIN,
        "--upstream-secret-file",
        &password,
        "--upstream-key-file",
        &key,
    ]);
    for (command, more) in [
        (&["key", "disable"][..], &[][..]),
        (&["subscription"], &["--state", "expired"]),
        (&["access-tokens", "disable"], &[]),
    ] {
        refused(
            &[command, &["--organization", "elsewhere"], more].concat(),
            "lives at an upstream",
        );
    }
    refused(
        &["organization", "upstream", "show", "--organization", "Acme"],
        "doesn't live at an upstream",
    );
    refused(
        &["organization", "upstream", "set", "--organization", "Elsewhere"],
        "nothing to change",
    );

    let server = installation.serve();
    let path = enter(&server, &token).await;
    let (status, read) = read(&server, &path).await;
    assert_eq!(status, StatusCode::OK, "{read}");
    let set = [
        "organization",
        "upstream",
        "set",
        "--organization",
        "Elsewhere",
        "--upstream-key-file",
        &key,
    ];
    operate_well(&installation.data, &set);
    let show = ["organization", "upstream", "show", "--organization", "Elsewhere"];
    let shown = String::from_utf8(operate(&installation.data, &show).stdout).expect("text");
    assert!(
        !shown.contains(PASSWORD) && !shown.contains(&installation.upstream.key().await),
        "{shown}"
    );
    let shown: Value = serde_json::from_str(&shown).expect("JSON");
    assert_eq!(shown["upstream"], format!("{}/ztw", installation.front.url));
    assert_eq!((&shown["kind"], &shown["user"]), (&json!("ztw-legacy"), &json!(ADMIN)));
    assert!(shown["fetchedOn"].is_string(), "{shown}");
    // Not on this thread, which answers for the upstream.
    let mut server = server;
    let stopped = tokio::task::spawn_blocking(move || server.stop());
    stopped.await.expect("it stops");
    let sessions = installation.upstream.data.rows("api_sessions");
    assert_eq!(sessions, 0, "a gateway that stops signs out");
}
