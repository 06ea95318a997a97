//! `/api/v1/authenticatedSession`

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, Ordering},
};

use axum::http::{Method, StatusCode, header};
use chrono::TimeDelta;
use keyward_contract::{Permission, Permissions};
use keyward_gateway::{domain::operator, store::organizations};
use serde_json::{Value, json};

use crate::support::{ADMIN, Acme, PASSWORD, get, obfuscated, post, request, usable};

const PATH: &str = "/api/v1/authenticatedSession";

/// Acme without limits on the rate of requests.
pub(crate) async fn acme() -> Acme {
    Acme::with(|config| {
        config.rate_limit_session = "off".parse().expect("a limit");
        config.rate_limit_session_read = "off".parse().expect("a limit");
        config.rate_limit_read = "off".parse().expect("a limit");
    })
    .await
}

#[tokio::test]
async fn sign_in_follows_the_vendors_api() {
    let acme = acme().await;
    let answer = acme.api_sign_in(&acme.key().await, ADMIN, PASSWORD).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let shape = json!({
        "authType": "ADMIN_LOGIN", "obfuscateApiKey": true, "passwordExpiryTime": -1, "passwordExpiryDays": -1
    });
    assert_eq!(answer.json(), shape);
    assert_eq!(answer.header(header::CONTENT_TYPE), "application/json");
    let set_cookie = answer.header(header::SET_COOKIE);
    let (id, attributes) = set_cookie
        .strip_prefix("JSESSIONID=")
        .and_then(|rest| rest.split_once(';'))
        .expect(set_cookie);
    assert!(
        id.len() == 32 && id.chars().all(|c| c.is_ascii_digit() || c.is_ascii_uppercase()),
        "{id}"
    );
    assert_eq!(attributes, " Path=/; HttpOnly", "not Secure on plain HTTP");

    let live = acme.send(get(PATH).cookie(&answer.cookie()).empty()).await;
    assert_eq!((live.status, live.json()), (StatusCode::OK, shape));
    let none = acme.send(get(PATH).empty()).await;
    let shape = json!({ "obfuscateApiKey": true, "passwordExpiryTime": -1, "passwordExpiryDays": -1 });
    assert_eq!((none.status, none.json()), (StatusCode::OK, shape));

    let end = || acme.send(request(Method::DELETE, PATH).cookie(&answer.cookie()).empty());
    let ended = end().await;
    assert_eq!(
        (ended.status, ended.json()),
        (StatusCode::OK, json!({ "status": "ACTIVE" }))
    );
    assert!(!acme.api_session_lives(&answer.cookie()).await);
}

#[tokio::test]
async fn over_https_the_cookie_is_secure() {
    let acme = Acme::with(|config| config.trusted_proxies = "127.0.0.0/8".parse().expect("a network")).await;
    let timestamp = usable(acme.clock.now().timestamp_millis());
    let key = obfuscated(&acme.key().await, timestamp);
    let body = json!({ "apiKey": key, "username": ADMIN, "password": PASSWORD, "timestamp": timestamp });
    let answer = acme
        .send(post(PATH).header("x-forwarded-proto", "https").json(&body))
        .await;
    assert!(
        answer
            .header(header::SET_COOKIE)
            .ends_with("; Path=/; Secure; HttpOnly"),
        "{answer:?}"
    );
}

#[tokio::test]
async fn a_key_change_ends_its_sessions_and_the_old_key() {
    let acme = acme().await;
    let changes: [(Method, &str, Value); 3] = [
        (Method::POST, "/regenerate", json!({})),
        (Method::PUT, "", json!({ "key": "AbC123xYz789" })),
        (Method::DELETE, "", json!({})),
    ];
    for (method, more, body) in changes {
        let old = acme.key().await;
        let session = acme.api_sign_in(&old, ADMIN, PASSWORD).await.cookie();
        assert!(acme.api_session_lives(&session).await);
        let etag = acme.etag().await;
        let answer = acme
            .send(acme.change(method.clone(), more).header("if-match", &etag).json(&body))
            .await;
        assert!(answer.status.is_success(), "{}", answer.text);
        assert!(
            !acme.api_session_lives(&session).await,
            "{method} {more}: the session is alive"
        );
        let refused = acme.api_sign_in(&old, ADMIN, PASSWORD).await;
        assert_eq!(
            (refused.status.as_u16(), refused.code()),
            (400, "INVALID_USERNAME_OR_PASSWORD".into())
        );
        let elsewhere = acme.send(get("/api/v1/status").cookie(&session).empty()).await;
        assert_eq!(
            (elsewhere.status.as_u16(), elsewhere.code()),
            (401, "SESSION_NOT_VALID".into())
        );
        if let Some(new) = answer
            .text
            .starts_with('{')
            .then(|| answer.json()["key"].as_str().map(str::to_owned))
            .flatten()
        {
            let session = acme.api_sign_in(&new, ADMIN, PASSWORD).await;
            assert_eq!(
                session.status,
                StatusCode::OK,
                "{method} {more}: the new key opens no session"
            );
        }
    }
}

