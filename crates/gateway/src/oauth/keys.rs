//! The keys of an authorization server (JWKS, RFC 7517): which of them can verify an access token, and why not the others.

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use chrono::{DateTime, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, jwk::Jwk};
use keyward_contract::{FetchFailureReason, JwkReport};
use serde_json::Value;

use super::fetch::{Failure, failure};
use crate::clock;

/// The keys that can be used.
#[derive(Debug, Default)]
pub(crate) struct KeySet(Vec<Key>);

/// A key that can be used.
#[derive(Debug)]
pub(super) struct Key {
    kid: String,
    algorithms: Vec<Algorithm>,
    key: DecodingKey,
}

/// Keys beyond this many are not looked at.
const KEYS_MAX: usize = 100;

impl KeySet {
    /// Reads a JWKS.
    ///
    /// # Errors
    /// When it is none, or no key in it can be used; the report then is with the failure.
    pub(crate) fn read(text: &[u8]) -> Result<(Self, Vec<JwkReport>), (Failure, Vec<JwkReport>)> {
        let document: Value = serde_json::from_slice(text).unwrap_or_default();
        let Some(keys) = document.get("keys").and_then(Value::as_array) else {
            let text = "This is no JWKS: JSON with a list called keys (RFC 7517). Check the location.";
            return Err((failure(FetchFailureReason::Json, text), Vec::new()));
        };
        let (mut usable, mut reports) = (Vec::new(), Vec::new());
        for value in keys.iter().take(KEYS_MAX) {
            let read = read(value);
            reports.push(report(value, read.as_ref().err()));
            usable.extend(read.ok());
        }
        if usable.is_empty() {
            let text = "No key in this JWKS can verify an access token.";
            return Err((failure(FetchFailureReason::NoUsableKey, text), reports));
        }
        Ok((Self(usable), reports))
    }

    /// Whether there is a key of this identifier.
    pub(super) fn has(&self, kid: &str) -> bool {
        self.0.iter().any(|key| key.kid == kid)
    }

    /// The key of this identifier that verifies signatures of this algorithm.
    pub(super) fn find(&self, kid: &str, algorithm: Algorithm) -> Option<&DecodingKey> {
        let fits = |key: &&Key| key.kid == kid && key.algorithms.contains(&algorithm);
        self.0.iter().find(fits).map(|key| &key.key)
    }

    /// Identifiers, for people.
    pub(super) fn kids(&self) -> String {
        self.0.iter().map(|key| key.kid.as_str()).collect::<Vec<_>>().join(", ")
    }
}

const RSA: &[Algorithm] = &[
    Algorithm::RS256,
    Algorithm::RS384,
    Algorithm::RS512,
    Algorithm::PS256,
    Algorithm::PS384,
    Algorithm::PS512,
];

/// The algorithm of this name, if tokens that are signed by it are accepted: never `none`, never HMAC.
pub(super) fn algorithm(name: &str) -> Option<Algorithm> {
    name.parse().ok().filter(|algorithm| {
        RSA.contains(algorithm) || matches!(algorithm, Algorithm::ES256 | Algorithm::ES384 | Algorithm::EdDSA)
    })
}

/// What is accepted, for people.
pub(super) const ALGORITHMS: &str = "RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384 or EdDSA";

fn text<'a>(value: &'a Value, member: &str) -> &'a str {
    value.get(member).and_then(Value::as_str).unwrap_or_default()
}

fn read(value: &Value) -> Result<Key, &'static str> {
    let of_type = match (text(value, "kty"), text(value, "crv")) {
        ("RSA", _) => {
            let bytes = URL_SAFE_NO_PAD.decode(text(value, "n")).unwrap_or_default();
            if !(256..=1024).contains(&bytes.len()) {
                return Err("An RSA key has 2048 to 8192 bits.");
            }
            RSA
        }
        ("EC", "P-256") => &[Algorithm::ES256],
        ("EC", "P-384") => &[Algorithm::ES384],
        ("OKP", "Ed25519") => &[Algorithm::EdDSA],
        ("EC" | "OKP", _) => return Err("Of the curves P-256, P-384 and Ed25519 are accepted."),
        ("oct", _) => return Err("A symmetric key is never accepted: everybody can fetch it."),
        _ => return Err("The type of the key is not known."),
    };
    if !matches!(text(value, "use"), "" | "sig") {
        return Err("It is not for signatures (use).");
    }
    let operations = value.get("key_ops").and_then(Value::as_array);
    if operations.is_some_and(|operations| !operations.iter().any(|it| it == "verify")) {
        return Err("It is not for verifying (key_ops).");
    }
    let kid = text(value, "kid");
    if kid.is_empty() {
        return Err("It has no kid, by which tokens name their key.");
    }
    let algorithms = match text(value, "alg") {
        "" => of_type.to_vec(),
        name => match algorithm(name).filter(|algorithm| of_type.contains(algorithm)) {
            Some(algorithm) => vec![algorithm],
            None => return Err("Its algorithm (alg) is not accepted, or not of its type."),
        },
    };
    let jwk: Jwk = serde_json::from_value(value.clone()).map_err(|_| "It can't be read.")?;
    let key = DecodingKey::from_jwk(&jwk).map_err(|_| "It can't be read.")?;
    Ok(Key {
        kid: kid.to_owned(),
        algorithms,
        key,
    })
}

fn report(value: &Value, refused: Option<&&'static str>) -> JwkReport {
    JwkReport {
        kid: text(value, "kid").to_owned(),
        kty: text(value, "kty").to_owned(),
        alg: text(value, "alg").to_owned(),
        r#use: text(value, "use").to_owned(),
        certificate_expires_on: certificate_expires_on(value),
        refused: refused.map(|reason| (*reason).to_owned()),
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
        let reports = match KeySet::read(text.as_bytes()) {
            Ok((_, reports)) | Err((_, reports)) => reports,
        };
        reports.into_iter().next().expect("a report").refused
    }

    #[test]
    fn keys_that_verify_are_taken_and_others_say_why_not() {
        assert_eq!(refused(&ec()), None);
        assert_eq!(refused(&with("alg", json!("ES256"))), None);
        assert_eq!(refused(&with("use", json!("sig"))), None);
        assert_eq!(refused(&with("key_ops", json!(["verify"]))), None);
        for (key, because) in [
            (with("kid", json!("")), "no kid"),
            (with("use", json!("enc")), "not for signatures"),
            (with("key_ops", json!(["sign"])), "not for verifying"),
            (with("alg", json!("RS256")), "not of its type"),
            (with("alg", json!("HS256")), "not accepted"),
            (with("crv", json!("P-521")), "Of the curves"),
            (with("x", json!("?")), "can't be read"),
            (json!({ "kty": "oct", "k": "c2VjcmV0", "kid": "one" }), "never accepted"),
            (json!({ "kty": "RSA", "n": "AQAB", "e": "AQAB", "kid": "one" }), "2048"),
            (json!({ "kty": "quantum" }), "not known"),
            (json!(7), "not known"),
        ] {
            let reason = refused(&key).expect("a reason");
            assert!(reason.contains(because), "{key}: {reason}");
        }
    }

    #[test]
    fn no_algorithm_is_accepted_that_everybody_could_sign_with() {
        for name in ["none", "None", "NONE", "HS256", "HS384", "HS512", "", "rs256"] {
            assert_eq!(algorithm(name), None, "{name}");
        }
        for name in ALGORITHMS.split([',', ' ']).filter(|word| word.len() > 2) {
            assert!(algorithm(name).is_some(), "{name}");
        }
    }
}
