//! How long sessions live: idle and absolute ends, whatever the clock does, and how many there are.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use chrono::{DateTime, TimeDelta};
use keyward_gateway::{config::RateLimit, store::sessions::session_window::SessionWindow};
use proptest::prelude::{prop, proptest};
use serde_json::json;

use crate::support::{ADMIN, Acme, Answer, PASSWORD, get, post, request};

const UNLIMITED: RateLimit = RateLimit {
    per_second: None,
    per_hour: None,
};

async fn who_am_i(acme: &Acme, cookie: &str) -> Answer {
    acme.send(get("/api/portal/session").cookie(cookie).empty()).await
}

async fn lives(acme: &Acme, cookie: &str) -> bool {
    who_am_i(acme, cookie).await.status == StatusCode::OK
}

/// What the page asks by itself prolongs no session, and answers tell its true end.
#[tokio::test]
async fn background_requests_do_not_prolong_a_session() {
    let acme = Acme::new().await;
    let background = || {
        let request = get("/api/portal/session").cookie(&acme.cookie);
        request.header("x-keyward-background", "1").empty()
    };
    let end = who_am_i(&acme, &acme.cookie).await.json()["expiresAt"].clone();
    for _ in 0..29 {
        acme.clock.advance(TimeDelta::minutes(1));
        let answer = acme.send(background()).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(answer.json()["expiresAt"], end, "the end as it is");
    }
    acme.clock.advance(TimeDelta::minutes(1));
    assert_eq!(acme.send(background()).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_session_ends_when_its_answer_says() {
    let acme = Acme::new().await;
    // Within the sixtieth of the idle time in which no use is noted.
    acme.clock.advance(TimeDelta::seconds(29));
    let told = who_am_i(&acme, &acme.cookie).await.json()["expiresAt"].clone();
    let told: DateTime<chrono::Utc> = told.as_str().expect("text").parse().expect("an instant");
    acme.clock.advance(told - acme.clock.now() - TimeDelta::milliseconds(1));
    let background = get("/api/portal/session").cookie(&acme.cookie);
    let background = background.header("x-keyward-background", "1").empty();
    assert_eq!(acme.send(background).await.status, StatusCode::OK);
    acme.clock.advance(TimeDelta::milliseconds(1));
    assert!(!lives(&acme, &acme.cookie).await);
}

/// The clock runs months ahead for a while; both kinds of session are opened then.
#[tokio::test]
async fn sessions_from_a_clock_ahead_end_when_it_is_fixed() {
    let acme = Acme::with(|config| config.rate_limit_session = UNLIMITED).await;
    let key = acme.key().await;
    let ahead = TimeDelta::days(90);
    acme.clock.advance(ahead);
    let portal = acme.sign_in(ADMIN).await;
    let api = acme.api_sign_in(&key, ADMIN, PASSWORD).await.cookie();
    assert!(lives(&acme, &portal).await);
    assert!(acme.api_session_lives(&api).await);
    acme.clock.advance(-ahead);
    assert!(!lives(&acme, &portal).await);
    let answer = acme
        .send(get("/api/v1/authenticatedSession").cookie(&api).empty())
        .await;
    assert!(answer.json()["authType"].is_null(), "{}", answer.text);
}

#[tokio::test]
async fn a_re_authentication_ahead_of_the_clock_is_not_recent() {
    let acme = Acme::new().await;
    let ahead = (acme.clock.now() + TimeDelta::days(90)).timestamp_millis();
    acme.data
        .execute_with("UPDATE portal_sessions SET authenticated_on = ?1", &[ahead.into()]);
    let reveal = acme.send(acme.change(Method::POST, "/reveal").empty()).await;
    assert_eq!(reveal.code(), "fresh-password-required");
}

/// An API session in use ends after its absolute time.
#[tokio::test]
async fn an_api_session_in_use_ends_after_its_absolute_time() {
    let acme = Acme::with(|config| {
        config.api_session_idle = Duration::from_secs(20 * 60);
        config.api_session_absolute = Duration::from_secs(60 * 60);
    })
    .await;
    let cookie = acme.api_sign_in(&acme.key().await, ADMIN, PASSWORD).await.cookie();
    let alive = || get("/api/v1/authenticatedSession").cookie(&cookie).empty();
    for _ in 0..5 {
        acme.clock.advance(TimeDelta::minutes(11));
        assert_eq!(acme.send(alive()).await.json()["authType"], "ADMIN_LOGIN");
    }
    acme.clock.advance(TimeDelta::minutes(5));
    assert!(acme.send(alive()).await.json()["authType"].is_null());
    let verify = acme.send(get("/verify").cookie(&cookie).empty()).await;
    assert_eq!(verify.status, StatusCode::UNAUTHORIZED);
}

/// The sessions of an admin are bounded, and the longest unused goes.
#[tokio::test]
async fn an_admin_can_have_twenty_portal_sessions() {
    let acme = Acme::new().await;
    let mut cookies = vec![acme.cookie.clone()];
    for _ in 0..19 {
        acme.clock.advance(TimeDelta::seconds(1));
        cookies.push(acme.sign_in(ADMIN).await);
    }
    acme.clock.advance(TimeDelta::minutes(1));
    assert!(lives(&acme, &cookies[0]).await, "used again, and so not the oldest");
    let newest = acme.sign_in(ADMIN).await;
    assert!(!lives(&acme, &cookies[1]).await, "the longest unused goes");
    for cookie in cookies.iter().skip(2).chain([&cookies[0], &newest]) {
        assert!(lives(&acme, cookie).await);
    }
}

#[tokio::test]
async fn an_admin_can_have_fifty_api_sessions() {
    let acme = Acme::with(|config| config.rate_limit_session = UNLIMITED).await;
    let key = acme.key().await;
    let mut cookies = Vec::new();
    for _ in 0..51 {
        acme.clock.advance(TimeDelta::seconds(1));
        cookies.push(acme.api_sign_in(&key, ADMIN, PASSWORD).await.cookie());
    }
    let lives = async |cookie: &str| {
        let answer = acme
            .send(get("/api/v1/authenticatedSession").cookie(cookie).empty())
            .await;
        answer.json()["authType"] == "ADMIN_LOGIN"
    };
    assert!(!lives(&cookies[0]).await);
    assert!(lives(&cookies[1]).await && lives(&cookies[50]).await);
}

#[tokio::test]
async fn signing_out_clears_browser_data_except_preferences() {
    let acme = Acme::new().await;
    let sign_out = request(Method::DELETE, "/api/portal/session")
        .cookie(&acme.cookie)
        .header("x-keyward", "1");
    let answer = acme.send(sign_out.empty()).await;
    let cleared = answer.headers["clear-site-data"].to_str().expect("text");
    assert_eq!(cleared, "\"cache\", \"prefetchCache\", \"prerenderCache\"");
}

/// A page left open while someone else signed in in another window.
#[tokio::test]
async fn a_change_meant_for_another_admin_changes_nothing() {
    let acme = Acme::new().await;
    let key = acme.key().await;
    let etag = acme.etag().await;
    let regenerate = |admin: &str| {
        let change = acme.change(Method::POST, "/regenerate").header("if-match", &etag);
        change.header("x-keyward-admin", admin).empty()
    };
    for other in [(acme.admin.id.0 + 1).to_string(), "x".to_owned(), String::new()] {
        let answer = acme.send(regenerate(&other)).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (409, "other-admin".into()));
        assert!(answer.text.contains(ADMIN), "names who is signed in");
    }
    assert_eq!(acme.key().await, key);
    let own = acme.send(regenerate(&acme.admin.id.to_string())).await;
    assert_eq!(own.status, StatusCode::OK, "{}", own.text);
    // Signing in changes the session's admin.
    let body = json!({ "username": ADMIN, "password": PASSWORD });
    let sign_in = post("/api/portal/session").cookie(&acme.cookie);
    let answer = acme.send(sign_in.header("x-keyward-admin", "1").json(&body)).await;
    assert_eq!(answer.status, StatusCode::OK);
}

proptest! {
    /// Whatever the clock does, a session is alive only where it shows a time between its opening and its absolute end, and
    /// no longer than the idle time after its last use; once it has been seen to be over, it stays so.
    #[test]
    fn changing_the_clock_never_prolongs_a_session(moves in prop::collection::vec(-200_i64..200, 1..60)) {
        let (idle, absolute) = (Duration::from_secs(30 * 60), Duration::from_secs(12 * 60 * 60));
        let leeway = TimeDelta::hours(1);
        let mut now = DateTime::from_timestamp_millis(1_700_000_000_000).expect("an instant");
        let (created_on, mut last_used_on) = (now, now);
        let mut stored = true;
        for minutes in moves {
            now += TimeDelta::minutes(minutes);
            let alive = SessionWindow::new(now, idle, absolute).holds(created_on, last_used_on);
            // As the task that deletes what is over does.
            stored &= alive;
            if stored {
                assert!(now >= created_on - leeway && now < created_on + absolute);
                assert!(now >= last_used_on - leeway && now < last_used_on + idle);
                last_used_on = now;
            }
        }
    }
}