/// A session that is opened while the key changes is not one of the old key.
#[tokio::test]
async fn no_session_opens_with_the_old_key_during_a_change() {
    let acme = acme().await;
    for _ in 0..20 {
        let old = acme.key().await;
        let (opened, changed) = tokio::join!(acme.api_sign_in(&old, ADMIN, PASSWORD), acme.regenerate());
        assert_eq!(changed.status, StatusCode::OK);
        if opened.status == StatusCode::OK {
            assert!(
                !acme.api_session_lives(&opened.cookie()).await,
                "a session of the old key outlived it"
            );
        } else {
            assert_eq!(opened.code(), "INVALID_USERNAME_OR_PASSWORD");
        }
    }
}

/// Clients send requests without pause while the key is regenerated repeatedly: no request that began after the answer to a
/// change is accepted with a session of the old key, and no session of the current key is rejected.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn old_sessions_are_dead_when_the_answer_arrives_under_load() {
    const CHANGES: usize = 40;
    let acme = Arc::new(acme().await);
    // Known from before a request until after its answer: dead sessions stay dead, and the current one (by its number, none
    // during a change) is active.
    let dead = Arc::new(Mutex::new(Vec::<String>::new()));
    let present = Arc::new(Mutex::new((0, None::<String>)));
    let done = Arc::new(AtomicBool::new(false));
    let clients: Vec<_> = (0..8)
        .map(|_| {
            let (acme, dead, present, done) = (acme.clone(), dead.clone(), present.clone(), done.clone());
            tokio::spawn(async move {
                let (mut admitted, mut refused) = (0, 0);
                while !done.load(Ordering::SeqCst) {
                    tokio::task::yield_now().await;
                    let last_dead = dead.lock().expect("dead").last().cloned();
                    if let Some(session) = last_dead {
                        assert!(
                            !acme.api_session_lives(&session).await,
                            "admitted on the session of an old key"
                        );
                        refused += 1;
                    }
                    let before = present.lock().expect("present").clone();
                    if let (number, Some(session)) = before {
                        let lives = acme.api_session_lives(&session).await;
                        let same = *present.lock().expect("present") == (number, Some(session));
                        assert!(lives || !same, "a session of the valid key was refused");
                        admitted += usize::from(lives);
                    }
                }
                (admitted, refused)
            })
        })
        .collect();
    for number in 0..CHANGES {
        let key = acme.key().await;
        let session = acme.api_sign_in(&key, ADMIN, PASSWORD).await.cookie();
        *present.lock().expect("present") = (number, Some(session.clone()));
        tokio::task::yield_now().await;
        present.lock().expect("present").1 = None;
        assert_eq!(acme.regenerate().await.status, StatusCode::OK);
        dead.lock().expect("dead").push(session);
    }
    done.store(true, Ordering::SeqCst);
    for client in clients {
        let (admitted, refused) = client.await.expect("what was asserted held");
        assert!(
            refused > 0,
            "asked {admitted} times on live and {refused} times on dead sessions"
        );
    }
}

#[tokio::test]
async fn only_the_log_tells_wrong_user_password_and_key_apart() {
    let acme = acme().await;
    let key = acme.key().await;
    let answers = [
        acme.api_sign_in("AAAAAAAAAAAA", ADMIN, PASSWORD).await,
        acme.api_sign_in(&key, ADMIN, "wrong password").await,
        acme.api_sign_in(&key, "nobody", PASSWORD).await,
    ];
    for answer in &answers {
        assert_eq!(
            (answer.status.as_u16(), answer.code()),
            (400, "INVALID_USERNAME_OR_PASSWORD".into())
        );
        assert_eq!(answer.text, answers[0].text);
        assert!(answer.headers.get(header::SET_COOKIE).is_none());
    }
    let log = acme.audit_log().await;
    assert_eq!(
        log[log.len() - 3..],
        [
            format!("Sign In, {ADMIN}, API, Failure, wrong-key"),
            format!("Sign In, {ADMIN}, API, Failure, wrong-password"),
            "Sign In, -, API, Failure, unknown-user".to_owned(),
        ]
    );
}

