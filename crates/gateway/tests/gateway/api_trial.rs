//! *Try it*: the portal opens an API session with the key, and shows what a script would have sent and got

use axum::http::{Method, StatusCode};
use keyward_contract::{ApiTrial, Subscription};
use serde_json::{Value, json};

use crate::{
    key_usage::usage,
    support::{ADMIN, Acme, Answer, PASSWORD},
};

const MASK: &str = "••••••••••••";

impl Acme {
    async fn try_key(&self, password: &str) -> Answer {
        let change = self.change(Method::POST, "/try");
        self.send(change.json(&json!({ "password": password }))).await
    }

    async fn tried(&self) -> (ApiTrial, String) {
        let answer = self.try_key(PASSWORD).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        let trial = serde_json::from_str(&answer.text).expect("a trial");
        (trial, answer.text)
    }
}

fn body(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

#[tokio::test]
async fn a_trial_signs_in_reads_and_signs_out_unseen() {
    let acme = Acme::unlimited().await;
    let key = acme.key().await;
    let (trial, text) = acme.tried().await;
    assert!(trial.signed_in);
    let seen: Vec<_> = trial
        .exchanges
        .iter()
        .map(|exchange| (exchange.method.as_str(), exchange.status))
        .collect();
    assert_eq!(seen, [("POST", 200), ("GET", 200), ("DELETE", 200)]);
    let [sign_in, read, end] = trial.exchanges.as_slice() else {
        panic!("{trial:?}")
    };
    assert!(
        trial
            .exchanges
            .iter()
            .all(|exchange| exchange.url == "http://127.0.0.1:8080/api/v1/authenticatedSession")
    );
    let sent = body(sign_in.request_body.as_deref().expect("a body"));
    let timestamp = sent["timestamp"].as_i64().expect("a timestamp");
    assert!((0..1000).contains(&(timestamp - acme.clock.now().timestamp_millis())));
    assert_eq!(
        sent,
        json!({ "apiKey": MASK, "username": ADMIN, "password": MASK, "timestamp": timestamp })
    );
    let headers = |headers: &[keyward_contract::HttpHeader], name: &str| {
        let found = headers.iter().find(|header| header.name == name);
        found.map(|header| header.value.clone())
    };
    assert_eq!(
        headers(&sign_in.response_headers, "set-cookie"),
        Some(format!("JSESSIONID={MASK}; Path=/; HttpOnly"))
    );
    assert_eq!(
        headers(&read.request_headers, "cookie"),
        Some(format!("JSESSIONID={MASK}"))
    );
    assert_eq!(body(&read.response_body)["authType"], "ADMIN_LOGIN");
    assert_eq!(body(&end.response_body), json!({ "status": "ACTIVE" }));

    let obfuscated = crate::support::obfuscated(&key, timestamp);
    for secret in [key.as_str(), &obfuscated, PASSWORD] {
        assert!(!text.contains(secret));
    }
    let is_id = |word: &str| word.len() == 32 && word.chars().all(|c| c.is_ascii_hexdigit());
    assert!(!text.split(|c: char| !c.is_ascii_alphanumeric()).any(is_id), "{text}");
    assert_eq!(acme.data.rows("api_sessions"), 0);

    let log = acme.audit_log().await;
    assert_eq!(
        log[log.len() - 2..],
        [
            format!("Sign In, {ADMIN}, Admin UI, Success"),
            format!("Sign Out, {ADMIN}, Admin UI, Success")
        ]
    );
    let usage = usage(&acme).await;
    assert_eq!(usage.clients.len(), 1);
    assert_eq!(usage.clients[0].user_agent.as_deref(), Some("Keyward portal (Try it)"));
}

/// The answers are those of the cloud service API, in the vendor's words.
#[tokio::test]
async fn a_trial_is_refused_as_a_script_would_be() {
    let acme = Acme::with(|config| config.rate_limit_session = "1/s,1000/h".parse().expect("a limit")).await;
    let refused = async |status: u16| {
        let (trial, _) = acme.tried().await;
        assert!(!trial.signed_in);
        assert_eq!(trial.exchanges.len(), 1);
        assert_eq!(trial.exchanges[0].status, status, "{trial:?}");
        body(&trial.exchanges[0].response_body)
    };
    acme.set_key_enabled(false).await;
    assert_eq!(refused(403).await["code"], "API_KEY_DISABLED");
    let log = acme.audit_log().await;
    assert_eq!(
        log.last().expect("a row"),
        &format!("Sign In, {ADMIN}, Admin UI, Failure, api-key-disabled")
    );
    acme.set_key_enabled(true).await;
    acme.subscribe(Subscription::Expired).await;
    assert_eq!(
        refused(403).await["message"],
        "API subscription is required, but it is currently expired."
    );
    acme.subscribe(Subscription::Active).await;
    assert!(acme.tried().await.0.signed_in);
    assert_eq!(refused(429).await["message"], "Rate Limit (1/SECOND) exceeded");
}

/// Nothing is opened for the portal that no key could open.
#[tokio::test]
async fn without_a_key_there_is_nothing_to_try() {
    let acme = Acme::unlimited().await;
    let etag = acme.etag().await;
    let delete = acme.change(Method::DELETE, "").header("if-match", &etag);
    assert_eq!(acme.send(delete.empty()).await.status, StatusCode::NO_CONTENT);
    let answer = acme.try_key(PASSWORD).await;
    assert_eq!((answer.status.as_u16(), answer.code()), (404, "no-api-key".into()));
    let log = acme.audit_log().await;
    assert_eq!(
        log.last().expect("a row"),
        &format!("Sign In, {ADMIN}, Admin UI, Failure, no-api-key")
    );
    acme.subscribe(Subscription::None).await;
    assert_eq!(acme.try_key(PASSWORD).await.code(), "subscription-none");
}

/// As at re-authentication: neither another session nor a script is locked out.
#[tokio::test]
async fn a_wrong_password_counts_for_the_portal_session() {
    let acme = Acme::unlimited().await;
    let key = acme.key().await;
    for _ in 0..5 {
        assert_eq!(acme.try_key("wrong password").await.code(), "wrong-password");
    }
    let locked = acme.try_key(PASSWORD).await;
    assert_eq!((locked.status.as_u16(), locked.code()), (429, "account-locked".into()));
    assert_eq!(acme.data.rows("api_sessions"), 0);
    assert_eq!(acme.api_sign_in(&key, ADMIN, PASSWORD).await.status, StatusCode::OK);
    acme.gateway.sign_in(ADMIN).await;
}
