//! `/verify` behind a real nginx: what reaches the application, and when nothing does.

use std::{
    io::{Read, Write},
    net::TcpStream,
};

use keyward_contract::{
    AdminId, ApiPermission, ChangedBy, LastChange, OauthServerSettings, OrganizationId, Permissions,
};
use keyward_gateway::clock::Clock;
use keyward_gateway::store::{
    keys::{api_roles, oauth_servers},
    organizations,
    people::{admins, roles},
};
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    data::TestData,
    nginx::{Nginx, application, blocks},
    oauth_provider::{Provider, SigningKey, jwks},
    process::{Server, init, open_session},
    serve_tls::connect,
    support::ADMIN,
    verify_race::{Shown, race},
};

/// nginx in front of a gateway and an application, and the cookie of a session.
struct Proxied {
    nginx: Nginx,
    server: Server,
    session: String,
    data: TestData,
}

impl Proxied {
    async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// With lines of the file replaced.
    async fn start_with(more: &[(&str, String)]) -> Self {
        let data = TestData::new();
        assert!(init(&data).status.success());
        let server = Server::start_with(
            &data,
            &[
                "--trusted-proxies",
                "127.0.0.1",
                "--oauth-allowed-networks",
                "127.0.0.1",
            ],
        );
        let nginx = Nginx::start_with(&server.url, &application().await, more);
        server.sign_in().await;
        let key = server.key().await["key"].as_str().expect("a key").to_owned();
        let session = open_session(&nginx.url, &key).await.expect("a session");
        Self {
            nginx,
            server,
            session,
            data,
        }
    }

    /// Asks for a page of the application and returns the status and the whole answer.
    async fn get(&self, cookie: &str) -> (StatusCode, String) {
        let request = Client::new().get(format!("{}/page?query=1", self.nginx.url));
        let answer = request.header("cookie", cookie).send().await.expect("an answer");
        assert_eq!(
            answer.headers().keys().find(|name| is_ours(name.as_str())),
            None,
            "what the gateway tells the proxy is not for clients"
        );
        (answer.status(), answer.text().await.expect("text"))
    }

    /// Sends these lines below the first, as they are, and returns the answer.
    fn send(&self, lines: &str) -> String {
        let stream = TcpStream::connect(self.nginx.url.trim_start_matches("http://")).expect("a connection");
        exchange(stream, "/", lines)
    }

    async fn regenerate(&self) {
        let change = self.server.client.post(self.server.key_url("/regenerate").await);
        let answer = self.server.change(change).header("if-match", "*").send().await;
        assert_eq!(answer.expect("an answer").status(), StatusCode::OK);
    }

    /// Gives the admin a role without API access, and leaves the session as it is.
    async fn take_api_access(&self) {
        let store = self.data.store().await;
        let mut transaction = store.write().await.expect("a transaction");
        let organization = OrganizationId(self.server.organization().await);
        let (admin, _) = admins::find_by_login(&mut transaction, ADMIN)
            .await
            .expect("found")
            .expect("the admin");
        let role = roles::insert(&mut transaction, organization, "None", None, Permissions::NONE)
            .await
            .expect("a role");
        organizations::set_role(&mut transaction, organization, admin.id, role)
            .await
            .expect("given");
        transaction.commit().await.expect("a commit");
    }
}

