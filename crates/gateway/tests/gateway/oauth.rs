//! Access tokens: which admit a call, and why others don't

use axum::http::{Method, StatusCode, header};
use chrono::TimeDelta;
use keyward_contract::{BuiltInRole, Subscription};
use serde_json::{Value, json};

use crate::{
    oauth_provider::{SigningKey, message},
    oauth_support::Oauth,
    support::{get, request},
};

#[tokio::test]
async fn a_token_authorizes_a_request_and_names_its_client() {
    let oauth = Oauth::new().await;
    let (organization, token) = (oauth.acme.organization, oauth.key.sign(&oauth.claims()));
    let answer = oauth.ask(&token, &[("user-agent", "script/1.0")]).await;
    assert_eq!(answer.status.as_u16(), 204, "{}", answer.text);
    let principal = format!("oauth-full$@{organization}.cloud.example");
    assert_eq!(answer.headers["x-keyward-organization"], organization.to_string());
    assert_eq!(answer.headers["x-keyward-principal"], principal);
    assert_eq!(answer.headers["x-keyward-role"], "full");
    assert_eq!(answer.headers["x-keyward-credential"], "access-token");
    oauth.ask(&token, &[("user-agent", "script/1.0")]).await;

    let log = oauth.acme.audit_log().await;
    let rows = log.iter().filter(|row| row.contains(&principal)).count();
    assert_eq!(rows, 1, "the first use of a token: {log:?}");
    oauth.acme.app.key_usage.flush().await.expect("written");
    let usage = oauth
        .acme
        .send(oauth.acme.oauth(Method::GET, "/usage").empty())
        .await
        .json();
    assert_eq!(usage[0]["principal"], principal);
    assert_eq!(usage[0]["userAgent"], "script/1.0");
    assert_eq!(usage[0]["requestsLastDay"], 2);
}

/// What the service provider disables is rejected until it is enabled again.
#[tokio::test]
async fn disabled_access_tokens_are_rejected_until_enabled() {
    let oauth = Oauth::new().await;
    let token = oauth.key.sign(&oauth.claims());
    assert_eq!(oauth.verify(&token).await.status, StatusCode::NO_CONTENT);
    for enabled in [false, true] {
        oauth.acme.set_access_tokens(enabled).await;
        let list = oauth.acme.send(oauth.acme.oauth(Method::GET, "").empty()).await.json();
        let server = oauth.acme.server(&oauth.provider.jwks_uri());
        let added = oauth.acme.add_server(&server).await;
        let log = oauth.acme.audit_log().await;
        let refused = log.iter().any(|row| row.contains("access-tokens-disabled"));
        assert!(refused, "{log:?}");
        if enabled {
            assert_eq!(oauth.verify(&token).await.status, StatusCode::NO_CONTENT);
            assert_eq!(list["edit"], Value::Null);
            assert_eq!(added.json()["code"], "oauth-server-exists");
        } else {
            assert_eq!(list["edit"], "access-tokens-disabled");
            assert_eq!(added.json()["code"], "access-tokens-disabled");
            let answer = oauth.verify(&token).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{}", answer.text);
            let asked = get("/api/v1/anything").header("authorization", &format!("Bearer {token}"));
            let answer = oauth.acme.send(asked.empty()).await;
            assert_eq!(
                (answer.status.as_u16(), answer.code().as_str()),
                (403, "ACCESS_TOKENS_DISABLED")
            );
        }
    }
}

#[tokio::test]
async fn the_scope_is_found_where_providers_put_it() {
    let oauth = Oauth::new().await;
    let scope = oauth.scope("full");
    for (claim, value) in [
        ("scope", json!(scope)),
        ("scope", json!([scope])),
        ("scp", json!(["openid", scope])),
        ("scp", json!(format!("openid {scope} email"))),
        ("roles", json!([scope])),
        ("roles", json!(scope)),
        // Of several roles one that exists.
        ("scope", json!(format!("{} {scope}", oauth.scope("unknown")))),
    ] {
        let mut claims = oauth.claims_with("scope", json!("openid"));
        claims[claim] = value;
        oauth.admits(&claims).await;
    }
    for claim in ["cid", "appid"] {
        let mut claims = oauth.claims_with(claim, json!("script"));
        claims["client_id"] = json!("another");
        oauth.admits(&claims).await;
    }
    for typ in ["JWT", "jwt", "AT+JWT", "application/at+jwt"] {
        let header = json!({ "alg": "ES256", "kid": "one", "typ": typ });
        let answer = oauth.verify(&oauth.key.sign_with(&header, &oauth.claims())).await;
        assert_eq!(answer.status.as_u16(), 204, "{typ}: {}", answer.text);
    }
    let now = oauth.acme.clock.now().timestamp();
    oauth
        .admits(&oauth.claims_with("aud", json!("https://api.example")))
        .await;
    oauth.admits(&oauth.claims_with("exp", json!(now - 59))).await;
    oauth.admits(&oauth.claims_with("nbf", json!(now + 59))).await;
}

