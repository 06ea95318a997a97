//! `/api/portal/orgs/{org}/api-key`: changes of the key

use std::collections::BTreeSet;

use axum::http::{Method, StatusCode, header};
use serde_json::json;

use crate::support::{ADMIN, Acme, PASSWORD, get};

#[tokio::test]
async fn the_service_provider_provisions_the_first_key() {
    let acme = Acme::new().await;
    let answer = acme.read().await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header(header::ETAG), "\"1\"");
    assert_eq!(answer.header(header::CACHE_CONTROL), "no-store");
    insta::assert_json_snapshot!(answer.json(), { ".id" => "[id]" }, @r#"
    {
      "id": "[id]",
      "lastModifiedBy": {
        "id": 0,
        "name": "Service Provider"
      },
      "lastModifiedOn": "2023-11-14T22:13:20Z",
      "status": "enabled",
      "version": 1
    }
    "#);
}

#[tokio::test]
async fn regenerate_replaces_the_key_and_says_by_whom() {
    let acme = Acme::new().await;
    let old = acme.key().await;
    let answer = acme.regenerate().await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert_eq!(answer.header(header::ETAG), "\"2\"");
    assert_eq!(answer.header(header::CACHE_CONTROL), "no-store");
    let new = answer.json();
    assert_ne!(new["key"], old);
    assert_eq!(new["lastModifiedBy"], json!({ "id": acme.admin.id, "name": ADMIN }));
    assert_eq!(acme.key().await, new["key"]);
    assert_eq!(
        acme.read().await.json()["id"],
        new["id"],
        "it is the same key, with another value"
    );
}

#[tokio::test]
async fn edit_sets_the_requested_key() {
    let acme = Acme::new().await;
    let body = json!({ "key": "AbC123xYz789" });
    let answer = acme
        .send(acme.change(Method::PUT, "").header("if-match", "\"1\"").json(&body))
        .await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert_eq!(answer.json()["key"], "AbC123xYz789");
    assert_eq!(acme.key().await, "AbC123xYz789");

    let answer = acme
        .send(acme.change(Method::PUT, "").header("if-match", "\"2\"").json(&body))
        .await;
    assert_eq!(
        (answer.status, answer.code()),
        (StatusCode::UNPROCESSABLE_ENTITY, "same-api-key".into())
    );
    assert!(answer.json()["fields"]["key"].is_string());
}

/// A new key has the old one's character in few places, a random one in none, so that no timestamp makes what is sent
/// of the old one fit.
#[tokio::test]
async fn a_new_key_is_not_too_similar_to_the_old_one() {
    let acme = Acme::new().await;
    for _ in 0..20 {
        let old = acme.key().await;
        let answer = acme.regenerate().await;
        let new = answer.json()["key"].as_str().expect("a key").to_owned();
        assert!(old.chars().zip(new.chars()).all(|(old, new)| old != new), "{old} {new}");
    }

    let edit = async |key: &str| {
        let etag = acme.etag().await;
        let change = acme.change(Method::PUT, "").header("if-match", &etag);
        acme.send(change.json(&json!({ "key": key }))).await
    };
    assert_eq!(edit("AbC123xYz789").await.status, StatusCode::OK);
    for (key, why) in [
        ("ZbC123xYZZZZ", "seven characters are the same"),
        (
            "AZCZZZZZZZZZ",
            "the first and the third are: all that a timestamp of whole seconds may show",
        ),
    ] {
        let answer = edit(key).await;
        assert_eq!(
            (answer.status, answer.code()),
            (StatusCode::UNPROCESSABLE_ENTITY, "similar-api-key".into()),
            "{why}"
        );
        assert!(answer.json()["fields"]["key"].is_string());
    }
    assert_eq!(acme.key().await, "AbC123xYz789");
    assert_eq!(edit("ZbC123xZZZZZ").await.status, StatusCode::OK);
}

#[tokio::test]
async fn versions_never_go_back_by_delete_and_add() {
    let acme = Acme::new().await;
    let first = acme.read().await.json();
    let answer = acme
        .send(acme.change(Method::DELETE, "").header("if-match", "\"1\"").empty())
        .await;
    assert_eq!((answer.status, answer.text.as_str()), (StatusCode::NO_CONTENT, ""));

    let answer = acme.read().await;
    assert_eq!(
        (answer.status, answer.code()),
        (StatusCode::NOT_FOUND, "no-api-key".into())
    );
    assert_eq!(
        answer.json()["lastChange"]["lastModifiedBy"]["name"],
        ADMIN,
        "who deleted it"
    );
    for (method, more) in [
        (Method::PUT, ""),
        (Method::DELETE, ""),
        (Method::POST, "/regenerate"),
        (Method::POST, "/reveal"),
    ] {
        let change = acme.change(method.clone(), more).header("if-match", "\"2\"");
        let answer = acme
            .send(change.json(&if more.is_empty() && method == Method::PUT {
                json!({"key": "AbC123xYz789"})
            } else {
                json!({})
            }))
            .await;
        assert_eq!(
            (answer.status, answer.code()),
            (StatusCode::NOT_FOUND, "no-api-key".into()),
            "{method} {more}"
        );
    }

    let answer = acme.send(acme.change(Method::POST, "").empty()).await;
    assert_eq!(answer.status, StatusCode::CREATED);
    assert_eq!(answer.json()["version"], 3);
    assert_ne!(answer.json()["id"], first["id"]);
    let answer = acme.send(acme.change(Method::POST, "").empty()).await;
    assert_eq!(
        (answer.status, answer.code()),
        (StatusCode::CONFLICT, "api-key-exists".into())
    );
}

