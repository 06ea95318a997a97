//! The previous key: recognized for 30 days, and never accepted

use axum::http::{HeaderMap, Method, StatusCode, header};
use chrono::TimeDelta;
use keyward_contract::{FormerKey, KEY_USAGE_CLIENTS_MAX, PLACES_SHOWN_MIN, places_shown};
use keyward_gateway::{
    domain::operator,
    key_usage::{Client, KeyUse},
    store::{organizations, people::roles, recovery::backup},
    upkeep,
};
use serde_json::json;

use crate::{
    cloud_api::acme,
    database::sqlite_only,
    key_usage::usage,
    support::{ADMIN, Acme, Answer, PASSWORD, get, obfuscated, post},
};

/// A key with which `SIMILAR` has as many places in common as it may.
const TYPED: &str = "AbC123xYz789";
const SIMILAR: &str = "ZbC123xZZZZZ";

async fn sign_in(acme: &Acme, key: &str) -> Answer {
    acme.api_sign_in(key, ADMIN, PASSWORD).await
}

async fn edit(acme: &Acme, key: &str) {
    let etag = acme.etag().await;
    let change = acme.change(Method::PUT, "").header("if-match", &etag);
    let answer = acme.send(change.json(&json!({ "key": key }))).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
}

async fn delete(acme: &Acme) {
    let etag = acme.etag().await;
    let change = acme.change(Method::DELETE, "").header("if-match", &etag);
    assert_eq!(acme.send(change.empty()).await.status, StatusCode::NO_CONTENT);
}

async fn former(acme: &Acme) -> FormerKey {
    usage(acme).await.former_key.expect("a former key")
}

/// The reason of the last failure.
async fn reason(acme: &Acme) -> String {
    let log = acme.audit_log().await;
    let failure = log.iter().rfind(|row| row.contains("API, Failure")).expect("a failure");
    failure.rsplit(", ").next().unwrap_or_default().to_owned()
}

/// A client with the previous key isn't told so; the page and the audit log are.
#[tokio::test]
async fn the_previous_key_is_rejected_and_its_clients_are_listed() {
    let acme = acme().await;
    let old = acme.key().await;
    assert_eq!(usage(&acme).await.former_key, None);
    assert_eq!(acme.regenerate().await.status, StatusCode::OK);
    let replaced_on = acme.clock.now();
    assert!(former(&acme).await.clients.is_empty());

    let wrong = sign_in(&acme, "AAAAAAAAAAAA").await;
    let first = sign_in(&acme, &old).await;
    let what_is_told = |answer: &Answer| {
        let mut headers: HeaderMap = answer.headers.clone();
        headers.remove("x-request-id");
        (answer.status, headers, answer.text.clone())
    };
    assert_eq!(what_is_told(&wrong), what_is_told(&first));
    assert_eq!(wrong.code(), "INVALID_USERNAME_OR_PASSWORD");
    assert_eq!(reason(&acme).await, "former-key");
    let first_seen_on = acme.clock.now();
    acme.clock.advance(TimeDelta::minutes(1));
    sign_in(&acme, &old).await;

    let usage = usage(&acme).await;
    assert!(usage.clients.is_empty(), "{:?}", usage.clients);
    let former = usage.former_key.expect("a former key");
    assert_eq!(
        (former.replaced_on, former.watched_until),
        (replaced_on, replaced_on + TimeDelta::days(30))
    );
    assert_eq!(former.clients.len(), 1);
    let client = &former.clients[0];
    assert_eq!(
        (client.admin_id, client.admin_name.as_str(), client.attempts),
        (acme.admin.id, ADMIN, 2)
    );
    assert_eq!(
        (client.client_address.as_str(), &client.user_agent),
        ("127.0.0.1", &None)
    );
    assert_eq!(
        (client.first_seen_on, client.last_seen_on),
        (first_seen_on, acme.clock.now())
    );
}

/// Without user name and password, nothing is revealed or recorded.
#[tokio::test]
async fn without_the_password_it_is_not_counted() {
    let acme = acme().await;
    let old = acme.key().await;
    acme.regenerate().await;
    acme.api_sign_in(&old, ADMIN, "wrong password").await;
    acme.api_sign_in(&old, "nobody", PASSWORD).await;
    assert!(former(&acme).await.clients.is_empty());
}

