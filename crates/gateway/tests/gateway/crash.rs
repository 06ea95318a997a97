//! A process that is killed at any point, and the repetition that follows.

use std::time::Duration;

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::{
    data::TestData,
    process::{Server, init, open_session, operate_well},
};

/// Kills the server some time after a regenerate was sent: before it is committed, between commit and answer, or after
/// the answer. Whichever it was, the repetition leaves exactly one change, and its answer is the key that is valid.
#[tokio::test]
async fn killed_at_any_point_there_is_one_change_and_one_valid_key() {
    let data = TestData::new();
    assert!(init(&data).status.success());
    let mut server = Server::start(&data);
    server.sign_in().await;
    let (mut before_commit, mut after_commit) = (0, 0);
    for round in 0..24_u32 {
        let old = server.key().await;
        let session = sign_in_with(&server, &old)
            .await
            .expect("the current key opens a session");
        let name = uuid::Uuid::new_v4().to_string();
        let regenerate = |server: &Server, url: String| {
            let change = server.change(server.client.post(url)).header("idempotency-key", &name);
            change.header("if-match", format!("\"{}\"", old["version"]))
        };
        let url = server.key_url("/regenerate").await;
        let first = tokio::spawn(regenerate(&server, url).send());
        // Not a wait for something to be done: the point of the cut is what varies.
        tokio::time::sleep(Duration::from_micros(u64::from(round) * 60)).await;
        server.kill();
        let answered = first.await.expect("no panic").is_ok();

        let client = server.client.clone();
        server = Server::start(&data);
        server.client = client;
        let now = server.key().await;
        let committed = now["version"] != old["version"];
        assert!(
            committed || !answered,
            "round {round}: an answer left before the change was on disk"
        );
        assert_eq!(
            session_lives(&server, &session).await,
            !committed,
            "round {round}: the session is as the key is"
        );
        if committed {
            after_commit += 1
        } else {
            before_commit += 1
        }

        let url = server.key_url("/regenerate").await;
        let answer = regenerate(&server, url).send().await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::OK, "round {round}");
        let made: Value = answer.json().await.expect("a key");
        assert_eq!(
            made["version"],
            json!(old["version"].as_i64().expect("a version") + 1),
            "round {round}"
        );
        if committed {
            assert_eq!(made["key"], now["key"], "round {round}: the first answer again");
        }
        assert_eq!(server.key().await["key"], made["key"], "round {round}");
        assert!(
            !session_lives(&server, &session).await,
            "round {round}: the old session lives"
        );
        assert!(
            sign_in_with(&server, &old).await.is_none(),
            "round {round}: the old key is accepted"
        );
    }
    println!("killed {before_commit} times before and {after_commit} times after the commit");
}

/// What the operator changes from another process is obeyed by the next request.
#[tokio::test]
async fn the_operators_commands_take_effect_immediately() {
    let data = TestData::new();
    assert!(init(&data).status.success());
    let server = Server::start(&data);
    server.sign_in().await;
    let key = server.key().await;
    let session = sign_in_with(&server, &key).await.expect("a session");
    operate_well(&data, &["key", "disable", "--organization", "acme"]);
    assert!(!session_lives(&server, &session).await);
    assert!(sign_in_with(&server, &key).await.is_none());
    operate_well(&data, &["key", "enable", "--organization", "Acme"]);
    let session = sign_in_with(&server, &key).await.expect("a session");
    operate_well(&data, &["subscription", "--organization", "Acme", "--state", "expired"]);
    assert!(!session_lives(&server, &session).await);
    operate_well(&data, &["subscription", "--organization", "Acme", "--state", "active"]);
    assert!(!session_lives(&server, &session).await, "what ended stays ended");
    assert!(sign_in_with(&server, &key).await.is_some(), "renewed");
}

async fn sign_in_with(server: &Server, key: &Value) -> Option<String> {
    open_session(&server.url, key["key"].as_str().expect("a key")).await
}

async fn session_lives(server: &Server, cookie: &str) -> bool {
    let client = reqwest::Client::new();
    let request = client
        .get(format!("{}/api/v1/authenticatedSession", server.url))
        .header("cookie", cookie);
    let answer: Value = request
        .send()
        .await
        .expect("an answer")
        .json()
        .await
        .expect("a session");
    answer["authType"] == "ADMIN_LOGIN"
}
