//! The worked example of `docs/several-gateways.md`, as written: PostgreSQL with TLS, two gateways, and nginx in front.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    net::SocketAddr,
    os::unix::fs::symlink,
    path::Path,
    process::{Child, ChildStdout, Stdio},
    time::Duration,
};

use keyward_gateway::clock::Clock;
use reqwest::{Certificate, Client, RequestBuilder, StatusCode};
use rustls::pki_types::{CertificateDer, pem::PemObject as _};
use serde_json::{Value, json};
use url::Url;

use crate::{
    data::TestData,
    database_tls::Authority,
    documents::{read, steps},
    documents_run::{prepared, said},
    nginx::{Nginx, free_address},
    postgres::{Postgres, SUPERUSER, psql},
    process::init,
    support::{ADMIN, PASSWORD, obfuscated, usable},
};

const PAGE: &str = "docs/several-gateways.md";

/// The first block of a language that has this text in it.
fn block(language: &str, text: &str) -> String {
    let page = read(PAGE);
    let fence = format!("```{language}\n");
    let mut blocks = page.split(&fence).skip(1).filter_map(|rest| rest.split("```").next());
    let block = blocks.find(|block| block.contains(text));
    let block = block.unwrap_or_else(|| panic!("no block {language} with {text}"));
    // Those in a list are indented.
    block.lines().map(|line| line.trim().to_owned() + "\n").collect()
}

