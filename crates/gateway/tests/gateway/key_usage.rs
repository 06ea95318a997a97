//! Key usage

use axum::http::{Method, StatusCode};
use chrono::TimeDelta;
use keyward_contract::{Admin, AdminId, KEY_USAGE_CLIENTS_MAX, KeyClient, KeyUsage};
use keyward_gateway::{
    key_usage::{Client, KeyUse, PENDING_MAX},
    store::usage::key_usage::CLIENTS_KEPT,
    upkeep,
};
use serde_json::json;

use crate::{
    cloud_api::acme,
    data::TestData,
    process,
    support::{ADMIN, Acme, PASSWORD, get, obfuscated, post, request, usable},
};

const SESSION: &str = "/api/v1/authenticatedSession";

/// Signs in with the key as a client with this name.
async fn sign_in(acme: &Acme, key: &str, user_agent: &str) -> String {
    let timestamp = usable(acme.clock.now().timestamp_millis());
    let body = json!({
        "apiKey": obfuscated(key, timestamp), "username": ADMIN, "password": PASSWORD, "timestamp": timestamp
    });
    let answer = acme
        .send(post(SESSION).header("user-agent", user_agent).json(&body))
        .await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    answer.cookie()
}

/// What the page is told, once everything noted is written.
pub(crate) async fn usage(acme: &Acme) -> KeyUsage {
    acme.app.key_usage.flush().await.expect("written");
    // The clock may have moved beyond what a portal session lives.
    let cookie = acme.gateway.sign_in(ADMIN).await;
    let path = format!("/api/portal/orgs/{}/key-usage", acme.organization);
    let answer = acme.send(get(&path).cookie(&cookie).empty()).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    serde_json::from_str(&answer.text).expect("key usage")
}

fn client<'a>(usage: &'a KeyUsage, user_agent: &str) -> Option<&'a KeyClient> {
    let mut clients = usage.clients.iter();
    clients.find(|client| client.user_agent.as_deref() == Some(user_agent))
}

/// Sessions of a client in the last day, in the last month, and live now.
fn sessions(usage: &KeyUsage, user_agent: &str) -> Option<(u32, u32, u32)> {
    client(usage, user_agent).map(|client| {
        (
            client.sessions_last_day,
            client.sessions_last_month,
            client.live_sessions,
        )
    })
}

/// Records that someone else opened a session.
fn note(acme: &Acme, address: &str) {
    let somebody = Admin {
        id: AdminId(7),
        name: "somebody".to_owned(),
    };
    let client = Client {
        address,
        user_agent: None,
    };
    acme.app
        .key_usage
        .note(acme.organization, &somebody, client, KeyUse::SessionOpened);
}

#[tokio::test]
async fn an_unused_key_has_no_clients() {
    let acme = acme().await;
    let usage = usage(&acme).await;
    assert_eq!(
        (usage.clients.len(), usage.more_clients, usage.live_sessions),
        (0, false, 0)
    );
    assert_eq!(usage.sessions_per_hour, [0; 24]);
    // The clock stands at 22:13:20.
    assert_eq!(usage.hours_since.to_rfc3339(), "2023-11-13T23:00:00+00:00");
    assert_eq!((usage.former_key, usage.age_hint_days), (None, 90));
}

#[tokio::test]
async fn clients_are_listed_with_sessions_latest_first() {
    let acme = acme().await;
    let key = acme.key().await;
    sign_in(&acme, &key, "billing/1").await;
    let ended = sign_in(&acme, &key, "billing/1").await;
    acme.send(request(Method::DELETE, SESSION).cookie(&ended).empty()).await;
    acme.clock.advance(TimeDelta::seconds(1));
    sign_in(&acme, &key, "nightly/2").await;

    let usage = usage(&acme).await;
    let names: Vec<_> = usage
        .clients
        .iter()
        .map(|client| client.user_agent.as_deref())
        .collect();
    assert_eq!(names, [Some("nightly/2"), Some("billing/1")]);
    assert_eq!(sessions(&usage, "billing/1"), Some((2, 2, 1)));
    assert_eq!(sessions(&usage, "nightly/2"), Some((1, 1, 1)));
    let nightly = &usage.clients[0];
    assert_eq!((nightly.admin_id, nightly.admin_name.as_str()), (acme.admin.id, ADMIN));
    assert_eq!(
        (nightly.client_address.as_str(), nightly.last_seen_on),
        ("127.0.0.1", acme.clock.now())
    );
    assert_eq!(usage.live_sessions, 2);
    assert_eq!((usage.sessions_per_hour[23], usage.sessions_per_hour[22]), (3, 0));
}

#[tokio::test]
async fn using_a_session_updates_last_seen_only() {
    let acme = acme().await;
    let session = sign_in(&acme, &acme.key().await, "billing/1").await;
    acme.clock.advance(TimeDelta::minutes(4));
    let verified = get("/verify").header("user-agent", "a proxy").cookie(&session).empty();
    assert_eq!(acme.send(verified).await.status, StatusCode::NO_CONTENT);
    let usage = usage(&acme).await;
    assert_eq!(usage.clients.len(), 1, "it is the one that opened the session");
    assert_eq!(usage.clients[0].last_seen_on, acme.clock.now());
    assert_eq!(sessions(&usage, "billing/1"), Some((1, 1, 1)));
}

#[tokio::test]
async fn a_key_change_ends_sessions_and_keeps_clients() {
    let acme = acme().await;
    sign_in(&acme, &acme.key().await, "billing/1").await;
    assert_eq!(acme.regenerate().await.status, StatusCode::OK);
    let usage = usage(&acme).await;
    assert_eq!(usage.live_sessions, 0);
    assert_eq!(sessions(&usage, "billing/1"), Some((1, 1, 0)));
}

