//! Single sign-on: the way to the provider and back

use std::collections::HashMap;

use axum::http::{Method, StatusCode, header};
use chrono::TimeDelta;
use serde_json::{Value, json};
use url::Url;

use crate::{
    sso_provider::{CLIENT, SECRET},
    sso_support::{Begun, Sso, session_cookie},
    support::{ADMIN, PASSWORD, get, post, request},
};

/// The browser gets no token of an identity provider.
#[tokio::test]
async fn an_admin_signs_in_and_the_browser_gets_no_token() {
    let sso = Sso::new().await;
    let begun = sso.begin("?next=o/7/api-key", None).await;
    for (name, value) in [
        ("response_type", "code"),
        ("client_id", CLIENT),
        ("scope", "openid email"),
        ("code_challenge_method", "S256"),
    ] {
        assert_eq!(begun.asked[name], value);
    }
    assert!(!begun.asked.contains_key("max_age"));
    let claims = sso.claims(&begun);
    let answer = sso.come_back(&begun, &claims).await;
    assert_eq!(answer.header(header::LOCATION), "/o/7/api-key");
    let cookie = session_cookie(&answer).expect("a session");
    let session = sso.session(&cookie).await.json();
    assert_eq!(session["admin"]["name"], ADMIN);
    assert_eq!(session["provider"]["name"], "Acme Login");
    let told = format!("{:?}", answer.headers);
    for secret in [
        sso.idp.sign(&claims).split('.').next().unwrap_or_default(),
        "access",
        SECRET,
    ] {
        assert!(!told.contains(secret) && !answer.text.contains(secret), "{secret}");
    }
    let log = sso.acme.audit_log().await;
    let signed_in = format!("Sign In, {ADMIN}, Admin UI, Success");
    assert_eq!(log.last(), Some(&signed_in), "{log:?}");

    let options = sso.acme.send(get("/api/portal/sso").empty()).await.json();
    let sign_in = format!("api/portal/sso/{}/sign-in", sso.provider.id);
    assert_eq!(
        options,
        json!({ "password": true, "passwordMinLength": 12, "providers": [{ "name": "Acme Login", "signIn": sign_in }] })
    );
}

