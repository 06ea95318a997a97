//! A real nginx with `docs/proxies/nginx.conf`, in front of a small application, or with the file of
//! `docs/several-gateways.md`, in front of two gateways.

use std::{
    fs,
    io::{self, BufRead as _, BufReader, ErrorKind},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    thread,
};

use axum::{
    Json, Router,
    body::Bytes,
    extract::DefaultBodyLimit,
    http::HeaderMap,
    routing::{any, post},
};
use rustls::pki_types::CertificateDer;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::serve_tls::write_certificate;

/// Where nginx may be. Debian keeps it where only root's PATH leads.
const PROGRAMS: [&str; 2] = ["nginx", "/usr/sbin/nginx"];

/// What the file leaves to the main file, with nothing outside `{folder}`. To a root who runs the tests in a container
/// nginx would give a user for its workers that can't write there.
const MAIN: &str = "\
user root;
daemon off;
pid {folder}/pid;
error_log stderr notice;
worker_processes 2;
events {}
http {
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/keyward.conf;
}
";

/// nginx, ended when dropped.
pub(crate) struct Nginx {
    /// Address and port of HTTPS, as the file has it.
    pub(crate) tls: String,
    /// The certificate there.
    pub(crate) certificate: CertificateDer<'static>,
    /// The same server block on plain HTTP.
    pub(crate) url: String,
    process: Child,
    folder: TempDir,
}

impl Nginx {
    /// In front of a gateway and of an [`application`], with more lines of the file replaced.
    pub(crate) fn start_with(gateway: &str, application: &str, more: &[(&str, String)]) -> Self {
        let changes = [
            ("server 127.0.0.1:8080;", format!("server {};", host(gateway))),
            ("server 127.0.0.1:9000;", format!("server {};", host(application))),
        ];
        let config = adapted(
            include_str!("../../../../docs/proxies/nginx.conf"),
            &[&changes[..], more].concat(),
        );
        Self::start(&config, "app.example")
    }

    /// In front of two gateways.
    pub(crate) fn in_front_of(gateways: [&str; 2]) -> Self {
        let guide = include_str!("../../../../docs/several-gateways.md");
        let (_, config) = guide.split_once("```nginx\n").expect("the file");
        let (config, _) = config.split_once("```").expect("its end");
        let changes = [
            ("server 10.0.0.11:8080 ", format!("server {} ", host(gateways[0]))),
            ("server 10.0.0.12:8080 ", format!("server {} ", host(gateways[1]))),
        ];
        Self::start(&adapted(config, &changes), "keys.example")
    }

    /// With a file that has an HTTPS server with this name.
    fn start(config: &str, name: &str) -> Self {
        let folder = TempDir::new().expect("a folder");
        let certificate = write_certificate(folder.path());
        let (tls, plain) = (free_address(), free_address());
        let at = |file: &str| folder.path().join(file).to_str().expect("text").to_owned();
        let config = adapted(
            config,
            &[
                ("listen 443 ssl;", format!("listen {tls} ssl; listen {plain};")),
                (&format!("/etc/ssl/certs/{name}.pem"), at("cert.pem")),
                (&format!("/etc/ssl/private/{name}.key"), at("key.pem")),
            ],
        );
        let config = config.replace("/var/log/nginx", folder.path().to_str().expect("text"));
        Self {
            process: run(&written(folder.path(), &config)),
            tls,
            certificate,
            url: format!("http://{plain}"),
            folder,
        }
    }

    /// Ends it, and returns what it has written into its logs: it logs a request after the answer has left.
    pub(crate) fn logged(mut self) -> String {
        let process = self.process.id().to_string();
        let asked = Command::new("kill").args(["-QUIT", &process]).status();
        assert!(asked.is_ok_and(|status| status.success()), "nginx runs");
        self.process.wait().expect("its end");
        let logs = ["keyward.log", "keyward-error.log"].map(|name| fs::read_to_string(self.folder.path().join(name)));
        logs.map(|log| log.expect("a log")).concat()
    }

    /// With this file for the context `http`, whose servers are reached at their own addresses.
    pub(crate) fn with_plain_file(config: &str) -> Self {
        Self::with_file(config, String::new(), CertificateDer::from(Vec::new()))
    }

    /// With this file for the context `http`, which serves HTTPS at `tls` with the certificate.
    pub(crate) fn with_file(config: &str, tls: String, certificate: CertificateDer<'static>) -> Self {
        let folder = TempDir::new().expect("a folder");
        Self {
            process: run(&written(folder.path(), config)),
            tls,
            certificate,
            url: String::new(),
            folder,
        }
    }
}

