//! `/verify`: what proxies are told

use axum::http::{HeaderName, Method, header};
use chrono::TimeDelta;
use keyward_contract::{BuiltInRole, Permissions, Subscription};
use keyward_gateway::{
    domain::operator,
    random,
    store::{organizations, people::roles, sessions::api_sessions},
    upkeep,
};
use serde_json::json;

use crate::{
    cloud_api::acme,
    support::{ADMIN, Acme, Answer, Gateway, PASSWORD, get, request},
};

const NAMES: [&str; 4] = [
    "x-keyward-organization",
    "x-keyward-principal",
    "x-keyward-role",
    "x-keyward-credential",
];

/// Acme, and the cookie of an API session.
async fn acme_with_session() -> (Acme, String) {
    let acme = acme().await;
    let session = acme.api_sign_in(&acme.key().await, ADMIN, PASSWORD).await.cookie();
    (acme, session)
}

async fn verify(gateway: &Gateway, cookie: &str) -> Answer {
    gateway.send(get("/verify").cookie(cookie).empty()).await
}

fn told(answer: &Answer) -> [&str; 4] {
    NAMES.map(|name| answer.header(HeaderName::from_static(name)))
}

fn refused(answer: &Answer, status: u16, code: &str) {
    assert_eq!(
        (answer.status.as_u16(), answer.code().as_str()),
        (status, code),
        "{answer:?}"
    );
    assert!(answer.json()["message"].is_string(), "{answer:?}");
    assert_eq!(answer.header(header::CONTENT_TYPE), "application/json");
    assert_eq!(answer.header(header::CACHE_CONTROL), "no-store");
    assert_eq!(told(answer), [""; 4], "nothing is said of who it was");
}

#[tokio::test]
async fn an_active_session_passes_by_any_method_and_path() {
    let (acme, session) = acme_with_session().await;
    let organization = acme.organization.to_string();
    for (method, path) in [
        (Method::GET, "/verify"),
        (Method::POST, "/verify"),
        (Method::DELETE, "/verify/api/v1/anything?query=1"),
        (Method::OPTIONS, "/verify/"),
        (Method::from_bytes(b"PROPFIND").expect("a method"), "/verify/x/y"),
    ] {
        let asked = request(method.clone(), path)
            .cookie(&format!("other=1; {session}"))
            // What a client claims of itself is of no interest.
            .header("x-keyward-organization", "1")
            .header("x-keyward-principal", "somebody else")
            // The length of a body that the proxy has kept to itself.
            .header("content-length", "10000000")
            .empty();
        let answer = acme.send(asked).await;
        assert_eq!(answer.status.as_u16(), 204, "{method} {path}: {}", answer.text);
        assert_eq!(told(&answer), [&organization, ADMIN, "Super Admin", "api-session"]);
        assert_eq!(answer.text, "");
    }
    let other = acme.send(get("/verifying").cookie(&session).empty()).await;
    assert_eq!(told(&other), [""; 4], "another path");
}

#[tokio::test]
async fn an_upgrade_is_authorized_like_any_request() {
    let (acme, session) = acme_with_session().await;
    for (protocol, connection) in [("websocket", "Upgrade"), ("h2c", "Upgrade, HTTP2-Settings")] {
        let asked = || {
            get("/verify/socket")
                .header("upgrade", protocol)
                .header("connection", connection)
                .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==")
                .header("sec-websocket-version", "13")
        };
        let answer = acme.send(asked().cookie(&session).empty()).await;
        assert_eq!(answer.status.as_u16(), 204, "{protocol}");
        assert_eq!(acme.send(asked().empty()).await.status.as_u16(), 401, "{protocol}");
    }
}

/// Envoy hands a 204 to the client as the end of the request.
#[tokio::test]
async fn envoy_gets_200() {
    let (acme, session) = acme_with_session().await;
    let organization = acme.organization.to_string();
    for path in [
        "/verify/ext_authz",
        "/verify/ext_authz/",
        "/verify/ext_authz/a/b?query=1",
    ] {
        let answer = acme.send(get(path).cookie(&session).empty()).await;
        assert_eq!(answer.status.as_u16(), 200, "{path}: {}", answer.text);
        assert_eq!(told(&answer), [&organization, ADMIN, "Super Admin", "api-session"]);
        refused(&acme.send(get(path).empty()).await, 401, "SESSION_NOT_VALID");
    }
}