/// With the key before the current one, that is: it is recognized, and not a guess.
#[tokio::test]
async fn a_script_with_an_old_key_does_not_lock_its_admin() {
    let acme = acme().await;
    let old = acme.key().await;
    acme.regenerate().await;
    for _ in 0..20 {
        assert_eq!(
            acme.api_sign_in(&old, ADMIN, PASSWORD).await.code(),
            "INVALID_USERNAME_OR_PASSWORD"
        );
    }
    assert_eq!(
        acme.api_sign_in(&acme.key().await, ADMIN, PASSWORD).await.status,
        StatusCode::OK
    );
    for _ in 0..5 {
        acme.api_sign_in("AAAAAAAAAAAA", ADMIN, "wrong password").await;
    }
    let locked = acme.api_sign_in(&acme.key().await, ADMIN, PASSWORD).await;
    assert_eq!((locked.status.as_u16(), locked.code()), (403, "ACCOUNT_LOCKED".into()));
    assert!(!locked.headers.contains_key(header::RETRY_AFTER));
    let message = &locked.json()["message"];
    assert_eq!(
        message, "Too many failed sign-ins. Try again after 2023-11-14T22:18:20Z.",
        "until when, and not for how long"
    );
}

#[tokio::test]
async fn non_secret_reasons_have_their_own_answers() {
    let acme = acme().await;
    let key = acme.key().await;
    let session = acme.api_sign_in(&key, ADMIN, PASSWORD).await.cookie();

    let mut transaction = acme.app.store.write().await.expect("a transaction");
    operator::set_key_enabled(
        &mut transaction,
        &acme.app.secrets,
        acme.organization,
        false,
        acme.clock.now(),
    )
    .await
    .expect("done");
    transaction.commit().await.expect("a commit");
    let disabled = acme.api_sign_in(&key, ADMIN, PASSWORD).await;
    assert_eq!(
        (disabled.status.as_u16(), disabled.code()),
        (403, "API_KEY_DISABLED".into())
    );
    assert!(!acme.api_session_lives(&session).await, "disabling ends the sessions");
    let guessed = acme.api_sign_in("AAAAAAAAAAAA", ADMIN, PASSWORD).await;
    assert_eq!(
        guessed.code(),
        "INVALID_USERNAME_OR_PASSWORD",
        "told to those alone who have the key"
    );

    let mut transaction = acme.app.store.write().await.expect("a transaction");
    operator::set_key_enabled(
        &mut transaction,
        &acme.app.secrets,
        acme.organization,
        true,
        acme.clock.now(),
    )
    .await
    .expect("done");
    let organization = organizations::find(&mut transaction, acme.organization)
        .await
        .expect("found")
        .expect("Acme");
    let expired = keyward_contract::Subscription::Expired;
    operator::set_subscription(
        &mut transaction,
        &acme.app.secrets,
        &organization,
        expired,
        acme.clock.now(),
    )
    .await
    .expect("done");
    transaction.commit().await.expect("a commit");
    assert!(
        !acme.api_session_lives(&session).await,
        "enabling does not bring them back"
    );
    let expired = acme.api_sign_in(&key, ADMIN, PASSWORD).await;
    assert_eq!(expired.status, StatusCode::FORBIDDEN);
    assert_eq!(
        expired.json(),
        json!({ "message": "API subscription is required, but it is currently expired." })
    );
}

#[tokio::test]
async fn a_role_without_api_access_has_no_api_sessions() {
    let acme = acme().await;
    let key = acme.key().await;
    let session = acme.api_sign_in(&key, ADMIN, PASSWORD).await.cookie();
    let role = Permissions {
        api_key_management: Permission::Full,
        reveal: true,
        ..Permissions::NONE
    };
    acme.set_permissions(acme.organization, &acme.admin, role).await;
    assert!(!acme.api_session_lives(&session).await);
    let refused = acme.api_sign_in(&key, ADMIN, PASSWORD).await;
    assert_eq!(
        (refused.status.as_u16(), refused.code()),
        (403, "API_ACCESS_DENIED".into())
    );
}

#[tokio::test]
async fn a_key_of_another_organization_opens_no_session() {
    let acme = acme().await;
    acme.organization("Other", "stranger").await;
    let refused = acme.api_sign_in(&acme.key().await, "stranger", PASSWORD).await;
    assert_eq!(
        (refused.status.as_u16(), refused.code()),
        (400, "INVALID_USERNAME_OR_PASSWORD".into())
    );
}

#[tokio::test]
async fn a_session_ends_after_five_minutes_without_use() {
    let acme = acme().await;
    let session = acme.api_sign_in(&acme.key().await, ADMIN, PASSWORD).await.cookie();
    for _ in 0..3 {
        acme.clock.advance(TimeDelta::seconds(299));
        assert!(acme.api_session_lives(&session).await, "using it keeps it");
    }
    acme.clock.advance(TimeDelta::minutes(5));
    assert!(!acme.api_session_lives(&session).await);
}
