//! `/verify` behind a real Caddy with `docs/proxies/Caddyfile`.

use std::{fs, net::TcpStream, path::PathBuf, time::Duration};

use reqwest::{Client, StatusCode};
use serde_json::json;
use tempfile::TempDir;

use crate::{
    data::TestData,
    nginx::{application, free_address},
    process::{Server, init, open_session},
    verify_nginx::{CLAIMS, code, exchange, sign_out_as_go, told, truth},
    verify_nginx_uploads::submit,
    web_server::WebServer,
};

/// More than other proxies take unless told otherwise.
const LARGE: usize = 2 * 1024 * 1024;

/// Caddy in front of a gateway and an application, and the cookie of a session.
struct Proxied {
    address: String,
    server: Server,
    session: String,
    log: PathBuf,
    caddy: WebServer,
    _folder: TempDir,
    _data: TestData,
}

impl Proxied {
    async fn start() -> Self {
        let data = TestData::new();
        assert!(init(&data).status.success());
        let server = Server::start_with(&data, &["--trusted-proxies", "127.0.0.1"]);
        let (folder, address) = (TempDir::new().expect("a folder"), free_address());
        let log = folder.path().join("keyward.log");
        let (_, port) = address.split_once(':').expect("a port");
        let host = |url: &str| url.strip_prefix("http://").expect("a URL").to_owned();
        let mut sites = include_str!("../../../../docs/proxies/Caddyfile").to_owned();
        for (from, to, times) in [
            ("app.example {", format!("http://:{port} {{"), 1),
            ("127.0.0.1:8080", host(&server.url), 2),
            ("127.0.0.1:9000", host(&application().await), 1),
            ("/var/log/caddy/keyward.log", log.display().to_string(), 1),
        ] {
            assert_eq!(sites.matches(from).count(), times, "{from}");
            sites = sites.replace(from, &to);
        }
        let caddy = WebServer::caddy(folder.path(), &sites);
        server.sign_in().await;
        let key = server.key().await["key"].as_str().expect("a key").to_owned();
        let session = open_session(&format!("http://{address}"), &key).await;
        Self {
            session: session.expect("a session"),
            address,
            server,
            log,
            caddy,
            _folder: folder,
            _data: data,
        }
    }

    /// Posts to a path with these lines as they are, and returns the answer.
    fn send_to(&self, path: &str, lines: &str) -> String {
        let stream = TcpStream::connect(&self.address).expect("a connection");
        exchange(stream, path, &format!("{lines}connection: close\r\n"))
    }

    fn send(&self, lines: &str) -> String {
        self.send_to("/", lines)
    }

    async fn rejection(&self) -> (u16, String) {
        let request = Client::new().get(format!("http://{}/page", self.address));
        let answer = request.header("cookie", &self.session).send().await.expect("an answer");
        let status = answer.status().as_u16();
        (status, code(&answer.text().await.expect("text")))
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn client_identity_headers_are_not_trusted() {
    let proxied = Proxied::start().await;
    let truth = truth(&proxied.server).await;
    let cookie = format!("cookie: other=1\r\ncookie: {}\r\n", proxied.session);
    for claim in CLAIMS {
        let answer = proxied.send(&format!("{claim}{cookie}"));
        assert_eq!(told(&answer), (truth.clone(), "body".to_owned()), "{claim}");
        let answer = proxied.send(claim);
        assert!(answer.starts_with("HTTP/1.1 401 "), "{claim}: {answer}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rejections_reach_the_client_in_the_vendors_shape() {
    let mut proxied = Proxied::start().await;
    let token = proxied.server.sandbox_token().await;
    let spoofed = format!("x-original-uri: /zscsb/upload?api_token={token}\r\n");
    let page = format!("/page?api_token={token}");
    let answer = proxied.send_to(&page, &spoofed);
    assert!(answer.starts_with("HTTP/1.1 401 "), "{answer}");
    let change = proxied.server.client.post(proxied.server.key_url("/regenerate").await);
    let answer = proxied.server.change(change).header("if-match", "*").send().await;
    assert_eq!(answer.expect("an answer").status(), StatusCode::OK);
    assert_eq!(proxied.rejection().await, (401, "SESSION_NOT_VALID".to_owned()));
    proxied.server.kill();
    assert_eq!(proxied.rejection().await, (503, "SERVICE_UNAVAILABLE".to_owned()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_go_sdk_ends_its_session() {
    let proxied = Proxied::start().await;
    let ended = sign_out_as_go(&format!("http://{}", proxied.address), &proxied.session).await;
    assert_eq!(ended, StatusCode::OK);
    assert_eq!(proxied.rejection().await, (401, "SESSION_NOT_VALID".to_owned()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sandbox_api_token_opens_the_sandbox_and_is_not_logged() {
    let mut proxied = Proxied::start().await;
    let token = proxied.server.sandbox_token().await;
    for query in [
        format!("api_token={token}"),
        format!("force=1&api_token={token}&more=1"),
        format!("api%5Ftoken={token}"),
    ] {
        let (status, said) = submit(&proxied.address, &format!("/zscsb/upload?{query}"), LARGE);
        assert_eq!((status, &said["length"]), (200, &json!(LARGE)), "{query}: {said}");
        let (status, _) = submit(&proxied.address, &format!("/page?{query}"), 0);
        assert_eq!(status, 401, "{query}");
    }
    proxied.server.kill();
    let (status, _) = submit(&proxied.address, &format!("/zscsb/upload?api_token={token}"), 0);
    assert_eq!(status, 503);
    // It logs a request after the answer has left: seven, and the sign-in.
    let mut log = String::new();
    for _ in 0..500 {
        log = fs::read_to_string(&proxied.log).unwrap_or_default();
        if log.matches("handled request").count() == 8 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(log.matches("REDACTED").count(), 7, "{log}");
    assert!(!log.contains(&token), "{log}");
    let said = proxied.caddy.said();
    assert!(!said.contains(&token), "{said}");
}
