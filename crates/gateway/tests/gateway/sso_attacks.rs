//! Single sign-on: attempts to take over accounts or to remove permissions

use axum::http::{Method, StatusCode};
use chrono::TimeDelta;
use keyward_contract::{AdministratorStatus, BuiltInRole};
use keyward_gateway::store::people::{admins, sso};
use serde_json::{Value, json};

use crate::{
    process::operate,
    sso_provider::CLIENT,
    sso_support::{Sso, session_cookie},
    support::{ADMIN, PASSWORD, get, post, request},
};

fn dana(claims: &mut Value) {
    claims["email"] = json!("dana@acme.example");
    claims["sub"] = json!("dana");
    claims["groups"] = json!(["managers"]);
}

/// "Not said" is not "none": only a text or a list of texts takes a role.
#[tokio::test]
async fn a_missing_roles_claim_changes_nothing() {
    let sso = Sso::with_roles_claim("groups").await;
    sso.give_role("managers", BuiltInRole::KeyManager).await;
    let cookie = session_cookie(&sso.sign_in(dana).await).expect("a session");
    let id = sso.admin("dana@acme.example").await.expect("an account");
    sso.idp.says_more(json!({ "sub": "dana" }));
    let unsaid: [fn(&mut Value); 8] = [
        |claims| drop(claims.as_object_mut().expect("claims").remove("groups")),
        |claims| claims["groups"] = Value::Null,
        |claims| claims["groups"] = json!(7),
        |claims| claims["groups"] = json!({ "values": ["managers"] }),
        |claims| claims["groups"] = json!(["managers", 7]),
        |claims| claims["hasgroups"] = json!(true),
        |claims| claims["hasgroups"] = json!("true"),
        |claims| {
            claims["groups"] = json!([]);
            claims["_claim_names"] = json!({ "groups": "src1" });
            claims["_claim_sources"] = json!({ "src1": { "endpoint": "https://graph.example/g" } });
        },
    ];
    for change in unsaid {
        let claims = |claims: &mut Value| {
            dana(claims);
            change(claims);
        };
        let answer = sso.sign_in(claims).await;
        sso.refused(&answer, "sso-roles-missing", "sso-groups-missing").await;
        let begun = sso.begin("?fresh", Some(&cookie)).await;
        let mut again = sso.claims(&begun);
        claims(&mut again);
        let answer = sso.come_back(&begun, &again).await;
        sso.refused_at("signed-in", &answer, "sso-roles-missing", "sso-groups-missing")
            .await;
        assert_eq!(sso.session(&cookie).await.status, StatusCode::OK, "{again}");
        assert_eq!(sso.admin("dana@acme.example").await, Some(id), "{again}");
        let member = sso.member(id).await.expect("a member");
        assert_eq!(
            (member.role.as_str(), member.status),
            ("Key Manager", AdministratorStatus::Active)
        );
    }
    // Nor does it make an account.
    sso.idp.says_more(json!({ "sub": "new" }));
    let answer = sso.sign_in(|claims| claims["sub"] = json!("new")).await;
    sso.refused(&answer, "sso-roles-missing", "sso-groups-missing").await;
    // What the ID token leaves out, the provider may say when it is asked.
    sso.idp
        .says_more(json!({ "sub": "dana", "groups": ["managers"], "email": "dana@acme.example" }));
    let in_parts = |claims: &mut Value| {
        dana(claims);
        claims.as_object_mut().expect("claims").remove("groups");
        claims["hasgroups"] = json!(true);
    };
    assert!(session_cookie(&sso.sign_in(in_parts).await).is_some());
    // An empty list does say something.
    let answer = sso
        .sign_in(|claims| {
            dana(claims);
            claims["groups"] = json!([]);
        })
        .await;
    sso.refused(&answer, "sso-no-account", "sso-no-role").await;
    assert_eq!(sso.session(&cookie).await.status, StatusCode::UNAUTHORIZED);
}