/// An answer of an identity provider that is wrong in any way opens no session, and the audit log says what it was.
#[tokio::test]
async fn invalid_answers_open_no_session_and_are_logged() {
    let sso = Sso::new().await;
    // It is asked where the ID token says no user name, and says none either.
    sso.idp.says_more(json!({ "sub": "new" }));
    let now = sso.acme.clock.now().timestamp();
    for (claim, value, code, reason) in [
        (
            "iss",
            json!("https://other.example"),
            "sso-failed",
            "token-issuer-wrong",
        ),
        ("aud", json!("another"), "sso-failed", "token-audience-wrong"),
        ("aud", json!([CLIENT, "another"]), "sso-failed", "token-audience-wrong"),
        ("azp", json!("another"), "sso-failed", "token-audience-wrong"),
        ("exp", json!(now - 61), "sso-failed", "token-expired"),
        ("exp", Value::Null, "sso-failed", "token-expired"),
        ("iat", json!(now + 61), "sso-failed", "token-not-yet-valid"),
        ("nonce", json!("another"), "sso-failed", "sso-nonce-wrong"),
        ("nonce", Value::Null, "sso-failed", "sso-nonce-wrong"),
        ("sub", json!(""), "sso-failed", "sso-subject-missing"),
        ("sub", json!("s".repeat(256)), "sso-failed", "sso-subject-missing"),
        ("email", json!("nobody@acme.example"), "sso-no-account", "unknown-user"),
        ("email", Value::Null, "sso-no-account", "sso-claim-missing"),
        (
            "email_verified",
            json!(false),
            "sso-no-account",
            "sso-email-not-verified",
        ),
        (
            "email_verified",
            Value::Null,
            "sso-no-account",
            "sso-email-not-verified",
        ),
    ] {
        let change = |claims: &mut Value| {
            claims[claim] = value;
            // Accounts are found by subject.
            if claim.starts_with("email") {
                claims["sub"] = json!("new");
            }
        };
        let answer = sso.sign_in(change).await;
        sso.refused(&answer, code, reason).await;
    }
    let begun = sso.begin("?next=account", None).await;
    let state = &begun.asked["state"];
    for (query, code, reason) in [
        ("code=x&state=another".to_owned(), "sso-failed", "sso-state-wrong"),
        ("code=x".to_owned(), "sso-failed", "sso-state-wrong"),
        (format!("state={state}"), "sso-failed", "sso-code-missing"),
        (format!("error=access_denied&state={state}"), "sso-denied", "sso-denied"),
        (
            format!("code=x&state={state}&iss=https://other.example"),
            "sso-failed",
            "token-issuer-wrong",
        ),
        (
            format!("code=unknown&state={state}"),
            "sso-unavailable",
            "sso-unavailable",
        ),
    ] {
        let answer = sso.come_back_with(&begun, &query).await;
        sso.refused(&answer, code, reason).await;
        // What was wanted stays, but it is known of this sign-in alone.
        let stays = answer.header(header::LOCATION).ends_with("&next=account");
        assert_eq!(stays, reason != "sso-state-wrong", "{reason}");
    }
    // A token signed with a foreign key, one with HMAC, and an unsigned one.
    let key = crate::oauth_provider::SigningKey::p256("one");
    let claims = sso.claims(&begun);
    for (token, reason) in [
        (key.sign(&claims), "token-signature-wrong"),
        (key.sign_with_public_key(&claims), "token-signature-wrong"),
        ("x.y.z".to_owned(), "token-unreadable"),
    ] {
        let code = sso.idp.code(token, &begun.asked["code_challenge"]);
        let answer = sso.come_back_with(&begun, &format!("code={code}&state={state}")).await;
        sso.refused(&answer, "sso-failed", reason).await;
    }
    sso.idp
        .says("authorization_response_iss_parameter_supported", json!(true));
    let answer = sso.come_back(&begun, &claims).await;
    sso.refused(&answer, "sso-failed", "token-issuer-wrong").await;
}

/// An answer counts in the browser that began, and for ten minutes.
#[tokio::test]
async fn an_answer_only_works_in_its_browser_for_ten_minutes() {
    let sso = Sso::new().await;
    let begun = sso.begin("", None).await;
    let claims = sso.claims(&begun);
    let code = sso.idp.code(sso.idp.sign(&claims), &begun.asked["code_challenge"]);
    let query = format!("code={code}&state={}", begun.asked["state"]);
    let elsewhere = Begun {
        asked: HashMap::new(),
        cookie: "keyward-sso=AAAA".to_owned(),
    };
    let answer = sso.come_back_with(&elsewhere, &query).await;
    sso.refused(&answer, "sso-failed", "sso-not-begun").await;
    sso.acme.clock.advance(TimeDelta::minutes(10));
    let answer = sso.come_back_with(&begun, &query).await;
    sso.refused(&answer, "sso-failed", "sso-not-begun").await;

    // Another sign-in's code is of no use: its verifier is missing.
    let (first, second) = (sso.begin("", None).await, sso.begin("", None).await);
    let code = sso
        .idp
        .code(sso.idp.sign(&sso.claims(&second)), &first.asked["code_challenge"]);
    let answer = sso
        .come_back_with(&second, &format!("code={code}&state={}", second.asked["state"]))
        .await;
    sso.refused(&answer, "sso-unavailable", "sso-unavailable").await;
}