/// What the application is to be told of a session of the admin's.
pub(crate) async fn truth(server: &Server) -> Vec<(String, String)> {
    let organization = server.organization().await.to_string();
    [
        ("x-keyward-credential", "api-session"),
        ("x-keyward-organization", &organization),
        ("x-keyward-principal", ADMIN),
        ("x-keyward-role", "Super Admin"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec()
}

/// Posts a body to a path with these headers, and returns the whole answer.
pub(crate) fn exchange(mut stream: impl Read + Write, path: &str, lines: &str) -> String {
    write!(
        stream,
        "POST {path} HTTP/1.1\r\nhost: app.example\r\n{lines}content-length: 4\r\n\r\nbody"
    )
    .expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    answer
}

/// The code of an error in the vendor's shape.
pub(crate) fn code(body: &str) -> String {
    let body: Value = serde_json::from_str(body).expect("JSON");
    assert!(body["message"].is_string(), "{body}");
    body["code"].as_str().expect("a code").to_owned()
}

/// Whether a program might confuse a header with one of ours: some don't distinguish `_` and `-`.
fn is_ours(name: &str) -> bool {
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    plain.to_ascii_lowercase().starts_with("xkeyward")
}

/// What the application was told in headers of our names, and the body that it got.
pub(crate) fn told(answer: &str) -> (Vec<(String, String)>, String) {
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
    assert!(head.starts_with("HTTP/1.1 200 "), "{answer}");
    let echo: Value = serde_json::from_str(body).expect("the application's answer");
    let headers: Vec<(String, String)> = serde_json::from_value(echo["headers"].clone()).expect("headers");
    let mut ours: Vec<_> = headers.into_iter().filter(|(name, _)| is_ours(name)).collect();
    ours.sort();
    (ours, echo["body"].as_str().expect("text").to_owned())
}

/// What a client may say of itself in our headers.
pub(crate) const CLAIMS: [&str; 6] = [
    "",
    "X-Keyward-Organization: 1\r\nX-Keyward-Principal: a\r\nX-Keyward-Role: b\r\nX-Keyward-Credential: c\r\n",
    "x-keyward-role: a\r\nX-KEYWARD-ROLE: b\r\nx-KeyWard-Role: c\r\n",
    "X_Keyward_Role: a\r\nX-Keyward_Role: b\r\nX.Keyward.Role: c\r\n",
    "X-Keyward-Role:\r\nX-Keyward-Organization: \t 1\r\n",
    // What is named here is of one connection only: a proxy must not drop its own words because of it.
    "Connection: x-keyward-role, x-keyward-organization\r\n",
];

/// What a client says of itself in our headers never reaches what is behind nginx.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn client_identity_headers_are_not_trusted() {
    let proxied = Proxied::start().await;
    let truth = truth(&proxied.server).await;
    let cookie = format!(
        "cookie: other=1\r\ncookie: {}\r\nconnection: close\r\n",
        proxied.session
    );
    for claim in CLAIMS {
        let answer = proxied.send(&format!("{claim}{cookie}"));
        assert_eq!(told(&answer), (truth.clone(), "body".to_owned()), "{claim}");
        let answer = proxied.send(&format!("{claim}connection: close\r\n"));
        assert!(answer.starts_with("HTTP/1.1 401 "), "{claim}: {answer}");
    }
}

#[tokio::test]
async fn refusals_reach_the_client() {
    let proxied = Proxied::start().await;
    assert_eq!(proxied.get(&proxied.session).await.0, StatusCode::OK);
    let asked = async |cookie: &str| {
        let (status, body) = proxied.get(cookie).await;
        (status.as_u16(), code(&body))
    };
    assert_eq!(asked("").await, (401, "SESSION_NOT_VALID".to_owned()));
    assert_eq!(asked("JSESSIONID=0").await, (401, "SESSION_NOT_VALID".to_owned()));

    proxied.take_api_access().await;
    assert_eq!(asked(&proxied.session).await, (403, "API_ACCESS_DENIED".to_owned()));
}

#[tokio::test]
async fn a_body_that_is_too_large_is_told() {
    let proxied = Proxied::start().await;
    let stream = TcpStream::connect(proxied.nginx.url.trim_start_matches("http://")).expect("a connection");
    let head = "POST /page HTTP/1.1\r\nhost: app.example\r\nconnection: close\r\ncontent-length: 2000000\r\n\r\n";
    (&stream).write_all(head.as_bytes()).expect("sent");
    let mut answer = String::new();
    (&stream).read_to_string(&mut answer).expect("an answer");
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
    assert!(head.starts_with("HTTP/1.1 413 "), "{answer}");
    assert_eq!(code(body), "REQUEST_TOO_LARGE");
}

#[tokio::test]
async fn the_next_request_after_a_change_is_rejected() {
    let proxied = Proxied::start().await;
    assert_eq!(proxied.get(&proxied.session).await.0, StatusCode::OK);
    proxied.regenerate().await;
    assert_eq!(proxied.get(&proxied.session).await.0, StatusCode::UNAUTHORIZED);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn over_https_it_works_the_same() {
    let proxied = Proxied::start().await;
    let send = |lines: &str| {
        let stream = connect(&proxied.nginx.tls, &proxied.nginx.certificate, &["http/1.1"]);
        exchange(stream, "/", &format!("{lines}connection: close\r\n"))
    };
    let cookie = format!("cookie: {}\r\n", proxied.session);
    assert_eq!(told(&send(&cookie)).0, truth(&proxied.server).await);
    assert!(send("").starts_with("HTTP/1.1 401 "));
    proxied.regenerate().await;
    assert!(send(&cookie).starts_with("HTTP/1.1 401 "));
}

#[tokio::test]
async fn while_the_gateway_is_down_nothing_passes() {
    let mut proxied = Proxied::start().await;
    assert_eq!(proxied.get(&proxied.session).await.0, StatusCode::OK);
    proxied.server.kill();
    let (status, body) = proxied.get(&proxied.session).await;
    assert_eq!((status.as_u16(), code(&body)), (503, "SERVICE_UNAVAILABLE".to_owned()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_request_after_a_change_gets_through_under_load() {
    let proxied = Proxied::start().await;
    let page = format!("{}/page", proxied.nginx.url);
    race(&[proxied.server], Shown::Session, &[page], StatusCode::OK, 50).await;
}

/// A Sandbox API token admits to `/zscsb/` alone, whatever a client does with the path.
#[tokio::test]
async fn a_sandbox_api_token_only_opens_the_sandbox() {
    let proxied = Proxied::start().await;
    let token = proxied.server.sandbox_token().await;
    let ask = async |path: &str| {
        let request = Client::new()
            .get(format!("{}{path}", proxied.nginx.url))
            .header("user-agent", "scanner/1.0");
        request.send().await.expect("an answer")
    };
    let answer = ask(&format!("/zscsb/submit?force=1&api_token={token}")).await;
    assert_eq!(answer.status(), StatusCode::OK);
    let echo: Value = answer.json().await.expect("the application's answer");
    let told = |name: &str| {
        let mut headers = echo["headers"].as_array().expect("headers").iter();
        headers.find(|header| header[0] == name).map(|header| header[1].clone())
    };
    let organization = proxied.server.organization().await.to_string();
    assert_eq!(told("x-keyward-organization"), Some(json!(organization)));
    assert_eq!(told("x-keyward-principal"), Some(json!("scanner")));
    assert_eq!(told("x-keyward-role"), Some(json!("Sandbox API Token")));
    assert_eq!(told("x-keyward-credential"), Some(json!("sandbox-token")));

    for path in ["/page", "/zscsb/%2e%2e/page", "/zscsb/../page", "//zscsb/submit"] {
        assert_eq!(
            ask(&format!("{path}?api_token={token}")).await.status(),
            StatusCode::UNAUTHORIZED,
            "{path}"
        );
    }
    let both = Client::new()
        .get(format!("{}/page?api_token={token}", proxied.nginx.url))
        .header("cookie", &proxied.session);
    let both = both.send().await.expect("an answer");
    assert_eq!(
        both.status(),
        StatusCode::UNAUTHORIZED,
        "a session does not make up for it"
    );
    let claimed = Client::new()
        .get(format!("{}/page", proxied.nginx.url))
        .header("x-original-uri", format!("/zscsb/submit?api_token={token}"))
        .header("x-forwarded-uri", format!("/zscsb/submit?api_token={token}"));
    let claimed = claimed.send().await.expect("an answer");
    assert_eq!(
        claimed.status(),
        StatusCode::UNAUTHORIZED,
        "what a client says of its URI"
    );

    let url = proxied.server.sandbox_token_url("/usage").await;
    let mut clients = Value::Null;
    // It is written beside the requests.
    while clients[0].is_null() {
        clients = proxied
            .server
            .client
            .get(&url)
            .send()
            .await
            .expect("an answer")
            .json()
            .await
            .expect("clients");
    }
    assert_eq!(
        (&clients[0]["clientAddress"], &clients[0]["userAgent"]),
        (&json!("127.0.0.1"), &json!("scanner/1.0"))
    );
    assert_eq!(clients[0]["requestsLastDay"], 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_request_with_an_old_token_gets_through_under_load() {
    let proxied = Proxied::start().await;
    let page = format!("{}/zscsb/submit", proxied.nginx.url);
    race(&[proxied.server], Shown::SandboxToken, &[page], StatusCode::OK, 30).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_access_token_authorizes_what_its_role_allows() {
    let proxied = Proxied::start().await;
    let key = SigningKey::p256("one");
    let provider = Provider::start(jwks(&[&key])).await;
    let organization = proxied.server.organization().await;
    let store = proxied.data.store().await;
    let mut transaction = store.write().await.expect("a transaction");
    let settings = OauthServerSettings {
        name: "Login".to_owned(),
        description: String::new(),
        enabled: true,
        jwks_uri: provider.jwks_uri(),
        certificate_validation: true,
        audience: String::new(),
        issuer: String::new(),
        client_id: String::new(),
    };
    let change = LastChange {
        last_modified_by: ChangedBy {
            id: AdminId::SERVICE_PROVIDER,
            name: "test".to_owned(),
        },
        last_modified_on: Clock::System.now(),
        version: 1,
    };
    let organization = OrganizationId(organization);
    oauth_servers::insert(&mut transaction, organization, &settings, &change)
        .await
        .expect("a server");
    api_roles::insert(&mut transaction, organization, "reader", ApiPermission::View)
        .await
        .expect("a role");
    transaction.commit().await.expect("a commit");
    let scope = format!("cloud.example::{organization}::reader");
    let token = key.sign(&json!({ "scope": scope, "exp": Clock::System.now().timestamp() + 60 }));

    let ask = async |method: Method, token: &str| {
        let asked = Client::new().request(method, format!("{}/page", proxied.nginx.url));
        // The client's own method header isn't trusted.
        let asked = asked.bearer_auth(token).header("x-original-method", "GET");
        asked.send().await.expect("an answer")
    };
    let answer = ask(Method::GET, &token).await;
    assert_eq!(answer.status(), StatusCode::OK);
    let echo: Value = answer.json().await.expect("the application's answer");
    let principal = format!("oauth-reader$@{organization}.cloud.example");
    let headers = echo["headers"].to_string();
    assert!(
        headers.contains(&principal) && headers.contains("access-token"),
        "{headers}"
    );
    assert_eq!(ask(Method::POST, &token).await.status(), StatusCode::FORBIDDEN);
    let answer = ask(Method::GET, &format!("{token}x")).await;
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
    let challenge = answer
        .headers()
        .get("www-authenticate")
        .map(|value| value.to_str().expect("text"));
    assert!(
        challenge.is_some_and(|it| it.contains("invalid_token")),
        "{challenge:?}"
    );
}

const FIRST: &str = "upstream keyward {";

#[tokio::test]
async fn a_preflight_reaches_the_application_and_nothing_else_does() {
    let [map, condition] = &blocks("CORS preflights")[..] else {
        panic!("two blocks");
    };
    let proxied = Proxied::start_with(&[
        (FIRST, format!("{map}\n{FIRST}")),
        ("        internal;", format!("        internal;\n{condition}")),
    ])
    .await;
    let ask = async |method: Method, headers: &[(&str, &str)]| {
        let mut request = Client::new().request(method, format!("{}/page", proxied.nginx.url));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = request.send().await.expect("an answer");
        (answer.status().as_u16(), answer.text().await.expect("text"))
    };
    let origin = ("origin", "https://intranet.example");
    let asks = ("access-control-request-method", "DELETE");
    let claims = ("x-keyward-principal", "boss@acme.example");
    let (status, text) = ask(Method::OPTIONS, &[origin, asks, claims]).await;
    assert_eq!(status, 200);
    assert!(!text.contains("x-keyward") && !text.contains("boss"), "{text}");
    for (method, headers) in [
        (Method::OPTIONS, &[origin][..]),
        (Method::OPTIONS, &[asks]),
        (Method::GET, &[origin, asks]),
        (Method::DELETE, &[origin, asks]),
    ] {
        assert_eq!(ask(method.clone(), headers).await.0, 401, "{method} {headers:?}");
    }
    let (status, _) = proxied.get(&proxied.session).await;
    assert_eq!(status, StatusCode::OK);
}

#[tokio::test]
async fn an_application_keeps_its_session_beside_ours() {
    let [maps, lines] = &blocks("An application that sets `JSESSIONID`")[..] else {
        panic!("two blocks");
    };
    let (server, location): (Vec<_>, Vec<_>) = lines.lines().partition(|line| line.contains("proxy_set_header"));
    let pass = "    location / {\n        proxy_pass http://app;";
    let header = "    proxy_http_version 1.1;";
    let proxied = Proxied::start_with(&[
        (FIRST, format!("{maps}\n{FIRST}")),
        (header, [&[header][..], &server].concat().join("\n")),
        (pass, [&[pass][..], &location].concat().join("\n")),
    ])
    .await;
    let client = Client::builder().cookie_store(true).build().expect("a client");
    let url = |path: &str| format!("{}{path}", proxied.nginx.url);
    let session = proxied.session.clone();
    let set = client.get(url("/session")).header("cookie", &session).send().await;
    let set = set.expect("an answer");
    assert_eq!(set.status(), StatusCode::OK);
    let cookie = set.headers()["set-cookie"].to_str().expect("text");
    assert_eq!(cookie, "APPSESSION=node01.app1; Path=/; HttpOnly");
    let both = format!("{session}; APPSESSION=node01.app1");
    let (status, text) = proxied.get(&both).await;
    assert_eq!(status, StatusCode::OK);
    assert!(
        text.contains("JSESSIONID=node01.app1; "),
        "the application has its own first: {text}"
    );
    // The session ends by its own cookie.
    let end = client
        .delete(url("/api/v1/authenticatedSession"))
        .header("cookie", &both);
    assert_eq!(end.send().await.expect("an answer").status(), StatusCode::OK);
    assert_eq!(proxied.get(&both).await.0, StatusCode::UNAUTHORIZED);
}

/// Signs out as the vendor's Go SDK does, without `/api/v1`.
pub(crate) async fn sign_out_as_go(url: &str, session: &str) -> StatusCode {
    let request = Client::new().delete(format!("{url}/authenticatedSession"));
    let answer = request.header("cookie", session).send().await;
    answer.expect("an answer").status()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_go_sdk_ends_its_session() {
    let proxied = Proxied::start().await;
    let ended = sign_out_as_go(&proxied.nginx.url, &proxied.session).await;
    assert_eq!(ended, StatusCode::OK);
    assert_eq!(proxied.get(&proxied.session).await.0, StatusCode::UNAUTHORIZED);
    let url = format!("{}/api/v1/auth", proxied.nginx.url);
    let read = Client::new().get(url).header("cookie", &proxied.session).send().await;
    assert_eq!(read.expect("an answer").status(), StatusCode::UNAUTHORIZED);
}
