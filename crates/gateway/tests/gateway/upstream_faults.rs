//! Upstreams that fail: what is shown, what is waited for, and what is left alone.

use std::time::Duration;

use axum::http::{Method, StatusCode};

use crate::{
    support::{ADMIN, Answer, PASSWORD},
    upstream_front::Fault,
    upstream_support::Elsewhere,
};

async fn reveal(elsewhere: &Elsewhere) -> Answer {
    elsewhere.send(elsewhere.change(Method::POST, "/reveal").empty()).await
}

#[tokio::test]
async fn without_an_upstream_the_last_known_state_is_shown() {
    let elsewhere = Elsewhere::legacy().await;
    let known = elsewhere.read().await.json();
    for (fault, code) in [
        (Fault::Instead(500, None, "{}"), "fault"),
        (Fault::Instead(503, Some("7"), "{\"message\":\"maintenance\"}"), "fault"),
        (Fault::Instead(200, None, "<html>Sign in</html>"), "unreadable"),
        (Fault::Instead(200, None, "{\"keys\":[]}"), "unreadable"),
        (Fault::Instead(302, None, ""), "fault"),
        (Fault::Cut, "unreachable"),
        (Fault::CutAfter, "unreachable"),
    ] {
        let what = format!("{fault:?}");
        elsewhere.front.plan("GET /ztw/api/v1/apiKeys", fault, 1);
        let failed = reveal(&elsewhere).await;
        assert_eq!(
            (failed.status.as_u16(), failed.code().as_str()),
            (503, "upstream-unavailable"),
            "{what}"
        );
        let shown = elsewhere.read().await.json();
        assert_eq!(shown["upstream"]["failure"]["code"], code, "{what}");
        assert_eq!(shown["lastModifiedOn"], known["lastModifiedOn"], "{what}");
        assert_eq!(shown["version"], known["version"], "{what}");
        elsewhere.front.heal();
        assert!(elsewhere.read_now().await["upstream"]["failure"].is_null(), "{what}");
    }
    // Unknown fields are ignored.
    elsewhere.front.plan("apiKeys", Fault::Extended, 10);
    assert_eq!(elsewhere.key().await, elsewhere.upstream.key().await);
    assert_eq!(elsewhere.regenerate().await.status, StatusCode::OK);
    // And neither does a slow answer.
    elsewhere.front.heal();
    elsewhere
        .front
        .plan("apiKeys", Fault::Delay(Duration::from_millis(300)), 3);
    assert_eq!(elsewhere.regenerate().await.status, StatusCode::OK);
    assert_eq!(elsewhere.upstream.regenerations(), 2);
}

#[tokio::test]
async fn rate_limits_and_edit_locks_of_an_upstream_are_waited_for() {
    let elsewhere = Elsewhere::legacy().await;
    let limited = "{\"message\":\"Rate Limit (1/SECOND) exceeded\",\"Retry-After\":\"1 seconds\"}";
    let locked = "{\"code\":\"EDIT_LOCK_NOT_AVAILABLE\",\"message\":\"Resource Access Blocked\"}";
    elsewhere
        .front
        .plan("POST /ztw/api/v1/auth", Fault::Instead(429, Some("0"), limited), 1);
    elsewhere
        .front
        .plan("GET /ztw/api/v1/apiKeys", Fault::Instead(429, Some("1"), limited), 1);
    elsewhere
        .front
        .plan("/regenerate", Fault::Instead(409, None, locked), 2);
    let answer = elsewhere.regenerate().await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert_eq!(elsewhere.upstream.regenerations(), 1);

    // For too long a wait the answer says how long, and the upstream is left alone.
    elsewhere
        .front
        .plan("GET /ztw/api/v1/apiKeys", Fault::Instead(429, Some("100"), limited), 1);
    for _ in 0..3 {
        let answer = reveal(&elsewhere).await;
        assert_eq!(
            (answer.status.as_u16(), answer.code().as_str()),
            (503, "upstream-unavailable")
        );
        assert!(
            answer.json()["retryAfter"].as_u64().expect("a number") >= 98,
            "{}",
            answer.text
        );
    }
    let asked = elsewhere.front.asked("GET /ztw/api/v1/apiKeys");
    assert_eq!(elsewhere.regenerate().await.code(), "upstream-unavailable");
    assert_eq!(elsewhere.front.asked("GET /ztw/api/v1/apiKeys"), asked);
}

