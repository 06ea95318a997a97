//! Single sign-on with what providers say beside the letter of the specification

use std::sync::Arc;

use keyward_contract::BuiltInRole;
use keyward_gateway::store::people::sso::{self, Provider};
use serde_json::{Value, json};

use crate::{
    oauth_provider::SigningKey,
    sso_provider::CLIENT,
    sso_support::{Sso, session_cookie},
    support::{ADMIN, Answer},
};

fn works(answer: &Answer) {
    assert!(session_cookie(answer).is_some(), "{:?}", answer.headers);
}

/// An account that isn't linked at the provider yet.
fn new(claims: &mut Value) {
    claims["sub"] = json!("new");
    claims["email"] = json!("new@acme.example");
}

fn without_email(claims: &mut Value) {
    let claims = claims.as_object_mut().expect("claims");
    claims.remove("email");
    claims.remove("email_verified");
}

#[tokio::test]
async fn email_verified_as_text_counts() {
    let sso = Sso::with_roles_claim("groups").await;
    sso.give_role("managers", BuiltInRole::KeyManager).await;
    let sign_in = async |verified: Value| {
        sso.sign_in(|claims| {
            new(claims);
            claims["groups"] = json!(["managers"]);
            claims["email_verified"] = verified;
        })
        .await
    };
    for verified in [json!("false"), json!(1), json!("yes"), Value::Null] {
        let answer = sign_in(verified).await;
        sso.refused(&answer, "sso-no-account", "sso-email-not-verified").await;
    }
    works(&sign_in(json!("True")).await);
}

/// What is optional at an identity provider ends no sign-in by its form.
#[tokio::test]
async fn optional_discovery_members_can_be_missing() {
    let sso = Sso::new().await;
    for (member, value) in [
        ("token_endpoint_auth_methods_supported", Value::Null),
        ("authorization_response_iss_parameter_supported", Value::Null),
        ("userinfo_endpoint", Value::Null),
        ("backchannel_logout_supported", json!("true")),
        ("backchannel_logout_supported", json!({})),
    ] {
        sso.idp.says(member, value);
        works(&sso.sign_in(|_| {}).await);
    }
    // What is asked for is not asked for less by its form.
    sso.idp
        .says("authorization_response_iss_parameter_supported", json!("true"));
    let answer = sso.sign_in(|_| {}).await;
    sso.refused(&answer, "sso-failed", "token-issuer-wrong").await;
}

/// UserInfo that is a JWT is signed by the provider, for this client.
#[tokio::test]
async fn userinfo_can_be_a_signed_jwt() {
    let sso = Sso::new().await;
    let claims = |issuer: &str, audience: &str| json!({ "sub": "248289761001", "email": ADMIN, "email_verified": true, "iss": issuer, "aud": audience });
    let own = claims(sso.idp.url(), CLIENT);
    sso.idp.says_more(json!(sso.idp.sign(&own)));
    works(&sso.sign_in(without_email).await);
    for wrong in [
        SigningKey::p256("one").sign(&own),
        sso.idp.sign(&claims("https://other.example", CLIENT)),
        sso.idp.sign(&claims(sso.idp.url(), "another")),
        sso.idp
            .sign(&json!({ "sub": "somebody else", "email": ADMIN, "email_verified": true })),
        "a.b.c.d.e".to_owned(),
        "not JSON".to_owned(),
    ] {
        sso.idp.says_more(json!(wrong));
        let answer = sso.sign_in(without_email).await;
        sso.refused(&answer, "sso-unavailable", "sso-unavailable").await;
    }
}

#[tokio::test]
async fn roles_can_follow_a_nested_claim() {
    let sso = Sso::with_roles_claim("realm_access.roles").await;
    sso.give_role("managers", BuiltInRole::KeyManager).await;
    let answer = sso.sign_in(|claims| {
        new(claims);
        claims["realm_access"] = json!({ "roles": ["offline_access", "managers"] });
    });
    works(&answer.await);
    // The ID token has a part of it, and UserInfo the rest.
    let more = json!({ "sub": "newer", "realm_access": { "roles": ["managers"] } });
    sso.idp.says_more(more);
    let answer = sso.sign_in(|claims| {
        new(claims);
        claims["sub"] = json!("newer");
        claims["email"] = json!("newer@acme.example");
        claims["realm_access"] = json!({ "kind": "realm" });
    });
    works(&answer.await);
}

#[tokio::test]
async fn an_id_token_without_kid_is_one_of_the_only_key() {
    let sso = Sso::new().await;
    let begun = sso.begin("", None).await;
    let token = sso.idp.sign_without_kid(&sso.claims(&begun));
    let code = sso.idp.code(token, &begun.asked["code_challenge"]);
    let query = format!("code={code}&state={}", begun.asked["state"]);
    works(&sso.come_back_with(&begun, &query).await);
}

#[tokio::test]
async fn a_rejected_client_secret_is_reported() {
    let sso = Sso::new().await;
    // Its secret has characters that the encoding for the header changes.
    sso.idp.decodes_nothing();
    let answer = sso.sign_in(|_| {}).await;
    sso.refused(&answer, "sso-unavailable", "sso-client-refused").await;
    let both = json!(["client_secret_basic", "client_secret_post"]);
    sso.idp.says("token_endpoint_auth_methods_supported", both);
    works(&sso.sign_in(|_| {}).await);
}

#[tokio::test]
async fn the_requested_scope_can_be_set() {
    let sso = Sso::new().await;
    assert_eq!(sso.begin("", None).await.asked["scope"], "openid email");
    let provider = Provider {
        id: sso::new_id(),
        name: "With groups".to_owned(),
        client_id: "another".to_owned(),
        scope: "openid email groups".to_owned(),
        ..sso.provider.clone()
    };
    let mut transaction = sso.acme.app.store.write().await.expect("a transaction");
    let added = sso::insert(&mut transaction, &sso.acme.app.secrets, &provider).await;
    added.expect("a provider");
    transaction.commit().await.expect("a commit");
    let (acme, idp) = (Arc::clone(&sso.acme), sso.idp.clone());
    let other = Sso { acme, provider, idp };
    assert_eq!(other.begin("", None).await.asked["scope"], "openid email groups");
}