#[tokio::test]
async fn missing_claims_are_read_from_userinfo() {
    let sso = Sso::new().await;
    let without = |claims: &mut Value| {
        let claims = claims.as_object_mut().expect("claims");
        claims.remove("email");
        claims.remove("email_verified");
    };
    sso.idp
        .says_more(json!({ "sub": "somebody else", "email": ADMIN, "email_verified": true }));
    let answer = sso.sign_in(without).await;
    sso.refused(&answer, "sso-unavailable", "sso-unavailable").await;
    // What is verified is the address beside it, not the one of the other document.
    sso.idp
        .says_more(json!({ "sub": "new", "email": ADMIN, "email_verified": false }));
    let answer = sso
        .sign_in(|claims| {
            without(claims);
            claims["sub"] = json!("new");
            claims["email_verified"] = json!(true);
        })
        .await;
    sso.refused(&answer, "sso-no-account", "sso-email-not-verified").await;
    sso.idp
        .says_more(json!({ "sub": "new", "email": "new@acme.example", "email_verified": true, "groups": [] }));
    let answer = sso
        .sign_in(|claims| {
            without(claims);
            claims["sub"] = json!("new");
            claims["email"] = json!("boss@acme.example");
        })
        .await;
    sso.refused(&answer, "sso-no-account", "sso-email-not-verified").await;
    sso.idp
        .says_more(json!({ "sub": "248289761001", "email": ADMIN, "email_verified": true }));
    assert!(session_cookie(&sso.sign_in(without).await).is_some());
    sso.idp.rotate();
    sso.idp
        .says("token_endpoint_auth_methods_supported", json!(["client_secret_post"]));
    assert!(
        session_cookie(&sso.sign_in(|_| {}).await).is_some(),
        "with a new key, and the secret in the form"
    );
}

#[tokio::test]
async fn a_provider_with_another_issuer_is_rejected() {
    let sso = Sso::new().await;
    for (member, value) in [
        ("issuer", json!(format!("{}/", sso.idp.url()))),
        ("token_endpoint", json!("http://login.example/token")),
    ] {
        sso.idp.says(member, value);
        let path = format!("/api/portal/sso/{}/sign-in", sso.provider.id);
        let answer = sso.acme.send(get(&path).empty()).await;
        sso.refused(&answer, "sso-unavailable", "sso-unavailable").await;
    }
}

#[tokio::test]
async fn sensitive_operations_require_a_new_provider_sign_in() {
    let sso = Sso::new().await;
    let long_ago = |claims: &mut Value| claims["auth_time"] = json!(claims["iat"].as_i64().unwrap_or_default() - 3600);
    let cookie = session_cookie(&sso.sign_in(long_ago).await).expect("a session");
    let reveal_with = async |cookie: &str| {
        let asked = request(Method::POST, &sso.acme.path("/reveal"))
            .cookie(cookie)
            .header("x-keyward", "1");
        sso.acme.send(asked.empty()).await
    };
    let reveal = async || reveal_with(&cookie).await;
    assert_eq!(reveal().await.code(), "fresh-password-required");
    let password = post("/api/portal/session/password")
        .cookie(&cookie)
        .header("x-keyward", "1");
    let answer = sso.acme.send(password.json(&json!({ "password": PASSWORD }))).await;
    assert_eq!(answer.code(), "sign-in-at-provider");

    let begun = sso.begin("?fresh&next=account", Some(&cookie)).await;
    assert_eq!(
        (begun.asked["max_age"].as_str(), begun.asked["login_hint"].as_str()),
        ("0", ADMIN)
    );
    let mut claims = sso.claims(&begun);
    long_ago(&mut claims);
    let answer = sso.come_back(&begun, &claims).await;
    sso.refused_at("signed-in", &answer, "sso-not-fresh", "sso-sign-in-not-fresh")
        .await;
    claims.as_object_mut().expect("claims").remove("auth_time");
    let answer = sso.come_back(&begun, &claims).await;
    sso.refused_at("signed-in", &answer, "sso-not-fresh", "sso-sign-in-not-fresh")
        .await;
    let mut claims = sso.claims(&begun);
    claims["sub"] = json!("somebody else");
    let answer = sso.come_back(&begun, &claims).await;
    sso.refused_at("signed-in", &answer, "sso-other-admin", "sso-other-admin")
        .await;
    assert_eq!(reveal().await.code(), "fresh-password-required");
    // Nor does the password count, whatever else it is good for.
    let asked = request(Method::PUT, "/api/portal/account/password")
        .cookie(&cookie)
        .header("x-keyward", "1");
    let body = json!({ "currentPassword": PASSWORD, "newPassword": "another good one" });
    assert_eq!(sso.acme.send(asked.json(&body)).await.status, StatusCode::NO_CONTENT);
    assert_eq!(reveal().await.code(), "fresh-password-required");

    let answer = sso.come_back(&begun, &sso.claims(&begun)).await;
    assert_eq!(answer.header(header::LOCATION), "/account");
    assert_eq!(
        reveal().await.code(),
        "fresh-password-required",
        "with the cookie before"
    );
    let cookie = session_cookie(&answer).expect("another cookie of the session, which goes on");
    assert_eq!(reveal_with(&cookie).await.status, StatusCode::OK);
}

