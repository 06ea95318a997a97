//! New passwords: what they must not be, wherever one is set.

use axum::http::{Method, StatusCode};
use serde_json::json;

use crate::{
    administration_support::outcome,
    support::{ADMIN, Acme, Answer, Gateway, PASSWORD, post, request},
};

/// Short, common, foretold by a rule, invisible, and made of the names around it.
const BAD: [&str; 10] = [
    "tangerine b",
    "password1234",
    "P@ssw0rd!2026",
    "123456789012",
    "            ",
    "\u{200b}\u{200b}\u{200b}\u{200b}\u{200b}\u{200b}\u{200b}\u{200b}\u{200b}\u{200b}\u{200b}\u{200b}",
    "admin@acme.example",
    "Acme-Acme-2026",
    "keyward-keyward",
    "Ｐａｓｓｗｏｒｄ１２３４",
];
const GOOD: &str = "tangerine bicycle mosaic";

async fn sign_in(gateway: &Gateway, username: &str, password: &str) -> StatusCode {
    let body = json!({ "username": username, "password": password });
    gateway.send(post("/api/portal/session").json(&body)).await.status
}

fn about(answer: &Answer, field: &str) -> bool {
    answer.status == StatusCode::UNPROCESSABLE_ENTITY && answer.json()["fields"][field].is_string()
}

/// A weak password is rejected wherever one is set, and one set before goes on working.
#[tokio::test]
async fn set_up_rejects_weak_passwords() {
    let gateway = Gateway::empty().await;
    let token = gateway.setup_token.clone().expect("a link");
    let set_up = async |password: &str| {
        let body = json!({ "token": token, "organization": "Acme", "cloud": "cloud.example", "username": ADMIN, "password": password });
        gateway.send(post("/api/portal/setup").json(&body)).await
    };
    for password in BAD {
        assert!(about(&set_up(password).await, "password"), "{password:?}");
    }
    assert_eq!(set_up(GOOD).await.status, StatusCode::CREATED);
}

#[tokio::test]
async fn invitations_reject_weak_passwords() {
    let acme = Acme::new().await;
    let invited = acme.invite("kim.beech@elsewhere.example", "Auditor").await;
    for password in BAD.iter().chain(&["kim.beech-2026", "elsewhere.kim"]) {
        if !password.contains("admin@") {
            assert!(
                about(&acme.accept(&invited, password).await, "password"),
                "{password:?}"
            );
        }
    }
    assert_eq!(acme.accept(&invited, GOOD).await.status, StatusCode::CREATED);
}

#[tokio::test]
async fn a_password_change_rejects_weak_passwords() {
    let acme = Acme::new().await;
    let change = async |password: &str| {
        let request = request(Method::PUT, "/api/portal/account/password").cookie(&acme.cookie);
        let body = json!({ "currentPassword": PASSWORD, "newPassword": password });
        acme.send(request.header("x-keyward", "1").json(&body)).await
    };
    for password in BAD {
        assert!(about(&change(password).await, "newPassword"), "{password:?}");
    }
    assert_eq!(
        sign_in(&acme, ADMIN, PASSWORD).await,
        StatusCode::OK,
        "nothing has changed"
    );
    assert_eq!(change(GOOD).await.status, StatusCode::NO_CONTENT);
    assert_eq!(sign_in(&acme, ADMIN, GOOD).await, StatusCode::OK);
}

#[tokio::test]
async fn the_minimum_length_is_a_setting_known_to_the_page() {
    let acme = Acme::with(|config| config.password_min_length = 20).await;
    let options = acme.send(request(Method::GET, "/api/portal/sso").empty()).await;
    assert_eq!(options.json()["passwordMinLength"], 20);
    let invited = acme.invite("kim", "Auditor").await;
    let short = acme.accept(&invited, "tangerine bicycle m").await;
    assert_eq!(outcome(&short), (422, "invalid-input".to_owned()));
    assert!(short.text.contains("at least 20 characters"), "{}", short.text);
    assert_eq!(
        acme.accept(&invited, "tangerine bicycle mo").await.status,
        StatusCode::CREATED
    );
}

#[tokio::test]
async fn an_existing_weak_password_keeps_working() {
    let acme = Acme::new().await;
    set_hash(
        &acme,
        &acme
            .app
            .passwords
            .hash("12345678", keyward_gateway::credentials::password::Asker::operator())
            .await
            .expect("a hash"),
    );
    assert_eq!(sign_in(&acme, ADMIN, "12345678").await, StatusCode::OK);
}

/// Umlauts in one piece and in two, ligatures, and letters of full width: what a keyboard writes depends on its system.
#[tokio::test]
async fn passwords_are_compared_in_normal_form() {
    let acme = Acme::new().await;
    let forms = [
        (
            "Zugang-f\u{fc}r-\u{d6}l\u{e9}n1",
            "Zugang-fu\u{308}r-O\u{308}le\u{301}n1",
        ),
        ("\u{fb01}ne wine for twelve", "fine wine for twelve"),
        ("lot \u{ff11}\u{ff12}\u{ff13} of tulips", "lot 123 of tulips"),
    ];
    for (one, other) in forms {
        for (set, typed) in [(one, other), (other, one), (one, one)] {
            set_hash(
                &acme,
                &acme
                    .app
                    .passwords
                    .hash(set, keyward_gateway::credentials::password::Asker::operator())
                    .await
                    .expect("a hash"),
            );
            assert_eq!(sign_in(&acme, ADMIN, typed).await, StatusCode::OK, "{set} {typed}");
        }
    }
}

/// As those were set that are older than the normal form.
#[tokio::test]
async fn a_password_hashed_without_normal_form_works() {
    use argon2::PasswordHasher as _;
    let acme = Acme::new().await;
    let typed = "Zugang-fu\u{308}r-O\u{308}le\u{301}n1";
    let hash = argon2::Argon2::default()
        .hash_password(typed.as_bytes())
        .expect("a hash");
    set_hash(&acme, &hash.to_string());
    assert_eq!(sign_in(&acme, ADMIN, typed).await, StatusCode::OK);
    assert_eq!(
        sign_in(&acme, ADMIN, "Zugang-fur-Olen1").await,
        StatusCode::UNAUTHORIZED
    );
}

fn set_hash(acme: &Acme, hash: &str) {
    acme.data
        .execute_with("UPDATE admins SET password_hash = ?1", &[hash.into()]);
}