#[tokio::test]
async fn usage_expires_after_a_day_and_30_days() {
    let acme = acme().await;
    let key = acme.key().await;
    sign_in(&acme, &key, "billing/1").await;
    acme.clock.advance(TimeDelta::hours(23));
    let recent = usage(&acme).await;
    assert_eq!(sessions(&recent, "billing/1"), Some((1, 1, 0)));
    assert_eq!(recent.sessions_per_hour[0], 1);
    acme.clock.advance(TimeDelta::hours(1));
    let later = usage(&acme).await;
    assert_eq!(sessions(&later, "billing/1"), Some((0, 1, 0)));
    assert_eq!(later.sessions_per_hour, [0; 24]);
    acme.clock.advance(TimeDelta::days(29));
    assert_eq!(usage(&acme).await.clients.len(), 0);
    assert_ne!(acme.data.rows("key_clients"), 0);
    upkeep::round(&acme.app).await.expect("deleted");
    for table in ["key_clients", "key_client_hours"] {
        assert_eq!(acme.data.rows(table), 0, "{table}");
    }
    acme.clock.advance(TimeDelta::hours(1));
    upkeep::round(&acme.app).await.expect("deleted");
    assert_eq!(acme.data.rows("key_hours"), 0);
}

/// So many clients of an organization are kept, and no more.
#[tokio::test]
async fn client_usage_is_bounded_per_admin() {
    let acme = acme().await;
    sign_in(&acme, &acme.key().await, "the first").await;
    for number in 0..CLIENTS_KEPT {
        acme.clock.advance(TimeDelta::milliseconds(1));
        note(&acme, &number.to_string());
        if number % 500 == 0 {
            acme.app.key_usage.flush().await.expect("written");
        }
    }
    let usage = usage(&acme).await;
    assert_eq!((usage.clients.len(), usage.more_clients), (KEY_USAGE_CLIENTS_MAX, true));
    assert_eq!(usage.clients[0].client_address, (CLIENTS_KEPT - 1).to_string());
    assert_eq!(acme.data.rows("key_clients"), i64::from(CLIENTS_KEPT));
    for (client, kept) in [
        ("user_agent = 'the first'", 1),
        ("client_address = '0'", 0),
        ("client_address = '1'", 1),
    ] {
        assert_eq!(acme.data.rows(&format!("key_clients WHERE {client}")), kept, "{client}");
    }
    assert_eq!(
        usage.sessions_per_hour[23],
        CLIENTS_KEPT + 1,
        "the sum has those that there is no room for"
    );
}

/// More clients than there is room for, and a database that is busy with something else.
#[tokio::test]
async fn recording_usage_never_delays_a_request() {
    let acme = acme().await;
    let key = acme.key().await;
    let session = sign_in(&acme, &key, "billing/1").await;
    let busy = acme.app.store.write().await.expect("a transaction");
    let app = acme.app.clone();
    let flush = tokio::spawn(async move { app.key_usage.flush().await });
    for _ in 0..10 {
        tokio::task::yield_now().await;
    }
    for number in 0..PENDING_MAX + 100 {
        note(&acme, &number.to_string());
    }
    let verified = acme.send(get("/verify").cookie(&session).empty()).await;
    assert_eq!(verified.status, StatusCode::NO_CONTENT);
    drop(busy);
    sign_in(&acme, &key, "too late").await;
    flush.await.expect("a task").expect("written");
    let usage = usage(&acme).await;
    assert_eq!(client(&usage, "too late"), None);
    assert_eq!(usage.sessions_per_hour[23] as usize, PENDING_MAX + 1);
    assert_eq!(usage.live_sessions, 2);
    let metrics = acme.send(get("/metrics").empty()).await;
    assert!(
        metrics.text.contains("keyward_key_uses_dropped_total"),
        "{}",
        metrics.text
    );
}

#[tokio::test]
async fn counts_that_fail_to_be_written_are_written_later() {
    let acme = acme().await;
    let key = acme.key().await;
    acme.data.execute("ALTER TABLE key_hours RENAME TO away");
    sign_in(&acme, &key, "billing/1").await;
    acme.app.key_usage.flush().await.expect_err("there is no such table");
    sign_in(&acme, &key, "billing/1").await;
    acme.data.execute("ALTER TABLE away RENAME TO key_hours");
    assert_eq!(sessions(&usage(&acme).await, "billing/1"), Some((2, 2, 2)));
}

#[tokio::test]
async fn another_organization_s_clients_are_not_shown() {
    let acme = acme().await;
    sign_in(&acme, &acme.key().await, "billing/1").await;
    let (organization, admin) = acme.organization("Other", "admin@other.example").await;
    let other = Acme {
        cookie: acme.gateway.sign_in(&admin.name).await,
        organization,
        admin,
        gateway: acme.gateway,
    };
    other.app.key_usage.flush().await.expect("written");
    let path = format!("/api/portal/orgs/{organization}/key-usage");
    let answer = other.send(get(&path).cookie(&other.cookie).empty()).await;
    let usage: KeyUsage = serde_json::from_str(&answer.text).expect("key usage");
    assert_eq!((usage.clients.len(), usage.live_sessions), (0, 0));
    assert_eq!(usage.sessions_per_hour, [0; 24]);
}

#[tokio::test]
async fn pending_usage_is_written_at_a_stop() {
    let data = TestData::new();
    assert!(process::init(&data).status.success());
    let mut server = process::Server::start(&data);
    server.sign_in().await;
    let key = server.key().await;
    let session = process::open_session(&server.url, key["key"].as_str().expect("a key")).await;
    assert!(session.is_some());
    server.stop();
    assert_eq!(data.rows("key_clients"), 1);
}
