//! The vendor's Python SDK, as it comes from the registry, against a real gateway. `cargo xtask test` installs it.

use std::{
    fs,
    io::{self, BufRead as _, BufReader, Write as _},
    net::{Shutdown, TcpListener, TcpStream},
    os::unix::fs::PermissionsExt as _,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    thread,
    time::Duration,
};

use reqwest::{Certificate, Client, StatusCode};
use serde_json::{Value, json};

use crate::{
    data::TestData,
    database::{sqlite_only, variable},
    database_tls::Authority,
    documents::read,
    nginx::{Nginx, free_address},
    process::{Server, init, operate_well},
    support::{ADMIN, PASSWORD},
};

/// The Python program that has the SDK, or `None` where it can't be had.
fn python() -> Option<String> {
    if !sqlite_only("clients meet no database") {
        return None;
    }
    let program = variable("KEYWARD_TEST_PYTHON_SDK");
    if program.is_none() {
        assert!(
            variable("CI").is_none(),
            "CI needs the SDK, which `cargo xtask test` installs"
        );
        println!("skipped: KEYWARD_TEST_PYTHON_SDK names no Python with the vendor's SDK");
    }
    program
}

/// The answer to 683 of a million sign-ins that send the time: it isn't that of the tests. The client tries again, since nothing
/// was carried out.
const UNUSABLE: &str = "TIMESTAMP_UNUSABLE";

