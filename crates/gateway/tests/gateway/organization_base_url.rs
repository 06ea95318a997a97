//! Base URLs of single organizations, for admins whose organizations have the same key.

use axum::http::Method;
use keyward_contract::{BuiltInRole, OrganizationId, Subscription};
use keyward_gateway::config::Config;
use serde_json::{Value, json};

use crate::{
    config_sources::{from_environment, from_file},
    data::TestData,
    nginx::{Nginx, application},
    process::{Server, init, open_session},
    support::{ADMIN, Acme, Answer, PASSWORD, get, obfuscated, post, request, usable},
};

const KEY: &str = "SameKey00001";
const PATH: &str = "/api/v1/authenticatedSession";

/// An admin of Acme and Globex, which have the same key.
struct Both {
    acme: Acme,
    globex: OrganizationId,
}

impl Both {
    async fn new() -> Self {
        Self::with(|_| {}).await
    }

    async fn with(change: impl FnOnce(&mut Config)) -> Self {
        let acme = Acme::with(|config| {
            for limit in [&mut config.rate_limit_session, &mut config.rate_limit_session_read] {
                *limit = "off".parse().expect("a limit");
            }
            config.trusted_proxies = "127.0.0.1".parse().expect("a network");
            change(config);
        })
        .await;
        let (globex, _) = acme.organization("Globex", "owner@globex.example").await;
        let role = BuiltInRole::SuperAdmin.permissions();
        acme.set_permissions(globex, &acme.admin, role).await;
        for organization in [acme.organization, globex] {
            let change = request(Method::PUT, &format!("/api/portal/orgs/{organization}/api-key"))
                .cookie(&acme.cookie)
                .header("x-keyward", "1")
                .header("if-match", "*");
            let answer = acme.send(change.json(&json!({ "key": KEY }))).await;
            assert_eq!(answer.status.as_u16(), 200, "{}", answer.text);
        }
        Self { acme, globex }
    }

    /// Signs in below a base URL, as an unmodified client does.
    async fn sign_in(&self, base: &str, username: &str) -> Answer {
        self.send_sign_in(base, username, PASSWORD, json!({})).await
    }

    async fn send_sign_in(&self, base: &str, username: &str, password: &str, more: Value) -> Answer {
        let timestamp = usable(self.acme.clock.now().timestamp_millis());
        let mut body = json!({ "apiKey": obfuscated(KEY, timestamp), "username": username, "password": password,
                               "timestamp": timestamp });
        body.as_object_mut()
            .expect("an object")
            .extend(more.as_object().cloned().unwrap_or_default());
        self.acme.send(post(&format!("{base}{PATH}")).json(&body)).await
    }

    /// The organization of a session, as a proxy is told.
    async fn organization(&self, session: &Answer) -> String {
        let answer = self.acme.send(get("/verify").cookie(&session.cookie()).empty()).await;
        assert_eq!(answer.status.as_u16(), 204, "{}: {}", session.text, answer.text);
        answer.headers["x-keyward-organization"]
            .to_str()
            .expect("text")
            .to_owned()
    }

    async fn base_url(&self, organization: OrganizationId, cookie: &str) -> Value {
        let path = format!("/api/portal/orgs/{organization}");
        let json = self.acme.send(get(&path).cookie(cookie).empty()).await.json();
        json["baseUrls"]["cloudServiceApi"].clone()
    }
}

fn wrong(answer: &Answer) -> bool {
    (answer.status.as_u16(), answer.code().as_str()) == (400, "INVALID_USERNAME_OR_PASSWORD")
}

