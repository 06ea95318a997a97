//! The Cloud & Branch Connector API: `/api/v1/auth`, `/api/v1/apiKeys`, `/api/v1/status`, and the same below `/ztw`

use axum::http::{Method, StatusCode};
use chrono::TimeDelta;
use keyward_contract::{Permission, Permissions, Subscription};
use keyward_gateway::{domain::operator, store::organizations, upkeep};
use serde_json::{Value, json};

use crate::{
    cloud_api::acme,
    oauth_support::Oauth,
    support::{ADMIN, Acme, Answer, PASSWORD, get, obfuscated, post, request, usable},
};

async fn open(acme: &Acme, path: &str, key: &str) -> Answer {
    let timestamp = usable(acme.clock.now().timestamp_millis());
    let body = json!({ "apiKey": obfuscated(key, timestamp), "username": ADMIN, "password": PASSWORD,
                       "timestamp": timestamp });
    acme.send(post(path).json(&body)).await
}

/// A session of this API.
async fn session(acme: &Acme) -> String {
    let opened = open(acme, "/ztw/api/v1/auth", &acme.key().await).await;
    assert_eq!(opened.status, StatusCode::OK, "{}", opened.text);
    opened.cookie()
}

async fn listed(acme: &Acme, session: &str) -> Value {
    let answer = acme.send(get("/ztw/api/v1/apiKeys").cookie(session).empty()).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    answer.json()
}

fn regenerate(id: &Value, session: &str) -> crate::support::Builder {
    post(&format!("/ztw/api/v1/apiKeys/{id}/regenerate")).cookie(session)
}

fn seen(answer: &Answer) -> (u16, String) {
    (answer.status.as_u16(), answer.code())
}

#[tokio::test]
async fn connector_sessions_are_sessions_that_last_longer() {
    let acme = acme().await;
    let key = acme.key().await;
    for path in ["/api/v1/auth", "/ztw/api/v1/auth"] {
        let opened = open(&acme, path, &key).await;
        let shape = json!({
            "authType": "ADMIN_LOGIN", "obfuscateApiKey": true, "passwordExpiryTime": -1, "passwordExpiryDays": -1
        });
        assert_eq!((opened.status, opened.json()), (StatusCode::OK, shape.clone()));
        let session = opened.cookie();
        let read = acme.send(get(path).cookie(&session).empty()).await;
        assert_eq!((read.status, read.json()), (StatusCode::OK, shape));
        for _ in 0..2 {
            acme.clock.advance(TimeDelta::minutes(29));
            upkeep::round(&acme.app).await.expect("a round");
            let verify = acme.send(get("/verify").cookie(&session).empty()).await;
            assert_eq!(verify.status, StatusCode::NO_CONTENT, "{path}");
        }
        let own = acme.send(
            get("/api/portal/account/sessions")
                .cookie(&acme.sign_in(ADMIN).await)
                .empty(),
        );
        assert!(own.await.text.contains("\"api\""), "it is listed as live");
        acme.clock.advance(TimeDelta::minutes(30));
        let dead = acme.send(get("/api/v1/status").cookie(&session).empty()).await;
        assert_eq!(seen(&dead), (401, "SESSION_NOT_VALID".into()), "{path}");
    }
}

/// Of the other kind, too: the kinds are interchangeable.
#[tokio::test]
async fn every_way_to_sign_out_ends_the_session() {
    let acme = acme().await;
    let active = "{\"status\":\"ACTIVE\"}";
    for (path, status, text) in [
        ("/auth", 204, ""),
        ("/api/v1/auth", 200, active),
        ("/ztw/api/v1/auth", 200, active),
        ("/api/v1/authenticatedSession", 200, active),
    ] {
        for from in ["/api/v1/auth", "/api/v1/authenticatedSession"] {
            let session = open(&acme, from, &acme.key().await).await.cookie();
            let end = || acme.send(request(Method::DELETE, path).cookie(&session).empty());
            let ended = end().await;
            assert_eq!((ended.status.as_u16(), ended.text.as_str()), (status, text), "{path}");
            let dead = acme.send(get("/ztw/api/v1/auth").cookie(&session).empty()).await;
            assert_eq!(seen(&dead), (401, "SESSION_NOT_VALID".into()), "{path}");
            assert_eq!(end().await.status.as_u16(), status, "{path}, again");
            let without = acme.send(request(Method::DELETE, path).empty()).await;
            assert_eq!(without.status.as_u16(), status, "{path}, without a session");
            // A client that still has the dead cookie signs in.
            let again = open(&acme, from, &acme.key().await).await;
            assert_eq!(again.status, StatusCode::OK);
        }
    }
    let read = acme.send(get("/auth").empty()).await;
    assert_eq!(seen(&read), (405, "METHOD_NOT_ALLOWED".into()));
}

