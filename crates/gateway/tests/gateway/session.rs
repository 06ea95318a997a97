//! `/api/portal/session` and `/api/portal/setup`

use axum::http::{Method, StatusCode, header};
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::{ADMIN, Acme, Answer, Gateway, PASSWORD, get, post, request};

async fn sign_in(gateway: &Gateway, username: &str, password: &str) -> Answer {
    gateway
        .send(post("/api/portal/session").json(&json!({ "username": username, "password": password })))
        .await
}

async fn who_am_i(gateway: &Gateway, cookie: &str) -> Answer {
    gateway.send(get("/api/portal/session").cookie(cookie).empty()).await
}

#[tokio::test]
async fn signing_in_opens_a_session_and_signing_out_ends_it() {
    let acme = Acme::new().await;
    let answer = sign_in(&acme, "Admin@ACME.example", PASSWORD).await;
    assert_eq!(answer.status, StatusCode::OK);
    insta::assert_json_snapshot!(answer.json(), { ".admin.id" => "[id]", ".organizations[].id" => "[id]" }, @r#"
    {
      "admin": {
        "id": "[id]",
        "name": "admin@acme.example"
      },
      "expiresAt": "2023-11-14T22:43:20Z",
      "expiresIn": 1800,
      "hasPassword": true,
      "organizations": [
        {
          "id": "[id]",
          "name": "Acme",
          "permissions": {
            "adminManagement": true,
            "apiAccess": true,
            "apiKeyManagement": "full",
            "auditLog": true,
            "reveal": true
          },
          "role": "Super Admin"
        }
      ]
    }
    "#);
    let set_cookie = answer.header(header::SET_COOKIE);
    assert!(
        set_cookie.starts_with("keyward-") && set_cookie.ends_with("; Path=/; HttpOnly; SameSite=Strict"),
        "{set_cookie}"
    );
    assert_eq!(answer.cookie().len(), "keyward-12345678=".len() + 64);

    let cookie = answer.cookie();
    assert_eq!(who_am_i(&acme, &cookie).await.json(), answer.json());
    let without_header = request(Method::DELETE, "/api/portal/session").cookie(&cookie).empty();
    assert_eq!(acme.send(without_header).await.code(), "cross-site-request");
    let sign_out = request(Method::DELETE, "/api/portal/session")
        .cookie(&cookie)
        .header("x-keyward", "1");
    let answer = acme.send(sign_out.empty()).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    assert!(answer.header(header::SET_COOKIE).contains("Max-Age=0"));
    assert_eq!(
        who_am_i(&acme, &cookie).await.code(),
        "not-signed-in",
        "ended at the gateway, not just in the browser"
    );
}

#[tokio::test]
async fn signing_in_again_ends_the_session_before() {
    let acme = Acme::new().await;
    let body = json!({ "username": ADMIN, "password": PASSWORD });
    let answer = acme
        .send(post("/api/portal/session").cookie(&acme.cookie).json(&body))
        .await;
    assert_ne!(answer.cookie(), acme.cookie);
    assert_eq!(who_am_i(&acme, &acme.cookie).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(who_am_i(&acme, &answer.cookie()).await.status, StatusCode::OK);
}

#[tokio::test]
async fn over_https_the_cookie_is_bound_to_this_host() {
    let acme = Acme::with(|config| config.trusted_proxies = "127.0.0.0/8".parse().expect("a network")).await;
    let body = json!({ "username": ADMIN, "password": PASSWORD });
    let answer = acme
        .send(
            post("/api/portal/session")
                .header("x-forwarded-proto", "https")
                .json(&body),
        )
        .await;
    let set_cookie = answer.header(header::SET_COOKIE);
    assert!(
        set_cookie.starts_with("__Host-keyward-") && set_cookie.ends_with("; SameSite=Strict; Secure"),
        "{set_cookie}"
    );
    let weaker = answer.cookie().replace("__Host-", "");
    let weaker = get("/api/portal/session")
        .header("x-forwarded-proto", "https")
        .cookie(&weaker);
    assert_eq!(
        acme.send(weaker.empty()).await.status,
        StatusCode::UNAUTHORIZED,
        "a cookie that a subdomain could set"
    );
}

#[tokio::test]
async fn a_session_ends_when_idle_and_at_its_maximum_age() {
    let acme = Acme::new().await;
    acme.clock.advance(TimeDelta::minutes(29));
    assert_eq!(who_am_i(&acme, &acme.cookie).await.status, StatusCode::OK);
    acme.clock.advance(TimeDelta::minutes(29));
    assert_eq!(
        who_am_i(&acme, &acme.cookie).await.status,
        StatusCode::OK,
        "using it keeps it"
    );
    acme.clock.advance(TimeDelta::minutes(30));
    assert_eq!(
        who_am_i(&acme, &acme.cookie).await.status,
        StatusCode::UNAUTHORIZED,
        "30 minutes without use"
    );

    let cookie = acme.sign_in(ADMIN).await;
    for _ in 0..35 {
        acme.clock.advance(TimeDelta::minutes(20));
        assert_eq!(who_am_i(&acme, &cookie).await.status, StatusCode::OK);
    }
    acme.clock.advance(TimeDelta::minutes(20));
    assert_eq!(
        who_am_i(&acme, &cookie).await.status,
        StatusCode::UNAUTHORIZED,
        "12 hours in all"
    );
}

#[tokio::test]
async fn wrong_user_and_wrong_password_look_the_same() {
    let acme = Acme::new().await;
    let without_id = |answer: Answer| {
        let mut json = answer.json();
        json["requestId"] = Value::Null;
        (answer.status, json)
    };
    let wrong_password = without_id(sign_in(&acme, ADMIN, "wrong password").await);
    let wrong_user = without_id(sign_in(&acme, "nobody", "wrong password").await);
    assert_eq!(wrong_password.1["code"], "sign-in-failed");
    assert_eq!(wrong_password, wrong_user);
    let log = acme.audit_log().await;
    assert_eq!(
        log[log.len() - 2],
        format!("Sign In, {ADMIN}, Admin UI, Failure, wrong-password"),
        "the true reason"
    );
    assert_eq!(log[log.len() - 1], "Sign In, -, Admin UI, Failure, unknown-user");
}

#[tokio::test]
async fn five_failures_in_a_minute_lock_for_five_minutes() {
    let acme = Acme::new().await;
    for user in [ADMIN, "nobody"] {
        for _ in 0..5 {
            assert_eq!(sign_in(&acme, user, "wrong password").await.code(), "sign-in-failed");
        }
        let locked = sign_in(&acme, user, PASSWORD).await;
        assert_eq!(
            (locked.status.as_u16(), locked.code()),
            (429, "account-locked".into()),
            "{user}"
        );
        assert_eq!(locked.header(header::RETRY_AFTER), "301");
    }
    assert!(
        acme.audit_log()
            .await
            .contains(&format!("Lock, {ADMIN}, Admin UI, Failure, too-many-failures"))
    );
    assert_eq!(
        who_am_i(&acme, &acme.cookie).await.status,
        StatusCode::OK,
        "who is in stays in"
    );
    acme.clock.advance(TimeDelta::minutes(5) - TimeDelta::seconds(1));
    assert_eq!(sign_in(&acme, ADMIN, PASSWORD).await.code(), "account-locked");
    acme.clock.advance(TimeDelta::seconds(1));
    assert_eq!(sign_in(&acme, ADMIN, PASSWORD).await.status, StatusCode::OK);
}

#[tokio::test]
async fn spread_out_or_interrupted_failures_do_not_lock() {
    let acme = Acme::new().await;
    for _ in 0..12 {
        assert_eq!(sign_in(&acme, ADMIN, "wrong password").await.code(), "sign-in-failed");
        acme.clock.advance(TimeDelta::seconds(15));
    }
    acme.clock.advance(TimeDelta::minutes(1));
    for _ in 0..4 {
        for _ in 0..4 {
            assert_eq!(sign_in(&acme, ADMIN, "wrong password").await.code(), "sign-in-failed");
        }
        assert_eq!(
            sign_in(&acme, ADMIN, PASSWORD).await.status,
            StatusCode::OK,
            "restarts the count"
        );
    }
}

/// A burst of guesses does not outrun the lockout, neither of passwords nor of keys.
#[tokio::test]
async fn a_burst_of_guesses_does_not_outrun_the_lock() {
    let acme = Acme::new().await;
    let guesses = std::iter::repeat_with(|| sign_in(&acme, ADMIN, "wrong password")).take(12);
    let answers = futures_util::future::join_all(guesses).await;
    assert_eq!(
        answers
            .iter()
            .filter(|answer| answer.code() == "sign-in-failed")
            .count(),
        5
    );
    assert_eq!(
        answers
            .iter()
            .filter(|answer| answer.code() == "account-locked")
            .count(),
        7
    );
}

#[tokio::test]
async fn an_empty_installation_says_so_and_is_set_up_once() {
    let gateway = Gateway::empty().await;
    assert_eq!(who_am_i(&gateway, "").await.code(), "setup-required");
    let token = gateway.setup_token.clone().expect("a link");
    let body = |token: &str| json!({ "token": token, "organization": "Acme", "cloud": "cloud.example", "username": ADMIN, "password": PASSWORD });
    let wrong = gateway.send(post("/api/portal/setup").json(&body("0000"))).await;
    assert_eq!(
        (wrong.status.as_u16(), wrong.code()),
        (403, "setup-link-invalid".into())
    );

    let read = async |token: &str| {
        let asked = post("/api/portal/setup/read").json(&json!({ "token": token }));
        gateway.send(asked).await.status
    };
    assert_eq!(
        (read("0000").await, read(&token).await),
        (StatusCode::FORBIDDEN, StatusCode::NO_CONTENT)
    );

    let answer = gateway.send(post("/api/portal/setup").json(&body(&token))).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
    let organization = answer.json()["organizations"][0].clone();
    assert_eq!(
        (&organization["name"], &organization["role"]),
        (&json!("Acme"), &json!("Super Admin"))
    );
    let key = get(&format!("/api/portal/orgs/{}/api-key", organization["id"]))
        .cookie(&answer.cookie())
        .empty();
    assert_eq!(
        gateway.send(key).await.json()["status"],
        "enabled",
        "signed in, and there is a key"
    );

    let again = gateway.send(post("/api/portal/setup").json(&body(&token))).await;
    assert_eq!(
        (again.status.as_u16(), again.code()),
        (403, "setup-link-invalid".into())
    );
    assert_eq!(read(&token).await, StatusCode::FORBIDDEN);
    assert!(gateway.restart().await.setup_token.is_none());
}

#[tokio::test]
async fn set_up_reports_all_invalid_fields_together() {
    let gateway = Gateway::empty().await;
    let token = gateway.setup_token.clone().expect("a link");
    let body =
        json!({ "token": token, "organization": " ", "cloud": "Not a name", "username": "", "password": "short" });
    let answer = gateway.send(post("/api/portal/setup").json(&body)).await;
    assert_eq!((answer.status.as_u16(), answer.code()), (422, "invalid-input".into()));
    let fields = answer.json()["fields"]
        .as_object()
        .expect("fields")
        .keys()
        .cloned()
        .collect::<Vec<_>>();
    assert_eq!(fields, ["cloud", "organization", "password", "username"]);
}

#[tokio::test]
async fn a_newer_link_replaces_the_older() {
    let gateway = Gateway::empty().await;
    let old = gateway.setup_token.clone().expect("a link");
    let gateway = gateway.restart().await;
    let body = json!({ "token": old, "organization": "Acme", "cloud": "cloud.example", "username": ADMIN, "password": PASSWORD });
    assert_eq!(
        gateway.send(post("/api/portal/setup").json(&body)).await.code(),
        "setup-link-invalid"
    );
}

/// PostgreSQL takes no text with this character, not even to look for.
#[tokio::test]
async fn a_name_with_a_nul_in_it_is_nobodys() {
    let acme = Acme::new().await;
    let answer = sign_in(&acme, "admin\0@acme.example", PASSWORD).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{}", answer.text);
    let key = acme.key().await;
    let answer = acme.api_sign_in(&key, "admin\0@acme.example", PASSWORD).await;
    assert_eq!(answer.code(), "INVALID_USERNAME_OR_PASSWORD", "{}", answer.text);
    for parameter in ["text", "admin", "address", "resource"] {
        let path = format!("/api/portal/orgs/{}/audit-log?{parameter}=%00", acme.organization);
        let answer = acme.send(get(&path).cookie(&acme.cookie).empty()).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        assert_eq!(answer.json()["rows"], json!([]));
    }
    let path = format!("/api/portal/orgs/{}/roles", acme.organization);
    for name in ["a\0b", "\0"] {
        let body = json!({ "name": name, "permissions": keyward_contract::Permissions::NONE });
        let request = post(&path).cookie(&acme.cookie).header("x-keyward", "1").json(&body);
        assert_eq!(acme.send(request).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
}
