//! A restore: what was revoked since the backup stays revoked, or is rejected until someone confirms it.

use axum::http::{Method, StatusCode};
use chrono::TimeDelta;
use keyward_gateway::store::recovery::held;
use serde_json::{Value, json};

use crate::{
    administration_support::{outcome, refused, token},
    database::sqlite_only,
    restore_support::names,
    support::{ADMIN, Acme, Answer, PASSWORD, get, post, request},
};

async fn sign_in(acme: &Acme, name: &str, password: &str) -> Answer {
    let body = json!({ "username": name, "password": password });
    acme.send(post("/api/portal/session").json(&body)).await
}

async fn submit(acme: &Acme, token: &str) -> StatusCode {
    let uri = format!("/zscsb/submit?api_token={token}");
    let asked = get("/verify").header("x-original-uri", &uri).empty();
    acme.send(asked).await.status
}

/// Confirms, as the version that is there.
async fn confirm(acme: &Acme, path: &str, version: &Value) -> Answer {
    let asked = request(Method::POST, path)
        .cookie(&acme.cookie)
        .header("x-keyward", "1")
        .header("if-match", &format!("\"{version}\""))
        .header("idempotency-key", "018f2a4e-0000-7000-8000-000000000007");
    acme.send(asked.empty()).await
}

/// One-time links die with a restore.
#[tokio::test]
async fn a_restore_revokes_one_time_links() {
    if !sqlite_only("PostgreSQL has its own backups") {
        return;
    }
    let mut acme = Acme::unlimited().await;
    let accepted = acme.invite("accepted", "Auditor").await;
    let withdrawn = acme.invite("withdrawn", "Super Admin").await;
    let open = acme.invite("open", "Auditor").await;
    let backup = acme.back_up().await;
    assert_eq!(acme.accept(&accepted, PASSWORD).await.status, StatusCode::CREATED);
    let admin = withdrawn.json()["administrator"]["id"].clone();
    assert_eq!(acme.change_admin(&admin, "remove").await.status, StatusCode::NO_CONTENT);
    acme.restore(&backup).await;
    for invited in [&accepted, &withdrawn, &open] {
        let answer = acme.accept(invited, "another good password").await;
        assert_eq!(outcome(&answer), refused(403, "invitation-invalid"), "{}", answer.text);
    }
    let row = acme.listed("admins", "accepted").await;
    assert_eq!(row["status"], "invited", "they can be invited again: {row}");
    let renewed = acme.change_admin(&row["id"], "invitation").await;
    assert_eq!(renewed.status, StatusCode::OK, "{}", renewed.text);
    assert!(!token(&renewed).is_empty());
    assert_eq!(acme.accept(&renewed, PASSWORD).await.status, StatusCode::CREATED);
}

#[tokio::test]
async fn a_disabled_invitation_still_has_to_be_accepted() {
    if !sqlite_only("PostgreSQL has its own backups") {
        return;
    }
    let mut acme = Acme::unlimited().await;
    let invited = acme.invite("invited", "Auditor").await;
    let admin = invited.json()["administrator"]["id"].clone();
    assert_eq!(acme.change_admin(&admin, "disable").await.status, StatusCode::OK);
    let backup = acme.back_up().await;
    acme.restore(&backup).await;
    let enabled = acme.change_admin(&admin, "enable").await;
    assert_eq!(enabled.json()["status"], "invited", "{}", enabled.text);
}

