//! Single sign-on: linking accounts, and provisioning roles

use axum::http::{Method, StatusCode};
use keyward_contract::{AdministratorStatus, BuiltInRole, OrganizationId};
use keyward_gateway::store::people::{members, roles, sso};
use serde_json::{Value, json};

use crate::{
    sso_support::{Sso, session_cookie},
    support::{ADMIN, PASSWORD, get, post, request},
};

fn groups(groups: &'static [&'static str]) -> impl FnOnce(&mut Value) {
    move |claims| {
        claims["groups"] = json!(groups);
        claims["email"] = json!("new@acme.example");
        claims["sub"] = json!("new");
    }
}

/// An account stays with who has it at the provider, whatever address they or others get there.
#[tokio::test]
async fn an_account_stays_with_its_subject_at_the_provider() {
    let sso = Sso::new().await;
    assert!(session_cookie(&sso.sign_in(|_| {}).await).is_some());
    // The address was reassigned to someone else there.
    let answer = sso.sign_in(|claims| claims["sub"] = json!("another")).await;
    sso.refused(&answer, "sso-no-account", "sso-subject-changed").await;
    // The person has got another address.
    let answer = sso
        .sign_in(|claims| claims["email"] = json!("married@acme.example"))
        .await;
    let session = sso.session(&session_cookie(&answer).expect("a session")).await.json();
    assert_eq!(session["admin"]["name"], ADMIN);
}

/// A provider with a domain can't sign in people of other domains.
#[tokio::test]
async fn a_provider_only_signs_in_its_own_domain() {
    let sso = Sso::new().await;
    let globex = sso.another("Globex Login", "globex.example").await;
    let (organization, _) = sso.acme.organization("Globex", "boss@globex.example").await;
    for login in [
        ADMIN,
        "boss@evil-globex.example",
        "boss@globex.example@acme.example",
        "globex.example",
    ] {
        let answer = globex.sign_in(|claims| claims["email"] = json!(login)).await;
        sso.refused(&answer, "sso-no-account", "sso-login-of-other-domain")
            .await;
    }
    let begun = globex
        .begin("", Some(&sso.acme.sign_in("boss@globex.example").await))
        .await;
    let mut claims = globex.claims(&begun);
    claims["email"] = json!("Boss@Globex.example");
    let answer = globex.come_back(&begun, &claims).await;
    let session = sso.session(&session_cookie(&answer).expect("a session")).await.json();
    assert_eq!(session["organizations"][0]["id"], organization.0);
}

/// Roles that follow from a claim go with it.
#[tokio::test]
async fn provisioned_roles_follow_the_claim() {
    let sso = Sso::with_roles_claim("groups").await;
    sso.give_role("keyward-managers", BuiltInRole::KeyManager).await;
    sso.give_role("everybody", BuiltInRole::Auditor).await;
    let answer = sso.sign_in(groups(&["strangers"])).await;
    sso.refused(&answer, "sso-no-account", "unknown-user").await;
    assert_eq!(sso.admin("new@acme.example").await, None);

    let role = async || {
        let admin = sso.admin("new@acme.example").await?;
        sso.member(admin).await.map(|member| member.role)
    };
    let answer = sso.sign_in(groups(&["everybody", "keyward-managers"])).await;
    assert!(session_cookie(&answer).is_some(), "{:?}", sso.acme.audit_log().await);
    assert_eq!(
        role().await.as_deref(),
        Some("Key Manager"),
        "the first that was given counts"
    );
    let log = sso.acme.audit_log().await;
    assert!(
        log.contains(&"Create, Acme Login, Admin UI, Success".to_owned()),
        "{log:?}"
    );
    let cookie = session_cookie(&sso.sign_in(groups(&["everybody"])).await).expect("a session");
    assert_eq!(role().await.as_deref(), Some("Auditor"));
    let answer = sso.sign_in(groups(&[])).await;
    sso.refused(&answer, "sso-no-account", "sso-no-role").await;
    assert_eq!(role().await, None);
    assert_eq!(
        sso.session(&cookie).await.status,
        StatusCode::UNAUTHORIZED,
        "the sessions end with the last role"
    );
    assert_eq!(sso.admin("new@acme.example").await, None, "and the account goes");
}

