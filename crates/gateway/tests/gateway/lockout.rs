//! Wrong passwords: what they lock, for whom, and for how long

use axum::http::{HeaderMap, StatusCode, header};
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::{ADMIN, Acme, Answer, PASSWORD, get, post};

/// Where [`ADMIN`] has signed in.
const KNOWN: &str = "127.0.0.1";

/// Acme behind a proxy, so that a request can come from anywhere.
pub(crate) async fn acme() -> Acme {
    Acme::with(|config| config.trusted_proxies = KNOWN.parse().expect("a network")).await
}

/// An address of many.
pub(crate) fn address(number: usize) -> String {
    format!("198.51.{}.{}", number / 250, number % 250 + 1)
}

async fn re_authenticate(acme: &Acme, cookie: &str, password: &str) -> Answer {
    let request = post("/api/portal/session/password").cookie(cookie);
    let request = request.header("x-keyward", "1");
    acme.send(request.json(&json!({ "password": password }))).await
}

fn is_locked(answer: &Answer) -> bool {
    answer.code() == "account-locked"
}

/// Five a minute from everywhere, as long as it takes until strangers are delayed.
#[tokio::test]
async fn strangers_cannot_lock_out_known_addresses() {
    let acme = acme().await;
    let key = acme.key().await;
    for number in 0..30 {
        acme.sign_in_from(&address(number), ADMIN, "wrong password").await;
    }
    let stranger = acme.sign_in_from("203.0.113.1", ADMIN, PASSWORD).await;
    assert!(is_locked(&stranger), "strangers are");
    let api = acme.api_sign_in_from("203.0.113.1", &key, ADMIN, PASSWORD).await;
    assert_eq!((api.status.as_u16(), api.code()), (403, "ACCOUNT_LOCKED".into()));

    assert_eq!(acme.api_sign_in(&key, ADMIN, PASSWORD).await.status, StatusCode::OK);
    assert_eq!(
        re_authenticate(&acme, &acme.cookie, PASSWORD).await.status,
        StatusCode::NO_CONTENT
    );
    assert_eq!(acme.sign_in_from(KNOWN, ADMIN, PASSWORD).await.status, StatusCode::OK);
}

#[tokio::test]
async fn an_address_is_known_for_thirty_days() {
    let acme = acme().await;
    for (after, known) in [
        (TimeDelta::days(30) - TimeDelta::hours(1), true),
        (TimeDelta::hours(1), false),
    ] {
        acme.clock.advance(after);
        for number in 0..20 {
            acme.sign_in_from(&address(number), ADMIN, "wrong password").await;
        }
        // The right password would make it known again.
        let answer = acme.sign_in_from(KNOWN, ADMIN, "wrong password").await;
        assert_eq!(is_locked(&answer), !known);
    }
}

#[tokio::test]
async fn re_authentication_has_its_own_failure_count() {
    let acme = acme().await;
    let other = acme.gateway.sign_in(ADMIN).await;
    for _ in 0..5 {
        let wrong = re_authenticate(&acme, &acme.cookie, "wrong password").await;
        assert_eq!(wrong.code(), "wrong-password");
    }
    let locked = re_authenticate(&acme, &acme.cookie, PASSWORD).await;
    assert_eq!((locked.status.as_u16(), locked.code()), (429, "account-locked".into()));
    assert_eq!(locked.header(header::RETRY_AFTER), "301");
    assert_eq!(
        re_authenticate(&acme, &other, PASSWORD).await.status,
        StatusCode::NO_CONTENT,
        "another session of the same admin"
    );
    assert_eq!(acme.sign_in_from(KNOWN, ADMIN, PASSWORD).await.status, StatusCode::OK);
}

/// Guesses within six hours by an attacker who waits as told, and at least 15 seconds: four a minute would be 1,440.
async fn guesses_in_six_hours(acme: &Acme, mut attempt: impl FnMut(usize) -> (String, String)) -> usize {
    let end = acme.clock.now() + TimeDelta::hours(6);
    let mut guesses = 0;
    for number in 0.. {
        if acme.clock.now() >= end {
            break;
        }
        let (address, login) = attempt(number);
        let answer = acme.sign_in_from(&address, &login, "wrong password").await;
        let wait = if is_locked(&answer) {
            answer.header(header::RETRY_AFTER).parse().expect("seconds")
        } else {
            guesses += 1;
            15
        };
        acme.clock.advance(TimeDelta::seconds(wait));
    }
    guesses
}

/// Slow guessing, at one user name or many, from one address or many, ends up at four an hour.
#[tokio::test]
async fn four_guesses_a_minute_slow_to_four_an_hour() {
    let acme = acme().await;
    let bound = 20 + 5 + 6 * 4;
    let one_pair = guesses_in_six_hours(&acme, |_| (KNOWN.into(), ADMIN.into())).await;
    assert!(one_pair <= bound, "{one_pair} from an address that is known");
    let one_login = guesses_in_six_hours(&acme, |number| (address(number), ADMIN.into())).await;
    assert!(one_login <= bound, "{one_login} at a login, from addresses without end");
    let one_address = guesses_in_six_hours(&acme, |number| ("203.0.113.1".into(), format!("login-{number}"))).await;
    assert!(
        one_address <= bound,
        "{one_address} from an address, at logins without end"
    );
}

