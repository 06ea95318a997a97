//! Several organizations: the operator adds and removes them

use axum::http::Method;
use chrono::TimeDelta;
use keyward_contract::{BuiltInRole, Permissions, ProblemCode};
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::{
    cloud_api::acme,
    data::TestData,
    process::{Server, init, open_session, operate, operate_well},
    support::{ADMIN, Acme, PASSWORD, get, obfuscated, post, request, usable},
};

fn said(data: &TestData, arguments: &[&str]) -> (Option<i32>, String) {
    let output = operate(data, arguments);
    let text = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(text).expect("text"))
}

fn listed(data: &TestData) -> Value {
    let (code, text) = said(data, &["organization", "list", "--json"]);
    assert_eq!(code, Some(0), "{text}");
    serde_json::from_str(&text).expect("JSON")
}

fn add(data: &TestData, name: &str, admin: &str) -> String {
    let arguments = [
        "organization",
        "add",
        "--name",
        name,
        "--cloud",
        "cloud.example",
        "--admin",
        admin,
    ];
    let (code, text) = said(data, &arguments);
    assert_eq!(code, Some(0), "{text}");
    let (_, token) = text.split_once('#').expect("a link");
    let (token, more) = token.split_once('\n').expect("a line");
    assert!(more.contains("is a guess, because public-url isn't set"), "{more}");
    token.to_owned()
}

async fn accept(server: &Server, token: &str, password: &str) -> StatusCode {
    let request = server.change(server.client.post(format!("{}/api/portal/invitation", server.url)));
    let request = request.json(&json!({ "token": token, "password": password }));
    request.send().await.expect("an answer").status()
}

#[tokio::test]
async fn an_organization_is_added_with_its_first_admin() {
    let data = TestData::new();
    assert!(init(&data).status.success());
    let server = Server::start(&data);
    let token = add(&data, "Globex", "owner@globex.example");
    assert_eq!(accept(&server, &token, "an own password").await, StatusCode::CREATED);
    assert!(
        server.key().await["key"].is_string(),
        "it has a key, and they a right to it"
    );
    assert_eq!(
        accept(&server, &token, "an own password").await,
        StatusCode::FORBIDDEN,
        "once"
    );

    // The owner of an account signs in to it, and then has both.
    let token = add(&data, "Initech", ADMIN);
    server.sign_in().await;
    assert_eq!(accept(&server, &token, "").await, StatusCode::CREATED);
    let mine = server
        .client
        .get(format!("{}/api/portal/orgs", server.url))
        .send()
        .await
        .expect("an answer");
    let mine: Value = mine.json().await.expect("organizations");
    let names: Vec<_> = mine
        .as_array()
        .expect("a list")
        .iter()
        .map(|it| it["name"].as_str())
        .collect();
    assert_eq!(names, [Some("Acme"), Some("Initech")]);

    let all = listed(&data);
    assert_eq!(all[1]["name"], "Globex");
    assert_eq!((&all[1]["admins"], &all[1]["keys"]), (&json!(1), &json!(1)));
    operate_well(&data, &["audit", "verify"]);
}

#[test]
fn an_invalid_organization_is_rejected() {
    let data = TestData::new();
    assert!(init(&data).status.success());
    let before = listed(&data);
    for (name, cloud, admin, wrong) in [
        ("ACME", "cloud.example", "a", "an organization \"ACME\" already exists"),
        ("", "cloud.example", "a", "--name: Enter"),
        ("Globex", "Cloud", "a", "--cloud: Enter a DNS name"),
        (
            "Globex",
            "cloud.example",
            "two words",
            "--admin: A user name has no spaces",
        ),
    ] {
        let arguments = [
            "organization",
            "add",
            "--name",
            name,
            "--cloud",
            cloud,
            "--admin",
            admin,
        ];
        let (code, text) = said(&data, &arguments);
        assert_eq!(code, Some(1));
        assert!(text.contains(wrong), "{text}");
    }
    assert_eq!(listed(&data), before);
    let arguments = [
        "organization",
        "add",
        "--name",
        "Globex",
        "--cloud",
        "cloud.example",
        "--admin",
        "a",
    ];
    operate_well(&data, &[&arguments[..], &["--without-subscription"]].concat());
    assert_eq!(
        (&listed(&data)[1]["subscription"], &listed(&data)[1]["keys"]),
        (&json!("none"), &json!(0))
    );
}

