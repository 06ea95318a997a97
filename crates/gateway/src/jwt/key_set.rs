//! The keys of an authorization server (JWKS, RFC 7517): which can verify access tokens, and why others can't.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use chrono::{DateTime, Utc};
use jsonwebtoken::{Algorithm, DecodingKey};
use keyward_contract::{FetchFailureCode, JwkFaultCode as Code, JwkReport};
use serde_json::Value;

use super::public_key::{self, RSA, Unusable};
use crate::{
    clock,
    net::fetch::{Failure, failure},
};

/// The keys that can be used.
#[derive(Debug, Default)]
pub struct KeySet(Vec<Key>);

/// A key that can be used.
#[derive(Debug)]
struct Key {
    /// What tokens name it by; empty where it has no name.
    kid: String,
    algorithms: Vec<Algorithm>,
    key: DecodingKey,
}

/// What is told of the keys in a JWKS.
#[derive(Debug, Default)]
pub struct Told {
    /// The keys, in their order.
    pub keys: Vec<JwkReport>,
    /// How many more there are; they are ignored.
    pub more: usize,
}

/// Why there is no key that a token can be verified with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoKey {
    /// None has the name and the algorithm.
    Unknown,
    /// It names none, and several have the algorithm.
    Unnamed,
}

/// Keys beyond this many are not looked at.
const KEYS_MAX: usize = 100;
/// All keys of one name are tried, so that there must be a bound on them.
const KEYS_OF_ONE_NAME_MAX: usize = 10;

impl KeySet {
    /// Reads a JWKS.
    ///
    /// # Errors
    /// When it is none, or no key in it can be used; what is told of its keys then is with the failure.
    pub fn read(text: &str) -> Result<(Self, Told), (Failure, Told)> {
        let document: Value = serde_json::from_str(text).unwrap_or_default();
        let Some(keys) = document.get("keys").and_then(Value::as_array) else {
            let text = "This isn't a JWKS: JSON with a list called keys (RFC 7517). Check the URL.";
            return Err((failure(FetchFailureCode::NotJwks, text), Told::default()));
        };
        let (mut usable, mut told) = (Self::default(), Told::default());
        for value in keys.iter().take(KEYS_MAX) {
            let read = read(value).and_then(|key| usable.add(key));
            told.keys.push(report(value, read.err()));
        }
        told.more = keys.len().saturating_sub(KEYS_MAX);
        if usable.0.is_empty() {
            let text = "No key in this JWKS can verify a token.";
            return Err((failure(FetchFailureCode::NoUsableKey, text), told));
        }
        Ok((usable, told))
    }

    fn add(&mut self, key: Key) -> Result<(), Unusable> {
        let of_its_name = self.0.iter().filter(|other| other.kid == key.kid).count();
        if !key.kid.is_empty() && of_its_name >= KEYS_OF_ONE_NAME_MAX {
            let text = format!("{KEYS_OF_ONE_NAME_MAX} keys before it have the same kid. No more are tried.");
            return Err(Unusable::new(Code::SameKid, text).expected(KEYS_OF_ONE_NAME_MAX));
        }
        self.0.push(key);
        Ok(())
    }

    /// Whether there is a key with this name.
    pub fn has(&self, kid: &str) -> bool {
        !kid.is_empty() && self.0.iter().any(|key| key.kid == kid)
    }

    /// The keys that a token may be signed with that names its key so, by this algorithm. A token or a key without a name is as
    /// good where there is no choice.
    pub fn find(&self, kid: &str, algorithm: Algorithm) -> Result<Vec<&DecodingKey>, NoKey> {
        let of = |is_meant: &dyn Fn(&Key) -> bool| -> Vec<&DecodingKey> {
            let fits = |key: &&Key| key.algorithms.contains(&algorithm) && is_meant(key);
            self.0.iter().filter(fits).map(|key| &key.key).collect()
        };
        let named = of(&|key| !kid.is_empty() && key.kid == kid);
        if !named.is_empty() {
            return Ok(named);
        }
        let only = of(&|key| kid.is_empty() || key.kid.is_empty());
        match only.len() {
            1 => Ok(only),
            0 => Err(NoKey::Unknown),
            _ if kid.is_empty() => Err(NoKey::Unnamed),
            _ => Err(NoKey::Unknown),
        }
    }

    /// The names of the keys.
    pub fn kids(&self) -> Vec<String> {
        self.0.iter().map(|key| key.kid.clone()).collect()
    }
}

/// The algorithm with this name, if it is accepted: never `none`, never HMAC.
pub fn algorithm(name: &str) -> Option<Algorithm> {
    name.parse().ok().filter(|algorithm| {
        RSA.contains(algorithm) || matches!(algorithm, Algorithm::ES256 | Algorithm::ES384 | Algorithm::EdDSA)
    })
}

/// The algorithms that are accepted.
pub const ALGORITHMS: [&str; 9] = [
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA",
];

fn text<'a>(value: &'a Value, member: &str) -> &'a str {
    value.get(member).and_then(Value::as_str).unwrap_or_default()
}

fn read(value: &Value) -> Result<Key, Unusable> {
    let (of_type, key) = public_key::read(value)?;
    if !matches!(text(value, "use"), "" | "sig") {
        return Err(Unusable::new(Code::UseNotSignature, "It isn't for signatures (use)."));
    }
    let operations = value.get("key_ops").and_then(Value::as_array);
    if operations.is_some_and(|operations| !operations.iter().any(|it| it == "verify")) {
        return Err(Unusable::new(
            Code::OperationsNotVerify,
            "It isn't for verifying (key_ops).",
        ));
    }
    let algorithms = match text(value, "alg") {
        "" => of_type.to_vec(),
        name => match algorithm(name).filter(|algorithm| of_type.contains(algorithm)) {
            Some(algorithm) => vec![algorithm],
            None => {
                let text = "Its algorithm (alg) isn't accepted, or doesn't fit its type.";
                return Err(Unusable::new(Code::AlgorithmNotAccepted, text));
            }
        },
    };
    Ok(Key {
        kid: text(value, "kid").to_owned(),
        algorithms,
        key,
    })
}

