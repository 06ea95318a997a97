//! Administrators and roles of an organization

use axum::http::{Method, StatusCode, header};
use keyward_contract::{BuiltInRole, Permission, Permissions};
use serde_json::{Value, json};

use crate::{
    administration_support::{outcome, refused, token},
    support::{ADMIN, Acme, PASSWORD, get, request},
};

/// All but a single permission, whichever it is: that one can't be given, nor can who has it be touched.
#[tokio::test]
async fn admins_cannot_exceed_their_own_permissions() {
    let acme = Acme::new().await;
    let all = BuiltInRole::SuperAdmin.permissions();
    let lacking = Permissions { reveal: false, ..all };
    assert_eq!(
        acme.add_role(&acme.cookie, "Deputy", lacking).await.status,
        StatusCode::CREATED
    );
    let deputy = acme.welcome("deputy", "Deputy").await;
    assert_eq!(
        outcome(&acme.add_role(&deputy, "Mightier", all).await),
        refused(403, "exceeds-own-permissions")
    );
    let super_admin = acme.role_id("Super Admin").await;
    let body = json!({ "name": "friend", "roleId": super_admin });
    let invited = acme
        .send(acme.manage(&deputy, Method::POST, "admins").json(&body))
        .await;
    assert_eq!(outcome(&invited), refused(403, "exceeds-own-permissions"));
    let admin = json!(acme.admin.id);
    for what in ["disable", "remove", "sessions"] {
        assert_eq!(
            outcome(&acme.change_as(&deputy, &admin, what).await),
            refused(403, "exceeds-own-permissions"),
            "{what}"
        );
    }
    acme.welcome("auditor", "Auditor").await;
    let auditor = acme.listed("admins", "auditor").await["id"].clone();
    let raised = acme.give(&deputy, &auditor, acme.role_id("Key Manager").await).await;
    assert_eq!(outcome(&raised), refused(403, "exceeds-own-permissions"));
    let given = acme.give(&deputy, &auditor, acme.role_id("Deputy").await).await;
    assert_eq!(given.status, StatusCode::OK, "{}", given.text);
    assert_eq!(given.json()["role"], "Deputy");
}

/// Admins can't change their own role.
#[tokio::test]
async fn admins_cannot_change_their_own_role() {
    let acme = Acme::new().await;
    acme.welcome("second", "Super Admin").await;
    let own = json!(acme.admin.id);
    for what in ["disable", "enable", "remove", "sessions"] {
        assert_eq!(
            outcome(&acme.change_admin(&own, what).await),
            refused(403, "own-account"),
            "{what}"
        );
    }
    let given = acme.give(&acme.cookie, &own, acme.role_id("Auditor").await).await;
    assert_eq!(outcome(&given), refused(403, "own-account"));
    let row = acme.listed("admins", ADMIN).await;
    assert_eq!(
        (&row["change"], &row["endSessions"]),
        (&json!("own-account"), &json!("own-account"))
    );

    let all = BuiltInRole::SuperAdmin.permissions();
    acme.add_role(&acme.cookie, "Owner", all).await;
    let owner = acme.welcome("owner", "Owner").await;
    let path = format!("roles/{}", acme.role_id("Owner").await);
    let body = json!({ "name": "Owner", "permissions": Permissions::NONE });
    let edited = acme.send(acme.manage(&owner, Method::PUT, &path).json(&body)).await;
    assert_eq!(outcome(&edited), refused(403, "own-account"));
}

#[tokio::test]
async fn an_organization_keeps_one_super_admin() {
    let acme = Acme::new().await;
    let all = BuiltInRole::SuperAdmin.permissions();
    acme.add_role(&acme.cookie, "Owner", all).await;
    let owner = acme.welcome("owner", "Owner").await;
    // Neither counts: the one has not accepted, the other is disabled.
    acme.invite("invited", "Super Admin").await;
    acme.welcome("disabled", "Super Admin").await;
    let disabled = acme.listed("admins", "disabled").await["id"].clone();
    assert_eq!(acme.change_admin(&disabled, "disable").await.status, StatusCode::OK);
    let last = json!(acme.admin.id);
    let auditor = acme.role_id("Auditor").await;
    for answer in [
        acme.change_as(&owner, &last, "disable").await,
        acme.change_as(&owner, &last, "remove").await,
        acme.give(&owner, &last, auditor).await,
    ] {
        assert_eq!(outcome(&answer), refused(409, "last-super-admin"));
    }
    assert_eq!(acme.change_as(&owner, &disabled, "enable").await.status, StatusCode::OK);
    assert_eq!(acme.give(&owner, &last, auditor).await.status, StatusCode::OK);
}

