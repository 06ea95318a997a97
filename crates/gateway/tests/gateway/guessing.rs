//! Guessing the key: wrong keys beside right passwords

use axum::http::{StatusCode, header};
use chrono::TimeDelta;
use keyward_contract::{KeyGuessing, OrganizationId};
use keyward_gateway::store::{keys::key_guesses, organizations, people::roles};
use serde_json::json;

use crate::{
    lockout::address,
    support::{ADMIN, Acme, Answer, PASSWORD, obfuscated, post},
};

const ATTACKER: &str = "203.0.113.1";

async fn acme() -> Acme {
    Acme::with(|config| {
        config.rate_limit_session = "off".parse().expect("a limit");
        config.trusted_proxies = "127.0.0.1".parse().expect("a network");
    })
    .await
}

async fn guess(acme: &Acme) -> Answer {
    acme.api_sign_in_from(ATTACKER, "AAAAAAAAAAAA", ADMIN, PASSWORD).await
}

fn is_locked(answer: &Answer) -> bool {
    (answer.status, answer.code()) == (StatusCode::FORBIDDEN, "ACCOUNT_LOCKED".into())
}

async fn guessing(acme: &Acme, organization: OrganizationId) -> Option<KeyGuessing> {
    let mut reader = acme.app.store.read().await.expect("a reader");
    let view = key_guesses::view(&mut reader, organization, acme.clock.now()).await;
    view.expect("a row")
}

/// How often the audit log says it.
async fn alarms(acme: &Acme) -> usize {
    let log = acme.audit_log().await;
    log.iter().filter(|row| row.ends_with("key-guessed")).count()
}

/// Wrong keys beside a right password lock opening API sessions, never the portal.
#[tokio::test]
async fn wrong_keys_lock_api_sessions_but_not_the_portal() {
    let acme = acme().await;
    let key = acme.key().await;
    assert_eq!(acme.api_sign_in(&key, ADMIN, PASSWORD).await.status, StatusCode::OK);
    for _ in 0..5 {
        assert_eq!(guess(&acme).await.code(), "INVALID_USERNAME_OR_PASSWORD");
    }
    let locked = guess(&acme).await;
    assert!(is_locked(&locked), "{}", locked.text);
    assert!(!locked.headers.contains_key(header::RETRY_AFTER));
    assert_eq!(
        locked.json()["message"],
        "Too many sign-ins with a wrong API key. Try again after 2023-11-14T22:18:20Z."
    );
    let elsewhere = acme.api_sign_in_from("203.0.113.2", &key, ADMIN, PASSWORD).await;
    assert!(is_locked(&elsewhere), "strangers' wrong keys count together");
    assert_eq!(
        acme.api_sign_in(&key, ADMIN, PASSWORD).await.status,
        StatusCode::OK,
        "not where the key has been shown"
    );
    let portal = acme.sign_in_from(ATTACKER, ADMIN, PASSWORD).await;
    assert_eq!(portal.status, StatusCode::OK, "{}", portal.text);
    assert!(is_locked(&guess(&acme).await), "which is no way to be forgiven");

    let log = acme.audit_log().await;
    assert!(
        log.contains(&format!("Lock, {ADMIN}, API, Failure, too-many-wrong-keys")),
        "{log:?}"
    );
    acme.clock.advance(TimeDelta::minutes(5));
    let open = acme.api_sign_in_from(ATTACKER, &key, ADMIN, PASSWORD).await;
    assert_eq!(open.status, StatusCode::OK, "{}", open.text);
}

#[tokio::test]
async fn a_burst_of_keys_does_not_outrun_the_lock() {
    let acme = acme().await;
    let guesses = std::iter::repeat_with(|| guess(&acme)).take(12);
    let answers = futures_util::future::join_all(guesses).await;
    assert_eq!(answers.iter().filter(|answer| is_locked(answer)).count(), 7);
}

/// The strength in `docs/api-clients.md` rests on it.
#[tokio::test]
async fn at_most_96_keys_a_day_can_be_guessed() {
    let acme = acme().await;
    let mut guesses = [0; 2];
    let hours = TimeDelta::hours(3);
    for three_hours in &mut guesses {
        let end = acme.clock.now() + hours;
        while acme.clock.now() < end {
            let answer = guess(&acme).await;
            *three_hours += u32::from(!is_locked(&answer));
            let wait = if is_locked(&answer) {
                TimeDelta::minutes(3)
            } else {
                TimeDelta::seconds(13)
            };
            acme.clock.advance(wait);
        }
    }
    assert!(guesses[0] <= 20 + 5 + 12, "{guesses:?}");
    assert!(guesses[1] <= 12, "{guesses:?}");
    let a_day = 96;
    let expected = 62_u64.pow(keyward_contract::PLACES_SHOWN_MIN) / 2;
    assert_eq!(expected / (a_day * 365), 210, "years");
}