/// What an admin has given or changed no claim changes.
#[tokio::test]
async fn provisioning_leaves_roles_from_admins_alone() {
    let sso = Sso::with_roles_claim("groups").await;
    sso.give_role("everybody", BuiltInRole::Auditor).await;
    let role = async |login: &str| {
        let member = sso
            .member(sso.admin(login).await.expect("an admin"))
            .await
            .expect("a member");
        (member.role, member.given_by)
    };
    // The Super Admin is one by hand.
    let answer = sso.sign_in(|claims| claims["groups"] = json!(["everybody"])).await;
    assert!(session_cookie(&answer).is_some());
    assert_eq!(role(ADMIN).await, ("Super Admin".to_owned(), None));

    sso.sign_in(groups(&["everybody"])).await;
    assert_eq!(
        role("new@acme.example").await,
        ("Auditor".to_owned(), Some("Acme Login".to_owned()))
    );
    let path = format!("/api/portal/orgs/{}", sso.acme.organization);
    let admins = get(&format!("{path}/admins")).cookie(&sso.acme.cookie).empty();
    let admins = sso.acme.send(admins).await.json();
    let new = admins
        .as_array()
        .expect("admins")
        .iter()
        .find(|it| it["name"] == "new@acme.example");
    let new = new.expect("the new one");
    assert_eq!(new["givenBy"], "Acme Login");
    let roles = get(&format!("{path}/roles")).cookie(&sso.acme.cookie).empty();
    let roles = sso.acme.send(roles).await.json();
    let manager = roles
        .as_array()
        .expect("roles")
        .iter()
        .find(|it| it["name"] == "Key Manager");
    let change = request(Method::PUT, &format!("{path}/admins/{}", new["id"]))
        .cookie(&sso.acme.cookie)
        .header("x-keyward", "1")
        .header("if-match", "*");
    let changed = sso
        .acme
        .send(change.json(&json!({ "roleId": manager.expect("a role")["id"] })))
        .await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.text);
    for in_groups in [groups(&["everybody"]), groups(&[])] {
        assert!(session_cookie(&sso.sign_in(in_groups).await).is_some());
        assert_eq!(role("new@acme.example").await, ("Key Manager".to_owned(), None));
    }
}

/// Only someone who knows the password can link an account that has one.
#[tokio::test]
async fn only_its_owner_links_an_account_with_a_password() {
    let acme = Sso::with_roles_claim("groups").await;
    acme.give_role("everybody", BuiltInRole::KeyManager).await;
    // Someone in another organization has an account with the same name as a person at the provider.
    acme.acme.organization("Globex", "new@acme.example").await;
    let answer = acme.sign_in(groups(&["everybody"])).await;
    acme.refused(&answer, "sso-not-connected", "sso-not-connected").await;
    let admin = acme.admin("new@acme.example").await.expect("an admin");
    assert!(acme.member(admin).await.is_none(), "and it has no role for it");

    let password = acme.acme.sign_in("new@acme.example").await;
    let connect = async |cookie: &str| {
        let begun = acme.begin("?next=account", Some(cookie)).await;
        let mut claims = acme.claims(&begun);
        groups(&["everybody"])(&mut claims);
        acme.come_back(&begun, &claims).await
    };
    let answer = connect(&acme.acme.cookie).await;
    acme.refused(&answer, "sso-not-connected", "sso-not-connected").await;
    let cookie = session_cookie(&connect(&password).await).expect("a session");
    let session = acme.session(&cookie).await.json();
    assert_eq!(session["organizations"].as_array().map(Vec::len), Some(2));
    assert_eq!(acme.session(&password).await.status, StatusCode::UNAUTHORIZED);
    assert!(session_cookie(&acme.sign_in(groups(&["everybody"])).await).is_some());
}

/// A fresh sign-in takes what the provider's claim gives no more.
#[tokio::test]
async fn a_new_sign_in_revokes_roles_the_claim_lost() {
    let sso = Sso::with_roles_claim("groups").await;
    sso.give_role("managers", BuiltInRole::KeyManager).await;
    let cookie = session_cookie(&sso.sign_in(groups(&["managers"])).await).expect("a session");
    let begun = sso.begin("?fresh", Some(&cookie)).await;
    let mut claims = sso.claims(&begun);
    groups(&[])(&mut claims);
    let answer = sso.come_back(&begun, &claims).await;
    sso.refused_at("signed-in", &answer, "sso-no-account", "sso-no-role")
        .await;
    assert_eq!(sso.session(&cookie).await.status, StatusCode::UNAUTHORIZED);
}

