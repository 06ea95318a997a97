//! Answers of an upstream that get lost: its list says what became of a regeneration, and it is never asked for another one.

use axum::http::StatusCode;
use chrono::TimeDelta;

use crate::{upstream_front::Fault, upstream_support::Elsewhere};

#[tokio::test]
async fn a_lost_answer_is_found_in_the_list() {
    let elsewhere = Elsewhere::one_api().await;
    for (number, fault) in [
        Fault::CutAfter,
        Fault::After(500, "{}"),
        Fault::After(200, "<html>A proxy's page</html>"),
        Fault::After(200, "{\"regenerated\":true}"),
    ]
    .into_iter()
    .enumerate()
    {
        let what = format!("{fault:?}");
        elsewhere.front.plan("/regenerate", fault, 1);
        let (name, version) = (uuid::Uuid::new_v4().to_string(), elsewhere.etag().await);
        let answer = elsewhere.regenerate_as(&name, &version).await;
        assert_eq!(answer.status, StatusCode::OK, "{what}: {}", answer.text);
        let key = elsewhere.upstream.key().await;
        assert_eq!(answer.json()["key"], key.as_str(), "{what}");
        let again = elsewhere.regenerate_as(&name, &version).await;
        assert_eq!(again.json()["key"], key.as_str(), "{what}");
        assert_eq!(
            elsewhere.upstream.regenerations(),
            1 + i64::try_from(number).expect("few"),
            "{what}"
        );
        assert_eq!(elsewhere.logged("Success").await, number + 1, "{what}");
    }
    let log = elsewhere.portal("/audit-log?action=Regenerate").await.text;
    assert!(log.contains("the upstream's list"), "{log}");
}

#[tokio::test]
async fn a_request_that_got_lost_is_settled_after_a_minute() {
    let elsewhere = Elsewhere::one_api().await;
    let (name, version) = (uuid::Uuid::new_v4().to_string(), elsewhere.etag().await);
    let old = elsewhere.upstream.key().await;
    elsewhere.front.plan("/regenerate", Fault::Cut, 1);
    let answer = elsewhere.regenerate_as(&name, &version).await;
    assert_eq!(
        (answer.status.as_u16(), answer.code().as_str()),
        (503, "upstream-pending"),
        "{}",
        answer.text
    );
    assert!(elsewhere.read().await.json()["upstream"]["pendingSince"].is_string());
    // It may still be under way: neither the same request nor another one is sent.
    for name in [name.clone(), uuid::Uuid::new_v4().to_string()] {
        assert_eq!(
            elsewhere.regenerate_as(&name, &version).await.code(),
            "upstream-pending"
        );
    }
    assert_eq!(elsewhere.front.asked("/regenerate"), 1);
    elsewhere.clock.advance(TimeDelta::seconds(61));
    let answer = elsewhere.regenerate_as(&name, &version).await;
    assert_eq!(
        (answer.status.as_u16(), answer.code().as_str()),
        (409, "upstream-rejected"),
        "{}",
        answer.text
    );
    assert_eq!(elsewhere.upstream.key().await, old);
    assert!(elsewhere.read_now().await["upstream"]["pendingSince"].is_null());
    assert_eq!(elsewhere.logged("Failure").await, 1);
    assert_eq!(elsewhere.front.asked("/regenerate"), 1);
    assert_eq!(elsewhere.regenerate().await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_page_resolves_what_a_lost_request_left_behind() {
    let elsewhere = Elsewhere::one_api().await;
    let (name, version) = (uuid::Uuid::new_v4().to_string(), elsewhere.etag().await);
    elsewhere.front.plan("/regenerate", Fault::CutAfter, 1);
    // The list can't be read either, so the outcome stays unknown.
    elsewhere.front.plan("GET /ztw/api/v1/apiKeys", Fault::Extended, 1);
    elsewhere
        .front
        .plan("GET /ztw/api/v1/apiKeys", Fault::Instead(500, None, "{}"), 4);
    let answer = elsewhere.regenerate_as(&name, &version).await;
    assert_eq!(answer.code(), "upstream-pending", "{}", answer.text);
    elsewhere.front.heal();
    let row = elsewhere.data.rows("upstream_changes");
    assert_eq!(row, 1);
    // After some time the circuit lets a request through; here, because someone has looked after the credentials.
    let (_, credentials) = crate::upstream_support::one_api(&elsewhere.front);
    elsewhere.set_credentials(&credentials).await;
    let shown = elsewhere.read_now().await;
    assert!(shown["upstream"]["pendingSince"].is_null(), "{shown}");
    assert_eq!(
        (elsewhere.logged("Success").await, elsewhere.upstream.regenerations()),
        (1, 1)
    );
    let again = elsewhere.regenerate_as(&name, &version).await;
    assert_eq!(
        again.json()["key"],
        elsewhere.upstream.key().await.as_str(),
        "{}",
        again.text
    );
    assert_eq!(elsewhere.upstream.regenerations(), 1);
}

/// There, a session is opened with the very key that got lost: only someone who sees it can go on.
#[tokio::test]
async fn a_lost_key_that_opens_sessions_waits_for_the_operator() {
    // An answer that only seems to say that nothing was done: the session has ended with the key.
    for fault in [Fault::CutAfter, Fault::After(401, "{}")] {
        waits_for_the_operator(fault).await;
    }
}

async fn waits_for_the_operator(fault: Fault) {
    let elsewhere = Elsewhere::legacy().await;
    let (name, version) = (uuid::Uuid::new_v4().to_string(), elsewhere.etag().await);
    elsewhere.front.plan("/regenerate", fault, 1);
    let answer = elsewhere.regenerate_as(&name, &version).await;
    assert_eq!(
        (answer.status.as_u16(), answer.code().as_str()),
        (503, "upstream-pending"),
        "{}",
        answer.text
    );
    assert!(answer.text.contains("keyward organization upstream"), "{}", answer.text);
    let other = elsewhere
        .regenerate_as(&uuid::Uuid::new_v4().to_string(), &version)
        .await;
    assert_eq!(other.code(), "upstream-pending");
    elsewhere.clock.advance(TimeDelta::minutes(10));
    assert_eq!(
        elsewhere.regenerate_as(&name, &version).await.code(),
        "upstream-pending",
        "it never expires"
    );
    assert_eq!(
        (elsewhere.front.asked("/regenerate"), elsewhere.logged("").await),
        (1, 0)
    );

    elsewhere.set_credentials(&elsewhere.upstream.credentials().await).await;
    let answer = elsewhere.regenerate_as(&name, &version).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert_eq!(answer.json()["key"], elsewhere.upstream.key().await.as_str());
    assert_eq!(
        (elsewhere.logged("Success").await, elsewhere.upstream.regenerations()),
        (1, 1)
    );
}
