//! The admin's own account: password and sessions

use std::time::Duration;

use axum::http::{Method, StatusCode};
use chrono::TimeDelta;
use keyward_contract::AuditInterface;
use keyward_gateway::{credentials::Verified, http::ClientInfo, store::sessions::account_sessions};
use serde_json::{Value, json};

use crate::{
    administration_support::{outcome, refused},
    support::{ADMIN, Acme, Answer, PASSWORD, get, request},
};

const NAME: &str = "8e03978e-40d5-43e8-bc93-6894a57f9324";
const NEW: &str = "a new and better one";

async fn account(acme: &Acme, cookie: &str, method: Method, path: &str, body: Option<Value>) -> Answer {
    let builder = request(method, &format!("/api/portal/account/{path}"))
        .cookie(cookie)
        .header("x-keyward", "1")
        .header("idempotency-key", NAME);
    let request = match body {
        Some(body) => builder.json(&body),
        None => builder.empty(),
    };
    acme.send(request).await
}

async fn sessions(acme: &Acme, cookie: &str) -> Vec<Value> {
    let answer = acme
        .send(get("/api/portal/account/sessions").cookie(cookie).empty())
        .await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    answer.json().as_array().expect("a list").clone()
}

async fn lives(acme: &Acme, cookie: &str) -> bool {
    let answer = acme.send(get("/api/portal/session").cookie(cookie).empty()).await;
    answer.status == StatusCode::OK
}

/// Another password ends all other sessions.
#[tokio::test]
async fn a_password_change_ends_other_sessions_and_is_idempotent() {
    let acme = Acme::new().await;
    let other = acme.sign_in(ADMIN).await;
    let api = acme.api_sign_in(&acme.key().await, ADMIN, PASSWORD).await.cookie();
    let wrong = json!({ "currentPassword": "not the one at all", "newPassword": NEW });
    let answer = account(&acme, &acme.cookie, Method::PUT, "password", Some(wrong)).await;
    assert_eq!(outcome(&answer), refused(403, "wrong-password"));
    let short = json!({ "currentPassword": PASSWORD, "newPassword": "short" });
    let answer = account(&acme, &acme.cookie, Method::PUT, "password", Some(short)).await;
    assert_eq!(outcome(&answer), refused(422, "invalid-input"));
    assert!(answer.json()["fields"]["newPassword"].is_string());
    assert!(lives(&acme, &other).await);

    let body = json!({ "currentPassword": PASSWORD, "newPassword": NEW });
    for repetition in 0..2 {
        let answer = account(&acme, &acme.cookie, Method::PUT, "password", Some(body.clone())).await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT, "{repetition}: {}", answer.text);
    }
    assert!(lives(&acme, &acme.cookie).await);
    assert!(!lives(&acme, &other).await);
    assert!(!acme.api_session_lives(&api).await);
    let sign_in = |password: &str| {
        let body = json!({ "username": ADMIN, "password": password });
        request(Method::POST, "/api/portal/session").json(&body)
    };
    assert_eq!(
        outcome(&acme.send(sign_in(PASSWORD)).await),
        refused(401, "sign-in-failed")
    );
    assert_eq!(acme.send(sign_in(NEW)).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_rejected_password_change_keeps_the_password() {
    let acme = Acme::new().await;
    let mut transaction = acme.app.store.write().await.expect("the turn to write");
    let body = json!({ "currentPassword": PASSWORD, "newPassword": NEW });
    let change = account(&acme, &acme.cookie, Method::PUT, "password", Some(body));
    let end_meanwhile = async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        let ended = account_sessions::end_all(&mut transaction, acme.admin.id, None).await;
        ended.expect("ended");
        transaction.commit().await.expect("committed");
    };
    let (answer, ()) = tokio::join!(change, end_meanwhile);
    assert_eq!(outcome(&answer), refused(401, "not-signed-in"));
    let row = acme.audit_log().await.pop().expect("a row");
    assert!(row.ends_with("Failure, not-signed-in"), "{row}");
    acme.sign_in(ADMIN).await;
}

#[tokio::test]
async fn sessions_are_listed_and_ended() {
    let acme = Acme::new().await;
    let other = acme.sign_in(ADMIN).await;
    let api = acme.api_sign_in(&acme.key().await, ADMIN, PASSWORD).await.cookie();
    let list = sessions(&acme, &acme.cookie).await;
    assert_eq!(list.len(), 3);
    assert_eq!(list.iter().filter(|session| session["current"] == true).count(), 1);
    for cookie in [&acme.cookie, &other, &api] {
        let (_, secret) = cookie.split_once('=').expect("a value");
        assert!(!json!(list).to_string().contains(secret), "a list opens nothing");
    }
    let of_api = list
        .iter()
        .find(|session| session["kind"] == "api")
        .expect("the API session");
    assert_eq!(of_api["organization"], "Acme");
    let path = format!("sessions/{}", of_api["id"]);
    for _ in 0..2 {
        let answer = account(&acme, &acme.cookie, Method::DELETE, &path, None).await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT, "the second is a repetition");
    }
    assert!(!acme.api_session_lives(&api).await);
    let ended = account(&acme, &acme.cookie, Method::DELETE, "sessions", None).await;
    assert_eq!(ended.json(), json!({ "portalSessions": 1, "apiSessions": 0 }));
    assert!(!lives(&acme, &other).await);
    assert_eq!(sessions(&acme, &acme.cookie).await.len(), 1);
}