/// Removing an organization ends everything in it at the next request, also while the gateway runs.
#[tokio::test]
async fn removing_an_organization_ends_everything_in_it() {
    let data = TestData::new();
    assert!(init(&data).status.success());
    let server = Server::start(&data);
    server.sign_in().await;
    let session = open_session(&server.url, server.key().await["key"].as_str().expect("a key"))
        .await
        .expect("a session");
    let token = server.sandbox_token().await;
    let gone = add(&data, "Globex", "owner@globex.example");
    let verify = async |path: &str| {
        let request = server
            .client
            .get(format!("{}/verify{path}", server.url))
            .header("cookie", &session);
        request.send().await.expect("an answer").status()
    };
    let submit = format!("/zscsb/submit?api_token={token}");
    assert_eq!(
        (verify("").await, verify(&submit).await),
        (StatusCode::NO_CONTENT, StatusCode::NO_CONTENT)
    );

    let (code, text) = said(&data, &["organization", "remove", "--organization", "acme"]);
    assert_eq!(code, Some(1));
    assert!(
        text.contains("1 admin, 1 key, 1 Sandbox API token, 1 API session"),
        "{text}"
    );
    assert_eq!(verify("").await, StatusCode::NO_CONTENT, "nothing was changed");

    operate_well(&data, &["organization", "remove", "--organization", "acme", "--yes"]);
    assert_eq!(
        (verify("").await, verify(&submit).await),
        (StatusCode::UNAUTHORIZED, StatusCode::UNAUTHORIZED)
    );
    let who = server
        .client
        .get(format!("{}/api/portal/session", server.url))
        .send()
        .await
        .expect("an answer");
    assert_eq!(
        who.status(),
        StatusCode::UNAUTHORIZED,
        "the account went with its last role"
    );
    let again = server.client.post(format!("{}/api/portal/session", server.url));
    let again = server
        .change(again)
        .json(&json!({ "username": ADMIN, "password": PASSWORD }));
    let again: Value = again.send().await.expect("an answer").json().await.expect("a problem");
    assert_eq!(again["code"], ProblemCode::SignInFailed.as_str());
    assert_eq!(listed(&data).as_array().map(Vec::len), Some(1));
    assert_eq!(
        accept(&server, &gone, "an own password").await,
        StatusCode::CREATED,
        "the other one is as it was"
    );
    operate_well(&data, &["audit", "verify"]);
    let before: String = data.value("SELECT before_change FROM audit_log WHERE action = 'Delete'");
    assert_eq!(
        serde_json::from_str::<Value>(&before).expect("JSON"),
        json!({ "organization": "Acme", "cloud": "cloud.example", "admins": 1, "keys": 1, "sandboxTokens": 1, "apiSessions": 1 })
    );
}

async fn overview(acme: &Acme, cookie: &str) -> Value {
    acme.send(get("/api/portal/orgs/overview").cookie(cookie).empty())
        .await
        .json()
}

#[tokio::test]
async fn the_overview_shows_what_each_role_allows() {
    let acme = acme().await;
    let (globex, _) = acme.gateway.organization("Globex", "owner").await;
    let (_, _) = acme.gateway.organization("Elsewhere", "stranger").await;
    assert_eq!(overview(&acme, &acme.cookie).await.as_array().map(Vec::len), Some(1));
    acme.set_permissions(globex, &acme.admin, BuiltInRole::Auditor.permissions())
        .await;
    acme.api_sign_in(&acme.key().await, ADMIN, PASSWORD).await;

    let seen = overview(&acme, &acme.cookie).await;
    let names: Vec<_> = seen
        .as_array()
        .expect("a list")
        .iter()
        .map(|it| it["name"].as_str())
        .collect();
    assert_eq!(names, [Some("Acme"), Some("Globex")]);
    assert_eq!(
        (&seen[0]["cloud"], &seen[0]["subscription"]),
        (&json!("cloud.example"), &json!("active"))
    );
    assert_eq!(
        (&seen[0]["key"]["status"], &seen[0]["key"]["liveSessions"]),
        (&json!("enabled"), &json!(1))
    );
    assert_eq!(
        seen[0]["key"]["lastChange"]["lastModifiedBy"]["name"],
        "Service Provider"
    );
    assert_eq!(
        (&seen[0]["capabilities"]["edit"], &seen[1]["capabilities"]["edit"]),
        (&json!(null), &json!("permission-denied"))
    );
    assert_eq!(seen[1]["key"]["liveSessions"], 0);

    acme.clock.advance(TimeDelta::minutes(6));
    let delete = acme.change(Method::DELETE, "").header("if-match", "*");
    assert_eq!(acme.send(delete.empty()).await.status, 204);
    acme.set_permissions(
        globex,
        &acme.admin,
        Permissions {
            audit_log: true,
            ..Permissions::NONE
        },
    )
    .await;
    let seen = overview(&acme, &acme.cookie).await;
    assert_eq!(
        (&seen[0]["key"]["status"], &seen[0]["key"]["liveSessions"]),
        (&json!(null), &json!(0))
    );
    assert_eq!(
        seen[0]["key"]["lastChange"]["lastModifiedBy"]["name"], ADMIN,
        "who deleted it"
    );
    assert_eq!(seen[1]["key"], json!(null), "nothing of the key");
}