/// A sign-out at the provider ends the sessions that were opened there, and no others.
#[tokio::test]
async fn back_channel_logout_ends_the_portal_session() {
    let sso = Sso::new().await;
    let now = sso.acme.clock.now().timestamp();
    let event = "http://schemas.openid.net/event/backchannel-logout";
    let claims = json!({ "iss": sso.idp.url(), "aud": CLIENT, "iat": now, "jti": "1", "sub": "248289761001", "sid": "one",
                         "events": { event: {} } });
    // Each one is different.
    let count = std::cell::Cell::new(0);
    let token = |change: &dyn Fn(&mut Value)| {
        let mut claims = claims.clone();
        claims["jti"] = json!(count.replace(count.get() + 1).to_string());
        change(&mut claims);
        sso.idp.sign(&claims)
    };
    let cookie = session_cookie(&sso.sign_in(|_| {}).await).expect("a session");
    let lives = async || sso.session(&cookie).await.status == StatusCode::OK;
    for (wrong, reason) in [
        (token(&|claims| claims["events"] = json!({})), "sso-no-logout-token"),
        (token(&|claims| claims["nonce"] = json!("x")), "sso-no-logout-token"),
        (
            token(&|claims| claims["iss"] = json!("https://other.example")),
            "token-issuer-wrong",
        ),
        (
            token(&|claims| claims["aud"] = json!("another")),
            "token-audience-wrong",
        ),
        (token(&|claims| claims["iat"] = json!(now - 400)), "token-expired"),
        (token(&|claims| claims["exp"] = json!(now - 61)), "token-expired"),
        (
            crate::oauth_provider::SigningKey::p256("one").sign(&claims),
            "token-signature-wrong",
        ),
    ] {
        let answer = sso.log_out(&wrong).await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (StatusCode::BAD_REQUEST, "sso-failed"),
            "{reason}"
        );
        let log = sso.acme.audit_log().await;
        assert!(log.last().expect("a row").contains(reason), "{reason}: {log:?}");
        assert!(lives().await, "{reason}");
    }
    assert_eq!(
        sso.log_out(&token(&|claims| claims["sid"] = json!("another")))
            .await
            .status,
        StatusCode::OK
    );
    assert!(lives().await, "another session there");
    let answer = sso.log_out(&token(&|_| {})).await;
    assert_eq!(
        (answer.status, answer.header(header::CACHE_CONTROL)),
        (StatusCode::OK, "no-store")
    );
    assert!(!lives().await);
    let log = sso.acme.audit_log().await;
    assert_eq!(
        log.last().map(String::as_str),
        Some("Sign Out, Acme Login, Admin UI, Success")
    );
    // By the subject alone all of theirs end, those that were opened with a password not.
    let cookie = session_cookie(&sso.sign_in(|_| {}).await).expect("a session");
    let by_subject = token(&|claims| {
        claims.as_object_mut().expect("claims").remove("sid");
    });
    assert_eq!(sso.log_out(&by_subject).await.status, StatusCode::OK);
    assert_eq!(sso.session(&cookie).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(sso.session(&sso.acme.cookie).await.status, StatusCode::OK);
    // Where the provider did not say in which of its sessions, any of the subject's may be meant.
    let without_session = |claims: &mut Value| {
        claims.as_object_mut().expect("claims").remove("sid");
    };
    let cookie = session_cookie(&sso.sign_in(without_session).await).expect("a session");
    assert_eq!(sso.log_out(&token(&|_| {})).await.status, StatusCode::OK);
    assert_eq!(sso.session(&cookie).await.status, StatusCode::UNAUTHORIZED);
    // After a re-authentication there, the provider's session is a different one.
    let cookie = session_cookie(&sso.sign_in(|_| {}).await).expect("a session");
    let begun = sso.begin("?fresh", Some(&cookie)).await;
    let mut again = sso.claims(&begun);
    again["sid"] = json!("two");
    sso.come_back(&begun, &again).await;
    assert_eq!(sso.log_out(&token(&|_| {})).await.status, StatusCode::OK);
    assert_eq!(sso.session(&cookie).await.status, StatusCode::OK);
    let second = token(&|claims| claims["sid"] = json!("two"));
    assert_eq!(sso.log_out(&second).await.status, StatusCode::OK);
    assert_eq!(sso.session(&cookie).await.status, StatusCode::UNAUTHORIZED);
}

