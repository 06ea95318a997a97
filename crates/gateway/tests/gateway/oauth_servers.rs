//! Authorization servers and API roles: what can be saved, and what a validation finds

use axum::http::{Method, StatusCode};
use chrono::TimeDelta;
use keyward_contract::{API_ROLES_MAX, BuiltInRole, Subscription};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    oauth_provider::{Behaviour, Provider, SigningKey, jwks},
    support::{Acme, Answer, get, request},
};

async fn acme() -> Acme {
    Acme::allowing_loopback().await
}

async fn provider() -> Provider {
    Provider::start(jwks(&[&SigningKey::p256("one")])).await
}

impl Acme {
    async fn api_role(&self, method: Method, more: &str, version: &str, body: Option<&Value>) -> Answer {
        let path = format!("/api/portal/orgs/{}/api-roles{more}", self.organization);
        let asked = request(method, &path)
            .cookie(&self.cookie)
            .header("x-keyward", "1")
            .header("if-match", version);
        self.send(match body {
            Some(body) => asked.json(body),
            None => asked.empty(),
        })
        .await
    }
}

#[tokio::test]
async fn jwks_url_errors_are_precise() {
    let acme = acme().await;
    let provider = provider().await;
    let symmetric = json!({ "keys": [{ "kty": "oct", "k": "c2VjcmV0", "kid": "one" }] });
    for (behaviour, reason) in [
        (Behaviour::Status(404), "status"),
        (Behaviour::Text("<html>".to_owned()), "json"),
        (Behaviour::Says(json!({ "kids": [] })), "json"),
        (Behaviour::Says(json!({ "keys": [] })), "no-usable-key"),
        (Behaviour::Says(symmetric), "no-usable-key"),
        (Behaviour::Large(10_000_000), "size"),
        (Behaviour::Redirect("http://127.0.0.1:1/keys".to_owned()), "redirect"),
        (Behaviour::Redirect("/again".to_owned()), "redirect"),
        (Behaviour::Slow, "timeout"),
        (Behaviour::Silent, "timeout"),
    ] {
        provider.now(behaviour);
        let report = acme.validate(&provider.jwks_uri()).await;
        assert_eq!(report["failure"]["reason"], reason, "{report:#}");
        assert_eq!(report["validation"], "");
    }
    for (location, reason) in [
        ("keys", "url"),
        ("ftp://127.0.0.1/", "url"),
        ("https://nowhere.invalid/keys", "dns"),
        ("http://127.0.0.1:1/keys", "connect"),
        ("https://10.0.0.1/keys", "address-not-allowed"),
        ("https://169.254.169.254/latest/meta-data", "address-not-allowed"),
        (&*provider.jwks_uri().replace("http:", "https:"), "tls"),
    ] {
        let report = acme.validate(location).await;
        assert_eq!(report["failure"]["reason"], reason, "{location}: {report:#}");
        assert!(report["failure"]["code"].is_string(), "{location}: {report:#}");
    }
}

/// An invalid certificate is rejected unless its validation is off.
#[tokio::test]
async fn invalid_certificates_are_rejected_unless_turned_off() {
    let acme = acme().await;
    let provider = Provider::start_with_tls(jwks(&[&SigningKey::p256("one")])).await;
    let report = acme.validate(&provider.jwks_uri()).await;
    assert_eq!(report["failure"]["reason"], "tls", "{report:#}");
    let text = report["failure"]["text"].as_str().expect("a text");
    assert!(text.contains("server's certificate"), "{text}");
    assert_eq!(provider.asked(), 0);
    let report = acme.validate_with(&provider.jwks_uri(), false).await;
    assert_eq!(report["keys"][0]["kid"], "one", "{report:#}");
    assert_ne!(report["validation"], "");
}

#[tokio::test]
async fn private_networks_are_blocked_unless_allowed() {
    let acme = Acme::new().await;
    let provider = provider().await;
    for location in [
        provider.jwks_uri(),
        provider.jwks_uri().replace("127.0.0.1", "localhost"),
    ] {
        let report = acme.validate(&location).await;
        assert_eq!(report["failure"]["reason"], "address-not-allowed", "{location}");
    }
    assert_eq!(provider.asked(), 0);
}

#[tokio::test]
async fn a_discovery_document_fills_in_url_and_issuer() {
    let (acme, provider) = (acme().await, provider().await);
    let keys = self::provider().await;
    let says = |issuer: &str| Behaviour::Says(json!({ "issuer": issuer, "jwks_uri": keys.jwks_uri() }));
    let discovery = format!("{}/tenant/.well-known/openid-configuration", provider.url);
    let issuer = format!("{}/tenant", provider.url);
    provider.now(says(&issuer));
    let report = acme.validate(&discovery).await;
    assert_eq!(report["issuer"], issuer);
    assert_eq!(report["jwksUri"], keys.jwks_uri());
    assert_eq!(report["keys"][0]["kid"], "one");
    assert_ne!(report["validation"], "");
    provider.now(says(&provider.url));
    let report = acme.validate(&discovery).await;
    assert_eq!(report["failure"]["reason"], "issuer", "{report:#}");
}

