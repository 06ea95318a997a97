//! Re-authentication rotates the cookie, and a lost answer locks no one out.

use axum::http::{Method, StatusCode};
use chrono::TimeDelta;
use serde_json::json;

use crate::support::{Acme, Answer, PASSWORD, get, request};

async fn lives(acme: &Acme, cookie: &str) -> bool {
    let answer = acme.send(get("/api/portal/session").cookie(cookie).empty()).await;
    answer.status == StatusCode::OK
}

async fn give_password(acme: &Acme, cookie: &str) -> Answer {
    let request = request(Method::POST, "/api/portal/session/password")
        .cookie(cookie)
        .header("x-keyward", "1");
    let answer = acme.send(request.json(&json!({ "password": PASSWORD }))).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT, "{}", answer.text);
    answer
}

async fn reveal(acme: &Acme, cookie: &str) -> StatusCode {
    let reveal = request(Method::POST, &acme.path("/reveal"))
        .cookie(cookie)
        .header("x-keyward", "1");
    acme.send(reveal.empty()).await.status
}

/// Re-authentication rotates the cookie, and a lost answer locks no one out.
#[tokio::test]
async fn re_authentication_rotates_the_session_cookie() {
    let acme = Acme::new().await;
    acme.clock.advance(TimeDelta::minutes(20));
    let new = give_password(&acme, &acme.cookie).await.cookie();
    assert_ne!(new, acme.cookie);
    assert_eq!(reveal(&acme, &new).await, StatusCode::OK);
    assert_eq!(
        reveal(&acme, &acme.cookie).await,
        StatusCode::FORBIDDEN,
        "what was proven belongs to the new one"
    );
    assert!(lives(&acme, &acme.cookie).await, "for requests that are under way");
    acme.clock.advance(TimeDelta::seconds(10));
    assert!(!lives(&acme, &acme.cookie).await);
    assert!(lives(&acme, &new).await);
}

#[tokio::test]
async fn a_lost_re_authentication_answer_keeps_the_session() {
    let acme = Acme::new().await;
    acme.clock.advance(TimeDelta::minutes(20));
    let lost = give_password(&acme, &acme.cookie).await.cookie();
    acme.clock.advance(TimeDelta::minutes(5));
    assert!(lives(&acme, &acme.cookie).await, "as long as nobody has the new one");
    assert_eq!(reveal(&acme, &acme.cookie).await, StatusCode::FORBIDDEN);
    let new = give_password(&acme, &acme.cookie).await.cookie();
    assert!(!lives(&acme, &lost).await, "only one is new");
    assert_eq!(reveal(&acme, &new).await, StatusCode::OK);
    acme.clock.advance(TimeDelta::seconds(10));
    assert!(!lives(&acme, &acme.cookie).await);
}

#[tokio::test]
async fn a_password_change_rotates_the_cookie_each_time() {
    let acme = Acme::new().await;
    let change = async |cookie: &str| {
        let request = request(Method::PUT, "/api/portal/account/password")
            .cookie(cookie)
            .header("x-keyward", "1")
            .header("idempotency-key", "8e03978e-40d5-43e8-bc93-6894a57f9324");
        let body = json!({ "currentPassword": PASSWORD, "newPassword": "tangerine bicycle mosaic" });
        let answer = acme.send(request.json(&body)).await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT, "{}", answer.text);
        answer.cookie()
    };
    let lost = change(&acme.cookie).await;
    let new = change(&acme.cookie).await;
    assert!(new.starts_with("keyward") && new != lost && new != acme.cookie);
    assert!(!lives(&acme, &lost).await);
    assert!(lives(&acme, &new).await);
    acme.clock.advance(TimeDelta::seconds(10));
    assert!(
        !lives(&acme, &acme.cookie).await,
        "a copy of the old cookie is of no use"
    );
    assert_eq!(change(&new).await, "", "it has arrived");
}

#[tokio::test]
async fn signing_out_with_either_cookie_ends_the_session() {
    for with_old in [true, false] {
        let acme = Acme::new().await;
        let new = give_password(&acme, &acme.cookie).await.cookie();
        let cookie = if with_old { &acme.cookie } else { &new };
        let sign_out = request(Method::DELETE, "/api/portal/session")
            .cookie(cookie)
            .header("x-keyward", "1");
        assert_eq!(acme.send(sign_out.empty()).await.status, StatusCode::NO_CONTENT);
        assert!(!lives(&acme, &acme.cookie).await && !lives(&acme, &new).await);
    }
}