#[tokio::test]
async fn an_absurd_wait_of_an_upstream_is_bounded() {
    let elsewhere = Elsewhere::legacy().await;
    let endless = Fault::Instead(429, Some("18446744073709551615"), "{}");
    elsewhere.front.plan("GET /ztw/api/v1/apiKeys", endless, 1);
    let answer = reveal(&elsewhere).await;
    assert_eq!(answer.code(), "upstream-unavailable", "{}", answer.text);
    let seconds = answer.json()["retryAfter"].as_u64().expect("a number");
    assert!((3_500..=3_600).contains(&seconds), "{seconds}");
}

#[tokio::test]
async fn a_lock_that_stays_changes_nothing_and_can_be_tried_again() {
    let elsewhere = Elsewhere::legacy().await;
    let (name, version) = (uuid::Uuid::new_v4().to_string(), elsewhere.etag().await);
    let locked = "{\"code\":\"EDIT_LOCK_NOT_AVAILABLE\"}";
    elsewhere
        .front
        .plan("/regenerate", Fault::Instead(409, None, locked), 100);
    let refused = elsewhere.regenerate_as(&name, &version).await;
    assert_eq!(
        (refused.status.as_u16(), refused.code().as_str()),
        (503, "upstream-unavailable")
    );
    assert!(refused.text.contains("EDIT_LOCK_NOT_AVAILABLE"), "{}", refused.text);
    elsewhere.front.heal();
    elsewhere.front.plan(
        "/regenerate",
        Fault::Instead(403, None, "{\"code\":\"NOT_ALLOWED\"}"),
        1,
    );
    let rejected = elsewhere.regenerate_as(&name, &version).await;
    assert_eq!(
        (rejected.status.as_u16(), rejected.code().as_str()),
        (409, "upstream-rejected")
    );
    assert!(rejected.text.contains("NOT_ALLOWED"), "{}", rejected.text);
    assert_eq!(
        elsewhere.regenerate_as(&name, &version).await.code(),
        "upstream-rejected",
        "the first answer"
    );
    assert_eq!(
        (elsewhere.logged("Failure").await, elsewhere.upstream.regenerations()),
        (1, 0)
    );
    assert_eq!(elsewhere.regenerate().await.status, StatusCode::OK);
    assert_eq!(
        (elsewhere.logged("Success").await, elsewhere.upstream.regenerations()),
        (1, 1)
    );
}

#[tokio::test]
async fn an_upstream_that_fails_three_times_is_left_alone() {
    let elsewhere = Elsewhere::legacy().await;
    let version = elsewhere.etag().await;
    elsewhere
        .front
        .plan("GET /ztw/api/v1/apiKeys", Fault::Instead(500, None, "{}"), 1000);
    for _ in 0..3 {
        assert_eq!(reveal(&elsewhere).await.code(), "upstream-unavailable");
    }
    let asked = elsewhere.front.asked("");
    let answer = reveal(&elsewhere).await;
    assert!(answer.text.contains("Keyward asks again in"), "{}", answer.text);
    let answer = elsewhere
        .regenerate_as(&uuid::Uuid::new_v4().to_string(), &version)
        .await;
    assert_eq!(answer.code(), "upstream-unavailable");
    let shown = elsewhere.read().await.json();
    assert!(shown["upstream"]["failure"]["retryAfter"].is_number(), "{shown}");
    assert_eq!(elsewhere.front.asked(""), asked, "it isn't asked");
}