/// `python_sdk.py`, killed when dropped.
struct Sdk {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Sdk {
    fn start(python: &str, environment: &[(&str, &str)]) -> Self {
        let mut process = Command::new(python)
            .args(["-c", include_str!("python_sdk.py")])
            .env_clear()
            .envs(environment.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("Python runs");
        let input = process.stdin.take().expect("its input");
        let output = BufReader::new(process.stdout.take().expect("its output"));
        Self { process, input, output }
    }

    fn answer(&mut self, what: &str, how: Value) -> Value {
        loop {
            writeln!(self.input, "{}", json!([what, how])).expect("written");
            let mut line = String::new();
            self.output.read_line(&mut line).expect("a line");
            let answer: Value = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{what}: {error}: {line:?}"));
            if answer["error"]["code"] != UNUSABLE {
                return answer;
            }
        }
    }

    /// What a call returns.
    fn does(&mut self, what: &str, how: Value) -> Value {
        let mut answer = self.answer(what, how);
        assert!(answer["error"].is_null(), "{what}: {answer}");
        answer["value"].take()
    }

    /// Status, code and message of the error that it returns or raises.
    fn fails(&mut self, what: &str, how: Value) -> (i64, String, String) {
        let error = self.answer(what, how)["error"].take();
        let text = |name: &str| error[name].as_str().unwrap_or_default().to_owned();
        let status = error["status"].as_i64();
        (
            status.unwrap_or_else(|| panic!("{what}: {error}")),
            text("code"),
            text("message"),
        )
    }
}

impl Drop for Sdk {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The service that the page shows, ended when dropped.
struct Service {
    process: Child,
    url: String,
}

impl Service {
    fn start(python: &str) -> Self {
        let address = free_address();
        let (host, port) = address.split_once(':').expect("a port");
        let (program, told) = (shown(2), "(\"127.0.0.1\", 9000)");
        assert_eq!(program.matches(told).count(), 1);
        let mut process = Command::new(python)
            .args(["-c", &program.replace(told, &format!("(\"{host}\", {port})"))])
            .env_clear()
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("Python runs");
        while TcpStream::connect(&address).is_err() {
            assert!(process.try_wait().expect("a state").is_none(), "the service ended");
            thread::sleep(Duration::from_millis(20));
        }
        Self {
            process,
            url: format!("http://{address}"),
        }
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A block of Python on the page, as it is there.
fn shown(number: usize) -> String {
    let page = read("docs/use-the-sdk.md");
    let block = page.split("```python\n").nth(number).expect("a block");
    block.split("```").next().unwrap_or_default().to_owned()
}

/// What a program prints.
fn prints(python: &str, program: &str, environment: &[(&str, &str)]) -> String {
    loop {
        let output = Command::new(python)
            .args(["-c", program])
            .env_clear()
            .envs(environment.iter().copied())
            .output()
            .expect("Python runs");
        let errors = String::from_utf8_lossy(&output.stderr);
        if output.status.success() {
            return String::from_utf8(output.stdout).expect("text");
        }
        assert!(errors.contains(UNUSABLE), "{errors}");
    }
}

/// What the page says to set for a client of this kind.
fn environment<'a>(kind: &'a [&'static str; 5], url: &'a str, key: &'a str) -> Vec<(&'a str, &'a str)> {
    kind.iter()
        .copied()
        .zip([url, "keyward", ADMIN, PASSWORD, key])
        .collect()
}

const ZIA: [&str; 5] = [
    "ZIA_OVERRIDE_URL",
    "ZIA_CLOUD",
    "ZIA_USERNAME",
    "ZIA_PASSWORD",
    "ZIA_API_KEY",
];
const ZTW: [&str; 5] = [
    "ZTW_OVERRIDE_URL",
    "ZTW_CLOUD",
    "ZTW_USERNAME",
    "ZTW_PASSWORD",
    "ZTW_API_KEY",
];

async fn key(server: &Server) -> String {
    server.sign_in().await;
    server.key().await["key"].as_str().expect("a key").to_owned()
}

async fn regenerate(server: &Server) -> String {
    let change = server.change(server.client.post(server.key_url("/regenerate").await));
    let answer = change.header("if-match", "*").send().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::OK);
    answer.json::<Value>().await.expect("a key")["key"]
        .as_str()
        .expect("a key")
        .to_owned()
}

#[tokio::test]
async fn the_sdk_meets_a_gateway_over_http() {
    let Some(python) = python() else { return };
    let data = TestData::new();
    assert!(init(&data).status.success());
    let server = Server::start(&data);
    let old = key(&server).await;
    assert_eq!(
        prints(&python, &shown(1), &environment(&ZIA, &server.url, &old)),
        "ACTIVE\n"
    );
    assert_eq!(data.rows("api_sessions"), 0, "the with block signs out");

    let mut sdk = Sdk::start(&python, &environment(&ZIA, &server.url, &old));
    sdk.does("zia", json!({}));
    assert_eq!(sdk.does("check", json!({})), true);
    assert_eq!(sdk.does("status", json!({})), json!({ "status": "ACTIVE" }));
    assert_eq!(sdk.does("activate", json!({})), json!({ "status": "ACTIVE" }));
    sdk.does("close", json!({}));
    assert_eq!(data.rows("api_sessions"), 0);
    let (status, code, _) = sdk.fails("zia", json!({ "password": "a wrong password" }));
    assert_eq!((status, code.as_str()), (400, "INVALID_USERNAME_OR_PASSWORD"));

    sdk.does("zia", json!({}));
    let new = regenerate(&server).await;
    assert_eq!(sdk.does("check", json!({})), false, "the session ended with its key");
    let (status, code, message) = sdk.fails("status", json!({}));
    assert_eq!(
        (status, code.as_str()),
        (400, "INVALID_USERNAME_OR_PASSWORD"),
        "{message}"
    );
    sdk.does("zia", json!({ "api_key": &new }));
    assert_eq!(sdk.does("status", json!({})), json!({ "status": "ACTIVE" }));

    operate_well(&data, &["subscription", "--organization", "Acme", "--state", "expired"]);
    let expired = "API subscription is required, but it is currently expired.";
    for (what, how) in [("status", json!({})), ("zia", json!({ "api_key": &new }))] {
        let (status, _, message) = sdk.fails(what, how);
        assert_eq!((status, message.as_str()), (403, expired), "{what}");
    }
}

/// As the page shows it: a class with three lines more.
#[tokio::test]
async fn the_connector_client_finds_its_address_as_shown() {
    let Some(python) = python() else { return };
    let data = TestData::new();
    assert!(init(&data).status.success());
    let server = Server::start(&data);
    let old = key(&server).await;
    let printed = prints(&python, &shown(4), &environment(&ZTW, &server.url, &old));
    let new = server.key().await["key"].as_str().expect("a key").to_owned();
    assert_ne!(new, old);
    assert_eq!(printed, format!("Service Provider\n{new}\n"));
}

/// Leads every name to one address, as name servers and port 443 would. Ends with the process.
fn leading_to(address: String) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    thread::spawn(move || {
        for client in listener.incoming().map_while(Result::ok) {
            let server = TcpStream::connect(&address).expect("a connection");
            let mut asked = BufReader::new(client.try_clone().expect("a stream"));
            let mut head = String::new();
            while !head.ends_with("\r\n\r\n") && asked.read_line(&mut head).expect("text") > 0 {}
            assert!(head.starts_with("CONNECT connector.keyward.net:443 "), "{head}");
            let mut to_client = &client;
            to_client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").expect("written");
            pass(asked, server.try_clone().expect("a stream"));
            pass(server, client);
        }
    });
    url
}

fn pass(mut from: impl io::Read + Send + 'static, mut to: TcpStream) {
    thread::spawn(move || {
        // Either side may hang up.
        let _ = io::copy(&mut from, &mut to);
        let _ = to.shutdown(Shutdown::Write);
    });
}

#[tokio::test]
async fn the_unmodified_sdk_manages_the_key_over_tls() {
    let Some(python) = python() else { return };
    let data = TestData::new();
    assert!(init(&data).status.success());
    let authority = Authority::new(&["127.0.0.1", "connector.keyward.net"]);
    let at = |name: &str| data.beside(name).to_str().expect("text").to_owned();
    for (name, text) in [
        ("ca.pem", &authority.certificate),
        ("cert.pem", &authority.signed),
        ("key.pem", &authority.key),
    ] {
        fs::write(at(name), text).expect("a file");
        fs::set_permissions(at(name), fs::Permissions::from_mode(0o600)).expect("permissions");
    }
    let (certificate, private, ca) = (at("cert.pem"), at("key.pem"), at("ca.pem"));
    let more = [
        "--tls-certificate",
        &certificate,
        "--tls-key",
        &private,
        "--allowed-hosts",
        "connector.keyward.net",
    ];
    let mut server = Server::start_with(&data, &more);
    let trusted = Certificate::from_pem(authority.certificate.as_bytes()).expect("a certificate");
    server.client = Client::builder()
        .cookie_store(true)
        .tls_certs_only([trusted])
        .build()
        .expect("a client");
    let old = key(&server).await;

    let proxy = leading_to(server.url.trim_start_matches("https://").to_owned());
    let mut set = environment(&ZIA, &server.url, &old);
    set.extend(environment(&ZTW, "", &old));
    set.extend([
        ("REQUESTS_CA_BUNDLE", ca.as_str()),
        ("HTTPS_PROXY", &proxy),
        ("NO_PROXY", "127.0.0.1"),
    ]);
    let mut sdk = Sdk::start(&python, &set);
    sdk.does("zia", json!({}));
    assert_eq!(sdk.does("status", json!({})), json!({ "status": "ACTIVE" }));
    sdk.does("close", json!({}));
    assert_eq!(data.rows("api_sessions"), 0);

    sdk.does("ztw", json!({}));
    let listed = sdk.does("list", json!({ "include_partner_key": true }));
    assert_eq!(listed.as_array().map(Vec::len), Some(1), "{listed}");
    assert_eq!(
        (&listed[0]["keyValue"], &listed[0]["enabled"]),
        (&json!(old), &json!(true))
    );
    assert_eq!(listed[0]["permissions"], json!(["USER_ACCESS"]));
    for (what, how) in [
        ("connector_activate", json!({})),
        ("connector_activate", json!({ "force": true })),
        ("connector_status", json!({})),
    ] {
        assert_eq!(sdk.does(what, how)["orgEditStatus"], "EDITS_CLEARED", "{what}");
    }
    let made = sdk.does("regenerate", json!({ "id": listed[0]["id"] }));
    let new = server.key().await["key"].clone();
    assert_eq!((&made["keyValue"], &made["id"]), (&new, &listed[0]["id"]));
    assert_eq!(sdk.fails("list", json!({})).1, "SESSION_NOT_VALID");

    sdk.does("ztw", json!({ "api_key": new }));
    assert_eq!(sdk.does("list", json!({}))[0]["lastModifiedBy"]["name"], ADMIN);
    assert_eq!(sdk.does("close", json!({})), true, "it got the 204 that it wants");
    assert_eq!(data.rows("api_sessions"), 0);
}

/// The file and the programs are those of the documents, and the limits those that a gateway has by default.
#[tokio::test]
async fn a_service_behind_nginx_serves_the_sdk_as_shown() {
    let Some(python) = python() else { return };
    let data = TestData::new();
    assert!(init(&data).status.success());
    let server = Server::start_limited(&data, &["--trusted-proxies", "127.0.0.1"]);
    let key = key(&server).await;
    let service = Service::start(&python);
    let nginx = Nginx::start_with(&server.url, &service.url, &[]);
    let set = environment(&ZIA, &nginx.url, &key);
    assert_eq!(prints(&python, &shown(3), &set), format!("{ADMIN}\n"));

    let mut sdk = Sdk::start(&python, &set);
    sdk.does("zia", json!({}));
    assert_eq!(sdk.does("users", json!({ "times": 60 })), json!([ADMIN]));
    assert_eq!(data.rows("api_sessions"), 1, "it signed in once");
}
