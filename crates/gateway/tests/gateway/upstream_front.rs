//! What stands between a gateway and the one that is its upstream: it passes requests on, does harm as it is told, and can speak
//! OneAPI for an upstream that knows sessions.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Router,
    body::{Body, Bytes, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use axum_server::tls_rustls::RustlsConfig;
use reqwest::Client;
use serde_json::{Value, json};

use crate::{database_tls::Authority, process::Server, upstream_support::open_connector_session};

/// What becomes of a request.
#[derive(Clone, Debug)]
pub(crate) enum Fault {
    /// It arrives, and its answer a while later.
    Delay(Duration),
    /// It doesn't arrive; the connection is closed.
    Cut,
    /// It arrives; instead of an answer, the connection is closed.
    CutAfter,
    /// It doesn't arrive; this is the answer.
    Instead(u16, Option<&'static str>, &'static str),
    /// It arrives; this is the answer.
    After(u16, &'static str),
    /// It arrives, and its answer has unknown fields.
    Extended,
}

/// A fault for so many requests that have this in their method and path.
struct Planned {
    of: &'static str,
    fault: Fault,
    times: usize,
}

struct Shared {
    to: Arc<Server>,
    client: Client,
    planned: Mutex<Vec<Planned>>,
    asked: Mutex<Vec<String>>,
    /// The session there, for who speaks OneAPI here.
    session: tokio::sync::Mutex<Option<String>>,
}

pub(crate) struct Front {
    /// Without a slash at its end.
    pub(crate) url: String,
    shared: Arc<Shared>,
    serving: tokio::task::AbortHandle,
}

const TOKEN: &str = "an-access-token";

impl Front {
    pub(crate) async fn start(to: &Arc<Server>) -> Self {
        let (shared, router) = prepared(to);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let serving = tokio::spawn(async move { axum::serve(listener, router).await }).abort_handle();
        Self { url, shared, serving }
    }

    /// With a certificate for localhost.
    pub(crate) async fn start_with_tls(to: &Arc<Server>, authority: &Authority) -> Self {
        let (shared, router) = prepared(to);
        let (certificate, key) = (
            authority.signed.clone().into_bytes(),
            authority.key.clone().into_bytes(),
        );
        let config = RustlsConfig::from_pem(certificate, key).await.expect("TLS");
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        listener.set_nonblocking(true).expect("a listener");
        let port = listener.local_addr().expect("an address").port();
        let server = axum_server::from_tcp_rustls(listener, config).expect("a server");
        let serving = tokio::spawn(async move { server.serve(router.into_make_service()).await }).abort_handle();
        Self {
            url: format!("https://localhost:{port}"),
            shared,
            serving,
        }
    }

    /// From now on, so many requests with this in their method and path go wrong.
    pub(crate) fn plan(&self, of: &'static str, fault: Fault, times: usize) {
        let mut planned = self.shared.planned.lock().expect("a lock");
        planned.push(Planned { of, fault, times });
    }

    /// Nothing goes wrong from now on.
    pub(crate) fn heal(&self) {
        self.shared.planned.lock().expect("a lock").clear();
    }

    /// How many requests with this in their method and path have come.
    pub(crate) fn asked(&self, of: &str) -> usize {
        let asked = self.shared.asked.lock().expect("a lock");
        asked.iter().filter(|line| line.contains(of)).count()
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

fn prepared(to: &Arc<Server>) -> (Arc<Shared>, Router) {
    let shared = Arc::new(Shared {
        to: Arc::clone(to),
        client: Client::new(),
        planned: Mutex::default(),
        asked: Mutex::default(),
        session: tokio::sync::Mutex::default(),
    });
    let router = Router::new().fallback(answer).with_state(Arc::clone(&shared));
    (shared, router)
}

fn fault(shared: &Shared, line: &str) -> Option<Fault> {
    let mut planned = shared.planned.lock().expect("a lock");
    let planned = planned
        .iter_mut()
        .find(|planned| planned.times > 0 && line.contains(planned.of))?;
    planned.times -= 1;
    Some(planned.fault.clone())
}

/// Closes the connection without an answer, and without the noise of a panic.
fn cut() -> ! {
    std::panic::resume_unwind(Box::new("the connection is cut"))
}

async fn answer(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let line = format!("{} {}", request.method(), request.uri().path());
    shared.asked.lock().expect("a lock").push(line.clone());
    let fault = fault(&shared, &line);
    match &fault {
        Some(Fault::Cut) => cut(),
        Some(Fault::Instead(status, retry_after, body)) => {
            let status = StatusCode::from_u16(*status).expect("a status");
            let kind = if body.starts_with('<') {
                "text/html"
            } else {
                "application/json"
            };
            let mut response = (status, [(header::CONTENT_TYPE, kind)], *body).into_response();
            if let Some(retry_after) = retry_after {
                let value = retry_after.parse().expect("a header");
                response.headers_mut().insert(header::RETRY_AFTER, value);
            }
            return response;
        }
        _ => {}
    }
    let (status, headers, mut body) = pass_on(&shared, request).await;
    match fault {
        Some(Fault::CutAfter) => cut(),
        Some(Fault::Delay(time)) => tokio::time::sleep(time).await,
        Some(Fault::After(status, text)) => {
            return (StatusCode::from_u16(status).expect("a status"), text).into_response();
        }
        Some(Fault::Extended) => body = extended(&body),
        _ => {}
    }
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    for name in [header::CONTENT_TYPE, header::SET_COOKIE, header::RETRY_AFTER] {
        if let Some(value) = headers.get(&name) {
            response.headers_mut().insert(name, value.clone());
        }
    }
    response
}

fn extended(body: &[u8]) -> Bytes {
    let mut document: Value = serde_json::from_slice(body).expect("JSON");
    let key = match &mut document {
        Value::Array(keys) => &mut keys[0],
        key => key,
    };
    key["addedLater"] = json!({ "by": ["the vendor"], "count": 2 });
    key["permissions"] = json!("USER_ACCESS");
    key["lastModifiedBy"]["isDeleted"] = false.into();
    Bytes::from(document.to_string())
}

/// To the upstream; what is of OneAPI with a session there.
async fn pass_on(shared: &Shared, request: Request) -> (StatusCode, HeaderMap, Bytes) {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, 1 << 20).await.expect("a body");
    let path = parts.uri.path().to_owned();
    if path == "/oauth2/v1/token" {
        let form = String::from_utf8(body.to_vec()).expect("text");
        let wanted =
            "grant_type=client_credentials&client_id=client&client_secret=secret&audience=https%3A%2F%2Fapi.example";
        let (status, answer) = match form == wanted {
            true => (
                StatusCode::OK,
                json!({ "access_token": TOKEN, "token_type": "Bearer", "expires_in": 3600 }),
            ),
            false => (StatusCode::UNAUTHORIZED, json!({ "error": "invalid_client" })),
        };
        return (status, HeaderMap::new(), Bytes::from(answer.to_string()));
    }
    let is_bearer = parts
        .headers
        .get(header::AUTHORIZATION)
        .is_some_and(|it| it == &format!("Bearer {TOKEN}"));
    let mut session = shared.session.lock().await;
    for _ in 0..2 {
        if is_bearer && session.is_none() {
            let key = shared.to.key().await["key"].as_str().expect("a key").to_owned();
            *session = Some(open_connector_session(&shared.to.url, &key).await);
        }
        let url = format!("{}{path}", shared.to.url);
        let mut request = shared.client.request(parts.method.clone(), url).body(body.clone());
        for name in [header::CONTENT_TYPE, header::COOKIE] {
            if let Some(value) = parts.headers.get(&name) {
                request = request.header(name, value);
            }
        }
        if let Some(session) = &*session {
            request = request.header(header::COOKIE, session);
        }
        let answer = request.send().await.expect("an answer");
        let (status, headers) = (answer.status(), answer.headers().clone());
        let body = answer.bytes().await.expect("a body");
        if status == StatusCode::UNAUTHORIZED && session.take().is_some() {
            continue;
        }
        return (status, headers, body);
    }
    panic!("no session at the upstream");
}