/// A claim never takes the last Super Admin.
#[tokio::test]
async fn a_claim_never_takes_the_last_super_admin() {
    let sso = Sso::with_roles_claim("groups").await;
    sso.give_role("everybody", BuiltInRole::Auditor).await;
    let mut transaction = sso.acme.app.store.write().await.expect("a transaction");
    let key = (sso.acme.organization, sso.acme.admin.id);
    sso::mark_given(&mut transaction, sso.provider.id, key)
        .await
        .expect("marked");
    transaction.commit().await.expect("a commit");
    for in_groups in [&["everybody"][..], &[]] {
        let answer = sso.sign_in(|claims| claims["groups"] = json!(in_groups)).await;
        assert!(session_cookie(&answer).is_some());
        let log = sso.acme.audit_log().await;
        assert!(
            log.iter().rev().take(2).any(|row| row.contains("last-super-admin")),
            "{log:?}"
        );
        let member = sso.member(sso.acme.admin.id).await.expect("a member");
        assert_eq!(member.role, "Super Admin");
    }
}

#[tokio::test]
async fn a_claim_does_not_enable_a_disabled_admin() {
    let sso = Sso::with_roles_claim("groups").await;
    sso.give_role("everybody", BuiltInRole::Auditor).await;
    sso.sign_in(groups(&["everybody"])).await;
    let admin = sso.admin("new@acme.example").await.expect("an admin");
    let member = sso.member(admin).await.expect("a member");
    let mut transaction = sso.acme.app.store.write().await.expect("a transaction");
    let key = (sso.acme.organization, admin);
    members::update(&mut transaction, key, member.role_id, AdministratorStatus::Disabled)
        .await
        .expect("disabled");
    transaction.commit().await.expect("a commit");
    // Nor by a way out of the group and in again.
    for in_groups in [groups(&["everybody"]), groups(&[]), groups(&["everybody"])] {
        let answer = sso.sign_in(in_groups).await;
        sso.refused(&answer, "account-disabled", "account-disabled").await;
    }
    assert_eq!(
        sso.member(admin).await.expect("a member").status,
        AdministratorStatus::Disabled
    );
}

#[tokio::test]
async fn removing_a_provider_ends_sessions_and_leaves_roles() {
    let acme = Sso::with_roles_claim("groups").await;
    acme.give_role("everybody", BuiltInRole::Auditor).await;
    let cookie = session_cookie(&acme.sign_in(groups(&["everybody"])).await).expect("a session");
    assert_eq!(acme.session(&cookie).await.json()["hasPassword"], false);
    let mut transaction = acme.acme.app.store.write().await.expect("a transaction");
    let stay = sso::delete(&mut transaction, acme.provider.id).await.expect("removed");
    transaction.commit().await.expect("a commit");
    assert_eq!(stay, 1);
    // The account still has an owner, and an invitation gives no access to it.
    let (globex, _) = acme.acme.organization("Globex", "boss@globex.example").await;
    let boss = acme.acme.sign_in("boss@globex.example").await;
    let roles = get(&format!("/api/portal/orgs/{globex}/roles")).cookie(&boss).empty();
    let role = acme.acme.send(roles).await.json()[0]["id"].clone();
    let invite = post(&format!("/api/portal/orgs/{globex}/admins"))
        .cookie(&boss)
        .header("x-keyward", "1");
    let invited = acme
        .acme
        .send(invite.json(&json!({ "name": "new@acme.example", "roleId": role })))
        .await
        .json();
    let token = invited["link"]
        .as_str()
        .and_then(|link| link.split_once('#'))
        .expect("a link")
        .1
        .to_owned();
    let accept = post("/api/portal/invitation").json(&json!({ "token": token, "password": PASSWORD }));
    let accepted = acme.acme.send(accept).await.json();
    assert_eq!(accepted["admin"]["name"], format!("new@acme.example/{globex}").as_str());
    assert_eq!(accepted["organizations"].as_array().map(Vec::len), Some(1));
    assert_eq!(acme.session(&cookie).await.status, StatusCode::UNAUTHORIZED);
    let admin = acme.admin("new@acme.example").await.expect("an admin");
    assert!(acme.member(admin).await.is_some());
}

