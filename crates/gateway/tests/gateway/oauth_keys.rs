//! The keys of authorization servers: when they are fetched, and how long they count

use axum::http::{Method, StatusCode};
use chrono::TimeDelta;
use keyward_contract::Subscription;
use keyward_gateway::config::Networks;
use serde_json::json;

use crate::{
    oauth_provider::{Behaviour, SigningKey, jwks},
    oauth_support::Oauth,
};

/// Each algorithm admits what its own key has signed, and nothing else.
#[tokio::test]
async fn each_algorithm_verifies_its_own_signatures() {
    let mut oauth = Oauth::new().await;
    let claims = oauth.claims();
    let other = json!({ "exp": claims["exp"], "scope": claims["scope"], "sub": "somebody else" });
    for alg in [
        "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA",
    ] {
        oauth.key = SigningKey::new(alg, alg);
        oauth.provider.now(jwks(&[&oauth.key]));
        oauth.acme.clock.advance(TimeDelta::seconds(11));
        oauth.admits(&claims).await;
        // The signature of other claims.
        let (token, others) = (oauth.key.sign(&claims), oauth.key.sign(&other));
        let signed = others.rsplit_once('.').map_or("", |(_, signature)| signature);
        let message = token.rsplit_once('.').map_or("", |(message, _)| message);
        let forged = format!("{message}.{signed}");
        oauth.refuses(&forged, "signature", "token-signature-wrong").await;
    }
    // The same key and kid, by an algorithm that the key does not go by.
    let token = oauth.key.sign_with(&json!({ "alg": "ES256", "kid": "EdDSA" }), &claims);
    oauth.refuses(&token, "no key that is known", "token-key-unknown").await;
}

/// A replaced key is rejected once the new ones are fetched, and all are when the provider publishes none.
#[tokio::test]
async fn rotated_keys_are_fetched_and_old_ones_dropped() {
    let oauth = Oauth::new().await;
    let claims = oauth.claims();
    oauth.admits(&claims).await;
    let two = SigningKey::ed25519("two");
    oauth.provider.now(jwks(&[&two]));
    let asked = oauth.provider.asked();
    // Shortly after a fetch, no one can trigger another one.
    assert_eq!(oauth.verify(&two.sign(&claims)).await.status.as_u16(), 401);
    assert_eq!(oauth.provider.asked(), asked);
    oauth.acme.clock.advance(TimeDelta::seconds(11));
    let (new, again) = (two.sign(&claims), two.sign(&claims));
    let (one, other) = tokio::join!(oauth.verify(&new), oauth.verify(&again));
    assert_eq!([one.status.as_u16(), other.status.as_u16()], [204, 204]);
    assert_eq!(oauth.provider.asked(), asked + 1, "one fetch for all who wait");
    let old = oauth.key.sign(&claims);
    oauth.refuses(&old, "no key that is known", "token-key-unknown").await;
    let fetched = oauth.acme.servers().await["servers"][0]["lastSuccessfulFetchOn"].clone();
    let now = oauth.acme.clock.now();
    assert_eq!(fetched.as_str().and_then(|it| it.parse().ok()), Some(now));
}

/// No key is used for longer than configured after its provider went down.
#[tokio::test]
async fn cached_keys_are_used_while_the_provider_is_down() {
    let oauth = Oauth::new().await;
    oauth.admits(&oauth.claims()).await;
    oauth.provider.now(Behaviour::Status(503));
    let clock = &oauth.acme.clock;
    clock.advance(TimeDelta::minutes(59));
    oauth.admits(&oauth.claims()).await;
    clock.advance(TimeDelta::minutes(2));
    let token = oauth.key.sign(&oauth.claims());
    oauth.refuses(&token, "answers with an error", "jwks-status").await;
    let servers = oauth.acme.send(oauth.acme.oauth(Method::GET, "").empty()).await;
    assert_eq!(servers.status, StatusCode::OK, "{}", servers.text);
    assert_eq!(servers.json()["servers"][0]["fetchFailure"]["reason"], "status");
    oauth.provider.now(jwks(&[&oauth.key]));
    clock.advance(TimeDelta::seconds(11));
    oauth.admits(&oauth.claims()).await;
}

#[tokio::test]
async fn each_jwks_failure_has_its_own_answer_and_row() {
    let oauth = Oauth::new().await;
    let token = oauth.key.sign(&oauth.claims());
    let inside = "http://127.0.0.2:1/keys".to_owned();
    for (behaviour, description, reason) in [
        (Behaviour::Status(503), "answers with an error", "jwks-status"),
        (Behaviour::Text("<html>".to_owned()), "is not a JWKS", "jwks-json"),
        (Behaviour::Large(10_000_000), "too large", "jwks-size"),
        (Behaviour::Redirect(inside), "redirects elsewhere", "jwks-redirect"),
        (Behaviour::Slow, "too long", "jwks-timeout"),
        (
            Behaviour::Says(json!({ "keys": [] })),
            "no usable key",
            "jwks-no-usable-key",
        ),
    ] {
        oauth.provider.now(behaviour);
        // What was fetched before is too old.
        oauth.acme.clock.advance(TimeDelta::minutes(61));
        let claims = oauth.claims();
        oauth.refuses(&oauth.key.sign(&claims), description, reason).await;
        oauth.provider.now(jwks(&[&oauth.key]));
        oauth.acme.clock.advance(TimeDelta::seconds(11));
        oauth.admits(&oauth.claims()).await;
    }
    oauth.provider.stop();
    oauth.acme.clock.advance(TimeDelta::minutes(61));
    oauth.refuses(&token, "no connection", "jwks-connect").await;
}