/// A change of something that exists says which version it means.
#[tokio::test]
async fn a_change_requires_if_match() {
    let acme = Acme::new().await;
    for (method, more, body) in [
        (Method::PUT, "", json!({ "key": "AbC123xYz789" })),
        (Method::DELETE, "", json!({})),
        (Method::POST, "/regenerate", json!({})),
    ] {
        let answer = acme.send(acme.change(method.clone(), more).json(&body)).await;
        assert_eq!(
            (answer.status.as_u16(), answer.code()),
            (428, "if-match-required".into()),
            "{method} {more}"
        );
        for foreign in ["1", "\"one\"", "\"1-x\"", "W/1"] {
            let change = acme.change(method.clone(), more).header("if-match", foreign);
            let answer = acme.send(change.json(&body)).await;
            assert_eq!(
                (answer.status.as_u16(), answer.code()),
                (428, "if-match-required".into()),
                "{method} {more} {foreign}"
            );
            let detail = answer.json()["detail"].to_string();
            assert!(detail.contains("rewrote") && detail.contains("version"), "{detail}");
        }
        for stale in ["\"0\"", "\"2\"", "W/\"2\"", "\"2-gzip\""] {
            let change = acme.change(method.clone(), more).header("if-match", stale);
            let answer = acme.send(change.json(&body)).await;
            assert_eq!(
                (answer.status.as_u16(), answer.code()),
                (412, "stale-version".into()),
                "{method} {more} {stale}"
            );
            assert_eq!(answer.json()["lastChange"]["version"], 1);
        }
    }
    assert_eq!(acme.etag().await, "\"1\"", "nothing changed");
}

#[tokio::test]
async fn an_etag_renamed_by_a_proxy_matches() {
    let acme = Acme::new().await;
    for (version, rename) in [
        (1, "W/\"1\""),
        (2, "\"2-gzip\""),
        (3, "\"3;gzip\""),
        (4, "\"4-br\""),
        (5, "\"5--gzip\""),
    ] {
        let change = acme.change(Method::POST, "/regenerate").header("if-match", rename);
        assert_eq!(acme.send(change.empty()).await.status, StatusCode::OK, "{rename}");
        assert_eq!(acme.etag().await, format!("\"{}\"", version + 1));
    }
}

#[tokio::test]
async fn a_stale_change_says_who_changed_the_key() {
    let acme = Acme::new().await;
    let etag = acme.etag().await;
    let first = acme.send(
        acme.change(Method::POST, "/regenerate")
            .header("if-match", &etag)
            .empty(),
    );
    let second = acme.send(
        acme.change(Method::POST, "/regenerate")
            .header("if-match", &etag)
            .empty(),
    );
    let (first, second) = tokio::join!(first, second);
    let mut statuses = [first.status.as_u16(), second.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412]);
    let (made, refused) = if first.status == StatusCode::OK {
        (first, second)
    } else {
        (second, first)
    };
    assert_eq!(refused.json()["lastChange"]["lastModifiedBy"]["name"], ADMIN);
    assert_eq!(acme.key().await, made.json()["key"]);
}

#[tokio::test]
async fn a_cached_version_is_not_sent_again() {
    let acme = Acme::new().await;
    let known = get(&acme.path(""))
        .cookie(&acme.cookie)
        .header("if-none-match", "\"9\", W/\"1\"");
    let answer = acme.send(known.empty()).await;
    assert_eq!((answer.status, answer.text.as_str()), (StatusCode::NOT_MODIFIED, ""));
    acme.regenerate().await;
    let stale = get(&acme.path(""))
        .cookie(&acme.cookie)
        .header("if-none-match", "\"1\"");
    assert_eq!(acme.send(stale.empty()).await.status, StatusCode::OK);
}

#[tokio::test]
async fn each_change_and_reveal_is_in_the_audit_log_without_a_secret() {
    let acme = Acme::new().await;
    let first = acme.key().await;
    let second = acme.regenerate().await.json()["key"]
        .as_str()
        .expect("a key")
        .to_owned();
    acme.send(
        acme.change(Method::POST, "/regenerate")
            .header("if-match", "\"1\"")
            .empty(),
    )
    .await;
    let edit = acme
        .change(Method::PUT, "")
        .header("if-match", "\"2\"")
        .json(&json!({ "key": "AbC123xYz789" }));
    acme.send(edit).await;
    acme.send(acme.change(Method::DELETE, "").header("if-match", "\"3\"").empty())
        .await;
    acme.send(acme.change(Method::POST, "").empty()).await;
    insta::assert_debug_snapshot!(acme.audit_log().await, @r#"
    [
        "Create, Service Provider, Command Line, Success",
        "Create, Service Provider, Command Line, Success",
        "Sign In, admin@acme.example, Admin UI, Success",
        "Reveal, admin@acme.example, Admin UI, Success",
        "Regenerate, admin@acme.example, Admin UI, Success",
        "Regenerate, admin@acme.example, Admin UI, Failure, stale-version",
        "Update, admin@acme.example, Admin UI, Success",
        "Delete, admin@acme.example, Admin UI, Success",
        "Create, admin@acme.example, Admin UI, Success",
    ]
    "#);
    let third = acme.key().await;
    let keys = BTreeSet::from([first, second, "AbC123xYz789".to_owned(), third]);
    assert_eq!(keys.len(), 4);
    // Nothing that is stored has one of the keys, or the password, or the session.
    let session = acme.cookie.split_once('=').expect("a cookie").1.to_owned();
    let stored = acme.data.everything();
    assert!(stored.contains(ADMIN), "it is looked at");
    for secret in keys.iter().chain([&session, &PASSWORD.to_owned()]) {
        assert!(!stored.contains(secret), "a secret is stored");
    }
}