#[tokio::test]
async fn the_key_is_listed_with_its_secret_to_revealers() {
    let acme = acme().await;
    let session = session(&acme).await;
    let before = acme.audit_log().await.len();
    let list = listed(&acme, &session).await;
    let id = acme.read().await.json()["id"].clone();
    assert_eq!(
        list,
        json!([{
            "id": id, "keyValue": acme.key().await, "permissions": ["USER_ACCESS"], "enabled": true,
            "lastModifiedTime": 1_700_000_000, "lastModifiedBy": { "id": 0, "name": "Service Provider" },
            "partner": null, "partnerUrl": null
        }])
    );
    assert_eq!(acme.audit_log().await[before], format!("Reveal, {ADMIN}, API, Success"));
    for (query, status) in [("True", 200), ("false", 200), ("maybe", 400), ("", 400)] {
        let path = format!("/api/v1/apiKeys?includePartnerKey={query}");
        let answer = acme.send(get(&path).cookie(&session).empty()).await;
        assert_eq!(answer.status.as_u16(), status, "{query}: {}", answer.text);
    }
}

#[tokio::test]
async fn a_role_that_only_views_gets_the_list_without_it() {
    let acme = acme().await;
    let session = session(&acme).await;
    let view = Permissions {
        api_key_management: Permission::View,
        api_access: true,
        ..Permissions::NONE
    };
    acme.set_permissions(acme.organization, &acme.admin, view).await;
    let before = acme.audit_log().await.len();
    let list = listed(&acme, &session).await;
    assert!(list[0]["keyValue"].is_null() && list[0]["enabled"] == true, "{list}");
    assert_eq!(acme.audit_log().await.len(), before, "nothing was revealed");
    let refused = acme.send(regenerate(&list[0]["id"], &session).json(&json!({}))).await;
    assert_eq!(seen(&refused), (403, "PERMISSION_DENIED".into()));
    assert_eq!(
        acme.audit_log().await[before..],
        [format!("Regenerate, {ADMIN}, API, Failure, permission-denied")]
    );
}

/// The session that asks, too; and the answer arrives.
#[tokio::test]
async fn regenerating_by_api_ends_every_session() {
    let acme = acme().await;
    let (old, session, other) = (acme.key().await, session(&acme).await, session(&acme).await);
    let id = listed(&acme, &session).await[0]["id"].clone();
    let before = acme.audit_log().await.len();
    let answer = acme.send(regenerate(&id, &session).json(&json!({}))).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let key = answer.json();
    assert_eq!(key["id"], id);
    assert_eq!(key["lastModifiedBy"]["name"], ADMIN);
    for dead in [&session, &other] {
        let asked = acme.send(get("/ztw/api/v1/apiKeys").cookie(dead).empty()).await;
        assert_eq!(seen(&asked), (401, "SESSION_NOT_VALID".into()));
    }
    assert_eq!(
        open(&acme, "/api/v1/auth", &old).await.code(),
        "INVALID_USERNAME_OR_PASSWORD"
    );
    let new = key["keyValue"].as_str().expect("a key");
    assert_ne!(new, old);
    assert_eq!(open(&acme, "/api/v1/auth", new).await.status, StatusCode::OK);
    assert_eq!(
        acme.audit_log().await[before],
        format!("Regenerate, {ADMIN}, API, Success")
    );
}

#[tokio::test]
async fn a_regenerate_that_cannot_be_meant_changes_nothing() {
    let acme = acme().await;
    let (key, session) = (acme.key().await, session(&acme).await);
    let id = listed(&acme, &session).await[0]["id"].clone();
    let next = json!(id.as_i64().expect("a number") + 1);
    let to = |id: &Value| regenerate(id, &session);
    for (asked, status, code) in [
        (
            to(&id).header("if-match", "\"77\"").json(&json!({})),
            412,
            "STALE_VERSION",
        ),
        (
            to(&id).header("idempotency-key", "no UUID").json(&json!({})),
            400,
            "INVALID_INPUT_ARGUMENT",
        ),
        (to(&next).json(&json!({})), 404, "RESOURCE_NOT_FOUND"),
        (to(&json!(1)).json(&json!({})), 404, "RESOURCE_NOT_FOUND"),
        // As a form of another site's page would send it.
        (to(&id).text("text/plain", "{}"), 415, "UNSUPPORTED_MEDIA_TYPE"),
    ] {
        acme.clock.advance(TimeDelta::seconds(1));
        assert_eq!(seen(&acme.send(asked).await), (status, code.into()));
    }
    assert_eq!(acme.key().await, key);
}