#[tokio::test]
async fn an_address_no_longer_allowed_is_not_fetched() {
    let oauth = Oauth::new().await;
    oauth.admits(&oauth.claims()).await;
    let asked = oauth.provider.asked();
    let oauth = oauth
        .restarted(|config| config.oauth_allowed_networks = Networks::none())
        .await;
    oauth.admits(&oauth.claims()).await;
    oauth.acme.clock.advance(TimeDelta::minutes(61));
    let token = oauth.key.sign(&oauth.claims());
    oauth.refuses(&token, "not allowed", "jwks-address-not-allowed").await;
    assert_eq!(oauth.provider.asked(), asked);
}

#[tokio::test]
async fn an_empty_jwks_withdraws_the_cached_keys() {
    let oauth = Oauth::new().await;
    oauth.admits(&oauth.claims()).await;
    oauth.provider.now(Behaviour::Says(json!({ "keys": [] })));
    oauth.acme.clock.advance(TimeDelta::minutes(5));
    oauth.acme.app.access_tokens.refresh_old().await;
    let token = oauth.key.sign(&oauth.claims());
    oauth.refuses(&token, "no usable key", "jwks-no-usable-key").await;
    let oauth = oauth.restarted(|_| {}).await;
    oauth.refuses(&token, "no usable key", "jwks-no-usable-key").await;
}

/// A client that disconnects doesn't cancel the JWKS fetch for others.
#[tokio::test]
async fn a_disconnect_does_not_cancel_the_jwks_fetch() {
    let oauth = Oauth::new().await;
    oauth.admits(&oauth.claims()).await;
    let two = SigningKey::ed25519("two");
    oauth.provider.now(Behaviour::Late(Box::new(jwks(&[&two]))));
    oauth.acme.clock.advance(TimeDelta::seconds(11));
    let asked = oauth.provider.asked();
    let stranger = SigningKey::p256("unknown").sign(&oauth.claims());
    tokio::select! {
        _ = oauth.verify(&stranger) => panic!("the provider answers late"),
        () = async { while oauth.provider.asked() == asked { tokio::task::yield_now().await } } => {}
    }
    let token = two.sign(&oauth.claims());
    assert_eq!(oauth.verify(&token).await.status, StatusCode::NO_CONTENT);
    assert_eq!(oauth.provider.asked(), asked + 1);
}

#[tokio::test]
async fn a_clock_set_back_keeps_no_old_key() {
    let oauth = Oauth::new().await;
    oauth.admits(&oauth.claims()).await;
    let two = SigningKey::ed25519("two");
    oauth.provider.now(jwks(&[&two]));
    oauth.acme.clock.advance(-TimeDelta::hours(3));
    oauth
        .refuses(
            &oauth.key.sign(&oauth.claims()),
            "no key that is known",
            "token-key-unknown",
        )
        .await;
    assert_eq!(
        oauth.verify(&two.sign(&oauth.claims())).await.status,
        StatusCode::NO_CONTENT
    );
}

#[tokio::test]
async fn saving_a_server_fetches_its_keys() {
    let oauth = Oauth::new().await;
    let server = oauth.acme.servers().await["servers"][0].clone();
    let fetched = server["lastSuccessfulFetchOn"].as_str().and_then(|it| it.parse().ok());
    assert_eq!(fetched, Some(oauth.acme.clock.now()), "{server:#}");
}

#[tokio::test]
async fn keys_are_refreshed_before_they_expire() {
    let oauth = Oauth::new().await;
    oauth.admits(&oauth.claims()).await;
    let refresh = async |minutes| {
        oauth.acme.clock.advance(TimeDelta::minutes(minutes));
        oauth.acme.app.access_tokens.refresh_old().await;
        oauth.provider.asked()
    };
    let asked = oauth.provider.asked();
    assert_eq!(refresh(4).await, asked, "they are good for five minutes");
    let two = SigningKey::ed25519("two");
    oauth.provider.now(jwks(&[&two]));
    assert_eq!(refresh(1).await, asked + 1);
    let token = two.sign(&oauth.claims());
    assert_eq!(oauth.verify(&token).await.status, StatusCode::NO_CONTENT);
    assert_eq!(oauth.provider.asked(), asked + 1);
    // Keys that no one can use aren't refreshed.
    oauth.acme.subscribe(Subscription::Expired).await;
    assert_eq!(refresh(10).await, asked + 1);
}
