//! `/api/portal/orgs/{org}/api-key`

use std::collections::BTreeSet;

use axum::http::{Method, StatusCode, header};
use keyward_contract::{KeyStatus, Permission, Subscription};
use keyward_gateway::{
    authority::provider,
    store::organizations::{self, Role},
};
use serde_json::json;

use crate::support::{ADMIN, Acme, PASSWORD, get, post, request};

#[tokio::test]
async fn a_new_organization_has_a_key_by_the_service_provider() {
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
async fn edit_sets_the_key_that_was_asked_for() {
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

#[tokio::test]
async fn delete_and_add_never_go_back_to_a_version() {
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

#[tokio::test]
async fn a_change_must_say_which_version_it_means() {
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
        for stale in ["\"0\"", "\"2\"", "W/\"1\"", "1", "\"one\""] {
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
async fn the_second_of_two_admins_is_told_who_was_first() {
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
async fn what_is_known_already_is_not_sent_again() {
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
async fn a_text_that_is_no_key_is_refused_and_not_repeated() {
    let acme = Acme::new().await;
    let typed = [
        "",
        "AbC123xYz78",
        "AbC123xYz7890",
        "AbC123 Yz789",
        " AbC123xYz789",
        "AbC123xYz78ü",
        "AbC１23xYz789",
        "AbC123xYz78\u{7}",
    ];
    for text in typed {
        let change = acme.change(Method::PUT, "").header("if-match", "\"1\"");
        let answer = acme.send(change.json(&json!({ "key": text }))).await;
        assert_eq!(
            (answer.status.as_u16(), answer.code()),
            (422, "invalid-api-key".into()),
            "{text:?}"
        );
        assert!(
            answer.json()["fields"]["key"]
                .as_str()
                .is_some_and(|detail| !detail.is_empty())
        );
        assert!(text.is_empty() || !answer.text.contains(text), "{text:?} is repeated");
    }
    assert_eq!(acme.etag().await, "\"1\"");
}

#[tokio::test]
async fn a_body_that_is_none_gets_a_clear_error() {
    let acme = Acme::new().await;
    let put = |content_type: &str, body: String| {
        acme.send(
            acme.change(Method::PUT, "")
                .header("if-match", "\"1\"")
                .text(content_type, body),
        )
    };
    for (content_type, body, status, code) in [
        ("text/plain", r#"{"key":"AbC123xYz789"}"#, 415, "unsupported-media-type"),
        ("application/json", "", 400, "malformed-body"),
        ("application/json", "{", 400, "malformed-body"),
        ("application/json", "key=AbC123xYz789", 400, "malformed-body"),
        ("application/json", "[]", 422, "invalid-input"),
        ("application/json", "{}", 422, "invalid-input"),
        ("application/json", r#"{"key":12}"#, 422, "invalid-input"),
        ("application/json", r#"{"key":null}"#, 422, "invalid-input"),
        (
            "application/json",
            r#"{"key":"AbC123xYz789","version":1}"#,
            422,
            "invalid-input",
        ),
        (
            "application/json",
            r#"{"key":"AbC123xYz789","key":"AbC123xYz788"}"#,
            422,
            "invalid-input",
        ),
    ] {
        let answer = put(content_type, body.into()).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (status, code.into()), "{body}");
        assert_eq!(
            answer.header(header::CONTENT_TYPE),
            "application/problem+json",
            "{body}"
        );
        assert!(!answer.text.contains("AbC123xYz78"), "{}", answer.text);
    }
    let answer = put(
        "application/json; charset=utf-8",
        format!(r#"{{"key":"{}"}}"#, "x".repeat(65 * 1024)),
    )
    .await;
    assert_eq!((answer.status.as_u16(), answer.code()), (413, "body-too-large".into()));
    let answer = acme
        .send(
            acme.change(Method::POST, "/regenerate")
                .header("if-match", "\"1\"")
                .json(&json!({ "a": 1 })),
        )
        .await;
    assert_eq!((answer.status.as_u16(), answer.code()), (400, "malformed-body".into()));
    assert_eq!(acme.etag().await, "\"1\"");
}

#[tokio::test]
async fn a_change_without_the_header_or_from_another_site_is_refused() {
    let acme = Acme::new().await;
    let path = acme.path("/regenerate");
    let change = || post(&path).cookie(&acme.cookie).header("if-match", "\"1\"");
    for request in [
        change().empty(),
        change().header("x-keyward", "0").empty(),
        change()
            .header("x-keyward", "1")
            .header("sec-fetch-site", "cross-site")
            .empty(),
        change()
            .header("x-keyward", "1")
            .header("sec-fetch-site", "same-site")
            .empty(),
        change()
            .header("x-keyward", "1")
            .header("origin", "https://evil.example")
            .header("host", "127.0.0.1:8080")
            .empty(),
        change()
            .header("x-keyward", "1")
            .header("origin", "null")
            .header("host", "127.0.0.1:8080")
            .empty(),
    ] {
        let answer = acme.send(request).await;
        assert_eq!(
            (answer.status.as_u16(), answer.code()),
            (403, "cross-site-request".into())
        );
    }
    assert_eq!(acme.etag().await, "\"1\"");
    for request in [
        change()
            .header("x-keyward", "1")
            .header("sec-fetch-site", "same-origin")
            .empty(),
        change()
            .header("x-keyward", "1")
            .header("if-match", "\"2\"")
            .header("origin", "http://127.0.0.1:8080")
            .empty(),
        change()
            .header("x-keyward", "1")
            .header("if-match", "\"3\"")
            .header("origin", "http://other:1")
            .header("host", "other:1")
            .empty(),
    ] {
        assert_eq!(acme.send(request).await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn nobody_and_strangers_learn_nothing() {
    let acme = Acme::new().await;
    let (other, stranger) = acme.organization("Other", "stranger").await;
    let stranger_cookie = acme.sign_in("stranger").await;
    assert_ne!(stranger.id, acme.admin.id);
    for (method, more) in [
        (Method::GET, ""),
        (Method::POST, ""),
        (Method::PUT, ""),
        (Method::DELETE, ""),
        (Method::POST, "/regenerate"),
        (Method::POST, "/reveal"),
    ] {
        let change = |cookie: &str, path: &str| {
            request(method.clone(), path)
                .header("x-keyward", "1")
                .header("if-match", "\"1\"")
                .cookie(cookie)
                .json(&json!({ "key": "AbC123xYz789" }))
        };
        let path = acme.path(more);
        let nobody = acme.send(change("keyward=0000", &path)).await;
        assert_eq!(
            (nobody.status.as_u16(), nobody.code()),
            (401, "not-signed-in".into()),
            "{method} {more}"
        );
        let foreign = acme.send(change(&stranger_cookie, &path)).await;
        let missing = acme
            .send(change(
                &stranger_cookie,
                &path.replace(&acme.organization.to_string(), "1"),
            ))
            .await;
        let nonsense = acme
            .send(change(
                &stranger_cookie,
                &path.replace(&acme.organization.to_string(), "x"),
            ))
            .await;
        for answer in [&foreign, &missing, &nonsense] {
            assert_eq!(
                (answer.status.as_u16(), answer.code()),
                (404, "organization-not-found".into()),
                "{method} {more}"
            );
        }
        let without_id = |answer: &crate::support::Answer| {
            let mut json = answer.json();
            json["requestId"] = json!(null);
            json
        };
        assert_eq!(without_id(&foreign), without_id(&missing), "they can't be told apart");
    }
    assert_ne!(other, acme.organization);
    assert_eq!(acme.etag().await, "\"1\"");
}

#[tokio::test]
async fn a_role_is_obeyed() {
    let acme = Acme::new().await;
    let role = |api_key_management, reveal| Role {
        api_key_management,
        reveal,
        api_access: false,
    };
    let table = [
        // permission, reveal, statuses of: read, change, reveal
        (role(Permission::Full, true), 200, 200, 200),
        (role(Permission::Full, false), 200, 200, 403),
        (role(Permission::View, true), 200, 403, 200),
        (role(Permission::View, false), 200, 403, 403),
        (role(Permission::None, true), 403, 403, 403),
    ];
    for (role, read, change, reveal) in table {
        let etag = acme
            .gateway
            .app
            .authority
            .key(acme.organization)
            .await
            .expect("a key")
            .version;
        acme.set_role(acme.organization, &acme.admin, role).await;
        assert_eq!(acme.read().await.status.as_u16(), read, "{role:?}");
        let changed = acme
            .change(Method::POST, "/regenerate")
            .header("if-match", &format!("\"{etag}\""))
            .empty();
        let changed = acme.send(changed).await;
        assert_eq!(changed.status.as_u16(), change, "{role:?}");
        let revealed = acme.send(acme.change(Method::POST, "/reveal").empty()).await;
        assert_eq!(revealed.status.as_u16(), reveal, "{role:?}");
        for answer in [changed, revealed]
            .iter()
            .filter(|answer| answer.status != StatusCode::OK)
        {
            assert_eq!(answer.code(), "permission-denied");
            assert!(answer.json().get("key").is_none());
        }
    }
}

#[tokio::test]
async fn the_service_provider_ends_what_can_be_done() {
    let acme = Acme::new().await;
    let mut transaction = acme.app.store.write().await.expect("a transaction");
    assert!(
        provider::set_key_enabled(&mut transaction, acme.organization, false, acme.clock.now())
            .await
            .expect("done")
    );
    transaction.commit().await.expect("a commit");
    let answer = acme.read().await;
    assert_eq!(
        (answer.status.as_u16(), &answer.json()["status"]),
        (200, &json!(KeyStatus::Disabled))
    );
    assert_eq!(answer.header(header::ETAG), "\"2\"", "another state is another version");
    changes_are_refused(&acme, "api-key-disabled").await;

    let mut transaction = acme.app.store.write().await.expect("a transaction");
    assert!(
        provider::set_key_enabled(&mut transaction, acme.organization, true, acme.clock.now())
            .await
            .expect("done")
    );
    transaction.commit().await.expect("a commit");
    set_subscription(&acme, Subscription::Expired).await;
    assert_eq!(acme.read().await.status, StatusCode::OK, "the page stays readable");
    changes_are_refused(&acme, "subscription-expired").await;

    set_subscription(&acme, Subscription::Active).await;
    assert_eq!(acme.regenerate().await.status, StatusCode::OK, "renewed");
}

#[tokio::test]
async fn a_first_subscription_brings_a_key() {
    let acme = Acme::new().await;
    acme.send(acme.change(Method::DELETE, "").header("if-match", "\"1\"").empty())
        .await;
    set_subscription(&acme, Subscription::None).await;
    let answer = acme.read().await;
    assert_eq!(
        (answer.status.as_u16(), answer.code()),
        (403, "subscription-none".into())
    );
    changes_are_refused(&acme, "subscription-none").await;
    set_subscription(&acme, Subscription::Active).await;
    let answer = acme.read().await;
    assert_eq!(
        (answer.status.as_u16(), &answer.json()["lastModifiedBy"]["id"]),
        (200, &json!(0))
    );
    assert_eq!(answer.json()["version"], 3);
}

#[tokio::test]
async fn the_page_is_told_what_can_be_done_and_why_not() {
    let acme = Acme::new().await;
    let organization = || async {
        let path = format!("/api/portal/orgs/{}", acme.organization);
        acme.send(get(&path).cookie(&acme.cookie).empty()).await.json()
    };
    insta::assert_json_snapshot!(organization().await, { ".id" => "[id]" }, @r#"
    {
      "baseUrls": {
        "cloudServiceApi": "http://127.0.0.1:8080/api/v1"
      },
      "capabilities": {
        "add": null,
        "delete": null,
        "edit": null,
        "regenerate": null,
        "reveal": null
      },
      "cloud": "cloud.example",
      "id": "[id]",
      "name": "Acme",
      "permission": "full",
      "subscription": "active"
    }
    "#);
    set_subscription(&acme, Subscription::Expired).await;
    let capabilities = organization().await["capabilities"].clone();
    assert_eq!(capabilities["regenerate"], "subscription-expired");
    assert_eq!(capabilities["reveal"], json!(null));
    let role = Role {
        api_key_management: Permission::View,
        reveal: false,
        api_access: false,
    };
    acme.set_role(acme.organization, &acme.admin, role).await;
    let organization = organization().await;
    assert_eq!(organization["permission"], "view");
    assert_eq!(organization["capabilities"]["regenerate"], "permission-denied");
    assert_eq!(organization["capabilities"]["reveal"], "permission-denied");
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
        "Regenerate, admin@acme.example, Admin UI, Failure, Stale",
        "Update, admin@acme.example, Admin UI, Success",
        "Delete, admin@acme.example, Admin UI, Success",
        "Create, admin@acme.example, Admin UI, Success",
    ]
    "#);
    let third = acme.key().await;
    let keys = BTreeSet::from([first, second, "AbC123xYz789".to_owned(), third]);
    assert_eq!(keys.len(), 4);
    // Nowhere on the disk is one of the keys, or the password, or the session.
    let session = acme.cookie.split_once('=').expect("a cookie").1.to_owned();
    for file in std::fs::read_dir(acme.folder.path()).expect("files") {
        let path = file.expect("a file").path();
        let bytes = std::fs::read(&path).expect("bytes");
        for secret in keys.iter().chain([&session, &PASSWORD.to_owned()]) {
            let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!found, "a secret is in {}", path.display());
        }
    }
}

async fn set_subscription(acme: &Acme, subscription: Subscription) {
    let mut transaction = acme.app.store.write().await.expect("a transaction");
    let organization = organizations::find(&mut transaction, acme.organization)
        .await
        .expect("found")
        .expect("Acme");
    provider::set_subscription(
        &mut transaction,
        &acme.app.secrets,
        &organization,
        subscription,
        acme.clock.now(),
    )
    .await
    .expect("done");
    transaction.commit().await.expect("a commit");
}

async fn changes_are_refused(acme: &Acme, code: &str) {
    for (method, more, body) in [
        (Method::POST, "", json!({})),
        (Method::PUT, "", json!({ "key": "AbC123xYz789" })),
        (Method::DELETE, "", json!({})),
        (Method::POST, "/regenerate", json!({})),
    ] {
        let answer = acme
            .send(acme.change(method.clone(), more).header("if-match", "*").json(&body))
            .await;
        assert_eq!(
            (answer.status.as_u16(), answer.code()),
            (403, code.into()),
            "{method} {more}"
        );
    }
}