#[tokio::test]
async fn each_organization_has_a_base_url_of_its_own() {
    let both = Both::new().await;
    for id in [both.acme.organization, both.globex] {
        let base = format!("/orgs/{id}");
        let session = both.sign_in(&base, ADMIN).await;
        assert_eq!(session.status.as_u16(), 200, "{}", session.text);
        assert_eq!(both.organization(&session).await, id.to_string());
        for (other, lives) in [
            (both.acme.organization, id == both.acme.organization),
            (both.globex, id == both.globex),
        ] {
            let path = format!("/orgs/{other}{PATH}");
            let answer = both.acme.send(get(&path).cookie(&session.cookie()).empty()).await;
            assert_eq!(answer.status.as_u16(), if lives { 200 } else { 401 }, "{path}");
            let path = format!("/orgs/{other}/api/v1/status");
            let answer = both.acme.send(get(&path).cookie(&session.cookie()).empty()).await;
            assert_eq!(answer.status.as_u16(), if lives { 200 } else { 401 }, "{path}");
            let path = format!("/orgs/{other}/verify");
            let answer = both.acme.send(get(&path).cookie(&session.cookie()).empty()).await;
            assert_eq!(answer.status.as_u16(), if lives { 204 } else { 401 }, "{path}");
        }
        // A sign-out elsewhere ends nothing.
        let end = |base: &str| {
            request(Method::DELETE, &format!("{base}{PATH}"))
                .cookie(&session.cookie())
                .empty()
        };
        both.acme.send(end("/orgs/1")).await;
        assert!(both.acme.api_session_lives(&session.cookie()).await);
        both.acme.send(end(&base)).await;
        assert!(!both.acme.api_session_lives(&session.cookie()).await);
    }
    assert!(wrong(&both.sign_in("/orgs/1", ADMIN).await), "none of theirs");
    let contradiction = json!({ "organizationId": both.acme.organization });
    let base = format!("/orgs/{}", both.globex);
    assert!(wrong(&both.send_sign_in(&base, ADMIN, PASSWORD, contradiction).await));
    // Of both cookies, the one of the organization counts.
    let (one, other) = (
        both.sign_in(&format!("/orgs/{}", both.acme.organization), ADMIN)
            .await
            .cookie(),
        both.sign_in(&base, ADMIN).await.cookie(),
    );
    let read = get(&format!("{base}{PATH}")).cookie(&format!("{one}; {other}")).empty();
    assert_eq!(both.acme.send(read).await.json()["authType"], "ADMIN_LOGIN");
}

#[tokio::test]
async fn a_user_name_can_name_the_organization() {
    let both = Both::new().await;
    for id in [both.acme.organization, both.globex] {
        let session = both.sign_in("", &format!("{ADMIN}/{id}")).await;
        assert_eq!(both.organization(&session).await, id.to_string());
        let session = both.sign_in(&format!("/orgs/{id}"), &format!("{ADMIN}/{id}")).await;
        assert_eq!(session.status.as_u16(), 200, "{}", session.text);
    }
    let elsewhere = format!("{ADMIN}/{}", both.acme.organization);
    assert!(wrong(
        &both.sign_in(&format!("/orgs/{}", both.globex), &elsewhere).await
    ));
    for name in [
        format!("{ADMIN}/1"),
        format!("{ADMIN}/"),
        format!("{ADMIN}/x"),
        format!("{ADMIN}/-1"),
        "/1".to_owned(),
    ] {
        assert!(wrong(&both.sign_in("", &name).await), "{name}");
    }
    // A login is one, whatever it looks like.
    let login = format!("{ADMIN}/{}", both.globex);
    let (third, _) = both.acme.organization("Initech", &login).await;
    let answer = both.sign_in("", &login).await;
    assert!(wrong(&answer), "its organization has a different key: {third}");
}

/// Otherwise each spelling would have attempts of its own.
#[tokio::test]
async fn failed_sign_ins_count_for_the_bare_login() {
    let both = Both::new().await;
    for attempt in 0..5 {
        let name = format!("{ADMIN}/{attempt}");
        assert!(wrong(&both.send_sign_in("", &name, "wrong password", json!({})).await));
    }
    let locked = both.sign_in("", &format!("{ADMIN}/{}", both.globex)).await;
    assert_eq!(locked.code(), "ACCOUNT_LOCKED");
    assert_eq!(both.sign_in("", ADMIN).await.code(), "ACCOUNT_LOCKED");
}