/// Naming an organization of others makes no guess a mistake.
#[tokio::test]
async fn guesses_for_an_unknown_organization_are_reported() {
    let acme = acme().await;
    for number in 0..20 {
        acme.clock.advance(TimeDelta::minutes(2));
        let (address, name) = (address(number), format!("{ADMIN}/999"));
        let wrong = acme.api_sign_in_from(&address, "AAAAAAAAAAAA", &name, PASSWORD).await;
        assert_eq!(wrong.code(), "INVALID_USERNAME_OR_PASSWORD");
    }
    assert_eq!(alarms(&acme).await, 1);
    assert!(guessing(&acme, acme.organization).await.is_some());
}

#[tokio::test]
async fn twenty_wrong_keys_in_an_hour_are_reported_once() {
    let acme = acme().await;
    let (other, other_admin) = acme.organization("Other", "admin@other.example").await;
    let since = acme.clock.now();
    let mut last_on = since;
    for number in 0..25 {
        acme.clock.advance(TimeDelta::seconds(61));
        // Other admins and addresses count together.
        let address = address(number);
        let wrong = acme.api_sign_in_from(&address, "AAAAAAAAAAAA", ADMIN, PASSWORD).await;
        if !is_locked(&wrong) {
            last_on = acme.clock.now();
        }
        let expected = usize::from(number >= 19);
        assert_eq!(alarms(&acme).await, expected, "after {}", number + 1);
        let told = guessing(&acme, acme.organization).await;
        assert_eq!(told.is_some(), number >= 19, "after {}", number + 1);
    }
    let since = since + TimeDelta::seconds(61);
    assert_eq!(
        guessing(&acme, acme.organization).await,
        Some(KeyGuessing { since, last_on })
    );
    assert_eq!(
        crate::key_usage::usage(&acme).await.guessing,
        Some(KeyGuessing { since, last_on })
    );
    assert_eq!(guessing(&acme, other).await, None);
    let refused = acme.api_sign_in("AAAAAAAAAAAA", &other_admin.name, PASSWORD).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST, "another admin is not locked");

    acme.clock.advance(last_on + TimeDelta::days(1) - acme.clock.now());
    assert_eq!(guessing(&acme, acme.organization).await, None, "a day without");
}

#[tokio::test]
async fn a_key_change_ends_the_alarm() {
    let acme = acme().await;
    for _ in 0..20 {
        acme.clock.advance(TimeDelta::seconds(15));
        guess(&acme).await;
    }
    assert!(guessing(&acme, acme.organization).await.is_some());
    let fresh = acme.gateway.sign_in(ADMIN).await;
    let acme = Acme { cookie: fresh, ..acme };
    assert_eq!(acme.regenerate().await.status, StatusCode::OK);
    assert_eq!(guessing(&acme, acme.organization).await, None);
}

/// What fits another key of the admin, or the one before, is a mistake. An organization that is not meant is not told.
#[tokio::test]
async fn mistakes_and_other_organizations_raise_no_alarm() {
    let acme = acme().await;
    let former = acme.key().await;
    acme.regenerate().await;
    let key = acme.key().await;
    let (other, _) = acme.organization("Other", "admin@other.example").await;
    let mut transaction = acme.app.store.write().await.expect("a transaction");
    let roles = roles::list(&mut transaction, other, None).await.expect("roles");
    organizations::set_role(&mut transaction, other, acme.admin.id, roles[0].id)
        .await
        .expect("a role");
    transaction.commit().await.expect("a commit");

    let sign_in = async |key: &str, meant: OrganizationId| {
        acme.clock.advance(TimeDelta::seconds(15));
        let timestamp = crate::support::usable(acme.clock.now().timestamp_millis());
        let body = json!({
            "apiKey": obfuscated(key, timestamp), "username": ADMIN, "password": PASSWORD, "timestamp": timestamp,
            "organizationId": meant.0,
        });
        acme.send(post("/api/v1/authenticatedSession").json(&body)).await
    };
    for _ in 0..21 {
        assert_eq!(sign_in(&key, other).await.code(), "INVALID_USERNAME_OR_PASSWORD");
        assert_eq!(sign_in(&former, other).await.code(), "INVALID_USERNAME_OR_PASSWORD");
    }
    assert_eq!(guessing(&acme, other).await, None, "Acme's keys, old and new");
    for _ in 0..20 {
        sign_in("AAAAAAAAAAAA", acme.organization).await;
    }
    assert!(guessing(&acme, acme.organization).await.is_some());
    assert_eq!(guessing(&acme, other).await, None);
    assert_eq!(alarms(&acme).await, 1);
}