#[tokio::test]
async fn a_sign_in_says_what_has_ended_the_sessions() {
    let acme = acme().await;
    let session = session(&acme).await;
    let mut transaction = acme.app.store.write().await.expect("a transaction");
    let organization = organizations::find(&mut transaction, acme.organization).await;
    let organization = organization.expect("found").expect("Acme");
    let (secrets, now) = (&acme.app.secrets, acme.clock.now());
    operator::set_subscription(&mut transaction, secrets, &organization, Subscription::Expired, now)
        .await
        .expect("done");
    transaction.commit().await.expect("a commit");
    for path in ["/api/v1/apiKeys", "/ztw/api/v1/status"] {
        let ended = acme.send(get(path).cookie(&session).empty()).await;
        assert_eq!(seen(&ended), (401, "SESSION_NOT_VALID".into()), "{path}");
    }
    let opened = open(&acme, "/api/v1/auth", &acme.key().await).await;
    assert_eq!(opened.status, StatusCode::FORBIDDEN, "{}", opened.text);
    let message = "API subscription is required, but it is currently expired.";
    assert_eq!(opened.json(), json!({ "message": message }));
}

#[tokio::test]
async fn nothing_is_ever_pending() {
    let acme = acme().await;
    let session = session(&acme).await;
    for prefix in ["", "/ztw"] {
        acme.clock.advance(TimeDelta::seconds(2));
        for asked in [
            get(&format!("{prefix}/api/v1/status")),
            post(&format!("{prefix}/api/v1/status/activate")),
        ] {
            let answer = acme.send(asked.cookie(&session).json(&json!({}))).await;
            assert_eq!(
                (answer.status.as_u16(), answer.json()),
                (200, json!({ "status": "ACTIVE" }))
            );
        }
        let connector = format!("{prefix}/api/v1/ecAdminActivateStatus");
        for (method, path) in [
            (Method::GET, connector.clone()),
            (Method::PUT, format!("{connector}/activate")),
            (Method::PUT, format!("{connector}/forcedActivate")),
        ] {
            acme.clock.advance(TimeDelta::seconds(2));
            let asked = request(method, &path).cookie(&session).json(&json!({}));
            let answer = acme.send(asked).await;
            assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text);
            let states = json!({ "orgEditStatus": "EDITS_CLEARED", "orgLastActivateStatus": "CAC_ACTV_UI",
                                 "adminStatusMap": {}, "adminActivateStatus": "ADM_ACTV_DONE" });
            assert_eq!(answer.json(), states, "{path}");
        }
    }
}

#[tokio::test]
async fn access_tokens_never_manage_keys() {
    let oauth = Oauth::new().await;
    let token = format!("Bearer {}", oauth.key.sign(&oauth.claims()));
    let id = oauth.acme.read().await.json()["id"].clone();
    let send = async |asked: crate::support::Builder| {
        oauth.acme.clock.advance(TimeDelta::seconds(2));
        let asked = asked.header("authorization", &token);
        oauth.acme.send(asked.json(&json!({}))).await
    };
    assert_eq!(send(get("/api/v1/status")).await.status, StatusCode::OK);
    for asked in [get("/api/v1/apiKeys"), regenerate(&id, "none=1")] {
        assert_eq!(seen(&send(asked).await), (403, "PERMISSION_DENIED".into()));
    }
}

#[tokio::test]
async fn connector_calls_are_rate_limited() {
    let acme = Acme::new().await;
    let session = session(&acme).await;
    let id = listed(&acme, &session).await[0]["id"].clone();
    listed(&acme, &session).await;
    let read = acme.send(get("/api/v1/status").cookie(&session).empty()).await;
    assert_eq!(read.status, StatusCode::TOO_MANY_REQUESTS, "together with all reads");
    let activate = acme
        .send(post("/api/v1/status/activate").cookie(&session).empty())
        .await;
    assert_eq!(activate.status, StatusCode::OK);
    let write = acme.send(regenerate(&id, &session).json(&json!({}))).await;
    assert_eq!(write.json()["message"], "Rate Limit (1/SECOND) exceeded");
}