/// Whatever address a provider verifies, accounts linked to a different provider stay closed.
#[tokio::test]
async fn a_second_provider_opens_no_account_of_the_first() {
    let sso = Sso::with_roles_claim("groups").await;
    sso.give_role("managers", BuiltInRole::KeyManager).await;
    let cookie = session_cookie(&sso.sign_in(dana).await).expect("a session");
    for domain in ["", "acme.example"] {
        let other = sso.another(&format!("Other {domain}"), domain).await;
        let answer = other.sign_in(dana).await;
        sso.refused(&answer, "sso-not-connected", "sso-not-connected").await;
        // Only who is signed in here connects it.
        if !domain.is_empty() {
            let begun = other.begin("", Some(&cookie)).await;
            let mut claims = other.claims(&begun);
            dana(&mut claims);
            claims["sub"] = json!("dana elsewhere");
            let answer = other.come_back(&begun, &claims).await;
            assert!(session_cookie(&answer).is_some(), "{:?}", sso.acme.audit_log().await);
        }
    }
}

/// The provider's entry goes, its people's accounts stay theirs: until the operator says otherwise.
#[tokio::test]
async fn an_account_outlives_the_entry_of_its_provider() {
    let sso = Sso::with_roles_claim("groups").await;
    sso.give_role("managers", BuiltInRole::KeyManager).await;
    sso.sign_in(dana).await;
    let id = sso.admin("dana@acme.example").await.expect("an account");
    let mut transaction = sso.acme.app.store.write().await.expect("a transaction");
    sso::delete(&mut transaction, sso.provider.id).await.expect("removed");
    transaction.commit().await.expect("a commit");
    let other = sso.another("Another", "").await;
    let as_dana = |claims: &mut Value| {
        dana(claims);
        claims["sub"] = json!("dana elsewhere");
    };
    let answer = other.sign_in(as_dana).await;
    sso.refused(&answer, "sso-not-connected", "sso-not-connected").await;
    let mut transaction = sso.acme.app.store.write().await.expect("a transaction");
    let released = sso::release(&mut transaction, sso.idp.url()).await.expect("released");
    transaction.commit().await.expect("a commit");
    assert_eq!(released, 2, "Dana and the Super Admin");
    let answer = other.sign_in(as_dana).await;
    let session = sso.session(&session_cookie(&answer).expect("a session")).await.json();
    assert_eq!(session["admin"]["id"], id.0);
}

/// U+212A becomes a k in lower case, and so do others.
#[tokio::test]
async fn a_confusable_letter_opens_no_account() {
    let sso = Sso::with_roles_claim("groups").await;
    sso.give_role("managers", BuiltInRole::KeyManager).await;
    sso.acme.organization("Globex", "kim@acme.example").await;
    for login in [
        "\u{212a}im@acme.example",
        "\u{ff4b}im@acme.example",
        "kim\u{200b}@acme.example",
        "k\u{131}m@acme.example",
        "\u{43a}im@acme.example",
        "kim@\u{430}cme.example",
    ] {
        let answer = sso
            .sign_in(|claims| {
                dana(claims);
                claims["email"] = json!(login);
            })
            .await;
        sso.refused(&answer, "sso-no-account", "sso-login-unusable").await;
        assert_eq!(sso.admin(login).await, None, "{login:?}");
    }
}

#[tokio::test]
async fn login_domains_are_compared_in_one_form() {
    for (of_provider, logins) in [
        (
            "b\u{fc}cher.example",
            [
                "a@xn--bcher-kva.example",
                "b@B\u{dc}CHER.example",
                "c@bu\u{308}cher.example.",
            ],
        ),
        (
            "xn--bcher-kva.example",
            [
                "a@b\u{fc}cher.example",
                "b@XN--BCHER-KVA.example",
                "c@b\u{fc}cher.example.",
            ],
        ),
        ("acme.example.", ["a@acme.example", "b@ACME.example", "c@acme.example."]),
    ] {
        let sso = Sso::with_roles_claim("groups").await;
        let other = sso.another("Other", of_provider).await;
        for login in logins {
            let named = |claims: &mut Value| claims["email"] = json!(login);
            let answer = other.sign_in(named).await;
            // It is of the domain; there is just no account.
            sso.refused(&answer, "sso-no-account", "unknown-user").await;
            // A provider without a domain can't name people of another provider's domain.
            let answer = sso
                .sign_in(|claims| {
                    named(claims);
                    claims["sub"] = json!("new");
                    claims["groups"] = json!([]);
                })
                .await;
            sso.refused(&answer, "sso-no-account", "sso-login-of-other-domain")
                .await;
        }
    }
}