/// Writes a file for the context `http` and the main file around it.
fn written(folder: &Path, config: &str) -> PathBuf {
    fs::write(folder.join("keyward.conf"), config).expect("a file");
    let main = folder.join("nginx.conf");
    fs::write(&main, MAIN.replace("{folder}", folder.to_str().expect("text"))).expect("a file");
    main
}

impl Drop for Nginx {
    fn drop(&mut self) {
        if self.process.try_wait().is_ok_and(|ended| ended.is_some()) {
            return;
        }
        // nginx passes a polite end on to its workers; a kill would leave them behind.
        let _ = Command::new("kill").arg(self.process.id().to_string()).status();
        let _ = self.process.wait();
    }
}

/// The file as it is in `docs`, apart from what every reader of it adapts, too.
fn adapted(config: &str, changes: &[(&str, String)]) -> String {
    let mut config = config.to_owned();
    for (from, to) in changes {
        assert_eq!(config.matches(from).count(), 1, "{from}");
        config = config.replace(from, to);
    }
    config
}

/// Starts nginx and waits until it accepts connections.
fn run(config: &Path) -> Child {
    let mut process = PROGRAMS
        .iter()
        .find_map(|program| {
            let mut command = Command::new(program);
            match command.arg("-c").arg(config).stderr(Stdio::piped()).spawn() {
                Err(error) if error.kind() == ErrorKind::NotFound => None,
                process => Some(process.expect("nginx runs")),
            }
        })
        .expect("nginx is missing: `cargo xtask test` installs it, or on Debian `apt-get install nginx-light`");
    let mut log = BufReader::new(process.stderr.take().expect("its log"));
    let (mut line, mut said) = (String::new(), String::new());
    // It listens before it starts the processes that accept.
    while !line.contains("start worker process ") {
        line.clear();
        assert!(log.read_line(&mut line).expect("text") > 0, "nginx ended:\n{said}");
        said.push_str(&line);
    }
    // It must never block on its output.
    thread::spawn(move || io::copy(&mut log, &mut io::sink()));
    process
}

/// What `nginx -t` says of a file for the context `http`.
pub(crate) fn checked(config: &str) -> Output {
    let folder = TempDir::new().expect("a folder");
    let main = written(folder.path(), config);
    let mut outputs = PROGRAMS
        .iter()
        .filter_map(|program| Command::new(program).arg("-t").arg("-c").arg(&main).output().ok());
    outputs
        .next()
        .expect("nginx is missing: `cargo xtask test` installs it")
}

/// nginx can't choose a free port itself.
pub(crate) fn free_address() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").to_string()
}

fn host(url: &str) -> &str {
    url.strip_prefix("http://").expect("a URL")
}

/// The blocks of nginx's language below a heading of the README beside the file.
pub(crate) fn blocks(heading: &str) -> Vec<String> {
    let readme = include_str!("../../../../docs/proxies/README.md");
    let (_, section) = readme.split_once(&format!("\n## {heading}\n")).expect("the heading");
    let section = section.split("\n## ").next().unwrap_or_default();
    let blocks = section.split("```nginx\n").skip(1);
    blocks
        .map(|block| block.split("```").next().unwrap_or_default().to_owned())
        .collect()
}

/// What is behind the proxy: it answers with the headers and the body that reached it, below `/session` with a cookie of a servlet
/// container. Ends with the runtime.
pub(crate) async fn application() -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, routes()).await });
    format!("http://{address}")
}

fn routes() -> Router {
    let session = async |headers: HeaderMap, body: String| {
        let cookie = [("set-cookie", "JSESSIONID=node01.app1; Path=/; HttpOnly")];
        (cookie, echo(headers, body).await)
    };
    Router::new()
        .route("/session", any(session))
        .route("/zscsb/upload", post(length))
        .fallback(any(echo))
        .layer(DefaultBodyLimit::disable())
}

/// The length of the body, and how nginx has announced it: with a length only if it had it before the body.
async fn length(headers: HeaderMap, body: Bytes) -> Json<Value> {
    let announced = headers.contains_key("content-length");
    Json(json!({ "length": body.len(), "announced": announced }))
}

async fn echo(headers: HeaderMap, body: String) -> Json<Value> {
    let headers: Vec<(&str, &str)> = headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.to_str().expect("text")))
        .collect();
    Json(json!({ "headers": headers, "body": body }))
}