/// Two admins who demote each other concurrently: one of them fails.
#[tokio::test]
async fn concurrent_demotions_leave_one_super_admin() {
    let acme = Acme::new().await;
    let auditor = acme.role_id("Auditor").await;
    for round in 0..8 {
        let name = format!("rival-{round}");
        let rival = acme.welcome(&name, "Super Admin").await;
        let rival_id = acme.listed("admins", &name).await["id"].clone();
        let own_id = json!(acme.admin.id);
        let (mine, theirs) = tokio::join!(
            acme.give(&acme.cookie, &rival_id, auditor),
            acme.give(&rival, &own_id, auditor)
        );
        let done = [&mine, &theirs]
            .iter()
            .filter(|answer| answer.status == StatusCode::OK)
            .count();
        assert_eq!(done, 1, "{} {}", mine.text, theirs.text);
        if mine.status != StatusCode::OK {
            assert_eq!(outcome(&mine), refused(403, "permission-denied"));
            let super_admin = acme.role_id_as(&rival, "Super Admin").await;
            assert_eq!(acme.give(&rival, &own_id, super_admin).await.status, StatusCode::OK);
            assert_eq!(acme.give(&acme.cookie, &rival_id, auditor).await.status, StatusCode::OK);
        }
    }
}

#[tokio::test]
async fn a_role_in_use_cannot_be_deleted() {
    let acme = Acme::new().await;
    let viewer = Permissions {
        api_key_management: Permission::View,
        ..Permissions::NONE
    };
    let added = acme.add_role(&acme.cookie, "Viewer", viewer).await;
    assert_eq!(
        (added.status, added.header(header::ETAG)),
        (StatusCode::CREATED, "\"1\"")
    );
    assert_eq!(
        outcome(&acme.add_role(&acme.cookie, "VIEWER", viewer).await),
        refused(409, "role-exists")
    );
    let blank = acme.add_role(&acme.cookie, " ", viewer).await;
    assert_eq!(outcome(&blank), refused(422, "invalid-input"));
    assert!(blank.json()["fields"]["name"].is_string());

    let cookie = acme.welcome("viewer", "Viewer").await;
    let key = acme.path("");
    assert_eq!(
        acme.send(get(&key).cookie(&cookie).empty()).await.status,
        StatusCode::OK
    );
    let path = format!("roles/{}", added.json()["id"]);
    let change = |method: Method, version: &str| {
        request(method, &format!("/api/portal/orgs/{}/{path}", acme.organization))
            .cookie(&acme.cookie)
            .header("x-keyward", "1")
            .header("if-match", version)
    };
    let body = json!({ "name": "Nobody", "permissions": Permissions::NONE });
    let unsaid = request(Method::PUT, &format!("/api/portal/orgs/{}/{path}", acme.organization))
        .cookie(&acme.cookie)
        .header("x-keyward", "1");
    assert_eq!(
        outcome(&acme.send(unsaid.json(&body)).await),
        refused(428, "if-match-required")
    );
    assert_eq!(
        outcome(&acme.send(change(Method::PUT, "\"7\"").json(&body)).await),
        refused(412, "stale-version")
    );
    let edited = acme.send(change(Method::PUT, "\"1\"").json(&body)).await;
    assert_eq!((edited.status, edited.header(header::ETAG)), (StatusCode::OK, "\"2\""));
    assert_eq!(
        outcome(&acme.send(get(&key).cookie(&cookie).empty()).await),
        refused(403, "permission-denied"),
        "it acts at the next request"
    );
    assert_eq!(acme.listed("roles", "Nobody").await["delete"], "role-in-use");
    assert_eq!(
        outcome(&acme.send(change(Method::DELETE, "\"2\"").empty()).await),
        refused(409, "role-in-use")
    );
    let viewer = acme.listed("admins", "viewer").await["id"].clone();
    assert_eq!(
        acme.change_admin(&viewer, "remove").await.status,
        StatusCode::NO_CONTENT
    );
    assert_eq!(
        acme.send(change(Method::DELETE, "\"2\"").empty()).await.status,
        StatusCode::NO_CONTENT
    );

    let built_in = format!("roles/{}", acme.role_id("Auditor").await);
    for request in [
        acme.manage(&acme.cookie, Method::PUT, &built_in).json(&body),
        acme.manage(&acme.cookie, Method::DELETE, &built_in).empty(),
    ] {
        assert_eq!(outcome(&acme.send(request).await), refused(403, "built-in-role"));
    }
}

