//! What servers of others send: documents that are no plain JSON, and keys that anyone could sign with

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use keyward_contract::OrganizationId;
use serde_json::{Value, json};

use crate::{
    oauth_provider::{Behaviour, Provider, SigningKey, jwks, message},
    oauth_support::Oauth,
    support::Acme,
};

fn raw(header: &'static str, value: &str, body: impl Into<Vec<u8>>) -> Behaviour {
    Behaviour::Raw(200, (header, value.to_owned()), body.into())
}

/// What a foreign server sends is read, or told for what it is.
#[tokio::test]
async fn a_document_is_read_or_rejected_precisely() {
    let acme = Acme::allowing_loopback().await;
    let key = SigningKey::p256("one");
    let text = json!({ "keys": [key.jwk()] }).to_string();
    let provider = Provider::start(jwks(&[&key])).await;
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let moved = Behaviour::Raw(304, ("location", "https://elsewhere.example/".to_owned()), Vec::new());
    for (behaviour, reason, told) in [
        (raw("content-encoding", "gzip", "x"), "json", "compressed (gzip)"),
        (raw("content-encoding", "br", "x"), "json", "compressed (br)"),
        (raw("content-type", "application/json", utf16), "json", "UTF-16"),
        (
            raw(
                "content-type",
                "application/json",
                "{\"keys\":\"\u{e4}\"}".as_bytes()[..10].to_vec(),
            ),
            "json",
            "not in UTF-8",
        ),
        (
            raw("content-type", "text/html", "<!doctype html><title>Sign in"),
            "json",
            "web page",
        ),
        (raw("content-type", "application/json", "{}"), "json", "isn't a JWKS"),
        (moved, "status", "status 304"),
        (Behaviour::Status(302), "status", "status 302"),
        (Behaviour::Status(300), "status", "status 300"),
        (Behaviour::Status(401), "status", "requires a sign-in"),
        (Behaviour::Status(503), "status", "Try again later"),
        (
            Behaviour::Redirect("https://elsewhere.example/".to_owned()),
            "redirect",
            "another host",
        ),
    ] {
        provider.now(behaviour);
        let failure = acme.validate(&provider.jwks_uri()).await["failure"].clone();
        assert_eq!(failure["reason"], reason, "{told}: {failure}");
        assert!(
            failure["text"].as_str().expect("a text").contains(told),
            "{told}: {failure}"
        );
    }
    for behaviour in [
        raw("content-encoding", "identity", text.clone()),
        raw("content-type", "text/plain", format!("\u{feff}{text}")),
        Behaviour::For("application/jwk-set+json", Box::new(jwks(&[&key]))),
        Behaviour::For("application/json", Box::new(jwks(&[&key]))),
        Behaviour::For("*/*", Box::new(jwks(&[&key]))),
    ] {
        provider.now(behaviour);
        let report = acme.validate(&provider.jwks_uri()).await;
        assert_eq!(report["keys"][0]["refused"], Value::Null, "{report:#}");
    }
}

/// A key that anyone could sign with, or that the verifying library does not take, is never called usable and
/// verifies nothing.
#[tokio::test]
async fn weak_keys_verify_nothing() {
    let mut oauth = Oauth::new().await;
    let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let ed25519 = |x: &[u8]| json!({ "kty": "OKP", "crv": "Ed25519", "x": text(x), "kid": "weak" });
    let identity: Vec<u8> = [&[1], &[0; 31][..]].concat();
    let base = SigningKey::new("RS256", "weak").jwk();
    let rsa = |member: &str, value: &str| {
        let mut key = base.clone();
        key[member] = json!(value);
        key
    };
    let zeros = text(&[0; 32]);
    for (key, told) in [
        (ed25519(&identity), "small order"),
        (ed25519(&[0; 32]), "small order"),
        (
            json!({ "kty": "EC", "crv": "P-256", "x": zeros, "y": zeros, "kid": "weak" }),
            "not on the curve",
        ),
        (rsa("e", "AQ"), "is 1."),
        (rsa("e", "Aw"), "is 3."),
        (rsa("e", "AQAA"), "is 65536."),
        (rsa("n", &text(&[0xfe; 256])), "multiple of 2"),
        (rsa("d", "AQAB"), "private part"),
    ] {
        oauth.provider.now(Behaviour::Says(json!({ "keys": [key] })));
        let report = oauth.acme.validate(&oauth.provider.jwks_uri()).await;
        let refused = report["keys"][0]["refused"].as_str().expect("a reason").to_owned();
        assert!(refused.contains(told), "{told}: {refused}");
        assert!(report["keys"][0]["fault"]["code"].is_string(), "{report:#}");
        assert_eq!(report["validation"], "");
        // Under the point of order 1 this signature fits every message, under the one of order 4 every fourth.
        for number in 0..8 {
            oauth.acme.clock.advance(TimeDelta::seconds(11));
            let claims = oauth.claims_with("jti", json!(number));
            let message = message(&json!({ "alg": "EdDSA", "kid": "weak" }), &claims);
            let forged = format!("{message}.{}", text(&[&identity[..], &[0; 32]].concat()));
            assert_eq!(oauth.verify(&forged).await.status.as_u16(), 401, "{told}");
        }
    }
    // A key is the same one with a zero in front of its numbers.
    oauth.key = SigningKey::new("RS256", "weak");
    let modulus = URL_SAFE_NO_PAD
        .decode(base["n"].as_str().expect("a text"))
        .expect("bytes");
    let mut key = rsa("n", &text(&[&[0], &modulus[..]].concat()));
    key["e"] = json!("AAEAAQ");
    oauth.provider.now(Behaviour::Says(json!({ "keys": [key] })));
    oauth.acme.clock.advance(TimeDelta::seconds(11));
    oauth.admits(&oauth.claims()).await;
}