#[tokio::test]
async fn without_an_active_session_nothing_passes() {
    let (acme, session) = acme_with_session().await;
    refused(&acme.send(get("/verify").empty()).await, 401, "SESSION_NOT_VALID");
    refused(
        &verify(&acme, "JSESSIONID=00000000000000000000000000000000").await,
        401,
        "SESSION_NOT_VALID",
    );
    refused(&verify(&acme, &acme.cookie).await, 401, "SESSION_NOT_VALID");
    assert_eq!(acme.regenerate().await.status.as_u16(), 200);
    refused(&verify(&acme, &session).await, 401, "SESSION_NOT_VALID");
}

#[tokio::test]
async fn verify_keeps_the_session_active() {
    let (acme, session) = acme_with_session().await;
    for _ in 0..3 {
        acme.clock.advance(TimeDelta::minutes(4));
        assert_eq!(verify(&acme, &session).await.status.as_u16(), 204);
    }
    acme.clock.advance(TimeDelta::minutes(6));
    refused(&verify(&acme, &session).await, 401, "SESSION_NOT_VALID");
}

#[tokio::test]
async fn a_session_without_api_access_gets_403() {
    let (acme, session) = acme_with_session().await;
    acme.set_permissions(acme.organization, &acme.admin, Permissions::NONE)
        .await;
    refused(&verify(&acme, &session).await, 403, "API_ACCESS_DENIED");
    acme.set_permissions(
        acme.organization,
        &acme.admin,
        BuiltInRole::ApiClientAdmin.permissions(),
    )
    .await;
    assert_eq!(
        verify(&acme, &session).await.status.as_u16(),
        204,
        "no answer is cached"
    );

    let mut transaction = acme.app.store.write().await.expect("a transaction");
    let organization = organizations::find(&mut transaction, acme.organization)
        .await
        .expect("found")
        .expect("Acme");
    operator::set_subscription(
        &mut transaction,
        &acme.app.secrets,
        &organization,
        Subscription::Expired,
        acme.clock.now(),
    )
    .await
    .expect("done");
    transaction.commit().await.expect("a commit");
    refused(&verify(&acme, &session).await, 401, "SESSION_NOT_VALID");
}

#[tokio::test]
async fn names_of_any_letters_fit_into_headers() {
    let (acme, session) = acme_with_session().await;
    let mut transaction = acme.app.store.write().await.expect("a transaction");
    let permissions = BuiltInRole::ApiClientAdmin.permissions();
    let role = roles::insert(&mut transaction, acme.organization, "Größe 100 %", None, permissions)
        .await
        .expect("a role");
    organizations::set_role(&mut transaction, acme.organization, acme.admin.id, role)
        .await
        .expect("given");
    transaction.commit().await.expect("a commit");
    assert_eq!(told(&verify(&acme, &session).await)[2], "Gr%C3%B6%C3%9Fe 100 %25");
}

/// nginx turns whatever is not 2xx, 401 or 403 into a 500.
#[tokio::test]
async fn a_fault_at_verify_is_403() {
    let (acme, session) = acme_with_session().await;
    acme.app.store.close().await;
    let answer = verify(&acme, &session).await;
    refused(&answer, 403, "SERVICE_UNAVAILABLE");
    assert_eq!(answer.json()["message"], "The gateway couldn't check the request.");
}

#[tokio::test]
async fn verify_has_no_rate_limit() {
    let acme = Acme::new().await;
    let session = acme.api_sign_in(&acme.key().await, ADMIN, PASSWORD).await.cookie();
    for _ in 0..50 {
        assert_eq!(verify(&acme, &session).await.status.as_u16(), 204);
    }
}

fn submit(token: &str) -> String {
    format!("/verify/zscsb/submit?api_token={token}")
}