#[tokio::test]
async fn the_answer_to_an_ambiguous_key_says_what_to_use() {
    let both = Both::new().await;
    let answer = both.sign_in("", ADMIN).await;
    assert_eq!(
        (answer.status.as_u16(), answer.code()),
        (409, "ORGANIZATION_AMBIGUOUS".into())
    );
    let message = answer.json()["message"].as_str().expect("a message").to_owned();
    for (name, id) in [("Acme", both.acme.organization), ("Globex", both.globex)] {
        let choice = format!("{name}: base URL http://127.0.0.1:8080/orgs/{id}/api/v1 or user name {ADMIN}/{id}");
        assert!(message.contains(&choice), "{message}");
    }
    // What it names works.
    let path = format!("/orgs/{}", both.globex);
    assert_eq!(both.sign_in(&path, ADMIN).await.status.as_u16(), 200);
}

#[tokio::test]
async fn the_portal_shows_the_base_url_that_is_not_ambiguous() {
    let both = Both::new().await;
    let own = |id: OrganizationId| json!(format!("http://127.0.0.1:8080/orgs/{id}/api/v1"));
    for id in [both.acme.organization, both.globex] {
        assert_eq!(both.base_url(id, &both.acme.cookie).await, own(id));
    }
    let cookie = both.acme.sign_in("owner@globex.example").await;
    let common = json!("http://127.0.0.1:8080/api/v1");
    assert_eq!(both.base_url(both.globex, &cookie).await, common);
}

#[tokio::test]
async fn a_host_name_can_stand_for_an_organization() {
    let both = Both::new().await;
    let globex = both.globex;
    let hosts = format!("{globex}=ZSAPI.Globex.example.");
    let gateway = both
        .acme
        .gateway
        .restart_with(|config| {
            config.public_api_url = "https://api.example:8443/keys".parse().expect("an address");
            config.organization_hosts = hosts.parse().expect("hosts");
        })
        .await;
    let both = Both {
        acme: Acme { gateway, ..both.acme },
        globex,
    };
    let own = json!("https://zsapi.globex.example:8443/keys/api/v1");
    assert_eq!(both.base_url(globex, &both.acme.cookie).await, own);
    let sign_in = async |host: &str, base: &str| {
        let timestamp = usable(both.acme.clock.now().timestamp_millis());
        let body = json!({ "apiKey": obfuscated(KEY, timestamp), "username": ADMIN, "password": PASSWORD,
                           "timestamp": timestamp });
        let asked = post(&format!("{base}{PATH}")).header("host", host);
        both.acme.send(asked.json(&body)).await
    };
    for (host, base) in [
        ("zsapi.globex.example", ""),
        ("zsapi.globex.example:8443", "/keys"),
        ("zsapi.globex.example", &*format!("/orgs/{globex}")),
    ] {
        let session = sign_in(host, base).await;
        assert_eq!(both.organization(&session).await, globex.to_string(), "{host}{base}");
    }
    assert_eq!(sign_in("api.example", "").await.code(), "ORGANIZATION_AMBIGUOUS");
    let elsewhere = sign_in("zsapi.globex.example", &format!("/orgs/{}", both.acme.organization)).await;
    assert_eq!(elsewhere.status.as_u16(), 404, "{}", elsewhere.text);
    let of_acme = sign_in("api.example", &format!("/orgs/{}", both.acme.organization))
        .await
        .cookie();
    let ask = async |path: &str| {
        let asked = get(path)
            .header("host", "zsapi.globex.example")
            .header("accept", "text/html");
        both.acme.send(asked.cookie(&of_acme).empty()).await
    };
    assert_eq!(ask(PATH).await.code(), "SESSION_NOT_VALID");
    assert_eq!(ask("/verify").await.code(), "SESSION_NOT_VALID");
    assert_eq!(ask("/healthz").await.text, "alive\n");
    for path in ["/", "/sign-in", "/api/portal/session", "/metrics"] {
        assert_eq!(
            ask(path).await.code(),
            "RESOURCE_NOT_FOUND",
            "{path} is at the portal's address only"
        );
    }
}

