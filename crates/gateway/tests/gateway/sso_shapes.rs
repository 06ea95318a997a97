//! Single sign-on with the claims that common providers send, and the settings that `docs/single-sign-on.md` has for each.

use std::sync::Arc;

use keyward_contract::BuiltInRole;
use serde_json::{Value, json};

use crate::{
    sso_provider::CLIENT,
    sso_support::{SUBJECT, Sso, session_cookie},
    support::{ADMIN, Acme, Answer},
};

/// A provider, and what it sends for a person without an account.
struct Shape {
    name: &'static str,
    claim: &'static str,
    roles_claim: &'static str,
    /// What gives the role.
    value: &'static str,
    login: &'static str,
    claims: Value,
}

fn shapes() -> Vec<Shape> {
    vec![
        Shape {
            name: "Microsoft Entra ID",
            claim: "preferred_username",
            roles_claim: "roles",
            value: "Keyward.Admins",
            login: "kim@acme.example",
            claims: json!({
                "idp": "https://sts.windows.net/9122040d-6c67-4c5b-b112-36a304b66dad/", "name": "Kim",
                "oid": "690222be-ff1a-4d56-abd1-7e4f7d38e474", "preferred_username": "kim@acme.example",
                "rh": "0.ARoAv4j5cvGGr0GRqy180BHbR3", "roles": ["Keyward.Admins", "Other.App"],
                "sub": "HKZpfaHyWadeOouYlitjrI-KffTm222X5rrV3xDqfKQ", "tid": "72f988bf-86f1-41af-91ab-2d7cd011db47",
                "uti": "fqiBqXLPj0eQa82S-IYFAA", "ver": "2.0" }),
        },
        Shape {
            name: "Microsoft Entra ID with groups",
            claim: "preferred_username",
            roles_claim: "groups",
            value: "ccb2fe5c-7ba2-4a4b-9b25-4a4f4a5f6c33",
            login: "Kim@acme.example",
            claims: json!({
                "preferred_username": "Kim@acme.example", "groups": ["ccb2fe5c-7ba2-4a4b-9b25-4a4f4a5f6c33"],
                "oid": "690222be-ff1a-4d56-abd1-7e4f7d38e474", "sub": "AAAAAAAAAAAAAAAAAAAAAIkzqFVrSaSaFHy782bbtaQ",
                "ver": "2.0" }),
        },
        Shape {
            name: "Okta",
            claim: "email",
            roles_claim: "groups",
            value: "keyward-admins",
            login: "kim@acme.example",
            claims: json!({
                "sub": "00uid4BxXw6I6TV4m0g3", "name": "Kim", "email": "kim@acme.example", "email_verified": true, "ver": 1,
                "jti": "ID.Z5kd3ufVdt6Jl5gkYBW9lfPHAE6JtIx9HZQbZ2lyqvc", "amr": ["pwd", "mfa"], "idp": "00ok1u7AsAkrwdZL3z0g3",
                "preferred_username": "kim@acme.example", "at_hash": "preview_at_hash",
                "groups": ["Everyone", "keyward-admins"] }),
        },
        Shape {
            name: "Keycloak, roles of the realm",
            claim: "email",
            roles_claim: "realm_access.roles",
            value: "keyward-admin",
            login: "kim@acme.example",
            claims: keycloak(),
        },
        Shape {
            name: "Keycloak, roles of the client",
            claim: "email",
            roles_claim: "resource_access.keyward.roles",
            value: "admin",
            login: "kim@acme.example",
            claims: keycloak(),
        },
        Shape {
            name: "Keycloak, groups with their path",
            claim: "email",
            roles_claim: "groups",
            value: "/keyward/admins",
            login: "kim@acme.example",
            claims: keycloak(),
        },
        Shape {
            name: "Auth0",
            claim: "email",
            roles_claim: "https://acme.example/roles",
            value: "managers",
            login: "kim@acme.example",
            claims: json!({
                "sub": "auth0|5f7c8ec7c33c6c004bbafe82", "nickname": "kim", "name": "kim@acme.example",
                "picture": "https://s.gravatar.com/avatar/x.png", "updated_at": "2026-11-27T10:00:00.000Z",
                "email": "kim@acme.example", "email_verified": true, "https://acme.example/roles": ["managers"] }),
        },
        Shape {
            name: "PingOne",
            claim: "email",
            roles_claim: "groups",
            value: "Keyward Admins",
            login: "kim@acme.example",
            claims: json!({
                "sub": "2f9b7b53-4c7b-4a6e-9b43-1ad5a7f0b0b5", "amr": ["pwd"], "acr": "Single_Factor", "env": "d1f2",
                "org": "9a1c", "p1.region": "EU", "p1.userId": "2f9b7b53", "preferred_username": "kim",
                "email": "kim@acme.example", "email_verified": "true", "groups": ["Keyward Admins"] }),
        },
        Shape {
            name: "PingFederate",
            claim: "email",
            roles_claim: "groups",
            value: "CN=keyward,OU=Groups,DC=acme,DC=example",
            login: "kim@acme.example",
            // One group is a text, not a list.
            claims: json!({
                "sub": "kim", "jti": "x8Yq", "pi.sri": "Ab.9k", "email": "kim@acme.example", "email_verified": "True",
                "groups": "CN=keyward,OU=Groups,DC=acme,DC=example" }),
        },
    ]
}

