//! Invitations, and links that set a new password

use axum::http::{Method, StatusCode, header};
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::{
    administration_support::{outcome, refused, token},
    support::{Acme, Answer, PASSWORD, get, request},
};

const NAME: &str = "8e03978e-40d5-43e8-bc93-6894a57f9324";

async fn offer(acme: &Acme, token: &str) -> Answer {
    let body = json!({ "token": token });
    acme.send(request(Method::POST, "/api/portal/invitation/read").json(&body))
        .await
}

async fn renew(acme: &Acme, admin: &Value) -> Answer {
    acme.change_admin(admin, "invitation").await
}

#[tokio::test]
async fn an_invitation_is_accepted_once() {
    let acme = Acme::new().await;
    let invited = acme.invite("new@acme.example", "Auditor").await;
    assert_eq!(invited.status, StatusCode::CREATED);
    assert_eq!(invited.header(header::CACHE_CONTROL), "no-store");
    let row = acme.listed("admins", "new@acme.example").await;
    assert_eq!(row["status"], "invited");
    assert!(row.get("link").is_none());
    let body = json!({ "username": "new@acme.example", "password": "" });
    let sign_in = request(Method::POST, "/api/portal/session").json(&body);
    assert_eq!(outcome(&acme.send(sign_in).await), refused(401, "sign-in-failed"));
    assert_eq!(
        offer(&acme, &token(&invited)).await.json(),
        json!({ "name": "new@acme.example", "organization": "Acme", "role": "Auditor", "proof": "new-password" })
    );
    let short = acme.accept(&invited, "short").await;
    assert_eq!(outcome(&short), refused(422, "invalid-input"));
    assert!(short.json()["fields"]["password"].is_string());

    let accepted = acme.accept(&invited, PASSWORD).await;
    assert_eq!(accepted.status, StatusCode::CREATED);
    assert_eq!(accepted.json()["organizations"][0]["role"], "Auditor");
    let me = get("/api/portal/session").cookie(&accepted.cookie()).empty();
    assert_eq!(acme.send(me).await.status, StatusCode::OK);
    assert_eq!(acme.listed("admins", "new@acme.example").await["status"], "active");
    assert_eq!(
        outcome(&acme.accept(&invited, PASSWORD).await),
        refused(403, "invitation-invalid")
    );
    assert_eq!(
        outcome(&offer(&acme, &token(&invited)).await),
        refused(403, "invitation-invalid")
    );
    let again = acme.invite("NEW@acme.example", "Auditor").await;
    assert_eq!(outcome(&again), refused(409, "administrator-exists"));
}

/// Of concurrent uses of the link, only one succeeds.
#[tokio::test]
async fn a_link_used_concurrently_works_once() {
    let acme = Acme::new().await;
    let invited = acme.invite("raced", "Auditor").await;
    let passwords: Vec<String> = (0..6).map(|number| format!("tangerine bicycle {number}")).collect();
    let attempts = passwords.iter().map(|password| acme.accept(&invited, password));
    let answers = futures_util::future::join_all(attempts).await;
    let mut accepted = passwords
        .iter()
        .zip(&answers)
        .filter(|(_, answer)| answer.status == StatusCode::CREATED);
    let (password, _) = accepted.next().expect("one accepted");
    assert!(accepted.next().is_none(), "one alone");
    for answer in answers.iter().filter(|answer| answer.status != StatusCode::CREATED) {
        assert_eq!(outcome(answer), refused(403, "invitation-invalid"));
    }
    let body = json!({ "username": "raced", "password": password });
    let sign_in = request(Method::POST, "/api/portal/session").json(&body);
    assert_eq!(
        acme.send(sign_in).await.status,
        StatusCode::OK,
        "it is the password of the one who accepted"
    );
}

#[tokio::test]
async fn an_invitation_expires_and_can_be_renewed() {
    let acme = Acme::new().await;
    let first = acme.invite("late", "Auditor").await;
    let late = first.json()["administrator"]["id"].clone();
    acme.clock.advance(TimeDelta::days(7));
    assert_eq!(
        outcome(&acme.accept(&first, PASSWORD).await),
        refused(403, "invitation-invalid")
    );
    let mut acme = acme;
    acme.cookie = acme.sign_in(crate::support::ADMIN).await;
    let second = renew(&acme, &late).await;
    assert_eq!(second.status, StatusCode::OK, "{}", second.text);
    let third = renew(&acme, &late).await;
    assert_eq!(
        outcome(&acme.accept(&second, PASSWORD).await),
        refused(403, "invitation-invalid"),
        "the newest counts"
    );
    assert_eq!(acme.accept(&third, PASSWORD).await.status, StatusCode::CREATED);
    assert_eq!(outcome(&renew(&acme, &late).await), refused(409, "not-invited"));
}

#[tokio::test]
async fn links_of_removed_or_disabled_admins_do_not_work() {
    let acme = Acme::new().await;
    let invited = acme.invite("unwanted", "Auditor").await;
    let unwanted = invited.json()["administrator"]["id"].clone();
    acme.change_admin(&unwanted, "disable").await;
    assert_eq!(
        outcome(&acme.accept(&invited, PASSWORD).await),
        refused(403, "invitation-invalid")
    );
    let enabled = acme.change_admin(&unwanted, "enable").await;
    assert_eq!(enabled.json()["status"], "invited", "enabling accepts nothing");
    acme.change_admin(&unwanted, "remove").await;
    assert_eq!(
        outcome(&acme.accept(&invited, PASSWORD).await),
        refused(403, "invitation-invalid")
    );
}