#[tokio::test]
async fn removed_disabled_and_demoted_admins_stay_out() {
    if !sqlite_only("PostgreSQL has its own backups") {
        return;
    }
    let mut acme = Acme::unlimited().await;
    for name in ["removed", "disabled", "demoted", "stays"] {
        acme.welcome(name, "Super Admin").await;
    }
    let backup = acme.back_up().await;
    for (name, what) in [("removed", "remove"), ("disabled", "disable")] {
        let admin = acme.listed("admins", name).await["id"].clone();
        assert!(acme.change_admin(&admin, what).await.status.is_success());
    }
    let demoted = acme.listed("admins", "demoted").await["id"].clone();
    let auditor = acme.role_id("Auditor").await;
    assert_eq!(acme.give(&acme.cookie, &demoted, auditor).await.status, StatusCode::OK);

    let restored = acme.restore(&backup).await;
    assert_eq!(
        names(&restored.in_doubt),
        ["admin demoted", "admin disabled", "admin removed", "password removed"]
    );
    for name in ["removed", "disabled", "demoted"] {
        let answer = sign_in(&acme, name, PASSWORD).await;
        assert!(!answer.status.is_success(), "{name}: {}", answer.text);
        let row = acme.listed("admins", name).await;
        assert_eq!(
            (&row["status"], &row["held"]),
            (&json!("disabled"), &json!(true)),
            "{row}"
        );
    }
    assert_eq!(sign_in(&acme, "stays", PASSWORD).await.status, StatusCode::OK);
    assert!(acme.audit_log().await.iter().any(|row| row.ends_with("password-held")));

    // Enabling confirms the role, and the password of an account that is in no other organization.
    let removed = acme.listed("admins", "removed").await;
    assert_eq!(removed["passwordHeld"], true);
    let enabled = acme.change_admin(&removed["id"], "enable").await;
    assert_eq!(enabled.status, StatusCode::OK, "{}", enabled.text);
    let enabled = enabled.json();
    assert_eq!(
        (&enabled["held"], &enabled["passwordHeld"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(sign_in(&acme, "removed", PASSWORD).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_password_is_confirmed_in_its_only_organization() {
    if !sqlite_only("PostgreSQL has its own backups") {
        return;
    }
    let mut acme = Acme::unlimited().await;
    let (_, other) = acme.organization("Other", "boss").await;
    let cookie = acme.welcome("changed", "Auditor").await;
    let backup = acme.back_up().await;
    let body = json!({ "currentPassword": PASSWORD, "newPassword": "another good password" });
    let change = request(Method::PUT, "/api/portal/account/password").cookie(&cookie);
    let changed = acme.send(change.header("x-keyward", "1").json(&body)).await;
    assert_eq!(changed.status, StatusCode::NO_CONTENT, "{}", changed.text);
    let restored = acme.restore(&backup).await;
    assert_eq!(names(&restored.in_doubt), ["password changed"]);
    for password in [PASSWORD, "another good password"] {
        let answer = sign_in(&acme, "changed", password).await;
        assert_eq!(outcome(&answer), refused(401, "sign-in-failed"));
    }
    let row = acme.listed("admins", "changed").await;
    assert_eq!((&row["status"], &row["passwordHeld"]), (&json!("active"), &json!(true)));

    // What another organization relies on, an admin of this one does not bring back.
    let admin = row["id"].as_i64().expect("an id");
    acme.data.execute(&format!(
        "INSERT INTO admin_roles (organization_id, admin_id, role_id, status, version)
         SELECT organization_id, {admin}, role_id, 'active', 1 FROM admin_roles WHERE admin_id = {}",
        other.id
    ));
    let answer = acme.change_admin(&row["id"], "enable").await;
    assert_eq!(answer.json()["passwordHeld"], true, "{}", answer.text);
    acme.data.execute(&format!(
        "DELETE FROM admin_roles WHERE admin_id = {admin} AND organization_id <> {}",
        acme.organization
    ));
    let answer = acme.change_admin(&row["id"], "enable").await;
    assert_eq!(answer.json()["passwordHeld"], Value::Null, "{}", answer.text);
    assert_eq!(sign_in(&acme, "changed", PASSWORD).await.status, StatusCode::OK);
}

/// Keys, tokens, admins, passwords and authorization servers that were replaced or removed since the backup are rejected
/// after a restore until someone confirms them.
#[tokio::test]
async fn a_replaced_key_is_rejected_until_confirmed() {
    if !sqlite_only("PostgreSQL has its own backups") {
        return;
    }
    let mut acme = Acme::unlimited().await;
    let old = acme.key().await;
    let backup = acme.back_up().await;
    acme.regenerate().await;
    let new = acme.key().await;
    let restored = acme.restore(&backup).await;
    assert_eq!(names(&restored.in_doubt), ["key"]);
    for key in [&old, &new] {
        let answer = acme.api_sign_in(key, ADMIN, PASSWORD).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{}", answer.text);
    }
    assert!(acme.audit_log().await.iter().any(|row| row.ends_with("key-held")));
    let shown = acme.read().await.json();
    assert_eq!(shown["restored"], "held", "{shown}");

    // The answer to a confirmation may be lost; another version is not confirmed; the password must be fresh.
    let path = acme.path("/confirm");
    let stale = confirm(&acme, &path, &json!(1)).await;
    assert_eq!(outcome(&stale), refused(412, "stale-version"));
    acme.clock.advance(TimeDelta::minutes(20));
    let late = confirm(&acme, &path, &shown["version"]).await;
    assert_eq!(outcome(&late), refused(403, "fresh-password-required"));
    acme.cookie = acme.sign_in(ADMIN).await;
    let asked = |version: Value| {
        let change = acme
            .change(Method::POST, "/confirm")
            .header("if-match", &format!("\"{version}\""));
        change
            .header("idempotency-key", "018f2a4e-0000-7000-8000-000000000008")
            .empty()
    };
    let first = acme.send(asked(shown["version"].clone())).await;
    let again = acme.send(asked(shown["version"].clone())).await;
    assert_eq!((first.status, &first.text), (StatusCode::OK, &again.text));
    let now = acme.read().await.json();
    assert_eq!(now["restored"], Value::Null);
    assert_eq!(
        now["version"].as_i64(),
        shown["version"].as_i64().map(|version| version + 1),
        "once"
    );
    assert_eq!(acme.api_sign_in(&old, ADMIN, PASSWORD).await.status, StatusCode::OK);
    assert_eq!(
        acme.api_sign_in(&new, ADMIN, PASSWORD).await.status,
        StatusCode::BAD_REQUEST
    );
}

#[tokio::test]
async fn a_deleted_key_is_restored_rejected_and_replaceable() {
    if !sqlite_only("PostgreSQL has its own backups") {
        return;
    }
    let mut acme = Acme::unlimited().await;
    let old = acme.key().await;
    let backup = acme.back_up().await;
    let delete = acme.change(Method::DELETE, "").header("if-match", "*");
    assert_eq!(acme.send(delete.empty()).await.status, StatusCode::NO_CONTENT);
    acme.restore(&backup).await;
    assert_eq!(
        acme.api_sign_in(&old, ADMIN, PASSWORD).await.status,
        StatusCode::BAD_REQUEST
    );
    let answer = acme.regenerate().await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let new = answer.json();
    assert_eq!(new["restored"], Value::Null);
    let key = new["key"].as_str().expect("a key");
    assert_eq!(acme.api_sign_in(key, ADMIN, PASSWORD).await.status, StatusCode::OK);
    assert_eq!(
        acme.api_sign_in(&old, ADMIN, PASSWORD).await.status,
        StatusCode::BAD_REQUEST
    );
}

#[tokio::test]
async fn an_unchanged_key_keeps_working_after_a_restore() {
    if !sqlite_only("PostgreSQL has its own backups") {
        return;
    }
    let mut acme = Acme::unlimited().await;
    let key = acme.key().await;
    let backup = acme.back_up().await;
    // A second restore compares with what the first has left.
    for _ in 0..2 {
        let restored = acme.restore(&backup).await;
        assert_eq!(names(&restored.in_doubt), [""; 0]);
        assert_eq!(acme.api_sign_in(&key, ADMIN, PASSWORD).await.status, StatusCode::OK);
    }
    acme.regenerate().await;
    for _ in 0..2 {
        let restored = acme.restore(&backup).await;
        assert_eq!(names(&restored.in_doubt), ["key"]);
    }
}

#[tokio::test]
async fn replaced_and_deleted_tokens_are_held_until_confirmed() {
    if !sqlite_only("PostgreSQL has its own backups") {
        return;
    }
    let mut acme = Acme::unlimited().await;
    let mut tokens = Vec::new();
    for name in ["deleted", "replaced", "renamed", "stays"] {
        let added = acme.add_token(name).await;
        assert_eq!(added.status, StatusCode::CREATED, "{}", added.text);
        tokens.push(added.json());
    }
    let id = |token: &Value| token["id"].as_i64().expect("an id");
    let string = |token: &Value| token["token"].as_str().expect("a token").to_owned();
    let backup = acme.back_up().await;
    let change = |method, more: String| acme.token_change(method, &more).header("if-match", "*");
    let regenerated = change(Method::POST, format!("/{}/regenerate", id(&tokens[1]))).empty();
    let new = string(&acme.send(regenerated).await.json());
    let deleted = change(Method::DELETE, format!("/{}", id(&tokens[0]))).empty();
    assert_eq!(acme.send(deleted).await.status, StatusCode::NO_CONTENT);
    let renamed = change(Method::PUT, format!("/{}", id(&tokens[2]))).json(&json!({ "name": "another" }));
    assert_eq!(acme.send(renamed).await.status, StatusCode::OK);

    let restored = acme.restore(&backup).await;
    assert_eq!(names(&restored.in_doubt), ["token deleted", "token replaced"]);
    for (token, status) in [(0, 401), (1, 401), (2, 204), (3, 204)] {
        let answer = submit(&acme, &string(&tokens[token])).await;
        assert_eq!(answer.as_u16(), status, "{}", tokens[token]["name"]);
    }
    assert_eq!(submit(&acme, &new).await, StatusCode::UNAUTHORIZED);

    let held = acme.tokens().await["tokens"][2].clone();
    assert_eq!((&held["name"], &held["restored"]), (&json!("replaced"), &json!("held")));
    // Another name is no confirmation.
    let renamed = acme
        .token_change(Method::PUT, &format!("/{}", id(&held)))
        .header("if-match", "*");
    let renamed = acme.send(renamed.json(&json!({ "name": "renewed" }))).await.json();
    assert_eq!(renamed["restored"], "held", "{renamed}");
    assert_eq!(submit(&acme, &string(&tokens[1])).await, StatusCode::UNAUTHORIZED);
    let path = acme.tokens_path(&format!("/{}/confirm", id(&held)));
    let confirmed = confirm(&acme, &path, &renamed["version"]).await;
    assert_eq!(confirmed.status, StatusCode::OK, "{}", confirmed.text);
    assert_eq!(confirmed.json()["restored"], Value::Null);
    assert_eq!(submit(&acme, &string(&tokens[1])).await, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn what_the_operator_confirms_works_again() {
    if !sqlite_only("PostgreSQL has its own backups") {
        return;
    }
    let mut acme = Acme::unlimited().await;
    acme.welcome("removed", "Super Admin").await;
    let (key, token) = (acme.key().await, acme.add_token("scanner").await.json());
    let backup = acme.back_up().await;
    acme.regenerate().await;
    let removed = acme.listed("admins", "removed").await["id"].clone();
    acme.change_admin(&removed, "remove").await;
    let delete = acme
        .token_change(Method::DELETE, &format!("/{}", token["id"]))
        .header("if-match", "*");
    assert_eq!(acme.send(delete.empty()).await.status, StatusCode::NO_CONTENT);
    let restored = acme.restore(&backup).await;
    assert_eq!(
        names(&restored.in_doubt),
        ["key", "token scanner", "admin removed", "password removed"]
    );
    let mut transaction = acme.app.store.write().await.expect("a transaction");
    for held in &restored.in_doubt {
        held::confirm(&mut transaction, &acme.app.secrets, held, acme.clock.now())
            .await
            .expect("confirmed");
    }
    transaction.commit().await.expect("a commit");
    assert_eq!(acme.api_sign_in(&key, "removed", PASSWORD).await.status, StatusCode::OK);
    assert_eq!(
        submit(&acme, token["token"].as_str().expect("a token")).await,
        StatusCode::NO_CONTENT
    );
    assert_eq!(sign_in(&acme, "removed", PASSWORD).await.status, StatusCode::OK);
}