fn keycloak() -> Value {
    json!({
        "jti": "b1d7", "typ": "ID", "azp": CLIENT, "session_state": "6f1d", "acr": "1", "at_hash": "kC4l",
        "sub": "f2a1c5e0-3d5c-4a0e-8b7f-2f6f3f9a1f11", "email_verified": true, "name": "Kim",
        "realm_access": { "roles": ["offline_access", "uma_authorization", "keyward-admin"] },
        "resource_access": { "keyward": { "roles": ["admin"] }, "account": { "roles": ["manage-account"] } },
        "groups": ["/staff", "/keyward/admins"], "preferred_username": "kim", "email": "kim@acme.example" })
}

/// What every ID token has, and these claims beside it.
fn with(claims: &mut Value, more: &Value) {
    let all = claims.as_object_mut().expect("claims");
    for usual in ["email", "email_verified", "sid"] {
        all.remove(usual);
    }
    all.extend(more.as_object().expect("claims").clone());
}

async fn at(shape: &Shape) -> Sso {
    let sso = Sso::configured(Arc::new(Acme::new().await), |provider| {
        provider.claim = shape.claim.to_owned();
        provider.roles_claim = shape.roles_claim.to_owned();
    })
    .await;
    sso.give_role(shape.value, BuiltInRole::KeyManager).await;
    sso
}

async fn sign_in(sso: &Sso, claims: &Value) -> Answer {
    sso.sign_in(|usual| with(usual, claims)).await
}

#[tokio::test]
async fn documented_provider_settings_work() {
    for shape in shapes() {
        let sso = at(&shape).await;
        let answer = sign_in(&sso, &shape.claims).await;
        let cookie = session_cookie(&answer).unwrap_or_else(|| panic!("{}: {:?}", shape.name, answer.headers));
        let session = sso.session(&cookie).await.json();
        assert_eq!(session["admin"]["name"], shape.login, "{}", shape.name);
        let admin = sso.admin(shape.login).await.expect("an account");
        let member = sso.member(admin).await.expect("a role");
        assert_eq!(member.role, "Key Manager", "{}", shape.name);
        // The same with the claims at UserInfo: providers keep ID tokens small.
        sso.idp.says_more(shape.claims.clone());
        let answer = sign_in(&sso, &json!({ "sub": shape.claims["sub"] })).await;
        assert!(
            session_cookie(&answer).is_some(),
            "{}: {:?}",
            shape.name,
            answer.headers
        );
    }
}

#[tokio::test]
async fn claims_that_providers_omit_are_reported() {
    for (place, left_out, said, (code, reason)) in [
        // Beyond 200 groups; and `hasgroups`, where the token was asked for in a fragment.
        (
            1,
            "groups",
            json!({ "_claim_names": { "groups": "src1" },
                    "_claim_sources": { "src1": { "endpoint": "https://graph.windows.net/t/users/u/getMemberObjects" } } }),
            ("sso-roles-missing", "sso-groups-missing"),
        ),
        (
            1,
            "groups",
            json!({ "hasgroups": true }),
            ("sso-roles-missing", "sso-groups-missing"),
        ),
        // Okta without the scope `groups`, Auth0 without the action.
        (2, "groups", json!({}), ("sso-roles-missing", "sso-groups-missing")),
        (
            6,
            "https://acme.example/roles",
            json!({}),
            ("sso-roles-missing", "sso-groups-missing"),
        ),
    ] {
        let shape = &shapes()[place];
        let sso = at(shape).await;
        let cookie = session_cookie(&sign_in(&sso, &shape.claims).await).expect("a session");
        let mut claims = shape.claims.clone();
        claims.as_object_mut().expect("claims").remove(left_out);
        with(&mut claims, &said);
        for (name, value) in shape.claims.as_object().expect("claims") {
            if name.starts_with("email") {
                claims[name] = value.clone();
            }
        }
        // UserInfo does not say it, either.
        sso.idp.says_more(json!({ "sub": shape.claims["sub"] }));
        let answer = sign_in(&sso, &claims).await;
        sso.refused(&answer, code, reason).await;
        assert_eq!(sso.session(&cookie).await.status, 200, "{}", shape.name);
        let admin = sso.admin(shape.login).await.expect("an account");
        assert!(sso.member(admin).await.is_some(), "{}", shape.name);
    }
    // Ping sends no `email_verified` by itself, and Keycloak says of a new person that it isn't.
    for (place, verified) in [(7, Value::Null), (3, json!(false))] {
        let shape = &shapes()[place];
        let sso = at(shape).await;
        let mut claims = shape.claims.clone();
        claims["email_verified"] = verified;
        sso.idp.says_more(json!({ "sub": shape.claims["sub"] }));
        let answer = sign_in(&sso, &claims).await;
        sso.refused(&answer, "sso-no-account", "sso-email-not-verified").await;
    }
}

#[tokio::test]
async fn google_needs_a_login_domain_and_grants_no_roles() {
    let sso = Sso::new().await.another("Google", "acme.example").await;
    let google = json!({
        "azp": CLIENT, "sub": "110169484474386276334", "hd": "acme.example", "email": ADMIN, "email_verified": true,
        "at_hash": "HK6E", "name": "Kim", "picture": "https://lh3.googleusercontent.com/a/x", "given_name": "Kim" });
    assert_ne!(google["sub"], SUBJECT);
    let mut stranger = google.clone();
    stranger["sub"] = json!("1");
    stranger["email"] = json!("admin@gmail.example");
    stranger.as_object_mut().expect("claims").remove("hd");
    let answer = sign_in(&sso, &stranger).await;
    assert_eq!(session_cookie(&answer), None);
    let mut unknown = google.clone();
    unknown["sub"] = json!("2");
    unknown["email"] = json!("nobody@acme.example");
    let answer = sign_in(&sso, &unknown).await;
    sso.refused(&answer, "sso-no-account", "unknown-user").await;
}