#[tokio::test]
async fn each_change_makes_the_old_key_the_previous_one() {
    let acme = acme().await;
    let first = acme.key().await;
    edit(&acme, TYPED).await;
    sign_in(&acme, &first).await;
    assert_eq!(reason(&acme).await, "former-key");

    delete(&acme).await;
    assert!(
        former(&acme).await.clients.is_empty(),
        "attempts with another key are not of this one"
    );
    sign_in(&acme, &first).await;
    assert_eq!(reason(&acme).await, "wrong-key", "only the last one is known");
    sign_in(&acme, TYPED).await;
    assert_eq!(reason(&acme).await, "former-key", "though there is no key");
    assert_eq!(former(&acme).await.clients[0].attempts, 1);

    let added = acme.send(acme.change(Method::POST, "").empty()).await;
    assert_eq!(added.status, StatusCode::CREATED, "{}", added.text);
    let key = acme.key().await;
    assert!(TYPED.chars().zip(key.chars()).all(|(old, new)| old != new), "{key}");
    assert_eq!(former(&acme).await.clients[0].attempts, 1);
    assert_eq!(sign_in(&acme, &key).await.status, StatusCode::OK);
}

/// So is the one that the service provider makes.
#[tokio::test]
async fn the_next_first_key_is_unlike_the_previous_one() {
    let acme = acme().await;
    for _ in 0..5 {
        let old = acme.key().await;
        delete(&acme).await;
        for subscription in [
            keyward_contract::Subscription::None,
            keyward_contract::Subscription::Active,
        ] {
            let mut transaction = acme.app.store.write().await.expect("a transaction");
            let organization = organizations::find(&mut transaction, acme.organization)
                .await
                .expect("a row")
                .expect("Acme");
            let now = acme.clock.now();
            operator::set_subscription(&mut transaction, &acme.app.secrets, &organization, subscription, now)
                .await
                .expect("a subscription");
            transaction.commit().await.expect("a commit");
        }
        let new = acme.key().await;
        assert!(old.chars().zip(new.chars()).all(|(old, new)| old != new), "{old} {new}");
    }
}