/// What takes API access away ends the API sessions, and giving it back brings none back to life.
#[tokio::test]
async fn losing_api_access_ends_api_sessions() {
    let acme = Acme::unlimited().await;
    let key = acme.key().await;
    acme.welcome("client", "API Client Admin").await;
    let client = acme.listed("admins", "client").await["id"].clone();
    let (with, without) = (acme.role_id("API Client Admin").await, acme.role_id("Auditor").await);
    for (what, back) in [("role", "role"), ("disable", "enable"), ("sessions", "")] {
        let session = acme.api_sign_in(&key, "client", PASSWORD).await;
        assert_eq!(session.status, StatusCode::OK, "{}", session.text);
        assert_eq!(acme.listed("admins", "client").await["apiSessions"], 1);
        let answer = match what {
            "role" => acme.give(&acme.cookie, &client, without).await,
            what => acme.change_admin(&client, what).await,
        };
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        assert!(!acme.api_session_lives(&session.cookie()).await, "{what}");
        match back {
            "role" => assert_eq!(acme.give(&acme.cookie, &client, with).await.status, StatusCode::OK),
            "" => {}
            back => assert_eq!(acme.change_admin(&client, back).await.status, StatusCode::OK),
        }
        assert!(
            !acme.api_session_lives(&session.cookie()).await,
            "{what}: it stays ended"
        );
    }
}

/// An action that a list rules out is rejected for the same reason, and an allowed one fails only because of the version.
#[tokio::test]
async fn lists_and_operations_give_the_same_refusals() {
    let acme = Acme::new().await;
    let deputy = Permissions {
        reveal: false,
        ..BuiltInRole::SuperAdmin.permissions()
    };
    acme.add_role(&acme.cookie, "Deputy", deputy).await;
    acme.add_role(&acme.cookie, "Free", Permissions::NONE).await;
    acme.add_role(&acme.cookie, "Taken", Permissions::NONE).await;
    let all = BuiltInRole::SuperAdmin.permissions();
    acme.add_role(&acme.cookie, "Owner", all).await;
    let cookies = [
        acme.cookie.clone(),
        acme.welcome("deputy", "Deputy").await,
        acme.welcome("owner", "Owner").await,
    ];
    acme.welcome("taker", "Taken").await;
    acme.welcome("manager", "Key Manager").await;
    let base = format!("/api/portal/orgs/{}", acme.organization);
    let mut told = std::collections::BTreeSet::new();
    for cookie in &cookies {
        let rows = async |list: &str| {
            let rows = acme
                .send(get(&format!("{base}/{list}")).cookie(cookie).empty())
                .await
                .json();
            rows.as_array().expect("a list").clone()
        };
        let mut expect = async |row: &Value, reason: &str, method: Method, path: String, body: Option<Value>| {
            let request = request(method.clone(), &format!("{base}/{path}"))
                .cookie(cookie)
                .header("x-keyward", "1")
                .header("if-match", "\"0\"");
            let answer = acme
                .send(match body {
                    Some(body) => request.json(&body),
                    None => request.empty(),
                })
                .await;
            let expected = row[reason].as_str().unwrap_or("stale-version");
            assert_eq!(answer.code(), expected, "{method} {path}: {row}");
            told.insert(expected.to_owned());
        };
        for row in rows("admins").await {
            let path = format!("admins/{}", row["id"]);
            expect(&row, "change", Method::DELETE, path.clone(), None).await;
            expect(&row, "change", Method::POST, format!("{path}/disable"), None).await;
            let body = json!({ "roleId": row["roleId"] });
            expect(&row, "change", Method::PUT, path, Some(body)).await;
        }
        for row in rows("roles").await {
            let path = format!("roles/{}", row["id"]);
            expect(&row, "delete", Method::DELETE, path.clone(), None).await;
            let body = json!({ "name": row["name"], "permissions": Permissions::NONE });
            expect(&row, "edit", Method::PUT, path, Some(body)).await;
        }
    }
    let every = [
        "built-in-role",
        "exceeds-own-permissions",
        "last-super-admin",
        "own-account",
        "role-in-use",
        "stale-version",
    ];
    assert_eq!(told.iter().map(String::as_str).collect::<Vec<_>>(), every);
}