#[tokio::test]
async fn a_sandbox_api_token_passes_until_it_is_replaced_or_deleted() {
    let acme = acme().await;
    let organization = acme.organization.to_string();
    let added = acme.add_token("späher").await.json();
    let token = added["token"].as_str().expect("a token").to_owned();
    let ask = async |token: &str| acme.send(get(&submit(token)).empty()).await;
    let answer = ask(&token).await;
    assert_eq!(answer.status.as_u16(), 204, "{}", answer.text);
    assert_eq!(
        told(&answer),
        [&organization, "sp%C3%A4her", "Sandbox API Token", "sandbox-token"]
    );
    for wrong in [
        "",
        "sbx_AbCdEfGhIjKlMnOpQrStUvWxYz000000",
        random::sandbox_token_string().reveal(),
    ] {
        refused(&ask(wrong).await, 401, "SANDBOX_TOKEN_NOT_VALID");
    }

    for (subscription, code) in [
        (Subscription::Expired, "SUBSCRIPTION_EXPIRED"),
        (Subscription::None, "SUBSCRIPTION_NONE"),
    ] {
        acme.subscribe(subscription).await;
        refused(&ask(&token).await, 403, code);
    }
    acme.subscribe(Subscription::Active).await;
    assert_eq!(ask(&token).await.status.as_u16(), 204);

    let path = format!("/{}", added["id"]);
    let regenerate = acme.token_change(Method::POST, &format!("{path}/regenerate"));
    let regenerated = acme.send(regenerate.header("if-match", "*").empty()).await.json();
    refused(&ask(&token).await, 401, "SANDBOX_TOKEN_NOT_VALID");
    let token = regenerated["token"].as_str().expect("a token");
    assert_eq!(ask(token).await.status.as_u16(), 204);
    let delete = acme.token_change(Method::DELETE, &path).header("if-match", "*");
    assert_eq!(acme.send(delete.empty()).await.status.as_u16(), 204);
    refused(&ask(token).await, 401, "SANDBOX_TOKEN_NOT_VALID");
}

#[tokio::test]
async fn token_usage_is_shown_and_reading_it_is_no_use() {
    let acme = acme().await;
    let added = acme.add_token("one").await.json();
    let token = added["token"].as_str().expect("a token").to_owned();
    let clients = async || {
        acme.app.key_usage.flush().await.expect("written");
        let cookie = acme.gateway.sign_in(ADMIN).await;
        let path = acme.tokens_path(&format!("/{}/usage", added["id"]));
        acme.send(get(&path).cookie(&cookie).empty()).await.json()
    };
    assert_eq!(clients().await, json!([]));
    assert!(acme.tokens().await["tokens"][0]["lastUsedOn"].is_null());
    for agent in ["scanner/1", "scanner/2", "scanner/2"] {
        acme.clock.advance(TimeDelta::seconds(1));
        let answer = acme
            .send(get(&submit(&token)).header("user-agent", agent).empty())
            .await;
        assert_eq!(answer.status.as_u16(), 204);
    }
    let seen = clients().await;
    assert_eq!(seen.as_array().map(Vec::len), Some(2), "{seen}");
    assert_eq!(
        (&seen[0]["userAgent"], &seen[0]["requestsLastDay"]),
        (&json!("scanner/2"), &json!(2))
    );
    assert_eq!(seen[0]["clientAddress"], "127.0.0.1");
    assert_eq!(acme.tokens().await["tokens"][0]["lastUsedOn"], seen[0]["lastSeenOn"]);
    acme.clock.advance(TimeDelta::hours(25));
    let seen = clients().await;
    assert_eq!(
        (&seen[0]["requestsLastDay"], &seen[0]["requestsLastMonth"]),
        (&json!(0), &json!(2))
    );
    acme.clock.advance(TimeDelta::days(30));
    assert_eq!(clients().await, json!([]));
    upkeep::round(&acme.app).await.expect("deleted");
    for table in ["sandbox_token_clients", "sandbox_token_client_hours"] {
        assert_eq!(acme.data.rows(table), 0, "{table}");
    }
}

#[tokio::test]
async fn a_session_that_ends_during_verify_does_not_pass() {
    let (acme, session) = acme_with_session().await;
    acme.clock.advance(TimeDelta::seconds(5));
    let mut transaction = acme.app.store.write().await.expect("the turn to write");
    let end_meanwhile = async {
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        let ended = api_sessions::delete_all(&mut transaction, acme.organization).await;
        assert_eq!(ended.expect("ended"), 1);
        transaction.commit().await.expect("committed");
    };
    let (answer, ()) = tokio::join!(verify(&acme.gateway, &session), end_meanwhile);
    assert_eq!(answer.code(), "SESSION_NOT_VALID");
}
