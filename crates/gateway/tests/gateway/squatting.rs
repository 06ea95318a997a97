//! Login squatting, and confusable logins

use axum::http::StatusCode;
use keyward_contract::OrganizationId;
use keyward_gateway::store::people::names;
use serde_json::{Value, json};

use crate::{
    administration_support::{outcome, refused, token},
    process::operate,
    support::{ADMIN, Acme, Answer, Gateway, PASSWORD, get, post},
};

const CEO: &str = "ceo@acme.example";

/// Invites an admin to another organization.
async fn invite(acme: &Acme, (organization, cookie): (OrganizationId, &str), name: &str) -> Answer {
    let path = format!("/api/portal/orgs/{organization}");
    let roles = acme.send(get(&format!("{path}/roles")).cookie(cookie).empty()).await;
    let body = json!({ "name": name, "roleId": roles.json()[0]["id"] });
    let asked = post(&format!("{path}/admins")).cookie(cookie).header("x-keyward", "1");
    let answer = acme.send(asked.json(&body)).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
    answer
}

async fn sign_in(acme: &Acme, username: &str, password: &str) -> Answer {
    let body = json!({ "username": username, "password": password });
    acme.send(post("/api/portal/session").json(&body)).await
}

fn organizations(answer: &Answer) -> Vec<String> {
    let found = answer.json()["organizations"].as_array().cloned().unwrap_or_default();
    found
        .iter()
        .map(|it| it["name"].as_str().unwrap_or_default().to_owned())
        .collect()
}

/// In either order: the squatter and the true owner each reach only the organization that invited them.
#[tokio::test]
async fn an_account_of_one_organization_opens_no_other() {
    let acme = Acme::new().await;
    let (globex, _) = acme.organization("Globex", "boss@globex.example").await;
    let boss = acme.sign_in("boss@globex.example").await;
    let squatted = acme
        .accept(&invite(&acme, (globex, &boss), CEO).await, "the squatter's word")
        .await;
    assert_eq!(squatted.status, StatusCode::CREATED, "{}", squatted.text);

    let invited = acme.invite(CEO, "Super Admin").await;
    let owner = acme.accept(&invited, "the owner's own word").await;
    assert_eq!(owner.status, StatusCode::CREATED, "{}", owner.text);
    let name = format!("{CEO}/{}", acme.organization);
    assert_eq!(
        owner.json()["admin"]["name"],
        name.as_str(),
        "since the login is somebody's"
    );
    assert_eq!(organizations(&owner), ["Acme"]);

    let squatter = sign_in(&acme, CEO, "the squatter's word").await;
    assert_eq!(organizations(&squatter), ["Globex"]);
    assert_eq!(
        outcome(&sign_in(&acme, CEO, "the owner's own word").await),
        refused(401, "sign-in-failed")
    );
    assert_eq!(
        outcome(&sign_in(&acme, &name, "the squatter's word").await),
        refused(401, "sign-in-failed")
    );
    assert_eq!(
        organizations(&sign_in(&acme, &name.to_uppercase(), "the owner's own word").await),
        ["Acme"]
    );
    // Nor at the cloud service API.
    let key = acme.key().await;
    let answer = acme.api_sign_in(&key, CEO, "the squatter's word").await;
    assert_eq!(answer.code(), "INVALID_USERNAME_OR_PASSWORD");
    let answer = acme.api_sign_in(&key, &name, "the owner's own word").await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert_eq!(acme.listed("admins", &name).await["status"], "active");
    // Such a name can't be given otherwise.
    let answer = acme.invite("other@acme.example/7", "Auditor").await;
    assert_eq!(outcome(&answer), refused(422, "invalid-input"));
}