#[tokio::test]
async fn one_password_for_forty_logins_is_throttled() {
    let acme = acme().await;
    for number in 0..40 {
        let login = format!("login-{number}");
        let answer = acme.sign_in_from("2001:db8:1:2::1", &login, "wrong password").await;
        assert_eq!(is_locked(&answer), number >= 20, "{number}");
    }
    let right = acme.sign_in_from("2001:db8:1:2:ffff::1", ADMIN, PASSWORD).await;
    assert_eq!(
        (right.code(), right.header(header::RETRY_AFTER)),
        ("account-locked".into(), "31"),
        "the /64 is one client"
    );
    let elsewhere = acme.sign_in_from("2001:db8:1:3::1", ADMIN, PASSWORD).await;
    assert_eq!(elsewhere.status, StatusCode::OK);
}

/// One that exists and one that does not, each from an address of its own.
#[tokio::test]
async fn known_and_unknown_logins_are_answered_alike() {
    let acme = acme().await;
    let key = acme.key().await;
    // Its own scripts must not be what tells it apart.
    for _ in 0..2 {
        acme.api_sign_in(&key, ADMIN, PASSWORD).await;
    }
    let told = |answer: Answer| {
        let mut headers: HeaderMap = answer.headers.clone();
        headers.remove("x-request-id");
        let mut body = answer.json();
        body["requestId"] = Value::Null;
        (answer.status, format!("{headers:?}"), body)
    };
    let mut told_of = [Vec::new(), Vec::new()];
    for (number, login) in [ADMIN, "nobody@acme.example"].into_iter().enumerate() {
        let told_of = &mut told_of[number];
        for round in 0..30 {
            let address = address(100 * number + round / 6);
            told_of.push(told(
                acme.api_sign_in_from(&address, &key, login, "wrong password").await,
            ));
            told_of.push(told(acme.sign_in_from(&address, login, "wrong password").await));
            let unusable = json!({ "apiKey": "", "username": login, "password": "", "timestamp": 0 });
            let request = post("/api/v1/authenticatedSession").header("x-forwarded-for", &address);
            told_of.push(told(acme.send(request.json(&unusable)).await));
        }
    }
    let [known, unknown] = told_of;
    assert_eq!(known, unknown);
    for status in [400, 401, 403, 429] {
        assert!(
            known.iter().any(|answer| answer.0.as_u16() == status),
            "{status} is among them"
        );
    }
}

#[tokio::test]
async fn rate_limits_are_separate_per_client() {
    let acme = acme().await;
    let key = acme.key().await;
    for _ in 0..50 {
        acme.api_sign_in_from("203.0.113.1", &key, ADMIN, "wrong password")
            .await;
    }
    for _ in 0..2 {
        assert_eq!(acme.api_sign_in(&key, ADMIN, PASSWORD).await.status, StatusCode::OK);
    }
    // An admin who has proven to be one is counted wherever they are.
    assert_eq!(
        acme.sign_in_from("203.0.113.9", ADMIN, PASSWORD).await.status,
        StatusCode::OK
    );
    let third = acme.api_sign_in_from("203.0.113.9", &key, ADMIN, PASSWORD).await;
    assert_eq!(
        third.json(),
        json!({ "message": "Rate Limit (2/SECOND) exceeded", "Retry-After": "1 seconds" })
    );
}

#[tokio::test]
async fn a_clock_set_back_locks_no_account() {
    let acme = acme().await;
    let wrong = || acme.sign_in_from(KNOWN, ADMIN, "wrong password");
    let right = || acme.sign_in_from(KNOWN, ADMIN, PASSWORD);
    for _ in 0..5 {
        wrong().await;
    }
    assert!(is_locked(&right().await));
    acme.clock.advance(-TimeDelta::hours(1));
    acme.clock.advance(TimeDelta::minutes(5) + TimeDelta::seconds(1));
    assert_eq!(right().await.status, StatusCode::OK);

    for _ in 0..4 {
        wrong().await;
    }
    acme.clock.advance(-TimeDelta::hours(1));
    acme.clock.advance(TimeDelta::minutes(20));
    assert!(!is_locked(&wrong().await));
    assert_eq!(right().await.status, StatusCode::OK, "failures of a time to come");

    for _ in 0..5 {
        wrong().await;
    }
    acme.clock.advance(-TimeDelta::hours(1));
    acme.sign_in_from(KNOWN, "somebody else", "wrong password").await;
    acme.clock.advance(TimeDelta::hours(1));
    assert_eq!(right().await.status, StatusCode::OK, "nor does the lock come back");
}

#[tokio::test]
async fn a_clock_set_back_keeps_rate_limits_working() {
    let acme = Acme::with(|config| config.rate_limit_session_read = "2/s".parse().expect("a limit")).await;
    let session = acme.api_sign_in(&acme.key().await, ADMIN, PASSWORD).await.cookie();
    let read = || acme.send(get("/api/v1/authenticatedSession").cookie(&session).empty());
    for _ in 0..2 {
        assert_eq!(read().await.status, StatusCode::OK);
    }
    acme.clock.advance(-TimeDelta::hours(1));
    assert_eq!(read().await.header(header::RETRY_AFTER), "1");
    acme.clock.advance(TimeDelta::seconds(1));
    assert_eq!(read().await.status, StatusCode::OK);
}

#[tokio::test]
async fn counts_survive_a_restart() {
    let acme = acme().await;
    for _ in 0..5 {
        acme.sign_in_from("203.0.113.1", ADMIN, "wrong password").await;
    }
    let gateway = acme.gateway.restart().await;
    assert!(is_locked(&gateway.sign_in_from("203.0.113.1", ADMIN, PASSWORD).await));
}