#[tokio::test]
async fn rejected_credentials_are_tried_once_until_they_are_replaced() {
    let elsewhere = Elsewhere::legacy().await;
    let right = elsewhere.upstream.credentials().await;
    assert_eq!(reveal(&elsewhere).await.status, StatusCode::OK);
    let mut wrong = right.clone();
    wrong.secret = "another password".to_owned();
    elsewhere.set_credentials(&wrong).await;
    for _ in 0..3 {
        let answer = reveal(&elsewhere).await;
        assert_eq!(answer.code(), "upstream-unavailable");
        assert!(answer.text.contains("INVALID_USERNAME_OR_PASSWORD"), "{}", answer.text);
        assert!(!answer.text.contains(PASSWORD) && !answer.text.contains("another password"));
    }
    assert_eq!(
        elsewhere.front.asked("POST /ztw/api/v1/auth"),
        2,
        "no session of before is used, and more often it would lock the account there"
    );
    elsewhere.set_credentials(&right).await;
    assert_eq!(elsewhere.key().await, elsewhere.upstream.key().await);
}

#[tokio::test]
async fn a_client_that_hangs_up_leaves_no_session_open() {
    let elsewhere = Elsewhere::legacy().await;
    let slow = Fault::Delay(Duration::from_millis(500));
    elsewhere.front.plan("POST /ztw/api/v1/auth", slow, 10);
    for _ in 0..3 {
        let hurry = tokio::time::timeout(Duration::from_millis(50), reveal(&elsewhere));
        assert!(hurry.await.is_err(), "it has hung up");
    }
    assert_eq!(reveal(&elsewhere).await.status, StatusCode::OK);
    assert_eq!(elsewhere.front.asked("POST /ztw/api/v1/auth"), 1);
}

#[tokio::test]
async fn slow_answers_together_are_a_failure() {
    let elsewhere = Elsewhere::legacy().await;
    // Each comes in time for itself: sign-in, a list with the session expired, sign-in again, the list.
    let slow = Fault::Delay(Duration::from_secs(8));
    elsewhere.front.plan("POST /ztw/api/v1/auth", slow.clone(), 2);
    let expired = Fault::Instead(401, None, "{\"code\":\"SESSION_NOT_VALID\"}");
    elsewhere.front.plan("GET /ztw/api/v1/apiKeys", expired, 1);
    elsewhere.front.plan("GET /ztw/api/v1/apiKeys", slow, 1);
    let failed = reveal(&elsewhere).await;
    assert_eq!(failed.code(), "upstream-unavailable", "{}", failed.text);
    assert!(failed.text.contains("takes longer"), "{}", failed.text);
    assert_eq!(elsewhere.front.asked("GET /ztw/api/v1/apiKeys"), 2);
}

#[tokio::test]
async fn an_upstream_that_hangs_holds_up_no_shutdown() {
    let elsewhere = Elsewhere::legacy().await;
    assert_eq!(reveal(&elsewhere).await.status, StatusCode::OK);
    let hangs = Fault::Delay(Duration::from_secs(60));
    elsewhere.front.plan("DELETE /ztw/api/v1/auth", hangs, 1);
    // Every other request to an upstream may take longer than this.
    let farewell = tokio::time::timeout(Duration::from_secs(8), elsewhere.app.upstreams.log_out());
    farewell.await.expect("it doesn't wait for the answer");
    assert_eq!(elsewhere.front.asked("DELETE /ztw/api/v1/auth"), 1);
}

#[tokio::test]
async fn what_an_upstream_quotes_contains_no_secrets() {
    let quoted = format!("{{\"code\":\"NOT_ALLOWED\",\"message\":\"{ADMIN} with {PASSWORD}\"}}").leak();
    for asked in ["POST /ztw/api/v1/auth", "GET /ztw/api/v1/apiKeys"] {
        let elsewhere = Elsewhere::legacy().await;
        elsewhere.front.plan(asked, Fault::Instead(403, None, quoted), 1);
        let answer = reveal(&elsewhere).await;
        assert_eq!(answer.code(), "upstream-unavailable", "{asked}: {}", answer.text);
        let text = format!("(NOT_ALLOWED {ADMIN} with …)");
        assert!(answer.text.contains(&text), "{asked}: {}", answer.text);
    }
}