#[test]
fn organization_hosts_are_checked() {
    let config =
        from_file("organization-hosts = [\"2=zsapi.acme.example\", \"3 = Bücher.example\"]").expect("settings");
    let hosts = &config.organization_hosts;
    assert_eq!(hosts.organization("zsapi.acme.example"), Some(OrganizationId(2)));
    assert_eq!(hosts.host(OrganizationId(3)), Some("xn--bcher-kva.example"));
    assert_eq!(hosts.organization("acme.example"), None);
    for wrong in [
        "acme.example",
        "x=acme.example",
        "0=acme.example",
        "2=acme.example:80",
        "2=*.example",
        "2=10.0.0.1",
        "2=",
    ] {
        let refused = from_environment(&[("KEYWARD_ORGANIZATION_HOSTS", wrong)]).expect_err(wrong);
        assert!(refused.contains("2=zsapi.acme.example"), "{wrong}: {refused}");
    }
    for (wrong, words) in [
        ("2=a.example,3=a.example", "one organization only"),
        ("2=keys.example", "is the host of public-url"),
    ] {
        let settings = [
            ("KEYWARD_ORGANIZATION_HOSTS", wrong),
            ("KEYWARD_PUBLIC_URL", "https://keys.example"),
        ];
        let refused = from_environment(&settings).expect_err(wrong);
        assert!(refused.contains(words), "{refused}");
    }
}

/// A client that keeps the cookies of both: the session that still has a subscription counts, wherever it stands.
#[tokio::test]
async fn of_several_sessions_an_authorized_one_counts() {
    let both = Both::new().await;
    let of = async |organization| both.sign_in(&format!("/orgs/{organization}"), ADMIN).await.cookie();
    let (expired, usable) = (of(both.acme.organization).await, of(both.globex).await);
    both.acme.subscribe(Subscription::Expired).await;
    let verify = async |cookie: &str| both.acme.send(get("/verify").cookie(cookie).empty()).await;
    assert_eq!(verify(&expired).await.status.as_u16(), 403);
    for cookies in [format!("{expired}; {usable}"), format!("{usable}; {expired}")] {
        let answer = verify(&cookies).await;
        assert_eq!(answer.status.as_u16(), 204, "{}", answer.text);
        assert_eq!(
            answer.headers["x-keyward-organization"],
            both.globex.to_string().as_str()
        );
    }
}

/// The file in the documents passes the host on.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn behind_nginx_a_host_admits_its_own_sessions() {
    let data = TestData::new();
    assert!(init(&data).status.success());
    let mut server = Server::start(&data);
    server.sign_in().await;
    let id = server.organization().await;
    server.stop();
    let hosts = format!("{id}=zsapi.acme.example,{}=zsapi.other.example", id + 1);
    let server = Server::start_with(
        &data,
        &["--trusted-proxies", "127.0.0.1", "--organization-hosts", &hosts],
    );
    server.sign_in().await;
    let nginx = Nginx::start_with(&server.url, &application().await, &[]);
    let key = server.key().await["key"].as_str().expect("a key").to_owned();
    let session = open_session(&nginx.url, &key).await.expect("a session");
    for (host, status) in [
        ("app.example", 200),
        ("zsapi.acme.example", 200),
        ("zsapi.other.example", 401),
    ] {
        let request = reqwest::Client::new().get(format!("{}/page", nginx.url));
        let answer = request.header("host", host).header("cookie", &session).send().await;
        assert_eq!(answer.expect("an answer").status().as_u16(), status, "{host}");
    }
}