fn report(value: &Value, unusable: Option<Unusable>) -> JwkReport {
    let (refused, fault) = unusable.map(|Unusable { text, fault }| (text, fault)).unzip();
    JwkReport {
        kid: text(value, "kid").to_owned(),
        kty: text(value, "kty").to_owned(),
        alg: text(value, "alg").to_owned(),
        r#use: text(value, "use").to_owned(),
        certificate_expires_on: certificate_expires_on(value),
        refused,
        fault,
    }
}

/// Of the certificate that is the key's own: the first of the chain (RFC 7517, section 4.7).
fn certificate_expires_on(value: &Value) -> Option<DateTime<Utc>> {
    let own = value.get("x5c")?.as_array()?.first()?.as_str()?;
    let der = STANDARD.decode(own).ok()?;
    let (_, certificate) = x509_parser::parse_x509_certificate(&der).ok()?;
    Some(clock::from_millis(certificate.validity().not_after.timestamp() * 1000))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const P256: (&str, &str) = (
        "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    );

    fn ec() -> Value {
        json!({ "kty": "EC", "crv": "P-256", "x": P256.0, "y": P256.1, "kid": "one" })
    }

    fn with(member: &str, value: Value) -> Value {
        let mut key = ec();
        key[member] = value;
        key
    }

    fn refused(key: &Value) -> Option<String> {
        let text = json!({ "keys": [key] }).to_string();
        let told = match KeySet::read(&text) {
            Ok((_, told)) | Err((_, told)) => told,
        };
        told.keys.into_iter().next().expect("a report").refused
    }

    #[test]
    fn keys_that_cannot_verify_say_why() {
        assert_eq!(refused(&ec()), None);
        assert_eq!(refused(&with("alg", json!("ES256"))), None);
        assert_eq!(refused(&with("use", json!("sig"))), None);
        for member in ["kid", "use", "alg", "key_ops", "d"] {
            assert_eq!(
                refused(&with(member, Value::Null)),
                None,
                "null is as good as absent: {member}"
            );
        }
        assert_eq!(refused(&with("key_ops", json!(["verify"]))), None);
        for (key, because) in [
            (with("use", json!("enc")), "isn't for signatures"),
            (with("key_ops", json!(["sign"])), "isn't for verifying"),
            (with("alg", json!("RS256")), "doesn't fit its type"),
            (with("alg", json!("HS256")), "isn't accepted"),
            (with("crv", json!("P-521")), "Use P-256"),
            (with("x", json!("?")), "not base64url"),
            (json!({ "kty": "oct", "k": "c2VjcmV0", "kid": "one" }), "Symmetric keys"),
            (json!({ "kty": "RSA", "n": "AQAB", "e": "AQAB", "kid": "one" }), "2048"),
            (json!({ "kty": "quantum" }), "isn't known"),
            (json!(7), "isn't known"),
        ] {
            let reason = refused(&key).expect("a reason");
            assert!(reason.contains(because), "{key}: {reason}");
        }
    }

    #[test]
    fn a_token_without_kid_means_the_only_key() {
        let keys = |kids: &[&str]| {
            let keys: Vec<Value> = kids.iter().map(|kid| with("kid", json!(kid))).collect();
            KeySet::read(&json!({ "keys": keys }).to_string()).expect("keys").0
        };
        let found = |kids: &[&str], kid| keys(kids).find(kid, Algorithm::ES256).map(|found| found.len());
        assert_eq!(found(&[""], ""), Ok(1));
        assert_eq!(found(&[""], "one"), Ok(1));
        assert_eq!(found(&["one"], ""), Ok(1));
        assert_eq!(found(&["one", ""], "one"), Ok(1));
        assert_eq!(found(&["one", "", ""], "one"), Ok(1));
        assert_eq!(found(&["one", "one", "two"], "one"), Ok(2), "all of one name");
        assert_eq!(found(&["one", ""], ""), Err(NoKey::Unnamed));
        assert_eq!(found(&["one"], "two"), Err(NoKey::Unknown));
        assert_eq!(found(&["", ""], "two"), Err(NoKey::Unknown));
        assert_eq!(
            keys(&["one"]).find("", Algorithm::RS256).map(|found| found.len()),
            Err(NoKey::Unknown)
        );
    }

    #[test]
    fn keys_beyond_the_bound_are_counted() {
        let keys: Vec<Value> = (0..103).map(|number| with("kid", json!(number.to_string()))).collect();
        let (usable, told) = KeySet::read(&json!({ "keys": keys }).to_string()).expect("keys");
        assert_eq!((usable.0.len(), told.keys.len(), told.more), (100, 100, 3));
        let keys: Vec<Value> = (0..12).map(|_| ec()).collect();
        let (usable, told) = KeySet::read(&json!({ "keys": keys }).to_string()).expect("keys");
        assert_eq!(usable.0.len(), 10);
        assert!(told.keys[10].refused.as_ref().expect("a reason").contains("same kid"));
    }

    #[test]
    fn none_and_hmac_are_not_accepted() {
        for name in ["none", "None", "NONE", "HS256", "HS384", "HS512", "", "rs256"] {
            assert_eq!(algorithm(name), None, "{name}");
        }
        for name in ALGORITHMS {
            assert!(algorithm(name).is_some(), "{name}");
        }
    }
}