/// A disabled admin is signed out immediately, but keeps access to other organizations.
#[tokio::test]
async fn disabling_ends_access_here_and_not_elsewhere() {
    let acme = Acme::new().await;
    let me = |cookie: String| get("/api/portal/session").cookie(&cookie).empty();
    let cookie = acme.welcome("colleague", "Key Manager").await;
    let colleague = acme.listed("admins", "colleague").await["id"].clone();
    let disabled = acme.change_admin(&colleague, "disable").await;
    assert_eq!(
        (disabled.status, &disabled.json()["status"]),
        (StatusCode::OK, &json!("disabled"))
    );
    assert_eq!(outcome(&acme.send(me(cookie)).await), refused(401, "not-signed-in"));
    let body = json!({ "username": "colleague", "password": PASSWORD });
    let sign_in = || request(Method::POST, "/api/portal/session").json(&body);
    assert_eq!(outcome(&acme.send(sign_in()).await), refused(403, "account-disabled"));
    let wrong = json!({ "username": "colleague", "password": "a wrong password" });
    let wrong = request(Method::POST, "/api/portal/session").json(&wrong);
    assert_eq!(outcome(&acme.send(wrong).await), refused(401, "sign-in-failed"));
    let key = acme.key().await;
    assert_eq!(
        acme.api_sign_in(&key, "colleague", PASSWORD).await.code(),
        "INVALID_USERNAME_OR_PASSWORD"
    );
    let log = acme.audit_log().await;
    for interface in ["Admin UI", "API"] {
        let row = format!("Sign In, colleague, {interface}, Failure, account-disabled");
        assert!(log.contains(&row), "{row}: {log:?}");
    }
    acme.change_admin(&colleague, "enable").await;
    assert_eq!(acme.send(sign_in()).await.status, StatusCode::OK);

    acme.organization("Elsewhere", "guest").await;
    let elsewhere = acme.sign_in("guest").await;
    let body = json!({ "token": token(&acme.invite("guest", "Auditor").await), "password": "" });
    let accept = request(Method::POST, "/api/portal/invitation").cookie(&elsewhere);
    assert_eq!(acme.send(accept.json(&body)).await.status, StatusCode::CREATED);
    let guest = acme.listed("admins", "guest").await["id"].clone();
    acme.change_admin(&guest, "disable").await;
    let row = acme.listed("admins", "guest").await;
    assert_eq!(row["portalSessions"], 0, "what happens elsewhere is not told");
    assert_eq!(row.get("lastSignInOn"), None);
    let ended = acme.change_admin(&guest, "sessions").await;
    assert_eq!(ended.json(), json!({ "portalSessions": 0, "apiSessions": 0 }));
    acme.change_admin(&guest, "remove").await;
    let session = acme.send(me(elsewhere)).await;
    assert_eq!(session.status, StatusCode::OK, "they go on elsewhere");
    assert_eq!(session.json()["organizations"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn removing_the_last_role_deletes_the_account() {
    let acme = Acme::new().await;
    let cookie = acme.welcome("leaver", "Auditor").await;
    let leaver = acme.listed("admins", "leaver").await["id"].clone();
    assert_eq!(
        acme.change_admin(&leaver, "remove").await.status,
        StatusCode::NO_CONTENT
    );
    let me = get("/api/portal/session").cookie(&cookie).empty();
    assert_eq!(outcome(&acme.send(me).await), refused(401, "not-signed-in"));
    let body = json!({ "username": "leaver", "password": PASSWORD });
    let sign_in = request(Method::POST, "/api/portal/session").json(&body);
    assert_eq!(outcome(&acme.send(sign_in).await), refused(401, "sign-in-failed"));
    assert_eq!(
        outcome(&acme.change_admin(&leaver, "remove").await),
        refused(404, "administrator-not-found")
    );
}

#[tokio::test]
async fn each_change_is_in_the_audit_log() {
    let acme = Acme::new().await;
    acme.add_role(&acme.cookie, "Viewer", Permissions::NONE).await;
    acme.welcome("viewer", "Viewer").await;
    let viewer = acme.listed("admins", "viewer").await["id"].clone();
    acme.change_admin(&viewer, "disable").await;
    acme.change_admin(&json!(acme.admin.id), "disable").await;
    acme.change_admin(&viewer, "remove").await;
    let log = acme.audit_log().await;
    let expected = [
        format!("Create, {ADMIN}, Admin UI, Success"),
        format!("Create, {ADMIN}, Admin UI, Success"),
        "Update, viewer, Admin UI, Success".to_owned(),
        "Sign In, viewer, Admin UI, Success".to_owned(),
        format!("Update, {ADMIN}, Admin UI, Success"),
        format!("Update, {ADMIN}, Admin UI, Failure, own-account"),
        format!("Delete, {ADMIN}, Admin UI, Success"),
    ];
    assert_eq!(log[log.len() - expected.len()..], expected);
}