#[tokio::test]
async fn a_previous_key_can_be_set_again() {
    let acme = acme().await;
    let first = acme.key().await;
    edit(&acme, TYPED).await;
    sign_in(&acme, &first).await;
    edit(&acme, &first).await;
    assert_eq!(sign_in(&acme, &first).await.status, StatusCode::OK);
    assert_eq!(sign_in(&acme, TYPED).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(reason(&acme).await, "former-key");
}

/// At some instants a sign-in shows so little of a key that two keys look the same.
#[tokio::test]
async fn if_it_could_be_the_current_key_it_is_rejected() {
    let acme = acme().await;
    edit(&acme, TYPED).await;
    edit(&acme, SIMILAR).await;
    let now = acme.clock.now().timestamp_millis();
    let shows_the_same = |at: &i64| {
        places_shown(at.unsigned_abs()) >= PLACES_SHOWN_MIN && obfuscated(TYPED, *at) == obfuscated(SIMILAR, *at)
    };
    let timestamp = (now..).find(shows_the_same).expect("a timestamp");
    let body = json!({
        "apiKey": obfuscated(TYPED, timestamp), "username": ADMIN, "password": PASSWORD, "timestamp": timestamp
    });
    let answer = acme.send(post("/api/v1/authenticatedSession").json(&body)).await;
    assert_eq!(
        (answer.status.as_u16(), answer.code()),
        (400, "INVALID_USERNAME_OR_PASSWORD".into())
    );
    assert!(answer.headers.get(header::SET_COOKIE).is_none());
    assert_eq!(reason(&acme).await, "former-or-current-key");
    assert!(
        former(&acme).await.clients.is_empty(),
        "it may have been the current key: no one is accused"
    );
    assert_eq!(
        sign_in(&acme, SIMILAR).await.status,
        StatusCode::OK,
        "at any other instant"
    );
}

/// The former key is forgotten after 30 days.
#[tokio::test]
async fn the_previous_key_is_tracked_for_30_days() {
    let acme = acme().await;
    let old = acme.key().await;
    acme.regenerate().await;
    acme.clock.advance(TimeDelta::days(30) - TimeDelta::milliseconds(1));
    sign_in(&acme, &old).await;
    assert_eq!(reason(&acme).await, "former-key");
    assert_eq!(former(&acme).await.clients.len(), 1);
    acme.clock.advance(TimeDelta::milliseconds(1));
    sign_in(&acme, &old).await;
    assert_eq!(reason(&acme).await, "wrong-key");
    assert_eq!(usage(&acme).await.former_key, None);
    assert_eq!(
        (acme.data.rows("former_keys"), acme.data.rows("former_key_clients")),
        (1, 1)
    );
    upkeep::round(&acme.app).await.expect("deleted");
    assert_eq!(
        (acme.data.rows("former_keys"), acme.data.rows("former_key_clients")),
        (0, 0)
    );
}

/// What was noted before a change and is written after it.
#[tokio::test]
async fn attempts_stay_with_the_key_that_was_tried() {
    let acme = acme().await;
    let first = acme.key().await;
    acme.regenerate().await;
    sign_in(&acme, &first).await;
    acme.regenerate().await;
    assert!(former(&acme).await.clients.is_empty());
}

#[tokio::test]
async fn the_clients_of_the_previous_key_are_bounded() {
    let acme = acme().await;
    acme.regenerate().await;
    let id = acme.data.value("SELECT id FROM former_keys");
    for number in 0..=KEY_USAGE_CLIENTS_MAX {
        acme.clock.advance(TimeDelta::milliseconds(1));
        let client = Client {
            address: &number.to_string(),
            user_agent: None,
        };
        acme.app
            .key_usage
            .note(acme.organization, &acme.admin, client, KeyUse::FormerKeyTried(id));
        if number == 0 {
            acme.app.key_usage.flush().await.expect("written");
        }
    }
    let clients = former(&acme).await.clients;
    assert_eq!(clients.len(), KEY_USAGE_CLIENTS_MAX);
    assert_eq!(clients[0].client_address, KEY_USAGE_CLIENTS_MAX.to_string());
    assert!(clients.iter().all(|client| client.client_address != "0"));
}

/// One key in two organizations, replaced in the first of them so far.
#[tokio::test]
async fn it_can_still_be_the_key_of_another_organization() {
    let acme = acme().await;
    let key = acme.key().await;
    let (other, other_admin) = acme.organization("Other", "admin@other.example").await;
    let cookie = acme.gateway.sign_in(&other_admin.name).await;
    let path = format!("/api/portal/orgs/{other}/api-key");
    let read = acme.send(get(&path).cookie(&cookie).empty()).await;
    let change = crate::support::request(Method::PUT, &path)
        .cookie(&cookie)
        .header("x-keyward", "1")
        .header("if-match", read.header(header::ETAG));
    let edited = acme.send(change.json(&json!({ "key": key }))).await;
    assert_eq!(edited.status, StatusCode::OK, "{}", edited.text);
    let mut transaction = acme.app.store.write().await.expect("a transaction");
    let roles = roles::list(&mut transaction, other, None).await.expect("roles");
    organizations::set_role(&mut transaction, other, acme.admin.id, roles[0].id)
        .await
        .expect("a role");
    transaction.commit().await.expect("a commit");

    assert_eq!(sign_in(&acme, &key).await.code(), "ORGANIZATION_AMBIGUOUS");
    acme.regenerate().await;
    let session = sign_in(&acme, &key).await;
    assert_eq!(session.status, StatusCode::OK, "{}", session.text);
    let verified = acme.send(get("/verify").cookie(&session.cookie()).empty()).await;
    assert_eq!(
        verified.header(header::HeaderName::from_static("x-keyward-organization")),
        other.to_string()
    );
    assert!(former(&acme).await.clients.is_empty(), "it was not meant for Acme");
}

#[tokio::test]
async fn a_backup_seals_and_restores_the_previous_key() {
    if !sqlite_only("PostgreSQL has its own backups") {
        return;
    }
    let acme = acme().await;
    let first = acme.key().await;
    acme.regenerate().await;
    sign_in(&acme, &first).await;
    assert_eq!(former(&acme).await.clients.len(), 1);
    let file = acme.data.beside("copy.db");
    backup::write(&acme.app.store, &file).await.expect("a backup");
    let bytes = std::fs::read(&file).expect("bytes");
    assert!(!bytes.windows(first.len()).any(|window| window == first.as_bytes()));

    acme.regenerate().await;
    sign_in(&acme, &first).await;
    assert_eq!(reason(&acme).await, "wrong-key");
    let copy = backup::open(&file, acme.data.path()).await.expect("a backup");
    copy.check_master_key(&acme.app.secrets).await.expect("its master key");
    copy.restore_into(&acme.app.store, &acme.app.secrets, acme.clock.now())
        .await
        .expect("restored");
    sign_in(&acme, &first).await;
    assert_eq!(reason(&acme).await, "former-key");
    assert_eq!(former(&acme).await.clients[0].attempts, 2);
}