/// The owner of an account adds another organization to it: signed in, and with the link.
#[tokio::test]
async fn an_account_joins_another_organization_signed_in() {
    let acme = Acme::new().await;
    let (globex, _) = acme.organization("Globex", "boss@globex.example").await;
    let boss = acme.sign_in("boss@globex.example").await;
    acme.accept(&invite(&acme, (globex, &boss), CEO).await, PASSWORD).await;
    let cookie = acme.sign_in(CEO).await;
    let (third, _) = acme.organization("Initech", "boss@initech.example").await;
    let their_boss = acme.sign_in("boss@initech.example").await;
    let accept = async |cookie: &str, invited: &Answer| {
        let body = json!({ "token": token(invited), "password": "" });
        acme.send(post("/api/portal/invitation").cookie(cookie).json(&body))
            .await
    };
    let invited = acme.invite(CEO, "Auditor").await;
    assert_eq!(
        outcome(&accept(&boss, &invited).await),
        refused(422, "invalid-input"),
        "as somebody else"
    );
    let joined = accept(&cookie, &invited).await;
    assert_eq!(organizations(&joined), ["Acme", "Globex"]);
    // An account for one organization only has this login, too.
    let owner = acme
        .accept(&invite(&acme, (third, &their_boss), CEO).await, PASSWORD)
        .await;
    assert_eq!(organizations(&owner), ["Initech"]);
    let (fourth, _) = acme.organization("Umbrella", "boss@umbrella.example").await;
    let last_boss = acme.sign_in("boss@umbrella.example").await;
    let invited = invite(&acme, (fourth, &last_boss), CEO).await;
    let joined = accept(&owner.cookie(), &invited).await;
    assert_eq!(organizations(&joined), ["Initech", "Umbrella"]);
    assert_eq!(
        outcome(&accept(&cookie, &invited).await),
        refused(403, "invitation-invalid")
    );
}

/// An inviter has the link, too, and is told the same in both cases.
#[tokio::test]
async fn an_offer_reveals_no_accounts_elsewhere() {
    let acme = Acme::new().await;
    acme.organization("Elsewhere", "Victim@acme.example").await;
    let offer = async |invited: &Answer| {
        let body = json!({ "token": token(invited) });
        let mut offer = acme.send(post("/api/portal/invitation/read").json(&body)).await.json();
        let name = offer["name"].take();
        (offer, name)
    };
    let (known, name) = offer(&acme.invite("VICTIM@acme.example", "Auditor").await).await;
    let (unknown, _) = offer(&acme.invite("NOBODY@acme.example", "Auditor").await).await;
    assert_eq!(known, unknown);
    assert_eq!(name, "victim@acme.example", "not as its owner writes it");
}

#[tokio::test]
async fn invisible_characters_are_rejected_by_name() {
    let acme = Acme::new().await;
    let field = |answer: &Answer| answer.json()["fields"]["name"].as_str().unwrap_or_default().to_owned();
    for (login, named) in [
        ("ops\u{200b}@acme.example", "U+200B"),
        ("\u{202e}emca@nimda", "U+202E"),
        ("\u{430}dmin@acme.example", "U+0430"),
        ("\u{212a}im@acme.example", "U+212A"),
    ] {
        let answer = acme.invite(login, "Auditor").await;
        assert_eq!(outcome(&answer), refused(422, "invalid-input"), "{login:?}");
        assert!(field(&answer).contains(named), "{login:?}: {}", answer.text);
    }
    let role = async |name: &str| {
        acme.add_role(&acme.cookie, name, keyward_contract::Permissions::NONE)
            .await
    };
    for (name, named) in [
        ("\u{202e}nimda", "U+202E"),
        ("Key\u{ad}Manager", "U+00AD"),
        ("\u{3164}", "U+3164"),
    ] {
        let answer = role(name).await;
        assert_eq!(outcome(&answer), refused(422, "invalid-input"), "{name:?}");
        assert!(field(&answer).contains(named), "{name:?}: {}", answer.text);
    }
    // The same name in another form is the same name.
    assert_eq!(role("Caf\u{e9}").await.status, StatusCode::CREATED);
    for same in ["Cafe\u{301}", "key\u{a0}manager"] {
        assert_eq!(outcome(&role(same).await), refused(409, "role-exists"), "{same:?}");
    }
}

#[tokio::test]
async fn logins_are_compared_in_canonical_form() {
    let acme = Acme::new().await;
    acme.welcome("m\u{fc}ller@b\u{fc}cher.example", "API Client Admin")
        .await;
    let again = acme.invite("mu\u{308}ller@xn--bcher-kva.example", "Auditor").await;
    assert_eq!(outcome(&again), refused(409, "administrator-exists"));
    let key = acme.key().await;
    for typed in [
        " m\u{fc}ller@b\u{fc}cher.example",
        "m\u{fc}ller@b\u{fc}cher.example\u{a0}",
        "M\u{dc}LLER@B\u{dc}CHER.example\n",
        "mu\u{308}ller@bu\u{308}cher.example",
        "m\u{fc}ller@xn--bcher-kva.example.",
    ] {
        assert_eq!(
            sign_in(&acme, typed, PASSWORD).await.status,
            StatusCode::OK,
            "{typed:?}"
        );
        acme.clock.advance(chrono::TimeDelta::seconds(2));
        assert_eq!(
            acme.api_sign_in(&key, typed, PASSWORD).await.status,
            StatusCode::OK,
            "{typed:?}"
        );
    }
}