/// Two identity providers know people apart.
#[tokio::test]
async fn two_providers_know_people_apart() {
    let sso = Sso::new().await;
    let other = sso.another("Globex Login", "").await;
    let cookie = session_cookie(&sso.sign_in(|_| {}).await).expect("a session");
    // The same subject is a different person there.
    let answer = other
        .sign_in(|claims| claims["email"] = json!("nobody@acme.example"))
        .await;
    sso.refused(&answer, "sso-no-account", "unknown-user").await;
    // One's answer is none to what the other was asked, even with its own good signature.
    let (begun, asked) = (sso.begin("", None).await, other.begin("", None).await);
    let code = sso
        .idp
        .code(other.idp.sign(&other.claims(&begun)), &begun.asked["code_challenge"]);
    let answer = sso
        .come_back_with(&begun, &format!("code={code}&state={}", begun.asked["state"]))
        .await;
    sso.refused(&answer, "sso-failed", "token-issuer-wrong").await;
    // Nor is an answer to what one was asked taken where the other's come.
    let path = format!(
        "/api/portal/sso/{}/callback?code=x&state={}",
        other.provider.id, begun.asked["state"]
    );
    let answer = sso.acme.send(get(&path).cookie(&begun.cookie).empty()).await;
    sso.refused(&answer, "sso-failed", "sso-not-begun").await;
    let answer = other.come_back(&asked, &other.claims(&asked)).await;
    sso.refused(&answer, "sso-not-connected", "sso-not-connected").await;
    let asked = other.begin("", Some(&sso.acme.sign_in(ADMIN).await)).await;
    let answer = other.come_back(&asked, &other.claims(&asked)).await;
    let session = sso.session(&session_cookie(&answer).expect("a session")).await.json();
    assert_eq!(session["provider"]["name"], "Globex Login");
    assert_eq!(sso.session(&cookie).await.json()["provider"]["name"], "Acme Login");
}

/// A sign-in leads nowhere but into the portal.
#[tokio::test]
async fn a_sign_in_never_redirects_to_another_site() {
    let sso = Sso::new().await;
    for next in [
        "//evil.example",
        "https://evil.example",
        "/%5Cevil.example",
        "%0d%0aset-cookie:x",
    ] {
        let begun = sso.begin(&format!("?next={next}"), None).await;
        let answer = sso.come_back(&begun, &sso.claims(&begun)).await;
        let location = answer.header(header::LOCATION);
        let base = Url::parse("https://keyward.example/").expect("an address");
        assert_eq!(
            base.join(location).expect("an address").origin(),
            base.origin(),
            "{location}"
        );
    }
}

#[tokio::test]
async fn the_secret_of_the_client_is_sealed() {
    let sso = Sso::new().await;
    sso.sign_in(|_| {}).await;
    assert!(!sso.acme.data.everything().contains(SECRET));
}
