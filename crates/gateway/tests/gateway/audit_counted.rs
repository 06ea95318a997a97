//! Failures of unauthenticated clients: throttled in the audit log.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use chrono::TimeDelta;
use futures_util::FutureExt as _;
use keyward_contract::{AuditAction, AuditInterface, AuditReason, AuditRow, AuditSubCategory, ProblemCode};
use keyward_gateway::{
    audit::{Actor, Event},
    audit_counts::ROWS_PER_HOUR,
    http::ClientInfo,
    store::audit::{audit_chain, audit_log_rows},
};
use serde_json::json;

use crate::support::{ADMIN, Acme, Answer, PASSWORD, get, post};

/// All rows of failures, oldest first.
async fn failures(acme: &Acme) -> Vec<AuditRow> {
    let mut reader = acme.app.store.read().await.expect("a reader");
    let filter = serde_json::from_value(json!({ "result": "Failure" })).expect("a filter");
    let part = audit_log_rows::Part::After(0);
    let rows = audit_log_rows::part(&mut reader, acme.organization, &filter, part, 1_000_000).await;
    rows.expect("rows")
}

fn count(row: &AuditRow) -> u64 {
    let count = row.after.as_ref().and_then(|after| after.get("count"));
    count.map_or(1, |count| count.as_u64().expect("a count"))
}

/// A sign-in that fails before a password is looked at.
async fn late(acme: &Acme, name: &str) -> Answer {
    let body = json!({ "apiKey": "AbC123xYz789", "username": name, "password": PASSWORD, "timestamp": 1 });
    acme.send(post("/api/v1/authenticatedSession").json(&body)).await
}

fn client(address: impl Into<IpAddr>) -> ClientInfo {
    ClientInfo {
        address: address.into(),
        https: true,
        user_agent: None,
        request_id: "first".to_owned(),
        is_framed: false,
        is_trial: false,
        organization: None,
    }
}

async fn fail(acme: &Acme, client: &ClientInfo, reason: AuditReason) {
    acme.app.counted.note(&event(acme, client, reason)).await;
}

fn event<'a>(acme: &Acme, client: &'a ClientInfo, reason: AuditReason) -> Event<'a> {
    Event {
        logged_on: acme.clock.now(),
        organization: None,
        action: AuditAction::SignIn,
        sub_category: AuditSubCategory::Session,
        resource: "unknown user",
        actor: Actor::Unknown,
        client: Some(client),
        interface: AuditInterface::Api,
        failure: Some(reason),
        before: None,
        after: None,
    }
}

#[tokio::test]
async fn the_first_failure_is_a_row_and_others_are_counted() {
    let acme = Acme::unlimited().await;
    for _ in 0..50 {
        late(&acme, "nobody@elsewhere.example").await;
        late(&acme, ADMIN).await;
    }
    let rows = failures(&acme).await;
    assert_eq!(rows.len(), 2, "{rows:?}");
    let tells_one = |row: &AuditRow| row.after.as_ref().is_some_and(|after| after.get("count").is_none());
    assert!(rows.iter().all(|row| tells_one(row) && row.client_ip.is_some()));
    let began = acme.clock.now();
    acme.clock.advance(TimeDelta::seconds(59));
    late(&acme, ADMIN).await;
    let last = acme.clock.now();
    acme.clock.advance(TimeDelta::seconds(1));
    // Reading the log flushes the counts.
    let path = format!("/api/portal/orgs/{}/audit-log", acme.organization);
    acme.send(get(&path).cookie(&acme.cookie).empty()).await;
    let rows = failures(&acme).await;
    assert_eq!(rows.len(), 4, "{rows:?}");
    let of_admin = rows.iter().rfind(|row| row.admin_name.as_deref() == Some(ADMIN));
    let of_admin = of_admin.expect("a row");
    assert_eq!(
        of_admin.after,
        Some(json!({ "count": 50, "first": began, "last": last, "clockOffsetMs": 1 - last.timestamp_millis() })),
        "with what the last one tells besides"
    );
    assert_eq!(of_admin.reason.as_deref(), Some("timestamp-out-of-range"));
    assert!(of_admin.client_ip.is_some() && of_admin.request_id.is_some());
    assert_eq!(rows.iter().map(count).sum::<u64>(), 101);
}

#[tokio::test]
async fn a_lasting_attack_is_one_row_per_minute() {
    let acme = Acme::new().await;
    let client = client([192, 0, 2, 1]);
    for _ in 0..10 {
        for _ in 0..500 {
            fail(&acme, &client, AuditReason::UnknownUser).await;
        }
        acme.clock.advance(TimeDelta::minutes(1));
        acme.app.counted.write_due().await.expect("written");
    }
    let rows = failures(&acme).await;
    assert_eq!((rows.len(), rows.iter().map(count).sum::<u64>()), (11, 5000));
    acme.clock.advance(TimeDelta::minutes(1));
    acme.app.counted.write_due().await.expect("written");
    fail(&acme, &client, AuditReason::UnknownUser).await;
    assert_eq!(
        failures(&acme).await.len(),
        12,
        "after a quiet minute the first is a row again"
    );
}