/// A one-time link is no way into an account of single sign-on, nor into one whose provider is gone.
#[tokio::test]
async fn invitations_work_with_sso_and_open_no_accounts() {
    let sso = Sso::new().await;
    let all = {
        let mut reader = sso.acme.app.store.read().await.expect("a reader");
        roles::list(&mut reader, sso.acme.organization, None)
            .await
            .expect("roles")
    };
    let invite = async |organization: OrganizationId, cookie: &str, role: i64| {
        let path = format!("/api/portal/orgs/{organization}/admins");
        let asked = post(&path).cookie(cookie).header("x-keyward", "1");
        let answer = sso
            .acme
            .send(asked.json(&json!({ "name": "new@acme.example", "roleId": role })))
            .await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
        let link = answer.json()["link"].as_str().expect("a link").to_owned();
        link.split_once('#').expect("a token").1.to_owned()
    };
    invite(sso.acme.organization, &sso.acme.cookie, all[0].id.0).await;
    let as_new = |claims: &mut Value| {
        claims["email"] = json!("New@acme.example");
        claims["sub"] = json!("new");
    };
    let cookie = session_cookie(&sso.sign_in(as_new).await).expect("a session");
    let admin = sso.admin("new@acme.example").await.expect("an admin");
    assert_eq!(
        sso.member(admin).await.expect("a member").status,
        AdministratorStatus::Active
    );

    // An invitation by someone else can't set a password for the account.
    let (globex, _) = sso.acme.organization("Globex", "boss@globex.example").await;
    let boss = sso.acme.sign_in("boss@globex.example").await;
    let their_roles = sso
        .acme
        .send(get(&format!("/api/portal/orgs/{globex}/roles")).cookie(&boss).empty())
        .await;
    let role = their_roles.json()[0]["id"].as_i64().expect("a role");
    let token = invite(globex, &boss, role).await;
    let offer = async |cookie: &str| {
        let asked = post("/api/portal/invitation/read").cookie(cookie);
        sso.acme.send(asked.json(&json!({ "token": token }))).await.json()["proof"].clone()
    };
    let accept = async |cookie: &str, password: &str| {
        let asked = post("/api/portal/invitation").cookie(cookie);
        sso.acme
            .send(asked.json(&json!({ "token": token, "password": password })))
            .await
    };
    assert_eq!(offer(&boss).await, "new-password", "which tells nothing of the account");
    assert!(
        session_cookie(&sso.sign_in(as_new).await).is_some(),
        "and a sign-in accepts nothing for who is active elsewhere"
    );
    assert_eq!(
        sso.session(&cookie).await.json()["organizations"]
            .as_array()
            .map(Vec::len),
        Some(1)
    );
    assert_eq!(offer(&cookie).await, "session");
    let answer = accept(&cookie, "").await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
    assert_eq!(answer.json()["organizations"].as_array().map(Vec::len), Some(2));
    // With the link alone one gets a separate account.
    let (third, _) = sso.acme.organization("Initech", "boss@initech.example").await;
    let their_boss = sso.acme.sign_in("boss@initech.example").await;
    let roles = get(&format!("/api/portal/orgs/{third}/roles")).cookie(&their_boss);
    let role = sso.acme.send(roles.empty()).await.json()[0]["id"]
        .as_i64()
        .expect("a role");
    let token = invite(third, &their_boss, role).await;
    let asked = post("/api/portal/invitation").json(&json!({ "token": token, "password": PASSWORD }));
    let answer = sso.acme.send(asked).await.json();
    assert_ne!(answer["admin"]["id"], admin.0);
    assert_eq!(answer["organizations"].as_array().map(Vec::len), Some(1));
    assert_eq!(sso.session(&cookie).await.json()["hasPassword"], false);
}

/// While passwords are turned off, only service accounts that the operator named can use theirs, for API sessions.
#[tokio::test]
async fn password_sign_in_off_rejects_all_passwords() {
    let sso = Sso::new().await;
    let cookie = session_cookie(&sso.sign_in(|_| {}).await).expect("a session");
    sso.set_password_sign_in(false).await;
    assert_eq!(
        sso.session(&sso.acme.cookie).await.status,
        StatusCode::UNAUTHORIZED,
        "what a password opened has ended"
    );
    let body = json!({ "username": ADMIN, "password": PASSWORD });
    let refused = sso.acme.send(post("/api/portal/session").json(&body)).await;
    assert_eq!(refused.code(), "password-sign-in-off");
    assert_eq!(
        sso.acme.send(get("/api/portal/sso").empty()).await.json()["password"],
        false
    );
    assert_eq!(sso.session(&cookie).await.status, StatusCode::OK);
    sso.set_password_sign_in(true).await;
    assert_eq!(
        sso.acme.send(post("/api/portal/session").json(&body)).await.status,
        StatusCode::OK
    );
}