/// A token without `kid` is one of the only key of its algorithm, and of none where there are several.
#[tokio::test]
async fn a_token_without_kid_is_one_of_the_only_key() {
    let oauth = Oauth::new().await;
    let unnamed = |key: &SigningKey| {
        let mut key = key.jwk();
        key["kid"] = Value::Null;
        key
    };
    let serve = |keys: Vec<Value>| {
        oauth.provider.now(Behaviour::Says(json!({ "keys": keys })));
        oauth.acme.clock.advance(TimeDelta::seconds(11));
    };
    let admits = async |token: &str| assert_eq!(oauth.verify(token).await.status.as_u16(), 204);
    let (two, other) = (SigningKey::p256("two"), SigningKey::ed25519("three"));
    // The key has a name and the token none; the other way round; neither has one.
    serve(vec![oauth.key.jwk(), other.jwk()]);
    admits(&oauth.key.sign_without_kid(&oauth.claims())).await;
    serve(vec![unnamed(&two)]);
    admits(&two.sign(&oauth.claims())).await;
    admits(&two.sign_without_kid(&oauth.claims())).await;
    // It is replaced by another without a name.
    let three = SigningKey::p256("three");
    serve(vec![unnamed(&three)]);
    admits(&three.sign_without_kid(&oauth.claims())).await;
    let gone = two.sign_without_kid(&oauth.claims());
    oauth.refuses(&gone, "signature", "token-signature-wrong").await;
    serve(vec![oauth.key.jwk(), two.jwk()]);
    let ambiguous = two.sign_without_kid(&oauth.claims());
    let told = "names no key, and there are several";
    oauth.refuses(&ambiguous, told, "token-key-not-named").await;
}

#[tokio::test]
async fn all_keys_of_one_kid_are_tried() {
    let oauth = Oauth::new().await;
    let second = SigningKey::p256("one");
    oauth.provider.now(jwks(&[&oauth.key, &second]));
    oauth.acme.clock.advance(TimeDelta::minutes(61));
    oauth.admits(&oauth.claims()).await;
    let token = second.sign(&oauth.claims());
    assert_eq!(oauth.verify(&token).await.status.as_u16(), 204);
    let stranger = SigningKey::p256("one").sign(&oauth.claims());
    oauth.refuses(&stranger, "signature", "token-signature-wrong").await;
}

#[tokio::test]
async fn keys_after_the_hundredth_are_counted() {
    let acme = Acme::allowing_loopback().await;
    let key = SigningKey::p256("one").jwk();
    let provider = Provider::start(Behaviour::Says(json!({ "keys": vec![key; 101] }))).await;
    let report = acme.validate(&provider.jwks_uri()).await;
    assert_eq!(report["keys"].as_array().map(Vec::len), Some(100));
    assert_eq!(report["more"], 1);
}

#[tokio::test]
async fn a_foreign_discovery_document_suggests_a_fix() {
    let acme = Acme::allowing_loopback().await;
    let provider = Provider::start(Behaviour::Says(json!({
        "issuer": "https://sts.windows.net/7b1c/", "jwks_uri": "https://login.microsoftonline.com/7b1c/discovery/keys",
    })))
    .await;
    let report = acme
        .validate(&format!("{}/.well-known/openid-configuration", provider.url))
        .await;
    let text = report["failure"]["text"].as_str().expect("a text");
    assert_eq!(report["failure"]["reason"], "issuer");
    assert!(
        text.contains("Entra ID") && text.contains("https://login.microsoftonline.com/7b1c/discovery/keys"),
        "{text}"
    );
}

/// A slow server of one organization holds up no validation of another.
#[tokio::test]
async fn a_slow_jwks_delays_no_other_organization() {
    let acme = Acme::allowing_loopback().await;
    let slow = Provider::start(Behaviour::Silent).await;
    let good = Provider::start(jwks(&[&SigningKey::p256("one")])).await;
    let (slow, good) = (slow.jwks_uri(), good.jwks_uri());
    let validate = |organization, location| {
        acme.app
            .access_tokens
            .validate(OrganizationId(organization), location, true)
    };
    let flood = futures_util::future::join_all((0..50).map(|_| validate(1, &slow)));
    tokio::select! {
        biased;
        _ = flood => panic!("a validation of a location that does not answer ends after five seconds"),
        () = async {
            let report = validate(2, &good).await;
            assert_eq!(report.failure, None);
            let own = validate(1, &good).await.failure.expect("a failure");
            assert!(own.text.contains("this organization"), "{}", own.text);
        } => {}
    }
    assert_eq!(
        validate(1, &good).await.failure,
        None,
        "a client that disconnects frees its turn"
    );
}