/// Replaces what differs here: addresses and paths, and nothing else.
fn adapted(text: &str, changes: &[(&str, String)]) -> String {
    changes
        .iter()
        .fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

/// `keyward serve`, killed when dropped.
struct Running(
    Child,
    #[expect(dead_code, reason = "a closed one would be an error there")] BufReader<ChildStdout>,
);

impl Running {
    /// Runs a command in a shell until it says that it serves.
    fn start(command: &str, folder: &Path, listen: Option<&str>) -> Self {
        let mut shell = prepared(&format!("exec {command}"), folder);
        shell.envs(listen.map(|listen| ("KEYWARD_LISTEN", listen)));
        let mut process = shell
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("a shell");
        let mut lines = BufReader::new(process.stdout.take().expect("its output"));
        let mut line = String::new();
        lines.read_line(&mut line).expect("text");
        if !line.starts_with("Keyward serves at ") {
            panic!("{command}: {}", said(&process.wait_with_output().expect("an end")));
        }
        Self(process, lines)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A machine of the example: its `/etc/keyward` and `/var/lib/keyward`, and the address in place of that on the page.
fn machine(data: &TestData, name: &str, listen: &str, common: &[(&str, String)]) -> Running {
    let folder = |kind: &str| data.beside(&format!("{name}-{kind}")).display().to_string();
    let etc = folder("etc");
    fs::create_dir(&etc).expect("a folder");
    for file in ["master.key", "database-ca.pem"] {
        fs::copy(data.beside("etc").join(file), Path::new(&etc).join(file)).expect("a copy");
    }
    let here = [
        ("/etc/keyward", etc.clone()),
        ("/var/lib/keyward", folder("data")),
        ("/usr/local/bin/keyward", "keyward".to_owned()),
        ("10.0.0.11:8080", listen.to_owned()),
    ];
    let changes = [common, &here].concat();
    fs::write(
        Path::new(&etc).join("keyward.toml"),
        adapted(&block("toml", "database-url"), &changes),
    )
    .expect("a file");
    let unit = adapted(&block("ini", "[Unit]"), &changes);
    let command = unit.lines().find_map(|line| line.strip_prefix("ExecStart="));
    Running::start(command.expect("a command"), data.around(), None)
}

/// Asks through nginx.
struct Asking {
    client: Client,
    url: String,
}

impl Asking {
    fn through(nginx: &Nginx) -> Self {
        let address: SocketAddr = nginx.tls.parse().expect("an address");
        let certificate = Certificate::from_der(&nginx.certificate).expect("a certificate");
        let client = Client::builder()
            .cookie_store(true)
            .resolve("keys.example", address)
            .tls_certs_only([certificate])
            // It would look the name up.
            .no_proxy()
            .build();
        Self {
            client: client.expect("a client"),
            url: format!("https://keys.example:{}", address.port()),
        }
    }

    async fn ask(&self, request: RequestBuilder) -> Value {
        let answer = request.header("x-keyward", "1").send().await.expect("an answer");
        let (status, text) = (answer.status(), answer.text().await.expect("text"));
        assert!(status.is_success(), "{status}: {text}");
        serde_json::from_str(&text).expect("JSON")
    }

    /// The path of the key, once signed in.
    async fn sign_in(&self) -> String {
        let body = json!({ "username": ADMIN, "password": PASSWORD });
        let request = self.client.post(format!("{}/api/portal/session", self.url));
        self.ask(request.json(&body)).await;
        let organizations = self.ask(self.client.get(format!("{}/api/portal/orgs", self.url))).await;
        format!("{}/api/portal/orgs/{}/api-key", self.url, organizations[0]["id"])
    }

    /// Waits as a client must: with the limits of the page, the third sign-in within a second is one too many.
    async fn open_session(&self, key: &str) -> Option<String> {
        for _ in 0..5 {
            let timestamp = usable(Clock::System.now().timestamp_millis());
            let body = json!({
                "apiKey": obfuscated(key, timestamp), "username": ADMIN, "password": PASSWORD, "timestamp": timestamp,
            });
            let request = self.client.post(format!("{}/api/v1/authenticatedSession", self.url));
            let answer = request.json(&body).send().await.expect("an answer");
            let header = |name| answer.headers().get(name)?.to_str().ok();
            if let Some(cookie) = header("set-cookie") {
                return cookie.split(';').next().map(str::to_owned);
            }
            let Some(seconds) = header("retry-after") else {
                assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "as for any wrong key");
                return None;
            };
            tokio::time::sleep(Duration::from_secs(seconds.parse().expect("seconds"))).await;
        }
        panic!("each of five sign-ins was one too many");
    }
}

/// Whether a session is valid at one of the gateways.
async fn lives(listen: &str, session: &str) -> bool {
    let request = Client::new().get(format!("http://{listen}/api/v1/authenticatedSession"));
    let answer = request.header("cookie", session).send().await.expect("an answer");
    let answer: Value = answer.json().await.expect("JSON");
    answer["authType"] == "ADMIN_LOGIN"
}

#[tokio::test]
async fn the_example_with_two_gateways_runs_as_written() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let authority = Authority::new(&["127.0.0.1"]);
    let server = Postgres::start_with_tls(&authority.signed, &authority.key);
    // The page makes its own.
    server.as_superuser("DROP ROLE keyward");
    psql(&server.url_as(SUPERUSER, "postgres"), &block("sql", "CREATE ROLE"));

    // An installation that runs on SQLite so far.
    let data = TestData::on_sqlite();
    assert!(init(&data).status.success());
    for folder in ["etc", "bin"] {
        fs::create_dir(data.beside(folder)).expect("a folder");
    }
    symlink(env!("CARGO_BIN_EXE_keyward"), data.beside("bin/keyward")).expect("a link");
    fs::write(data.beside("etc/database-ca.pem"), &authority.certificate).expect("a file");
    fs::copy(data.path().join("master.key"), data.beside("etc/master.key")).expect("a copy");
    let common = [
        ("10.0.0.10/", format!("{}/", server.address())),
        ("\"10.0.0.1\"", "\"127.0.0.1\"".to_owned()),
    ];
    let etc = ("/etc/keyward", data.beside("etc").display().to_string());
    let operator = [
        common[0].clone(),
        etc.clone(),
        ("/var/lib/keyward", data.path().display().to_string()),
        ("/srv/keyward", data.beside("back").display().to_string()),
    ];
    fs::write(
        data.beside("etc/keyward.toml"),
        adapted(&block("toml", "database-url"), &[&common[..], &operator[1..2]].concat()),
    )
    .expect("a file");
    let (mut before, mut after) = (Vec::new(), Vec::new());
    for step in steps(PAGE) {
        let command = adapted(&step.command, &operator);
        if command.contains("--from sqlite:") {
            before.push(command);
        } else {
            after.push(command);
        }
    }
    let run = |command: &str| {
        let output = prepared(command, data.around()).output().expect("a shell");
        assert!(output.status.success(), "{command}: {}", said(&output));
    };
    assert_eq!(before.len(), 1, "{before:?}");
    run(&before[0]);

    let (a, b, tls) = (free_address(), free_address(), free_address());
    let first = machine(&data, "first", &a, &common);
    let second = machine(&data, "second", &b, &common);
    let front = Authority::new(&["keys.example"]);
    fs::write(data.beside("front.pem"), &front.signed).expect("a file");
    fs::write(data.beside("front.key"), &front.key).expect("a file");
    let changes = [
        ("10.0.0.11:8080", a.clone()),
        ("10.0.0.12:8080", b.clone()),
        ("listen 443 ssl;", format!("listen {tls} ssl;")),
        (
            "/etc/ssl/certs/keys.example.pem",
            data.beside("front.pem").display().to_string(),
        ),
        (
            "/etc/ssl/private/keys.example.key",
            data.beside("front.key").display().to_string(),
        ),
    ];
    let root = CertificateDer::from_pem_slice(front.certificate.as_bytes()).expect("a certificate");
    let nginx = Nginx::with_file(&adapted(&block("nginx", "upstream"), &changes), tls, root);

    let portal = Asking::through(&nginx);
    let path = portal.sign_in().await;
    let key = portal.ask(portal.client.post(format!("{path}/reveal"))).await;
    let text = key["key"].as_str().expect("a key");
    let session = portal.open_session(text).await.expect("a session");
    assert!(lives(&a, &session).await && lives(&b, &session).await, "at both");
    let regenerate = portal.client.post(format!("{path}/regenerate"));
    let regenerate = regenerate.header("if-match", format!("\"{}\"", key["version"]));
    portal.ask(regenerate).await;
    assert!(!lives(&a, &session).await && !lives(&b, &session).await, "at neither");
    assert_eq!(portal.open_session(text).await, None);
    // One of them is lost.
    drop(first);
    let key = portal.ask(portal.client.post(format!("{path}/reveal"))).await;
    let session = portal
        .open_session(key["key"].as_str().expect("a key"))
        .await
        .expect("a session");
    assert!(lives(&b, &session).await);
    drop((second, nginx));

    // The rest of the page, where the settings are in one folder.
    let settings = adapted(&block("toml", "database-url"), &[&common[..], &[etc]].concat());
    fs::write(data.beside("etc/keyward.toml"), settings).expect("a file");
    let mut url = Url::parse(&format!("postgres://keyward:change-me@{}/keyward", server.address())).expect("a URL");
    url.set_query(Some("sslmode=require"));
    for command in after {
        match command.starts_with("keyward serve ") {
            true => {
                let command = command.replace("postgres://keyward@db.example/keyward", &format!("'{url}'"));
                Running::start(&command, data.around(), Some("127.0.0.1:0"));
            }
            false => run(&command),
        }
    }
}
