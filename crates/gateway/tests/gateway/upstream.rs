//! An organization whose key lives at an upstream: everything that can be done with it, and nothing else.

use axum::http::{Method, StatusCode, header};
use keyward_contract::{Permission, Permissions};
use keyward_gateway::config::Networks;
use serde_json::json;

use crate::{
    support::{ADMIN, PASSWORD, get, request},
    upstream_front::Front,
    upstream_support::{Elsewhere, Upstream, acme, legacy, one_api},
};

#[tokio::test]
async fn a_key_at_an_upstream_is_shown_revealed_and_regenerated() {
    for elsewhere in [Elsewhere::legacy().await, Elsewhere::one_api().await] {
        let upstream = &elsewhere.upstream;
        let read = elsewhere.read().await;
        assert_eq!(read.status, StatusCode::OK, "{}", read.text);
        let shown = read.json();
        assert_eq!(
            shown["lastModifiedBy"]["name"], "Service Provider",
            "as the upstream says"
        );
        assert_eq!((&shown["key"], &shown["status"]), (&json!(null), &json!("enabled")));
        assert!(shown["upstream"]["failure"].is_null() && shown["upstream"]["fetchedOn"].is_string());
        let old = upstream.key().await;
        assert!(!read.text.contains(&old));
        assert_eq!(elsewhere.key().await, old);

        let version = read.header(header::ETAG).to_owned();
        let regenerated = elsewhere
            .regenerate_as(&uuid::Uuid::new_v4().to_string(), &version)
            .await;
        assert_eq!(regenerated.status, StatusCode::OK, "{}", regenerated.text);
        assert_eq!(regenerated.header(header::CACHE_CONTROL), "no-store");
        let new = upstream.key().await;
        assert_ne!(new, old);
        assert_eq!(regenerated.json()["key"], new.as_str());
        assert_eq!(upstream.regenerations(), 1);
        let stale = elsewhere
            .regenerate_as(&uuid::Uuid::new_v4().to_string(), &version)
            .await;
        assert_eq!((stale.status.as_u16(), stale.code().as_str()), (412, "stale-version"));
        assert_eq!(elsewhere.key().await, new, "with a new session");
        assert_eq!(elsewhere.read_now().await["lastModifiedBy"]["name"], ADMIN);
        assert_eq!(elsewhere.logged("Success").await, 1);
        assert_eq!(upstream.regenerations(), 1);

        // Keyward stores the key it signs in with sealed, never in plain text.
        let stored = elsewhere.data.everything();
        for secret in [old.as_str(), new.as_str(), PASSWORD] {
            assert!(!stored.contains(secret));
        }
    }
}

#[tokio::test]
async fn what_an_upstream_does_not_offer_is_refused_everywhere() {
    let elsewhere = Elsewhere::one_api().await;
    let version = elsewhere.etag().await;
    let organization = elsewhere.portal("").await.json();
    let capabilities = &organization["capabilities"];
    assert_eq!(capabilities["regenerate"], json!(null));
    assert_eq!(capabilities["reveal"], json!(null));
    for name in ["add", "edit", "delete"] {
        assert_eq!(capabilities[name], "not-supported", "{name}");
    }
    let base_url = organization["baseUrls"]["cloudServiceApi"].as_str().expect("a URL");
    assert_eq!(base_url, format!("{}/ztw/api/v1", elsewhere.front.url));
    let refused = |answer: crate::support::Answer, what: &str| {
        assert_eq!(
            (answer.status.as_u16(), answer.code().as_str()),
            (403, "not-supported"),
            "{what}"
        );
    };
    let change = |method, more: &str| elsewhere.change(method, more).header("if-match", &version);
    refused(elsewhere.send(change(Method::POST, "").empty()).await, "add");
    let edit = json!({ "key": "AbC123xYz789" });
    refused(elsewhere.send(change(Method::PUT, "").json(&edit)).await, "edit");
    refused(elsewhere.send(change(Method::DELETE, "").empty()).await, "delete");
    refused(
        elsewhere.send(change(Method::POST, "/confirm").empty()).await,
        "confirm",
    );

    let tokens = elsewhere.portal("/sandbox-tokens").await.json();
    assert_eq!(tokens["capabilities"]["add"], "not-supported");
    let servers = elsewhere.portal("/oauth-servers").await.json();
    assert_eq!(
        (&servers["add"], &servers["edit"]),
        (&json!("not-supported"), &json!("not-supported"))
    );
    let roles = elsewhere.portal("/api-roles").await.json();
    assert_eq!(roles["add"], "not-supported");
    for (path, body) in [
        ("/sandbox-tokens", json!({ "name": "scanner" })),
        ("/api-roles", json!({ "name": "reader", "permission": "view" })),
    ] {
        let path = format!("/api/portal/orgs/{}{path}", elsewhere.organization);
        let add = request(Method::POST, &path)
            .cookie(&elsewhere.cookie)
            .header("x-keyward", "1");
        refused(elsewhere.send(add.json(&body)).await, &path);
    }
    let overview = elsewhere
        .send(get("/api/portal/orgs/overview").cookie(&elsewhere.cookie).empty())
        .await;
    let row = &overview.json()[0];
    assert_eq!(
        (&row["capabilities"]["edit"], &row["key"]["status"]),
        (&json!("not-supported"), &json!("enabled"))
    );

    let session = elsewhere
        .api_sign_in(&elsewhere.upstream.key().await, ADMIN, PASSWORD)
        .await;
    assert_eq!(
        (session.status.as_u16(), session.code().as_str()),
        (400, "INVALID_USERNAME_OR_PASSWORD")
    );
    assert_eq!(elsewhere.upstream.regenerations(), 0);
}

