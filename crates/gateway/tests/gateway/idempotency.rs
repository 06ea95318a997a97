//! Changes that are asked for twice.

use std::time::Duration;

use axum::http::{Method, StatusCode, header};
use chrono::TimeDelta;
use keyward_gateway::store::people::members;
use serde_json::json;

use crate::support::{Acme, Answer};

const FIRST: &str = "8e03978e-40d5-43e8-bc93-6894a57f9324";
const SECOND: &str = "7c9e6679-7425-40de-944b-e07fc1f90ae7";

async fn regenerate(acme: &Acme, etag: &str, key: &str) -> Answer {
    let change = acme
        .change(Method::POST, "/regenerate")
        .header("if-match", etag)
        .header("idempotency-key", key);
    acme.send(change.empty()).await
}

#[tokio::test]
async fn a_repetition_gets_the_first_answer_and_changes_nothing() {
    let acme = Acme::new().await;
    let first = regenerate(&acme, "\"1\"", FIRST).await;
    assert_eq!(first.status, StatusCode::OK);
    let again = regenerate(&acme, "\"1\"", FIRST).await;
    assert_eq!(
        (again.status, &again.text),
        (first.status, &first.text),
        "the secret included"
    );
    assert_eq!(again.header(header::ETAG), "\"2\"");
    assert_eq!(acme.etag().await, "\"2\"");
    let other = regenerate(&acme, "\"2\"", SECOND).await;
    assert_ne!(other.json()["key"], first.json()["key"], "another name is another wish");
    let again = regenerate(&acme, "\"1\"", &format!("\"{FIRST}\"")).await;
    assert_eq!(again.text, first.text, "in quotes too, and whatever happened since");
}

#[tokio::test]
async fn stored_answers_survive_a_restart_but_not_a_day() {
    let mut acme = Acme::new().await;
    let first = regenerate(&acme, "\"1\"", FIRST).await;
    acme.gateway = acme.gateway.restart().await;
    assert_eq!(regenerate(&acme, "\"1\"", FIRST).await.text, first.text);
    acme.clock.advance(TimeDelta::hours(24) - TimeDelta::seconds(1));
    acme.cookie = acme.sign_in(crate::support::ADMIN).await;
    assert_eq!(regenerate(&acme, "\"1\"", FIRST).await.text, first.text);
    acme.clock.advance(TimeDelta::seconds(1));
    let answer = regenerate(&acme, "\"1\"", FIRST).await;
    assert_eq!(answer.code(), "stale-version", "forgotten after 24 hours");
}

#[tokio::test]
async fn refusals_are_repeated_too() {
    let acme = Acme::new().await;
    let refused = regenerate(&acme, "\"9\"", FIRST).await;
    assert_eq!(refused.code(), "stale-version");
    acme.regenerate().await;
    let again = regenerate(&acme, "\"2\"", FIRST).await;
    assert_eq!(
        again.json()["lastChange"],
        refused.json()["lastChange"],
        "the first answer, not one of now"
    );
}

#[tokio::test]
async fn a_key_reused_for_another_request_is_rejected() {
    let acme = Acme::new().await;
    let put = |key: &str| {
        let change = acme
            .change(Method::PUT, "")
            .header("if-match", "\"1\"")
            .header("idempotency-key", FIRST);
        acme.send(change.json(&json!({ "key": key })))
    };
    let first = put("AbC123xYz789").await;
    assert_eq!(first.status, StatusCode::OK);
    assert_eq!(put("AbC123xYz789").await.text, first.text);
    let other = put("AbC123xYz780").await;
    assert_eq!(
        (other.status.as_u16(), other.code()),
        (422, "idempotency-key-reused".into())
    );
    let delete = acme
        .change(Method::DELETE, "")
        .header("if-match", "\"2\"")
        .header("idempotency-key", FIRST);
    assert_eq!(
        acme.send(delete.empty()).await.code(),
        "idempotency-key-reused",
        "another method on the same path"
    );
    assert_eq!(
        regenerate(&acme, "\"2\"", FIRST).await.status,
        StatusCode::OK,
        "another path has names of its own"
    );
}

#[tokio::test]
async fn idempotency_keys_are_per_admin() {
    let acme = Acme::new().await;
    let first = regenerate(&acme, "\"1\"", FIRST).await;
    let (_, colleague) = acme.organization("Elsewhere", "colleague").await;
    let role = keyward_contract::BuiltInRole::SuperAdmin.permissions();
    acme.set_permissions(acme.organization, &colleague, role).await;
    let cookie = acme.sign_in("colleague").await;
    let change = crate::support::post(&acme.path("/regenerate"))
        .cookie(&cookie)
        .header("x-keyward", "1");
    let answer = acme
        .send(
            change
                .header("if-match", "\"2\"")
                .header("idempotency-key", FIRST)
                .empty(),
        )
        .await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_ne!(answer.json()["key"], first.json()["key"]);
}

#[tokio::test]
async fn an_idempotency_key_must_be_a_uuid() {
    let acme = Acme::new().await;
    for name in ["", "1", "not-a-uuid", "8e03978e-40d5-43e8-bc93-6894a57f932"] {
        let answer = regenerate(&acme, "\"1\"", name).await;
        assert_eq!(
            (answer.status.as_u16(), answer.code()),
            (400, "invalid-idempotency-key".into()),
            "{name:?}"
        );
    }
}

#[tokio::test]
async fn a_burst_of_repetitions_changes_once() {
    let acme = Acme::new().await;
    let burst = std::iter::repeat_with(|| regenerate(&acme, "\"1\"", FIRST)).take(16);
    let answers = futures_util::future::join_all(burst).await;
    let made: Vec<_> = answers
        .iter()
        .filter(|answer| answer.status == StatusCode::OK)
        .collect();
    assert!(!made.is_empty());
    assert!(made.iter().all(|answer| answer.text == made[0].text));
    for answer in answers.iter().filter(|answer| answer.status != StatusCode::OK) {
        assert_eq!(
            (answer.status.as_u16(), answer.code()),
            (409, "idempotency-key-in-use".into())
        );
    }
    assert_eq!(acme.etag().await, "\"2\"");
}

#[tokio::test]
async fn a_repetition_without_the_role_reveals_nothing() {
    let acme = Acme::new().await;
    let first = regenerate(&acme, "\"1\"", FIRST).await;
    assert_eq!(first.status, StatusCode::OK);
    let mut transaction = acme.app.store.write().await.expect("the turn to write");
    let remove_meanwhile = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        let removed = members::delete(&mut transaction, acme.organization, acme.admin.id).await;
        removed.expect("removed");
        transaction.commit().await.expect("committed");
    };
    let (again, ()) = tokio::join!(regenerate(&acme, "\"1\"", FIRST), remove_meanwhile);
    assert_eq!(again.code(), "organization-not-found");
    assert!(again.json().get("key").is_none());
}