#[tokio::test]
async fn other_admins_sessions_are_not_found() {
    let acme = Acme::new().await;
    acme.organization("Other", "stranger").await;
    let stranger = acme.sign_in("stranger").await;
    let own = sessions(&acme, &acme.cookie).await[0]["id"].clone();
    let answer = account(&acme, &stranger, Method::DELETE, &format!("sessions/{own}"), None).await;
    assert_eq!(outcome(&answer), refused(404, "session-not-found"));
    assert_eq!(sessions(&acme, &stranger).await.len(), 1);
    assert!(lives(&acme, &acme.cookie).await);
}

#[tokio::test]
async fn a_re_authentication_expires() {
    let acme = Acme::new().await;
    let reveal = || acme.change(Method::POST, "/reveal").empty();
    let give = |password: &str| {
        let request = request(Method::POST, "/api/portal/session/password")
            .cookie(&acme.cookie)
            .header("x-keyward", "1");
        request.json(&json!({ "password": password }))
    };
    assert_eq!(acme.send(reveal()).await.status, StatusCode::OK);
    acme.clock.advance(TimeDelta::minutes(15));
    assert_eq!(
        outcome(&acme.send(reveal()).await),
        refused(403, "fresh-password-required")
    );
    let wrong = acme.send(give("not the one at all")).await;
    assert_eq!(outcome(&wrong), refused(403, "wrong-password"));
    assert_eq!(
        outcome(&acme.send(reveal()).await),
        refused(403, "fresh-password-required")
    );
    let given = acme.send(give(PASSWORD)).await;
    assert_eq!(given.status, StatusCode::NO_CONTENT);
    let reveal = request(Method::POST, &acme.path("/reveal")).header("x-keyward", "1");
    let reveal = reveal.cookie(&given.cookie()).empty();
    assert_eq!(acme.send(reveal).await.status, StatusCode::OK);
    for _ in 0..5 {
        acme.send(give("not the one at all")).await;
    }
    assert_eq!(
        outcome(&acme.send(give(PASSWORD)).await),
        refused(429, "account-locked")
    );
}

/// A change that required re-authentication succeeds when it is repeated with the same idempotency key.
#[tokio::test]
async fn the_request_is_repeated_after_re_authentication() {
    let acme = Acme::new().await;
    acme.clock.advance(TimeDelta::minutes(20));
    let regenerate = |cookie: &str| {
        let change = request(Method::POST, &acme.path("/regenerate")).cookie(cookie);
        let change = change.header("x-keyward", "1").header("if-match", "\"1\"");
        change.header("idempotency-key", NAME).empty()
    };
    assert_eq!(
        outcome(&acme.send(regenerate(&acme.cookie)).await),
        refused(403, "fresh-password-required")
    );
    let give = request(Method::POST, "/api/portal/session/password")
        .cookie(&acme.cookie)
        .header("x-keyward", "1");
    let cookie = acme.send(give.json(&json!({ "password": PASSWORD }))).await.cookie();
    assert_eq!(acme.send(regenerate(&cookie)).await.status, StatusCode::OK);
}

/// A sign-in that began before the password was changed, or the admin disabled, opens no session after it.
#[tokio::test]
async fn a_sign_in_fails_if_the_password_changes_during_it() {
    let acme = Acme::new().await;
    let client = ClientInfo {
        address: [192, 0, 2, 1].into(),
        user_agent: None,
        https: false,
        request_id: "1".to_owned(),
        is_framed: false,
        is_trial: false,
        organization: None,
    };
    let check = || {
        acme.app
            .credentials
            .check((ADMIN, PASSWORD), AuditInterface::AdminUi, &client)
    };
    let (unchanged, changed) = (check().await.expect("right"), check().await.expect("right"));
    let confirm = async |verified: &Verified| {
        let mut transaction = acme.app.store.write().await.expect("a transaction");
        verified
            .confirm(&mut transaction, acme.clock.now())
            .await
            .expect("an answer")
    };
    assert!(confirm(&unchanged).await);
    let body = json!({ "currentPassword": PASSWORD, "newPassword": NEW });
    account(&acme, &acme.cookie, Method::PUT, "password", Some(body)).await;
    assert!(!confirm(&changed).await);
}