#[tokio::test]
async fn repetitions_and_rivals_regenerate_once_at_the_upstream() {
    let elsewhere = Elsewhere::legacy().await;
    let (name, version) = (uuid::Uuid::new_v4().to_string(), elsewhere.etag().await);
    let first = elsewhere.regenerate_as(&name, &version).await;
    let again = elsewhere.regenerate_as(&name, &version).await;
    assert_eq!(
        (first.status, again.status),
        (StatusCode::OK, StatusCode::OK),
        "{}",
        again.text
    );
    assert_eq!(first.json()["key"], again.json()["key"]);
    assert_eq!(elsewhere.upstream.regenerations(), 1);

    // Two admins with the same version: one changes the key, and the other one is told.
    let version = elsewhere.etag().await;
    let names = [(); 2].map(|()| uuid::Uuid::new_v4().to_string());
    let (one, other) = tokio::join!(
        elsewhere.regenerate_as(&names[0], &version),
        elsewhere.regenerate_as(&names[1], &version)
    );
    let mut statuses = [one.status.as_u16(), other.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412], "{} {}", one.text, other.text);
    assert_eq!(elsewhere.upstream.regenerations(), 2);

    // Someone changes it at the upstream itself: an admin who hasn't seen that gets a conflict, too.
    let version = elsewhere.etag().await;
    crate::filled::regenerate(&elsewhere.upstream.server).await;
    elsewhere.set_credentials(&elsewhere.upstream.credentials().await).await;
    let stale = elsewhere
        .regenerate_as(&uuid::Uuid::new_v4().to_string(), &version)
        .await;
    assert_eq!((stale.status.as_u16(), stale.code().as_str()), (412, "stale-version"));
    assert_eq!(elsewhere.upstream.regenerations(), 3);
}

#[tokio::test]
async fn without_the_right_the_upstream_is_not_asked() {
    let elsewhere = Elsewhere::legacy().await;
    let version = elsewhere.etag().await;
    let view = Permissions {
        api_key_management: Permission::View,
        ..Permissions::NONE
    };
    elsewhere
        .set_permissions(elsewhere.organization, &elsewhere.admin, view)
        .await;
    let asked = elsewhere.front.asked("");
    let regenerate = elsewhere
        .regenerate_as(&uuid::Uuid::new_v4().to_string(), &version)
        .await;
    let reveal = elsewhere.send(elsewhere.change(Method::POST, "/reveal").empty()).await;
    for refused in [regenerate, reveal] {
        assert_eq!(
            (refused.status.as_u16(), refused.code().as_str()),
            (403, "permission-denied")
        );
    }
    assert_eq!(elsewhere.front.asked(""), asked);
    assert_eq!(elsewhere.read().await.status, StatusCode::OK);
}

#[tokio::test]
async fn an_upstream_in_a_private_network_has_to_be_allowed() {
    let upstream = Upstream::start().await;
    let front = Front::start(&upstream.server).await;
    let acme = acme(&legacy(&front), &upstream.credentials().await, Networks::none()).await;
    let read = acme.read().await;
    assert_eq!(
        (read.status.as_u16(), read.code().as_str()),
        (503, "upstream-unavailable")
    );
    assert!(read.text.contains("--oauth-allowed-networks"), "{}", read.text);
    assert_eq!(front.asked(""), 0);
}

#[tokio::test]
async fn one_session_at_the_upstream_is_used_and_renewed() {
    let elsewhere = Elsewhere::legacy().await;
    for _ in 0..3 {
        elsewhere.key().await;
    }
    assert_eq!(elsewhere.front.asked("POST /ztw/api/v1/auth"), 1);
    elsewhere.upstream.data.execute("DELETE FROM api_sessions");
    assert_eq!(elsewhere.key().await, elsewhere.upstream.key().await);
    assert_eq!(elsewhere.front.asked("POST /ztw/api/v1/auth"), 2);
    elsewhere.app.upstreams.log_out().await;
    assert_eq!(elsewhere.upstream.data.rows("api_sessions"), 0);

    // The same with access tokens.
    let (place, credentials) = one_api(&elsewhere.front);
    let acme = acme(&place, &credentials, Networks::loopback()).await;
    for _ in 0..3 {
        acme.key().await;
    }
    assert_eq!(elsewhere.front.asked("/oauth2/v1/token"), 1);
}