/// Providers differ in how they write it; but one that does not say it has not verified the address.
#[tokio::test]
async fn an_email_counts_if_the_provider_verified_it() {
    let sso = Sso::with_roles_claim("groups").await;
    sso.give_role("managers", BuiltInRole::KeyManager).await;
    let sign_in = async |verified: Value| {
        let claims = |claims: &mut Value| {
            dana(claims);
            claims["email"] = json!(" dana@acme.example ");
            claims["email_verified"] = verified;
        };
        sso.sign_in(claims).await
    };
    for verified in [
        json!("false"),
        json!(1),
        json!(0),
        json!(""),
        json!(["true"]),
        Value::Null,
    ] {
        let answer = sign_in(verified).await;
        sso.refused(&answer, "sso-no-account", "sso-email-not-verified").await;
    }
    assert!(session_cookie(&sign_in(json!("True")).await).is_some());
    assert!(sso.admin("dana@acme.example").await.is_some());
}

/// A clock that is ahead there must not make a session fresh for as long as it is.
#[tokio::test]
async fn an_auth_time_in_the_future_is_not_recent() {
    let sso = Sso::new().await;
    let ahead = |claims: &mut Value| claims["auth_time"] = json!(claims["iat"].as_i64().expect("iat") + 3600);
    let cookie = session_cookie(&sso.sign_in(ahead).await).expect("a session");
    let reveal = async || {
        let asked = request(Method::POST, &sso.acme.path("/reveal"))
            .cookie(&cookie)
            .header("x-keyward", "1");
        sso.acme.send(asked.empty()).await
    };
    assert_eq!(reveal().await.code(), "fresh-password-required");
    let begun = sso.begin("?fresh", Some(&cookie)).await;
    let mut claims = sso.claims(&begun);
    ahead(&mut claims);
    let answer = sso.come_back(&begun, &claims).await;
    sso.refused_at("signed-in", &answer, "sso-not-fresh", "sso-sign-in-not-fresh")
        .await;
    assert_eq!(reveal().await.code(), "fresh-password-required");
    // What clocks differ by is borne with.
    let mut claims = sso.claims(&begun);
    claims["auth_time"] = json!(claims["iat"].as_i64().expect("iat") + 59);
    let answer = sso.come_back(&begun, &claims).await;
    let cookie = session_cookie(&answer).expect("another cookie of the session");
    let asked = request(Method::POST, &sso.acme.path("/reveal"))
        .cookie(&cookie)
        .header("x-keyward", "1");
    assert_eq!(sso.acme.send(asked.empty()).await.status, StatusCode::OK);
}

/// A logout token counts once.
#[tokio::test]
async fn a_replayed_logout_token_is_ignored() {
    let sso = Sso::new().await;
    let now = sso.acme.clock.now().timestamp();
    let mut claims = json!({ "iss": sso.idp.url(), "aud": CLIENT, "iat": now, "jti": "one", "sub": "248289761001",
                             "events": { "http://schemas.openid.net/event/backchannel-logout": {} } });
    for id in [json!("one"), Value::Null] {
        claims["jti"] = id;
        let token = sso.idp.sign(&claims);
        let first = session_cookie(&sso.sign_in(|_| {}).await).expect("a session");
        assert_eq!(sso.log_out(&token).await.status, StatusCode::OK);
        assert_eq!(sso.session(&first).await.status, StatusCode::UNAUTHORIZED);
        let second = session_cookie(&sso.sign_in(|_| {}).await).expect("a session");
        // The provider may not have got the answer.
        assert_eq!(sso.log_out(&token).await.status, StatusCode::OK);
        // Another signature of the same is the same.
        assert_eq!(sso.log_out(&sso.idp.sign(&claims)).await.status, StatusCode::OK);
        assert_eq!(sso.session(&second).await.status, StatusCode::OK, "{claims}");
    }
    sso.acme.clock.advance(TimeDelta::seconds(301));
    let late = sso.log_out(&sso.idp.sign(&claims)).await;
    assert_eq!(late.status, StatusCode::BAD_REQUEST, "then it is too old");
    claims["jti"] = json!("two");
    claims["iat"] = json!(sso.acme.clock.now().timestamp());
    assert_eq!(sso.log_out(&sso.idp.sign(&claims)).await.status, StatusCode::OK);
}