/// Inviting someone with an account elsewhere reveals nothing about it, and the link gives no access to it.
#[tokio::test]
async fn an_invitation_neither_reveals_nor_takes_over_accounts() {
    let acme = Acme::new().await;
    acme.organization("Elsewhere", "victim").await;
    acme.sign_in("victim").await;
    let known = acme.invite("VICTIM", "Super Admin").await;
    let unknown = acme.invite("NOBODY", "Super Admin").await;
    for (invited, name) in [(&known, "victim"), (&unknown, "nobody")] {
        assert_eq!(
            invited.json()["administrator"]["name"],
            name,
            "how others write it is not told"
        );
    }
    let shape = |answer: &Answer| {
        let mut json = answer.json();
        json["link"] = json!(null);
        json["administrator"]["id"] = json!(null);
        json["administrator"]["name"] = json!(null);
        json
    };
    assert_eq!((known.status, shape(&known)), (unknown.status, shape(&unknown)));
    let row = |name: &'static str| async {
        let mut row = acme.listed("admins", name).await;
        row["id"] = json!(null);
        row["name"] = json!(null);
        row
    };
    assert_eq!(row("victim").await, row("nobody").await);

    let attempt = acme.accept(&known, "chosen by the attacker").await;
    assert_eq!(attempt.status, StatusCode::CREATED, "{}", attempt.text);
    assert_eq!(
        attempt.json()["organizations"].as_array().map(Vec::len),
        Some(1),
        "another account"
    );
    let body = json!({ "username": "victim", "password": "chosen by the attacker" });
    let sign_in = request(Method::POST, "/api/portal/session").json(&body);
    assert_eq!(outcome(&acme.send(sign_in).await), refused(401, "sign-in-failed"));
    acme.sign_in("victim").await;
}

/// Two links to one new account: the first to be accepted sets the password, the second opens it to who is signed in alone.
#[tokio::test]
async fn a_second_link_does_not_reset_a_new_password() {
    let acme = Acme::new().await;
    let first = acme.invite("shared", "Auditor").await;
    let (other, _) = acme.organization("Other", "other").await;
    let cookie = acme.sign_in("other").await;
    let path = format!("/api/portal/orgs/{other}");
    let roles = acme
        .send(get(&format!("{path}/roles")).cookie(&cookie).empty())
        .await
        .json();
    let body = json!({ "name": "Shared", "roleId": roles[2]["id"] });
    let invite = request(Method::POST, &format!("{path}/admins"))
        .cookie(&cookie)
        .header("x-keyward", "1");
    let second = acme.send(invite.json(&body)).await;
    assert_eq!(second.status, StatusCode::CREATED, "{}", second.text);
    let accepted = acme.accept(&first, PASSWORD).await;
    assert_eq!(accepted.status, StatusCode::CREATED);
    let other = acme.accept(&second, "another password").await;
    assert_ne!(other.json()["admin"]["id"], accepted.json()["admin"]["id"]);
    let me = get("/api/portal/session").cookie(&accepted.cookie()).empty();
    let me = acme.send(me).await.json();
    assert_eq!(me["organizations"].as_array().map(Vec::len), Some(1));
    acme.sign_in("shared").await;
}

/// The answer that got lost comes again, with the same link; and neither it nor a password is on the disk in clear.
#[tokio::test]
async fn a_repeated_invitation_has_the_same_link_and_leaves_no_secret() {
    let acme = Acme::new().await;
    let body = json!({ "name": "twice", "roleId": acme.role_id("Auditor").await });
    let invite = |body: &Value| {
        acme.manage(&acme.cookie, Method::POST, "admins")
            .header("idempotency-key", NAME)
            .json(body)
    };
    let first = acme.send(invite(&body)).await;
    let again = acme.send(invite(&body)).await;
    assert_eq!((again.status, &again.text), (StatusCode::CREATED, &first.text));
    let other = json!({ "name": "thrice", "roleId": body["roleId"] });
    assert_eq!(
        outcome(&acme.send(invite(&other)).await),
        refused(422, "idempotency-key-reused")
    );
    let rename = |version: &str| {
        let path = format!(
            "/api/portal/orgs/{}/admins/{}/disable",
            acme.organization,
            first.json()["administrator"]["id"]
        );
        request(Method::POST, &path)
            .cookie(&acme.cookie)
            .header("x-keyward", "1")
            .header("idempotency-key", NAME)
            .header("if-match", version)
            .empty()
    };
    let disabled = acme.send(rename("\"1\"")).await;
    assert_eq!(disabled.status, StatusCode::OK, "{}", disabled.text);
    let repeated = acme.send(rename("\"1\"")).await;
    assert_eq!(
        (repeated.status, repeated.text),
        (StatusCode::OK, disabled.text),
        "a repetition comes before the version"
    );

    acme.sign_in(crate::support::ADMIN).await;
    let secret = token(&first);
    let stored = acme.data.everything();
    for secret in [secret.as_str(), PASSWORD] {
        assert!(!stored.contains(secret), "a secret is stored");
    }
}