/// Each fault of an access token has its own answer, and its true reason in the audit log.
#[tokio::test]
async fn each_token_fault_has_its_own_answer_and_row() {
    let oauth = Oauth::new().await;
    let now = oauth.acme.clock.now().timestamp();
    for (claim, value, description, reason) in [
        ("exp", json!(now - 61), "expired", "token-expired"),
        ("exp", Value::Null, "expired", "token-expired"),
        ("exp", json!("soon"), "expired", "token-expired"),
        ("nbf", json!(now + 61), "not valid yet", "token-not-yet-valid"),
        ("nbf", json!("now"), "not valid yet", "token-not-yet-valid"),
        (
            "scope",
            json!(oauth.scope("unknown")),
            "API role",
            "token-api-role-unknown",
        ),
        (
            "scope",
            json!(oauth.scope("full").replace("cloud.example", "other.example")),
            "scope",
            "token-scope-missing",
        ),
        (
            "aud",
            json!("https://other.example"),
            "audience",
            "token-audience-wrong",
        ),
        ("aud", Value::Null, "audience", "token-audience-wrong"),
        ("iss", json!("https://login.example/"), "issuer", "token-issuer-wrong"),
        ("client_id", json!("another"), "client", "token-client-wrong"),
    ] {
        let token = oauth.key.sign(&oauth.claims_with(claim, value));
        oauth.refuses(&token, description, reason).await;
    }
    let claims = oauth.claims();
    let stranger = SigningKey::p256("one");
    oauth
        .refuses(&stranger.sign(&claims), "signature", "token-signature-wrong")
        .await;
    let unknown = SigningKey::p256("two");
    oauth
        .refuses(&unknown.sign(&claims), "no key that is known", "token-key-unknown")
        .await;
    for header in [
        // Without a name, a token is one of the only key of its algorithm.
        json!({ "alg": "EdDSA" }),
        json!({ "alg": "RS256", "kid": "one" }),
        json!({ "alg": "EdDSA", "kid": "one" }),
    ] {
        let token = oauth.key.sign_with(&header, &claims);
        oauth.refuses(&token, "no key that is known", "token-key-unknown").await;
    }
    for alg in ["none", "None", "ES512", ""] {
        let header = json!({ "alg": alg, "kid": "one" });
        for token in [
            oauth.key.sign_with(&header, &claims),
            format!("{}.", message(&header, &claims)),
        ] {
            oauth.refuses(&token, "algorithm", "token-algorithm-not-accepted").await;
        }
    }
    let token = oauth.key.sign_with_public_key(&claims);
    oauth.refuses(&token, "algorithm", "token-algorithm-not-accepted").await;
    for header in [
        json!({ "alg": "ES256", "kid": "one", "typ": "logout+jwt" }),
        json!({ "alg": "ES256", "kid": "one", "typ": "dpop+jwt" }),
    ] {
        let token = oauth.key.sign_with(&header, &claims);
        oauth.refuses(&token, "isn't an access token", "token-kind-wrong").await;
    }
    for claim in ["nonce", "at_hash", "c_hash", "events"] {
        let token = oauth.key.sign(&oauth.claims_with(claim, json!("of another kind")));
        oauth.refuses(&token, "isn't an access token", "token-kind-wrong").await;
    }
    let critical = json!({ "alg": "ES256", "kid": "one", "crit": ["b64"], "b64": false });
    oauth
        .refuses(
            &oauth.key.sign_with(&critical, &claims),
            "algorithm",
            "token-algorithm-not-accepted",
        )
        .await;

    let token = oauth.key.sign(&claims);
    let (signed, signature) = token.rsplit_once('.').expect("a signature");
    let (head, _) = signed.split_once('.').expect("a header");
    let other = message(&json!({}), &oauth.claims_with("client_id", json!("script2")));
    let other = other.split_once('.').expect("claims").1;
    oauth
        .refuses(
            &format!("{head}.{other}.{signature}"),
            "signature",
            "token-signature-wrong",
        )
        .await;
    oauth
        .refuses(&format!("{signed}."), "signature", "token-signature-wrong")
        .await;
}