/// Failures of unauthenticated clients are limited to a number of rows per hour, and all are counted.
#[tokio::test]
async fn rows_per_hour_are_limited_for_any_number_of_addresses() {
    let acme = Acme::new().await;
    for minute in 0..60_u32 {
        for one in 0..250_u32 {
            let address = Ipv4Addr::from_bits(0x0a00_0000 + (minute * 250 + one) * 64);
            fail(&acme, &client(address), AuditReason::UnknownUser).await;
            fail(
                &acme,
                &client(Ipv6Addr::from_bits(u128::from(minute * 250 + one) << 80)),
                ProblemCode::WrongPassword.into(),
            )
            .await;
        }
        acme.clock.advance(TimeDelta::minutes(1) - TimeDelta::milliseconds(1));
        acme.app.counted.write_due().await.expect("written");
    }
    acme.app.counted.write_all().await.expect("written");
    let rows = failures(&acme).await;
    let of_others: Vec<_> = rows
        .iter()
        .filter(|row| row.after.as_ref().is_some_and(|after| after["addresses"] == "several"))
        .collect();
    let bound = ROWS_PER_HOUR as usize;
    assert!(rows.len() - of_others.len() <= bound, "{}", rows.len());
    assert!((2..=16).contains(&of_others.len()), "{}", of_others.len());
    assert_eq!(rows.iter().map(count).sum::<u64>(), 60 * 500, "none is lost");
    let wide = |row: &&AuditRow| {
        let addresses = row.after.as_ref().and_then(|after| after["addresses"].as_str());
        addresses.is_some_and(|it| it.ends_with("/24") || it.ends_with("/48"))
    };
    assert!(rows.iter().any(|row| wide(&row)), "neighbours are one");
    let mut reader = acme.app.store.read().await.expect("a reader");
    audit_chain::verify(&mut reader, &acme.app.secrets, None)
        .await
        .expect("chained");
}

#[tokio::test]
async fn a_burst_writes_few_rows_before_its_answers() {
    let acme = Acme::new().await;
    for one in 0..1000_u32 {
        fail(&acme, &client(Ipv4Addr::from_bits(one << 12)), AuditReason::UnknownUser).await;
    }
    assert_eq!(failures(&acme).await.len(), 20);
}

#[tokio::test]
async fn a_client_that_disconnects_early_is_counted() {
    let acme = Acme::new().await;
    let client = client([192, 0, 2, 1]);
    let held = acme.app.store.write().await.expect("a transaction");
    {
        let event = event(&acme, &client, AuditReason::UnknownUser);
        let note = acme.app.counted.note(&event).now_or_never();
        assert!(note.is_none(), "it waits to write");
    }
    drop(held);
    assert_eq!(failures(&acme).await.len(), 0);
    acme.app.counted.write_all().await.expect("written");
    let rows = failures(&acme).await;
    assert_eq!((rows.len(), count(&rows[0])), (1, 1));
}

#[tokio::test]
async fn counts_that_fail_to_be_written_are_written_later() {
    let acme = Acme::new().await;
    acme.data.reject_insertions("audit_log");
    let client = client([192, 0, 2, 1]);
    for _ in 0..3 {
        fail(&acme, &client, AuditReason::UnknownUser).await;
    }
    acme.app.counted.write_all().await.expect_err("stopped");
    acme.data.allow_insertions("audit_log");
    acme.app.counted.write_all().await.expect("written");
    let rows = failures(&acme).await;
    assert_eq!((rows.len(), count(&rows[0])), (1, 3));
}

#[tokio::test]
async fn attempts_on_links_are_in_the_log() {
    let acme = Acme::new().await;
    for path in ["/api/portal/invitation/read", "/api/portal/setup"] {
        let body = json!({ "token": "0" });
        let body = match path {
            "/api/portal/setup" => json!({ "token": "0", "organization": "Third", "cloud": "cloud.example",
                                           "username": "third", "password": PASSWORD }),
            _ => body,
        };
        assert_eq!(acme.send(post(path).json(&body)).await.status, 403, "{path}");
    }
    let rows = failures(&acme).await;
    let reasons: Vec<_> = rows.iter().filter_map(|row| row.reason.as_deref()).collect();
    assert_eq!(reasons, ["invitation-invalid", "setup-link-invalid"]);
}
