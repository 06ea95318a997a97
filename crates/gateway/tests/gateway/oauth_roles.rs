//! Access tokens: what they may do, who their client is, and whose they are

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    oauth_provider::{Provider, SigningKey, jwks},
    oauth_support::Oauth,
};

impl Oauth {
    /// Scopes with these roles.
    fn scopes(&self, roles: &[&str]) -> String {
        let scopes: Vec<String> = roles.iter().map(|role| self.scope(role)).collect();
        scopes.join(" ")
    }

    /// The checks of the only server, or of the first by name.
    async fn checks(&self, token: &str) -> Vec<Value> {
        let id = self.acme.servers().await["servers"][0]["id"].clone();
        let asked = self.acme.oauth(Method::POST, &format!("/{id}/check-token"));
        let answer = self.acme.send(asked.json(&json!({ "token": token }))).await;
        answer.json()["checks"].as_array().expect("checks").clone()
    }

    /// Changes settings of the first server by name.
    async fn edit_server(&self, change: impl FnOnce(&mut Value)) {
        let server = self.acme.servers().await["servers"][0].clone();
        let mut settings = server["settings"].clone();
        change(&mut settings);
        let edit = self.acme.oauth(Method::PUT, &format!("/{}", server["id"]));
        let edit = edit.header("if-match", "*").json(&json!({ "settings": settings }));
        let answer = self.acme.send(edit).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    }
}

fn check<'a>(checks: &'a [Value], code: &str) -> &'a Value {
    checks.iter().find(|check| check["code"] == code).expect(code)
}

/// The order of scopes has no meaning (RFC 6749, section 3.3).
#[tokio::test]
async fn of_several_api_roles_the_most_capable_counts() {
    let oauth = Oauth::new().await;
    for roles in [
        &["full", "view", "none"][..],
        &["view", "full"],
        &["none", "unknown", "full"],
        &["full", "full"],
    ] {
        let token = oauth.key.sign(&oauth.claims_with("scope", json!(oauth.scopes(roles))));
        let answer = oauth.ask(&token, &[("x-original-method", "DELETE")]).await;
        assert_eq!(answer.status.as_u16(), 204, "{roles:?}: {}", answer.text);
        assert_eq!(answer.headers["x-keyward-role"], "full", "{roles:?}");
        let checks = oauth.checks(&token).await;
        assert_eq!(check(&checks, "permission")["actual"], json!(["full"]), "{roles:?}");
    }
    for roles in [&["none", "view"][..], &["view", "none"]] {
        let token = oauth.key.sign(&oauth.claims_with("scope", json!(oauth.scopes(roles))));
        let answer = oauth.ask(&token, &[("x-original-method", "GET")]).await;
        assert_eq!(answer.headers["x-keyward-role"], "view", "{roles:?}");
        let answer = oauth.ask(&token, &[("x-original-method", "POST")]).await;
        assert_eq!(answer.code(), "INSUFFICIENT_SCOPE", "{roles:?}");
    }
    // Whichever claims they are in.
    let mut claims = oauth.claims_with("scope", json!(oauth.scope("view")));
    claims["roles"] = json!([oauth.scope("full")]);
    let answer = oauth.verify(&oauth.key.sign(&claims)).await;
    assert_eq!(answer.headers["x-keyward-role"], "full");
    let log = oauth.acme.audit_log().await;
    assert!(
        !log.iter().any(|row| row.contains("oauth-none$")),
        "the log names the role that counted: {log:?}"
    );
}

/// Entra ID in version 2, and Auth0.
#[tokio::test]
async fn azp_names_the_client_only_where_nothing_else_does() {
    let oauth = Oauth::new().await;
    let without = |claims: &[(&str, &str)]| {
        let mut token = oauth.claims();
        token.as_object_mut().expect("claims").remove("client_id");
        for (name, value) in claims {
            token[*name] = json!(value);
        }
        oauth.key.sign(&token)
    };
    let token = without(&[("azp", "script")]);
    let answer = oauth.verify(&token).await;
    assert_eq!(answer.status.as_u16(), 204, "{}", answer.text);
    let checks = oauth.checks(&token).await;
    assert_eq!(
        (&check(&checks, "client")["passed"], &check(&checks, "client")["actual"]),
        (&json!(true), &json!(["azp: \"script\""]))
    );
    for claims in [
        &[("azp", "another")][..],
        &[],
        &[("azp", "script"), ("cid", "another")],
        &[("azp", "script"), ("appid", "another")],
        &[("azp", "script"), ("client_id", "another")],
    ] {
        let token = without(claims);
        oauth.refuses(&token, "client of the token", "token-client-wrong").await;
        oauth.acme.clock.advance(chrono::TimeDelta::minutes(1));
    }
}

#[tokio::test]
async fn a_token_of_a_disabled_server_is_told_so() {
    let oauth = Oauth::new().await;
    let (told, reason) = ("authorization server of the token is disabled", "token-server-disabled");
    oauth.admits(&oauth.claims()).await;
    oauth.edit_server(|settings| settings["enabled"] = json!(false)).await;
    let asked = oauth.provider.asked();
    let token = oauth.key.sign(&oauth.claims());
    oauth.refuses(&token, told, reason).await;
    let checks = oauth.checks(&token).await;
    let failed: Vec<_> = checks.iter().filter(|check| check["passed"] == false).collect();
    assert_eq!(failed.len(), 1, "{failed:?}");
    assert_eq!(failed[0]["code"], "authorization-server");

    // Only its own signature proves that a token is of that server.
    let rows = oauth.acme.audit_log().await.len();
    let forged = SigningKey::p256("one").sign(&oauth.claims());
    let answer = oauth.verify(&forged).await;
    assert_eq!(answer.status.as_u16(), 401);
    assert!(
        answer.headers["www-authenticate"]
            .to_str()
            .expect("text")
            .contains("no key that is known")
    );
    assert_eq!(oauth.acme.audit_log().await.len(), rows);
    assert_eq!(
        oauth.provider.asked(),
        asked,
        "nothing is fetched for a disabled server"
    );

    // Beside one that is enabled, and after a restart.
    let other = SigningKey::p256("two");
    let provider = Provider::start(jwks(&[&other])).await;
    let mut settings = oauth.acme.server(&provider.jwks_uri());
    settings["name"] = json!("Other");
    let added = oauth.acme.add_server(&settings).await;
    assert_eq!(added.status, StatusCode::CREATED, "{}", added.text);
    let oauth = oauth.restarted(|_| {}).await;
    assert_eq!(oauth.verify(&other.sign(&oauth.claims())).await.status.as_u16(), 204);
    oauth.refuses(&oauth.key.sign(&oauth.claims()), told, reason).await;
    let unknown = SigningKey::p256("three").sign(&oauth.claims());
    oauth
        .refuses(&unknown, "no key that is known", "token-key-unknown")
        .await;
}