/// Someone else may have set the password, and have sessions opened with it.
#[tokio::test]
async fn linking_removes_the_password_and_its_sessions() {
    let sso = Sso::new().await;
    let acme = &sso.acme;
    let own = sso.another("Globex Login", "globex.example").await;
    acme.organization("Globex", "ceo@globex.example").await;
    let squatter = acme.sign_in("ceo@globex.example").await;
    // A provider of the login's domain knows whose it is.
    let answer = own
        .sign_in(|claims| claims["email"] = json!("CEO@globex.example"))
        .await;
    let cookie = session_cookie(&answer).expect("a session");
    assert_eq!(sso.session(&squatter).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(sso.session(&cookie).await.json()["hasPassword"], false);
    let body = json!({ "username": "ceo@globex.example", "password": PASSWORD });
    let answer = acme.send(post("/api/portal/session").json(&body)).await;
    assert_eq!(answer.code(), "sign-in-failed");
    assert!(
        acme.audit_log()
            .await
            .contains(&"Update, Globex Login, Admin UI, Success".to_owned()),
        "{:?}",
        acme.audit_log().await
    );
}

/// A session of the API is opened by a password, too.
#[tokio::test]
async fn without_passwords_only_service_accounts_open_the_api() {
    let sso = Sso::new().await;
    let acme = &sso.acme;
    let key = acme.key().await;
    let opened = acme.api_sign_in(&key, ADMIN, PASSWORD).await;
    assert_eq!(opened.status, StatusCode::OK, "{}", opened.text);
    sso.set_password_sign_in(false).await;
    let asked = get("/api/v1/authenticatedSession").cookie(&opened.cookie()).empty();
    assert_ne!(acme.send(asked).await.json()["authType"], "ADMIN_LOGIN", "it has ended");
    acme.clock.advance(TimeDelta::seconds(2));
    let refused = acme.api_sign_in(&key, ADMIN, PASSWORD).await;
    assert_eq!(refused.code(), "INVALID_USERNAME_OR_PASSWORD");
    let log = acme.audit_log().await;
    assert!(log.last().expect("a row").contains("password-sign-in-off"), "{log:?}");

    let set = |flag: &str| {
        let output = operate(&acme.data, &["password-sign-in", flag, " ADMIN@acme.example"]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("text")
    };
    assert_eq!(
        set("--service-account"),
        format!("Password sign-in is off.\nService account\t{ADMIN}\n")
    );
    acme.clock.advance(TimeDelta::seconds(2));
    let opened = acme.api_sign_in(&key, ADMIN, PASSWORD).await;
    assert_eq!(opened.status, StatusCode::OK, "{}", opened.text);
    let body = json!({ "username": ADMIN, "password": PASSWORD });
    let portal = acme.send(post("/api/portal/session").json(&body)).await;
    assert_eq!(portal.code(), "password-sign-in-off", "of the API alone");
    assert_eq!(set("--no-service-account"), "Password sign-in is off.\n");
    acme.clock.advance(TimeDelta::seconds(2));
    let asked = get("/api/v1/authenticatedSession").cookie(&opened.cookie()).empty();
    assert_ne!(acme.send(asked).await.json()["authType"], "ADMIN_LOGIN");
}

/// Only a provider that vouches for the address can accept an invitation to it.
#[tokio::test]
async fn a_provider_cannot_accept_foreign_invitations() {
    let sso = Sso::new().await;
    let globex = sso.another("Globex Login", "").await;
    let invited = sso.acme.invite("ceo@acme.example", "Super Admin").await;
    assert_eq!(invited.status, StatusCode::CREATED, "{}", invited.text);
    let answer = globex
        .sign_in(|claims| claims["email"] = json!("ceo@acme.example"))
        .await;
    sso.refused(&answer, "sso-not-connected", "sso-not-connected").await;
    let id = sso.admin("ceo@acme.example").await.expect("an account");
    assert_eq!(
        sso.member(id).await.expect("a member").status,
        AdministratorStatus::Invited
    );
    let mut reader = sso.acme.app.store.read().await.expect("a reader");
    assert!(!admins::has_password(&mut reader, id).await.expect("an answer"));
}