/// A database of an older version: what can be brought into the form is, the rest is told and goes on as it was.
#[tokio::test]
async fn logins_of_older_versions_are_migrated() {
    let gateway = Gateway::empty().await;
    gateway.organization("Acme", ADMIN).await;
    let hash = gateway
        .app
        .passwords
        .hash(PASSWORD, keyward_gateway::credentials::password::Asker::operator())
        .await
        .expect("a hash");
    let others = gateway
        .app
        .passwords
        .hash(
            "the other's password",
            keyward_gateway::credentials::password::Asker::operator(),
        )
        .await
        .expect("a hash");
    gateway.app.store.close().await;
    // As it was.
    gateway.data.execute("UPDATE installation SET name_rules = 0");
    let old: [(i64, &str, &str, &str); 6] = [
        (11, "Zo\u{e8}@Acme.example", "zo\u{e8}@acme.example", &others),
        (12, "Zoe\u{300}@Acme.example", "zoe\u{300}@acme.example", &hash),
        (13, "o\u{308}l@acme.example", "o\u{308}l@acme.example", &hash),
        (14, "ops\u{200b}@acme.example", "ops\u{200b}@acme.example", &hash),
        (15, "\u{212a}im@acme.example", "kim@acme.example", &hash),
        (16, "a@b\u{fc}cher.example", "a@b\u{fc}cher.example", &hash),
    ];
    for (id, name, login, hash) in old {
        gateway.data.execute_with(
            "INSERT INTO admins (id, name, login, password_hash, created_on) VALUES (?1, ?2, ?3, ?4, -?1)",
            &[id.into(), name.into(), login.into(), hash.into()],
        );
        gateway.data.execute_with(
            "INSERT INTO admin_roles (organization_id, admin_id, role_id, status, version)
             SELECT organization_id, ?1, role_id, 'active', 1 FROM admin_roles LIMIT 1",
            &[id.into()],
        );
    }
    let mut gateway = gateway;
    // Once, and no more.
    for _ in 0..2 {
        gateway = gateway.restart().await;
        let found = {
            let mut reader = gateway.app.store.read().await.expect("a reader");
            names::collisions(&mut reader).await.expect("collisions")
        };
        let told: Vec<_> = found.iter().map(|it| (it.id.0, it.fault.is_some())).collect();
        assert_eq!(told.len(), 3, "{found:?}");
        for told_of in [(12, false), (14, true), (15, true)] {
            assert!(told.contains(&told_of), "{found:?}");
        }
        let log = gateway.audit_log().await;
        let rows = log.iter().filter(|row| row.starts_with("Update")).count();
        assert!(rows <= 1, "{log:?}");
        let sign_in = async |username: &str, password: &str| {
            let body = json!({ "username": username, "password": password });
            gateway.send(post("/api/portal/session").json(&body)).await.json()["admin"]["id"].clone()
        };
        for (typed, password, id) in [
            ("zo\u{e8}@acme.example", "the other's password", json!(11)),
            ("ZOE\u{300}@acme.example", PASSWORD, json!(12)),
            ("\u{f6}l@acme.example", PASSWORD, json!(13)),
            ("o\u{308}l@acme.example", PASSWORD, json!(13)),
            ("ops\u{200b}@acme.example", PASSWORD, json!(14)),
            ("\u{212a}im@acme.example", PASSWORD, json!(15)),
            ("kim@acme.example", PASSWORD, Value::Null),
            ("ops@acme.example", PASSWORD, Value::Null),
            ("a@xn--bcher-kva.example", PASSWORD, json!(16)),
        ] {
            assert_eq!(sign_in(typed, password).await, id, "{typed:?}");
        }
    }
    // The operator sees which, and what is in them.
    let listed = operate(&gateway.data, &["admin", "collisions"]);
    let listed = String::from_utf8(listed.stdout).expect("text");
    assert!(listed.contains("ops\\u{200b}@acme.example\t14\t"), "{listed}");
    assert!(
        listed.contains("\t12\tAnother account has the same user name"),
        "{listed}"
    );
    let admins = operate(&gateway.data, &["admin", "list", "--organization", "ACME"]);
    let admins = String::from_utf8(admins.stdout).expect("text");
    assert!(
        admins.contains("ops\\u{200b}@acme.example\t") && !admins.contains('\u{200b}'),
        "{admins}"
    );
}