/// A JWKS location is saved as it was validated, not otherwise.
#[tokio::test]
async fn saving_requires_a_matching_validation() {
    let (acme, provider) = (acme().await, provider().await);
    let uri = provider.jwks_uri();
    let validation = acme.validate(&uri).await["validation"].clone();
    let add = async |settings: &Value, validation: &Value| {
        let body = json!({ "settings": settings, "validation": validation });
        acme.send(acme.oauth(Method::POST, "").json(&body)).await
    };
    let settings = acme.server(&uri);
    for (settings, validation) in [
        (acme.server(&format!("{uri}?other")), validation.clone()),
        (settings.clone(), json!("")),
        (settings.clone(), json!("99999999999999.00")),
        (
            {
                let mut settings = settings.clone();
                settings["certificateValidation"] = json!(false);
                settings
            },
            validation.clone(),
        ),
    ] {
        let answer = add(&settings, &validation).await;
        assert_eq!(
            (answer.status.as_u16(), answer.code().as_str()),
            (422, "validation-required")
        );
        assert!(answer.json()["fields"]["jwksUri"].is_string());
    }
    acme.clock.advance(TimeDelta::minutes(14));
    let added = add(&settings, &validation).await;
    assert_eq!(added.status, StatusCode::CREATED, "{}", added.text);
    acme.clock.advance(TimeDelta::minutes(1));
    let mut other = settings.clone();
    other["name"] = json!("Other");
    other["enabled"] = json!(false);
    assert_eq!(
        add(&other, &validation).await.code(),
        "validation-required",
        "it is too old"
    );
}

/// One authorization server is enabled at a time.
#[tokio::test]
async fn up_to_two_servers_and_only_one_enabled() {
    let (acme, provider) = (acme().await, provider().await);
    let server = |name: &str, enabled: bool| {
        let mut settings = acme.server(&provider.jwks_uri());
        settings["name"] = json!(name);
        settings["enabled"] = json!(enabled);
        settings
    };
    assert_eq!(
        acme.add_server(&server("First", true)).await.status,
        StatusCode::CREATED
    );
    let refused = acme.add_server(&server("Second", true)).await;
    assert_eq!(
        (refused.status.as_u16(), refused.code().as_str()),
        (409, "oauth-server-enabled")
    );
    assert!(refused.text.contains("First"), "{}", refused.text);
    assert_eq!(
        acme.add_server(&server("first", false)).await.code(),
        "oauth-server-exists"
    );
    assert_eq!(
        acme.add_server(&server("Second", false)).await.status,
        StatusCode::CREATED
    );
    assert_eq!(
        acme.add_server(&server("Third", false)).await.code(),
        "oauth-server-limit"
    );
    assert_eq!(acme.servers().await["add"], "oauth-server-limit");

    let second = acme.servers().await["servers"][1].clone();
    assert_eq!(second["settings"]["name"], "Second");
    let path = format!("/{}", second["id"]);
    let switch = json!({ "settings": server("Second", true), "switch": true });
    let idempotency = Uuid::new_v4().to_string();
    let edit = || {
        let asked = acme.oauth(Method::PUT, &path).header("if-match", "\"1\"");
        asked.header("idempotency-key", &idempotency).json(&switch)
    };
    let edited = acme.send(edit()).await;
    assert_eq!(edited.status, StatusCode::OK, "{}", edited.text);
    assert_eq!(
        acme.send(edit()).await.text,
        edited.text,
        "a repetition changes nothing"
    );
    let servers = acme.servers().await;
    let enabled = |index: usize| servers["servers"][index]["settings"]["enabled"].clone();
    assert_eq!([enabled(0), enabled(1)], [json!(false), json!(true)]);
    let stale = acme.oauth(Method::PUT, &path).header("if-match", "\"1\"").json(&switch);
    assert_eq!(acme.send(stale).await.code(), "stale-version");

    // Each of the two is in the audit log.
    let path = format!("/api/portal/orgs/{}/audit-log?action=Update", acme.organization);
    let log = acme.send(get(&path).cookie(&acme.cookie).empty()).await.json();
    let changes: Vec<_> = log["rows"]
        .as_array()
        .expect("rows")
        .iter()
        .filter(|row| row["result"] == "Success")
        .collect();
    let changes: Vec<_> = changes
        .iter()
        .map(|row| (&row["resource"], &row["before"]["enabled"], &row["after"]["enabled"]))
        .collect();
    assert_eq!(
        changes,
        [
            (&json!("Second"), &json!(false), &json!(true)),
            (&json!("First"), &json!(true), &json!(false))
        ]
    );

    // A refused change changes neither.
    let mut taken = server("Second", true);
    taken["name"] = json!("second");
    let first = acme.servers().await["servers"][0].clone();
    let body = json!({ "settings": taken, "switch": true });
    let edit = acme
        .oauth(Method::PUT, &format!("/{}", first["id"]))
        .header("if-match", "*")
        .json(&body);
    assert_eq!(acme.send(edit).await.code(), "oauth-server-exists");
    assert_eq!(acme.servers().await["servers"], servers["servers"]);
}

