//! What is past goes by itself; nothing goes on the word of a clock that has jumped.

use axum::http::{Method, StatusCode};
use chrono::TimeDelta;
use keyward_contract::BuiltInRole;
use keyward_gateway::{
    secrets::hash_token,
    store::people::{invitations, members, roles},
    upkeep,
};

use crate::support::{ADMIN, Acme, PASSWORD, get};

/// A kept answer, sessions of both kinds, links, and a former key.
async fn used() -> Acme {
    let acme = Acme::unlimited().await;
    let key = acme.key().await;
    assert_eq!(acme.api_sign_in(&key, ADMIN, PASSWORD).await.status, StatusCode::OK);
    let (_, other) = acme.organization("Other", "other").await;
    let mut transaction = acme.app.store.write().await.expect("a transaction");
    let role = roles::built_in(&mut transaction, acme.organization, BuiltInRole::Auditor).await;
    let member = (acme.organization, other.id);
    members::invite(&mut transaction, member.0, member.1, role.expect("a role"))
        .await
        .expect("invited");
    let soon = acme.clock.now() + TimeDelta::days(1);
    invitations::put(&mut transaction, member, hash_token("invitation"), soon)
        .await
        .expect("a link");
    invitations::put_password_reset(&mut transaction, other.id, hash_token("reset"), soon)
        .await
        .expect("a link");
    transaction.commit().await.expect("a commit");
    let regenerate = acme
        .change(Method::POST, "/regenerate")
        .header("if-match", "*")
        .header("idempotency-key", "8e03978e-40d5-43e8-bc93-6894a57f9324");
    assert_eq!(acme.send(regenerate.empty()).await.status, StatusCode::OK);
    let key = acme.key().await;
    assert_eq!(acme.api_sign_in(&key, ADMIN, PASSWORD).await.status, StatusCode::OK);
    acme
}

const LINKS: &str = "invitations WHERE length(token_hash) = 32 AND token_hash NOT LIKE 'ended/%'";

/// What is past goes though nothing happens.
#[tokio::test]
async fn expired_data_is_deleted_without_requests() {
    let acme = used().await;
    upkeep::round(&acme.app).await.expect("a round");
    let tables = [
        "idempotent_answers",
        "portal_sessions",
        "api_sessions",
        "password_resets",
        "former_keys",
    ];
    for table in tables {
        assert_eq!(acme.data.rows(table), 1, "{table}");
    }
    assert_eq!(acme.data.rows(LINKS), 1);
    acme.clock.advance(TimeDelta::days(1));
    upkeep::round(&acme.app).await.expect("a round");
    for table in &tables[..4] {
        assert_eq!(acme.data.rows(table), 0, "{table}");
    }
    assert_eq!(acme.data.rows(LINKS), 0);
    assert_eq!(
        (acme.data.rows("former_keys"), acme.data.rows("invitations")),
        (1, 1),
        "who is invited is still told"
    );
    acme.clock.advance(TimeDelta::days(29));
    upkeep::round(&acme.app).await.expect("a round");
    assert_eq!(acme.data.rows("former_keys"), 0);
}

#[tokio::test]
async fn many_rows_are_deleted_in_batches() {
    let acme = used().await;
    let more = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1700)
                INSERT INTO idempotent_answers SELECT a.admin_id, a.path, i, a.request_fingerprint, a.sealed_answer,
                a.created_on FROM idempotent_answers a, n";
    acme.data.execute(more);
    acme.clock.advance(TimeDelta::days(1));
    upkeep::round(&acme.app).await.expect("a round");
    assert_eq!(acme.data.rows("idempotent_answers"), 0);
}

#[tokio::test]
async fn a_start_with_a_wrong_clock_deletes_nothing() {
    let mut acme = used().await;
    upkeep::round(&acme.app).await.expect("a round");
    let tables = [
        "audit_log",
        "idempotent_answers",
        "portal_sessions",
        "api_sessions",
        "password_resets",
        "former_keys",
        "key_hours",
    ];
    acme.app.key_usage.flush().await.expect("written");
    let before = tables.map(|table| acme.data.rows(table));
    assert!(before.iter().all(|rows| *rows > 0), "{before:?}");
    for days in [2, 200, 365] {
        acme.clock.put(TimeDelta::days(days));
        acme.gateway = acme.gateway.restart().await;
        upkeep::round(&acme.app).await.expect("a round");
        acme.clock.put(-TimeDelta::days(days));
        acme.gateway = acme.gateway.restart().await;
        upkeep::round(&acme.app).await.expect("a round");
        assert_eq!(tables.map(|table| acme.data.rows(table)), before, "{days}");
        assert_eq!(acme.data.rows(LINKS), 1);
    }
}

#[tokio::test]
async fn a_clock_jump_deletes_nothing_until_trusted() {
    let acme = used().await;
    let before = acme.data.rows("audit_log");
    acme.clock.put(TimeDelta::days(200));
    upkeep::round(&acme.app).await.expect("a round");
    acme.clock.advance(TimeDelta::hours(23));
    upkeep::round(&acme.app).await.expect("a round");
    assert_eq!(
        (acme.data.rows("audit_log"), acme.data.rows("idempotent_answers")),
        (before, 1)
    );
    acme.clock.advance(TimeDelta::hours(1));
    upkeep::round(&acme.app).await.expect("a round");
    assert_eq!(
        (acme.data.rows("audit_log"), acme.data.rows("idempotent_answers")),
        (1, 0),
        "the time is believed"
    );
}

#[tokio::test]
async fn a_clock_jump_is_reported_to_the_operator() {
    let acme = used().await;
    let ready = async || {
        let answer = acme.send(get("/readyz").empty()).await;
        assert_eq!(answer.status, StatusCode::OK, "requests are answered all the same");
        answer.text
    };
    assert_eq!(ready().await, "ready\n");
    acme.clock.put(TimeDelta::minutes(6));
    let text = ready().await;
    assert!(text.starts_with("ready, but the clock isn't trusted"), "{text}");
    let session = acme.send(get("/api/portal/session").cookie(&acme.cookie).empty()).await;
    assert_eq!(session.json()["clockDoubted"], true);
    let metrics = acme.send(get("/metrics").empty()).await.text;
    for name in ["keyward_clock_believed", "keyward_clock_jumps_total"] {
        assert!(metrics.contains(name), "{name}");
    }
    acme.clock.put(-TimeDelta::minutes(6));
    assert_eq!(ready().await, "ready\n");
    acme.clock.put(-TimeDelta::hours(2));
    assert_ne!(ready().await, "ready\n");
    acme.clock.advance(TimeDelta::days(1));
    assert_eq!(ready().await, "ready\n");
}

#[tokio::test]
async fn without_a_clock_mark_the_audit_log_is_used() {
    let mut acme = used().await;
    assert_eq!(acme.data.rows("clock_marks"), 0);
    let before = acme.data.rows("audit_log");
    acme.clock.put(TimeDelta::days(200));
    acme.gateway = acme.gateway.restart().await;
    upkeep::round(&acme.app).await.expect("a round");
    assert_eq!(acme.data.rows("audit_log"), before);
}

#[tokio::test]
async fn expired_secrets_are_deleted_despite_tampering() {
    let acme = used().await;
    acme.data.execute("UPDATE audit_log SET resource = 'x' WHERE id = 1");
    acme.clock.advance(TimeDelta::days(200));
    upkeep::round(&acme.app)
        .await
        .expect_err("the log is not what was written");
    assert_eq!(acme.data.rows("idempotent_answers"), 0);
}