#[tokio::test]
async fn a_token_of_no_single_organization_writes_no_row() {
    let oauth = Oauth::new().await;
    let before = oauth.acme.audit_log().await.len();
    let other = format!("{} cloud.example::7::full", oauth.scope("full"));
    let tokens = [
        ("none", "no signed JWT"),
        ("a.b.c", "no signed JWT"),
        ("..", "no signed JWT"),
        (&*oauth.key.sign(&oauth.claims_with("scope", json!("openid"))), "scope"),
        (&*oauth.key.sign(&oauth.claims_with("scope", json!(other))), "scope"),
        (
            &*oauth
                .key
                .sign(&oauth.claims_with("scope", json!("cloud.example::x::full"))),
            "scope",
        ),
        (
            &*oauth
                .key
                .sign(&oauth.claims_with("scope", json!("cloud.example::7::full"))),
            "no key that is known",
        ),
    ];
    for (token, description) in tokens {
        let answer = oauth.verify(token).await;
        assert_eq!(answer.status.as_u16(), 401, "{token}");
        assert!(
            answer.header(header::WWW_AUTHENTICATE).contains(description),
            "{token}: {}",
            answer.text
        );
    }
    for path in ["/verify", "/api/v1/status"] {
        let answer = oauth.acme.send(get(path).empty()).await;
        assert_eq!(
            (answer.status.as_u16(), answer.code().as_str()),
            (401, "SESSION_NOT_VALID")
        );
        assert_eq!(
            answer.header(header::WWW_AUTHENTICATE),
            r#"Bearer realm="Keyward""#,
            "without an error"
        );
    }
    let twice = get("/verify")
        .header("authorization", "Bearer a")
        .header("authorization", "Bearer b");
    assert_eq!(oauth.acme.send(twice.empty()).await.code(), "ACCESS_TOKEN_NOT_VALID");
    assert_eq!(
        oauth
            .acme
            .send(get("/verify").header("authorization", "bearer").empty())
            .await
            .status
            .as_u16(),
        401
    );
    let basic = get("/verify").header("authorization", "Basic YTpi").empty();
    assert_eq!(
        oauth.acme.send(basic).await.code(),
        "SESSION_NOT_VALID",
        "of another program"
    );
    assert_eq!(oauth.acme.audit_log().await.len(), before);
}

#[tokio::test]
async fn a_view_role_only_allows_read_only_requests() {
    let oauth = Oauth::new().await;
    let view = oauth.key.sign(&oauth.claims_with("scope", json!(oauth.scope("view"))));
    for method in ["GET", "HEAD", "OPTIONS"] {
        for header in ["x-original-method", "x-forwarded-method"] {
            assert_eq!(
                oauth.ask(&view, &[(header, method)]).await.status.as_u16(),
                204,
                "{method}"
            );
        }
    }
    for headers in [
        &[][..],
        &[("x-original-method", "POST")],
        &[("x-original-method", "get")],
        // What the proxy says, beside what the client says.
        &[("x-original-method", "GET"), ("x-forwarded-method", "DELETE")],
        &[("x-original-method", "GET"), ("x-original-method", "PUT")],
    ] {
        let answer = oauth.ask(&view, headers).await;
        assert_eq!(
            (answer.status.as_u16(), answer.code().as_str()),
            (403, "INSUFFICIENT_SCOPE"),
            "{headers:?}"
        );
        assert!(answer.header(header::WWW_AUTHENTICATE).contains("insufficient_scope"));
    }
    for (method, status) in [(Method::GET, 200), (Method::POST, 403)] {
        let asked = request(method, "/verify/ext_authz/x").header("authorization", &format!("Bearer {view}"));
        assert_eq!(oauth.acme.send(asked.empty()).await.status.as_u16(), status);
    }
    let none = oauth.key.sign(&oauth.claims_with("scope", json!(oauth.scope("none"))));
    assert_eq!(
        oauth.ask(&none, &[("x-original-method", "GET")]).await.code(),
        "INSUFFICIENT_SCOPE"
    );
    let full = oauth.key.sign(&oauth.claims());
    assert_eq!(
        oauth
            .ask(&full, &[("x-original-method", "DELETE")])
            .await
            .status
            .as_u16(),
        204
    );
}

