//! `/api/portal/orgs/{org}/api-key`: who may, and when

use axum::http::{Method, StatusCode, header};
use keyward_contract::{KeyStatus, Permission, Permissions, Subscription};
use keyward_gateway::{
    domain::operator,
    store::{keys::api_keys, organizations},
};
use serde_json::json;

use crate::support::{Acme, get, request};

#[tokio::test]
async fn unauthorized_requests_reveal_nothing() {
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
        let name = acme.cookie.split_once('=').expect("a value").0;
        let nobody = acme.send(change(&format!("{name}=0000"), &path)).await;
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
async fn roles_limit_key_operations() {
    let acme = Acme::new().await;
    let role = |api_key_management, reveal| Permissions {
        api_key_management,
        reveal,
        ..Permissions::NONE
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
        let mut reader = acme.app.store.read().await.expect("a reader");
        let row = api_keys::find(&mut reader, acme.organization).await.expect("a row");
        let etag = row.expect("a key").last_change.version;
        drop(reader);
        acme.set_permissions(acme.organization, &acme.admin, role).await;
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
async fn disabling_the_key_blocks_all_changes() {
    let acme = Acme::new().await;
    let mut transaction = acme.app.store.write().await.expect("a transaction");
    assert!(
        operator::set_key_enabled(
            &mut transaction,
            &acme.app.secrets,
            acme.organization,
            false,
            acme.clock.now()
        )
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
        operator::set_key_enabled(
            &mut transaction,
            &acme.app.secrets,
            acme.organization,
            true,
            acme.clock.now()
        )
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
async fn capabilities_say_what_is_refused_and_why() {
    let acme = Acme::new().await;
    let organization = || async {
        let path = format!("/api/portal/orgs/{}", acme.organization);
        acme.send(get(&path).cookie(&acme.cookie).empty()).await.json()
    };
    insta::assert_json_snapshot!(organization().await, { ".id" => "[id]" }, @r#"
    {
      "apiSignIns": {
        "failures": null,
        "tryIt": null
      },
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
      "permissions": {
        "adminManagement": true,
        "apiAccess": true,
        "apiKeyManagement": "full",
        "auditLog": true,
        "reveal": true
      },
      "subscription": "active"
    }
    "#);
    set_subscription(&acme, Subscription::Expired).await;
    let capabilities = organization().await["capabilities"].clone();
    assert_eq!(capabilities["regenerate"], "subscription-expired");
    assert_eq!(capabilities["reveal"], json!(null));
    let role = Permissions {
        api_key_management: Permission::View,
        reveal: false,
        ..Permissions::NONE
    };
    acme.set_permissions(acme.organization, &acme.admin, role).await;
    let organization = organization().await;
    assert_eq!(organization["permissions"]["apiKeyManagement"], "view");
    assert_eq!(organization["capabilities"]["regenerate"], "permission-denied");
    assert_eq!(organization["capabilities"]["reveal"], "permission-denied");
}

async fn set_subscription(acme: &Acme, subscription: Subscription) {
    let mut transaction = acme.app.store.write().await.expect("a transaction");
    let organization = organizations::find(&mut transaction, acme.organization)
        .await
        .expect("found")
        .expect("Acme");
    operator::set_subscription(
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
