//! Sandbox API tokens: what can be done with them, and what can't

use axum::http::{Method, StatusCode, header};
use keyward_contract::{SANDBOX_TOKENS_MAX, SandboxTokenString, Subscription};
use keyward_gateway::{random, store::organizations};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    administration_support::{outcome, refused},
    support::{Acme, Answer, Builder, get, request},
};

impl Acme {
    pub(crate) fn tokens_path(&self, more: &str) -> String {
        format!("/api/portal/orgs/{}/sandbox-tokens{more}", self.organization)
    }

    pub(crate) fn token_change(&self, method: Method, more: &str) -> Builder {
        request(method, &self.tokens_path(more))
            .cookie(&self.cookie)
            .header("x-keyward", "1")
    }

    pub(crate) async fn add_token(&self, name: &str) -> Answer {
        let change = self.token_change(Method::POST, "");
        self.send(change.json(&json!({ "name": name }))).await
    }

    pub(crate) async fn tokens(&self) -> Value {
        let answer = self.send(get(&self.tokens_path("")).cookie(&self.cookie).empty()).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        assert!(!answer.text.contains("sbx_"), "{}", answer.text);
        answer.json()
    }

    pub(crate) async fn subscribe(&self, subscription: Subscription) {
        let mut transaction = self.app.store.write().await.expect("a transaction");
        organizations::set_subscription(&mut transaction, self.organization, subscription)
            .await
            .expect("set");
        transaction.commit().await.expect("a commit");
    }
}

fn id(token: &Value) -> String {
    format!("/{}", token["id"])
}

#[tokio::test]
async fn tokens_can_be_managed_from_add_to_delete() {
    let acme = Acme::new().await;
    let added = acme.add_token("scanner").await;
    assert_eq!(added.status, StatusCode::CREATED, "{}", added.text);
    assert_eq!(added.headers[header::CACHE_CONTROL], "no-store");
    let added = added.json();
    let first: SandboxTokenString = added["token"].as_str().expect("a token").parse().expect("a token");
    let path = id(&added);

    let rename = acme.token_change(Method::PUT, &path).header("if-match", "\"1\"");
    let renamed = acme.send(rename.json(&json!({ "name": "mail" }))).await;
    assert_eq!(renamed.status, StatusCode::OK, "{}", renamed.text);
    assert_eq!(renamed.headers[header::ETAG], "\"2\"");
    assert_eq!(
        renamed.json()["token"],
        Value::Null,
        "the token stays, and so does what is known of it"
    );

    let reveal = acme.token_change(Method::POST, &format!("{path}/reveal"));
    assert_eq!(acme.send(reveal.empty()).await.json()["token"], first.reveal());

    let regenerate = acme.token_change(Method::POST, &format!("{path}/regenerate"));
    let made = acme.send(regenerate.header("if-match", "\"2\"").empty()).await.json();
    assert_eq!(
        (&made["id"], &made["name"], &made["version"]),
        (&added["id"], &json!("mail"), &json!(3))
    );
    let second = made["token"].as_str().expect("a token").to_owned();
    assert_ne!(second, first.reveal());

    let find = |token: &str| {
        acme.send(
            acme.token_change(Method::POST, "/find")
                .json(&json!({ "token": token })),
        )
    };
    let found = find(&second).await;
    assert_eq!(
        (&found.json()["id"], &found.json()["token"]),
        (&added["id"], &Value::Null)
    );
    assert_eq!(
        outcome(&find(first.reveal()).await),
        refused(404, "sandbox-token-not-found")
    );
    let slip = find(&second.replace("sbx_", "sbx_A")[..36]).await;
    assert_eq!(outcome(&slip), refused(422, "invalid-input"));
    assert!(
        slip.json()["fields"]["token"]
            .as_str()
            .expect("a text")
            .contains("Copy the token again")
    );
    assert!(!slip.text.contains("sbx_A"), "{}", slip.text);

    let tokens = acme.tokens().await;
    assert_eq!(tokens["tokens"][0]["name"], "mail");
    assert_eq!(tokens["baseUrl"], "http://127.0.0.1:8080/zscsb");
    assert_eq!(tokens["tokens"][0]["lastModifiedBy"]["name"], acme.admin.name);
    let delete = acme.token_change(Method::DELETE, &path).header("if-match", "\"3\"");
    assert_eq!(acme.send(delete.empty()).await.status, StatusCode::NO_CONTENT);
    assert_eq!(acme.tokens().await["tokens"], json!([]));
    let secrets = [first.reveal(), &second];
    let changes = "SELECT COALESCE(before_change, '') || COALESCE(after_change, '') FROM audit_log";
    let log = acme.data.column::<String>(changes, &[]).concat();
    assert!(log.contains("mail"), "{log}");
    assert!(secrets.iter().all(|secret| !log.contains(*secret)), "{log}");
}

#[tokio::test]
async fn up_to_five_tokens_with_unique_names() {
    let acme = Acme::new().await;
    for name in ["one", "two", "three", "four"] {
        assert_eq!(acme.add_token(name).await.status, StatusCode::CREATED);
    }
    let taken = acme.add_token("ONE").await;
    assert_eq!(outcome(&taken), refused(409, "sandbox-token-exists"));
    assert!(taken.json()["fields"]["name"].is_string());
    for (name, wrong) in [
        ("", "Enter"),
        ("eleven char", "at most 10"),
        (" x", "space"),
        ("a\u{7}b", "can't be seen"),
    ] {
        let answer = acme.add_token(name).await;
        assert_eq!(outcome(&answer), refused(422, "invalid-input"), "{name:?}");
        assert!(
            answer.json()["fields"]["name"]
                .as_str()
                .expect("a text")
                .contains(wrong),
            "{}",
            answer.text
        );
    }
    assert_eq!(acme.tokens().await["capabilities"]["add"], Value::Null);
    assert_eq!(acme.add_token("zehn Zeich").await.status, StatusCode::CREATED);
    let tokens = acme.tokens().await;
    assert_eq!(tokens["capabilities"]["add"], "sandbox-token-limit");
    assert_eq!(tokens["capabilities"]["regenerate"], Value::Null);
    assert_eq!(tokens["tokens"].as_array().map(Vec::len), Some(SANDBOX_TOKENS_MAX));
    assert_eq!(
        outcome(&acme.add_token("six").await),
        refused(409, "sandbox-token-limit")
    );
}

