//! Two gateways on one database do what one does.

use std::sync::Arc;

use futures_util::{StreamExt as _, future::join_all, stream};
use keyward_contract::{AuditAction, AuditSubCategory};
use keyward_gateway::{app, audit::Event, clock::Clock, store::audit::audit_log};
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};

use crate::{
    data::TestData,
    several_support::{Gateways, times, until},
    support::{ADMIN, PASSWORD},
    verify_race::{Shown, race},
};

/// A session that one gateway opened is accepted at both, and at neither from the answer of the other to a change on.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replaced_key_is_dead_at_both_gateways() {
    let gateways = Gateways::start(TestData::on_shared_postgres()).await;
    let urls = gateways.urls().map(|url| format!("{url}/verify"));
    let changes = times(60, 500);
    race(
        &gateways.servers,
        Shown::Session,
        &urls,
        StatusCode::NO_CONTENT,
        changes,
    )
    .await;
    gateways.assert_audited(changes);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn wrong_passwords_at_both_count_as_at_one() {
    let data = TestData::on_shared_postgres();
    let gateways = Gateways::start(data).await;
    // No address is known anymore, and nothing has been counted.
    gateways.data().execute("DELETE FROM known_addresses");
    let client = Client::new();
    let sign_in = async |at: usize, password: &str| {
        let url = format!("{}/api/portal/session", gateways.urls()[at % 2]);
        let body = json!({ "username": ADMIN, "password": password });
        let answer = client.post(url).json(&body).send().await.expect("an answer");
        let status = answer.status().as_u16();
        let answer: Value = answer.json().await.expect("a problem");
        (status, answer["code"].as_str().unwrap_or_default().to_owned())
    };
    let attempts = times(200, 1000);
    let all = stream::iter(0..attempts).map(|number| sign_in(number, "wrong password"));
    let answers: Vec<_> = all.buffer_unordered(8).collect().await;
    let count = |status, code: &str| {
        let is_it = |answer: &&(u16, String)| **answer == (status, code.to_owned());
        answers.iter().filter(is_it).count()
    };
    assert_eq!(
        (count(401, "sign-in-failed"), count(429, "account-locked")),
        (5, attempts - 5),
        "{answers:?}"
    );
    for at in [0, 1] {
        assert_eq!(sign_in(at, PASSWORD).await, (429, "account-locked".to_owned()));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_of_two_gateways_make_one_audit_chain() {
    let data = TestData::on_shared_postgres();
    data.make_folder();
    let (first, secrets) = app::open_data(&data.config().data, &Clock::System).await.expect("data");
    let second = data.store().await;
    let secrets = Arc::new(secrets);
    let each = times(2_000, 10_000) / 16;
    let writers = (0..16).map(|number| {
        let store = [&first, &second][number % 2].clone();
        let secrets = Arc::clone(&secrets);
        tokio::spawn(async move {
            for _ in 0..each {
                let now = Clock::System.now();
                let event = Event::of_operator(AuditAction::Update, AuditSubCategory::Installation, "Race", now);
                audit_log::write(&store, &secrets, &event).await.expect("a row");
            }
        })
    });
    for end in join_all(writers).await {
        end.expect("no panic");
    }
    let rows = i64::try_from(each * 16).expect("a count");
    assert_eq!(data.rows("audit_log WHERE resource = 'Race'"), rows);
    assert_eq!(
        data.value::<i64>("SELECT MAX(id) - MIN(id) + 1 FROM audit_log"),
        data.rows("audit_log")
    );
    let said = crate::audit_chain::verify(&data, &[]).expect("intact");
    assert!(said.starts_with("Audit log intact: "), "{said}");
}

#[tokio::test]
async fn one_gateway_at_a_time_has_the_background_task() {
    let data = TestData::on_shared_postgres();
    let (first, second) = (data.store().await, data.store().await);
    let begins = async |store: &keyward_gateway::store::Store| store.begin_task().await.expect("an answer");
    let task = begins(&first).await.expect("the first one");
    for store in [&first, &second] {
        assert!(begins(store).await.is_none(), "it is taken");
    }
    first.write().await.expect("the task keeps nobody from writing");
    drop(task);
    let mut next = None;
    until("the task is free", async || {
        next = begins(&second).await;
        next.is_some()
    })
    .await;
    assert!(begins(&first).await.is_none(), "it is taken");
    // As when its process ends.
    drop(next);
    second.close().await;
    until("the task is free", async || begins(&first).await.is_some()).await;
}