/// The page sends a change for each of them: none depends on another, and none is made twice.
#[tokio::test]
async fn one_key_can_be_set_in_several_organizations() {
    let acme = acme().await;
    let mut organizations = vec![acme.organization];
    for name in ["Globex", "Initech", "Umbrella"] {
        let (organization, _) = acme.gateway.organization(name, name).await;
        let role = match name {
            "Initech" => BuiltInRole::Auditor,
            _ => BuiltInRole::KeyManager,
        };
        acme.set_permissions(organization, &acme.admin, role.permissions())
            .await;
        organizations.push(organization);
    }
    let set = async |place: usize, version: &str, name: &str| {
        let path = format!("/api/portal/orgs/{}/api-key", organizations[place]);
        let change = request(Method::PUT, &path)
            .cookie(&acme.cookie)
            .header("x-keyward", "1");
        let change = change.header("if-match", version).header("idempotency-key", name);
        let answer = acme.send(change.json(&json!({ "key": "SameKey00001" }))).await;
        (answer.status.as_u16(), answer.text)
    };
    let names: Vec<String> = (0..4).map(|_| uuid::Uuid::new_v4().to_string()).collect();
    let first = [
        set(0, "\"1\"", &names[0]).await,
        set(1, "\"7\"", &names[1]).await,
        set(2, "\"1\"", &names[2]).await,
        set(3, "\"1\"", &names[3]).await,
    ];
    assert_eq!(first.each_ref().map(|(status, _)| *status), [200, 412, 403, 200]);
    assert_eq!(
        set(0, "\"1\"", &names[0]).await.1,
        first[0].1,
        "a repetition is told the first answer"
    );
    let again = set(1, "\"1\"", &uuid::Uuid::new_v4().to_string()).await;
    assert_eq!(again.0, 200, "what failed is tried alone: {}", again.1);

    // Scripts say which one they mean.
    let sign_in = async |organization: Option<i64>| {
        let timestamp = usable(acme.clock.now().timestamp_millis());
        let mut body = json!({
            "apiKey": obfuscated("SameKey00001", timestamp), "username": ADMIN, "password": PASSWORD, "timestamp": timestamp
        });
        if let Some(organization) = organization {
            body["organizationId"] = organization.into();
        }
        let answer = acme.send(post("/api/v1/authenticatedSession").json(&body)).await;
        (answer.status.as_u16(), answer.code())
    };
    assert_eq!(sign_in(None).await, (409, "ORGANIZATION_AMBIGUOUS".into()));
    assert_eq!(sign_in(Some(organizations[0].0)).await.0, 200);
    let wrong = (400, "INVALID_USERNAME_OR_PASSWORD".into());
    for other in [organizations[2].0, 1] {
        assert_eq!(
            sign_in(Some(other)).await,
            wrong,
            "not one with this key, or none of theirs"
        );
    }

    let seen = overview(&acme, &acme.cookie).await;
    let versions: Vec<_> = seen
        .as_array()
        .expect("a list")
        .iter()
        .map(|it| &it["key"]["lastChange"]["version"])
        .collect();
    assert_eq!(versions, [2, 2, 1, 2]);
    let log = acme.audit_log().await;
    assert_eq!(
        log.iter()
            .filter(|row| **row == format!("Update, {ADMIN}, Admin UI, Success"))
            .count(),
        3,
        "{log:?}"
    );
}