/// An organization can have up to five Sandbox API tokens, also when many are added concurrently.
#[tokio::test]
async fn concurrent_adds_make_no_more_than_five() {
    let acme = Acme::new().await;
    let names: Vec<String> = (0..12).map(|number| number.to_string()).collect();
    let answers = futures_util::future::join_all(names.iter().map(|name| acme.add_token(name))).await;
    let made = answers
        .iter()
        .filter(|answer| answer.status == StatusCode::CREATED)
        .count();
    assert_eq!(made, SANDBOX_TOKENS_MAX);
}

#[tokio::test]
async fn a_repeated_request_gets_the_first_answer() {
    let acme = Acme::new().await;
    let key = Uuid::new_v4().to_string();
    let add = || {
        acme.token_change(Method::POST, "")
            .header("idempotency-key", &key)
            .json(&json!({ "name": "one" }))
    };
    let (first, second) = (acme.send(add()).await, acme.send(add()).await);
    assert_eq!((first.status, &first.text), (second.status, &second.text));
    assert!(first.text.contains("sbx_"));
    assert_eq!(acme.tokens().await["tokens"].as_array().map(Vec::len), Some(1));

    let path = id(&first.json());
    let key = Uuid::new_v4().to_string();
    let regenerate = || {
        acme.token_change(Method::POST, &format!("{path}/regenerate"))
            .header("if-match", "\"1\"")
            .header("idempotency-key", &key)
            .empty()
    };
    let (first, second) = (acme.send(regenerate()).await, acme.send(regenerate()).await);
    assert_eq!(first.status, StatusCode::OK, "{}", first.text);
    assert_eq!(first.text, second.text);
    let stored = acme.data.everything();
    assert!(!stored.contains("sbx_"), "the answer that is kept is sealed");
}

#[tokio::test]
async fn a_change_of_a_stale_version_is_rejected() {
    let acme = Acme::new().await;
    let path = id(&acme.add_token("one").await.json());
    for (method, more) in [(Method::PUT, ""), (Method::DELETE, ""), (Method::POST, "/regenerate")] {
        let body = (method == Method::PUT).then(|| json!({ "name": "two" }));
        for (version, expected) in [
            (None, (428, "if-match-required")),
            (Some("\"7\""), (412, "stale-version")),
        ] {
            let mut change = acme.token_change(method.clone(), &format!("{path}{more}"));
            if let Some(version) = version {
                change = change.header("if-match", version);
            }
            let request = match &body {
                Some(body) => change.json(body),
                None => change.empty(),
            };
            assert_eq!(
                outcome(&acme.send(request).await),
                refused(expected.0, expected.1),
                "{method} {more}"
            );
        }
    }
    assert_eq!(acme.tokens().await["tokens"][0]["version"], 1);
}

#[tokio::test]
async fn token_capabilities_match_refusals_without_subscription() {
    let acme = Acme::new().await;
    let path = id(&acme.add_token("one").await.json());
    for (subscription, code, reveals) in [
        (Subscription::Expired, "subscription-expired", true),
        (Subscription::None, "subscription-none", false),
    ] {
        acme.subscribe(subscription).await;
        let capabilities = acme.tokens().await["capabilities"].clone();
        for what in ["add", "edit", "regenerate", "delete"] {
            assert_eq!(capabilities[what], code);
        }
        assert_eq!(capabilities["reveal"].is_null(), reveals);
        assert_eq!(outcome(&acme.add_token("two").await), refused(403, code));
        let delete = acme.token_change(Method::DELETE, &path).header("if-match", "*");
        assert_eq!(outcome(&acme.send(delete.empty()).await), refused(403, code));
        let reveal = acme.token_change(Method::POST, &format!("{path}/reveal"));
        assert_eq!(acme.send(reveal.empty()).await.status == StatusCode::OK, reveals);
    }
}

/// The regular expression that `docs/secret-scanning.md` gives to scanners.
#[test]
fn a_secret_scanner_finds_exactly_the_tokens() {
    let text = include_str!("../../../../docs/secret-scanning.md");
    let expression = text.split("```\n").nth(1).expect("the expression").trim();
    let expression = regex::Regex::new(expression).expect("a regular expression");
    for _ in 0..100 {
        let token = random::sandbox_token_string();
        for around in ["{}", "?api_token={}&x=1", "\"{}\"", "key:{}\n", "({})"] {
            let text = around.replace("{}", token.reveal());
            assert_eq!(
                expression.find(&text).map(|found| found.as_str()),
                Some(token.reveal()),
                "{text}"
            );
        }
        for other in [
            format!("x{}", token.reveal()),
            format!("{}x", token.reveal()),
            token.reveal()[..35].to_owned(),
            token.reveal().replace("sbx_", "sbx-"),
            token.reveal().replace("sbx_", "SBX_"),
        ] {
            assert!(!expression.is_match(&other), "{other}");
        }
    }
    assert_eq!(
        text.matches(r"sbx_[0-9A-Za-z]{32}").count(),
        3,
        "it is the same everywhere"
    );
}