#[tokio::test]
async fn input_is_checked_field_by_field() {
    let acme = acme().await;
    let mut settings = acme.server("https://login.example/keys");
    for (field, value, error) in [
        ("name", json!("two words"), "without spaces"),
        ("name", json!(""), "Enter"),
        ("name", json!("x".repeat(65)), "at most 64"),
        ("description", json!("x".repeat(257)), "at most 256"),
        ("jwksUri", json!(""), "Enter the JWKS URL"),
        ("audience", json!("x".repeat(3000)), "at most 2048"),
    ] {
        let before = settings[field].clone();
        settings[field] = value;
        let answer = acme
            .send(acme.oauth(Method::POST, "").json(&json!({ "settings": settings })))
            .await;
        assert_eq!(
            (answer.status.as_u16(), answer.code().as_str()),
            (422, "invalid-input"),
            "{field}: {}",
            answer.text
        );
        let said = answer.json()["fields"][field].as_str().expect("the field").to_owned();
        assert!(said.contains(error), "{said}");
        assert!(
            answer.json()["fieldErrors"][field]["code"].is_string(),
            "{}",
            answer.text
        );
        settings[field] = before;
    }
}

#[tokio::test]
async fn api_roles_are_added_edited_and_deleted_up_to_sixteen() {
    let acme = acme().await;
    let role = |name: &str| json!({ "name": name, "permission": "view" });
    let added = acme.api_role(Method::POST, "", "*", Some(&role("reader"))).await;
    assert_eq!(added.status, StatusCode::CREATED, "{}", added.text);
    let added = added.json();
    assert_eq!(added["scope"], format!("cloud.example::{}::reader", acme.organization));
    let path = format!("/{}", added["id"]);
    assert_eq!(
        acme.api_role(Method::POST, "", "*", Some(&role("Reader"))).await.code(),
        "api-role-exists"
    );
    let wrong = acme.api_role(Method::POST, "", "*", Some(&role("two words"))).await;
    assert!(
        wrong.json()["fields"]["name"]
            .as_str()
            .expect("a text")
            .contains("without spaces")
    );
    let mighty = json!({ "name": "mighty", "permission": "full", "apiKeyManagement": "full" });
    assert_eq!(
        acme.api_role(Method::POST, "", "*", Some(&mighty))
            .await
            .status
            .as_u16(),
        422,
        "never key management"
    );
    let edited = acme.api_role(Method::PUT, &path, "\"1\"", Some(&role("viewer"))).await;
    assert_eq!(edited.json()["name"], "viewer");
    assert_eq!(
        acme.api_role(Method::PUT, &path, "\"1\"", Some(&role("x")))
            .await
            .code(),
        "stale-version"
    );
    assert_eq!(
        acme.api_role(Method::DELETE, &path, "\"2\"", None).await.status,
        StatusCode::NO_CONTENT
    );
    for number in 0..API_ROLES_MAX {
        let added = acme
            .api_role(Method::POST, "", "*", Some(&role(&format!("role-{number}"))))
            .await;
        assert_eq!(added.status, StatusCode::CREATED, "{}", added.text);
    }
    assert_eq!(
        acme.api_role(Method::POST, "", "*", Some(&role("more"))).await.code(),
        "api-role-limit"
    );
}

#[tokio::test]
async fn without_a_subscription_nothing_changes() {
    let (acme, provider) = (acme().await, provider().await);
    acme.subscribe(Subscription::Expired).await;
    assert_eq!(
        acme.add_server(&acme.server(&provider.jwks_uri())).await.code(),
        "subscription-expired"
    );
    let role = json!({ "name": "reader", "permission": "view" });
    assert_eq!(
        acme.api_role(Method::POST, "", "*", Some(&role)).await.code(),
        "subscription-expired"
    );
    assert_eq!(acme.servers().await["add"], "subscription-expired");
    // The role comes first: renewing the subscription would not let an auditor change anything.
    acme.set_permissions(acme.organization, &acme.admin, BuiltInRole::Auditor.permissions())
        .await;
    assert_eq!(acme.servers().await["edit"], "permission-denied");
    acme.subscribe(Subscription::Active).await;
    assert_eq!(acme.servers().await["edit"], "permission-denied");
}