/// An access token of a disabled or deleted server, or of an organization without subscription, is rejected at the next
/// request.
#[tokio::test]
async fn a_change_takes_effect_at_the_next_request() {
    let oauth = Oauth::new().await;
    let (acme, claims) = (&oauth.acme, oauth.claims());
    oauth.admits(&claims).await;
    acme.subscribe(Subscription::Expired).await;
    let answer = oauth.verify(&oauth.key.sign(&claims)).await;
    assert_eq!(
        (answer.status.as_u16(), answer.code().as_str()),
        (403, "SUBSCRIPTION_EXPIRED")
    );
    acme.subscribe(Subscription::Active).await;
    oauth.admits(&claims).await;

    let server = acme.servers().await["servers"][0].clone();
    let mut settings = server["settings"].clone();
    settings["enabled"] = json!(false);
    let path = format!("/{}", server["id"]);
    let edit = acme
        .oauth(Method::PUT, &path)
        .header("if-match", "\"1\"")
        .json(&json!({ "settings": settings }));
    assert_eq!(acme.send(edit).await.status, StatusCode::OK);
    assert_eq!(oauth.verify(&oauth.key.sign(&claims)).await.status.as_u16(), 401);
    settings["enabled"] = json!(true);
    let edit = acme
        .oauth(Method::PUT, &path)
        .header("if-match", "\"2\"")
        .json(&json!({ "settings": settings }));
    assert_eq!(acme.send(edit).await.status, StatusCode::OK);
    oauth.admits(&claims).await;
    let delete = acme.oauth(Method::DELETE, &path).header("if-match", "\"3\"").empty();
    assert_eq!(acme.send(delete).await.status, StatusCode::NO_CONTENT);
    assert_eq!(oauth.verify(&oauth.key.sign(&claims)).await.status.as_u16(), 401);
}

#[tokio::test]
async fn the_cloud_service_api_accepts_tokens_too() {
    let oauth = Oauth::new().await;
    let ask = async |method: Method, token: &str| {
        oauth.acme.clock.advance(TimeDelta::seconds(2));
        let asked = request(method, "/api/v1/anything").header("authorization", &format!("Bearer {token}"));
        oauth.acme.send(asked.empty()).await
    };
    assert_eq!(
        ask(Method::POST, &oauth.key.sign(&oauth.claims())).await.code(),
        "RESOURCE_NOT_FOUND"
    );
    let view = oauth.key.sign(&oauth.claims_with("scope", json!(oauth.scope("view"))));
    assert_eq!(ask(Method::GET, &view).await.code(), "RESOURCE_NOT_FOUND");
    let answer = ask(Method::POST, &view).await;
    assert_eq!(
        (answer.status.as_u16(), answer.code().as_str()),
        (403, "INSUFFICIENT_SCOPE")
    );
    let answer = ask(Method::GET, "none").await;
    assert_eq!(
        (answer.status.as_u16(), answer.code().as_str()),
        (401, "ACCESS_TOKEN_NOT_VALID")
    );
    assert!(answer.header(header::WWW_AUTHENTICATE).starts_with("Bearer "));
}

#[tokio::test]
async fn a_token_can_be_checked_step_by_step() {
    let oauth = Oauth::new().await;
    let id = oauth.acme.servers().await["servers"][0]["id"].clone();
    let check = async |token: &str| {
        let asked = oauth.acme.oauth(Method::POST, &format!("/{id}/check-token"));
        let answer = oauth.acme.send(asked.json(&json!({ "token": token }))).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        answer.json()
    };
    let before = oauth.acme.audit_log().await.len();
    let good = check(&oauth.key.sign(&oauth.claims())).await;
    assert_eq!(good["admitted"], true, "{good:#}");
    let wrong = check(
        &oauth
            .key
            .sign(&oauth.claims_with("iss", json!("https://other.example"))),
    )
    .await;
    assert_eq!(wrong["admitted"], false);
    let checks = |report: &Value| report["checks"].as_array().expect("checks").clone();
    assert!(checks(&good).iter().all(|check| check["passed"] == true), "{good:#}");
    let failed: Vec<Value> = checks(&wrong)
        .into_iter()
        .filter(|check| check["passed"] != true)
        .collect();
    let issuer = json!({ "code": "issuer", "passed": false, "actual": [r#"iss: "https://other.example""#],
                         "expected": ["https://login.example"] });
    assert_eq!(failed, [issuer]);
    assert_eq!(check("rubbish").await["admitted"], false);
    assert_eq!(oauth.acme.audit_log().await.len(), before, "nothing is logged");
    let token = oauth.key.sign(&oauth.claims());
    assert_eq!(check(&token).await["admitted"], true);
    assert!(!oauth.acme.data.everything().contains(&token), "nothing is stored");
}

#[tokio::test]
async fn a_view_role_sees_servers_and_cannot_add_any() {
    let oauth = Oauth::new().await;
    oauth
        .acme
        .set_permissions(
            oauth.acme.organization,
            &oauth.acme.admin,
            BuiltInRole::Auditor.permissions(),
        )
        .await;
    let servers = oauth.acme.servers().await;
    assert_eq!(servers["add"], "permission-denied");
    assert_eq!(servers["servers"][0]["settings"]["name"], "Login");
}
