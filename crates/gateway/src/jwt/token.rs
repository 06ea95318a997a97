//! Parsed, unverified JSON Web Tokens (RFC 7515 and 7519).

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::Algorithm;
use serde_json::{Map, Value};

use super::key_set::{self, KeySet, NoKey};
use crate::clock;

/// How far the clocks of provider and gateway may be apart.
pub const LEEWAY: TimeDelta = TimeDelta::seconds(60);
/// The longest token that is looked at, in bytes.
const LENGTH_MAX: usize = 16 * 1024;

/// A parsed, unverified JWT.
pub struct Token<'a> {
    /// What it says that it is signed with.
    pub algorithm: Result<Algorithm, String>,
    /// The key that it names; empty where it names none.
    pub kid: String,
    /// What it says that it is; empty where it says nothing.
    pub typ: String,
    /// Names of extensions that must be understood; none is.
    pub critical: bool,
    /// What it claims, without what is null.
    pub claims: Map<String, Value>,
    message: &'a str,
    signature: &'a str,
}

impl<'a> Token<'a> {
    /// Reads the compact form of a signed token (RFC 7515, section 7.1). `None` when it is none.
    pub fn read(text: &'a str) -> Option<Self> {
        if text.len() > LENGTH_MAX {
            return None;
        }
        let (message, signature) = text.rsplit_once('.')?;
        let (header, claims) = message.split_once('.')?;
        let object = |part: &str| match serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?) {
            Ok(Value::Object(members)) => Some(members),
            _ => None,
        };
        let (header, mut claims) = (object(header)?, object(claims)?);
        // Claims are stored and looked for as texts, which can't have this character.
        if header.values().chain(claims.values()).any(has_nul) {
            return None;
        }
        // What is null is not said.
        claims.retain(|_, value| !value.is_null());
        let name = header.get("alg").and_then(Value::as_str).unwrap_or_default();
        Some(Self {
            algorithm: key_set::algorithm(name).ok_or_else(|| name.to_owned()),
            kid: header.get("kid").and_then(Value::as_str).unwrap_or_default().to_owned(),
            typ: header.get("typ").and_then(Value::as_str).unwrap_or_default().to_owned(),
            critical: header.contains_key("crit"),
            claims,
            message,
            signature,
        })
    }

    /// Whether it is signed by something that is accepted.
    pub fn has_algorithm(&self) -> bool {
        self.algorithm.is_ok() && !self.critical
    }

    /// Whether it is signed with one of these keys, in a way that is accepted.
    pub fn is_signed_by(&self, keys: &KeySet) -> bool {
        let (Ok(algorithm), true) = (&self.algorithm, self.has_algorithm()) else {
            return false;
        };
        let verifies = |key| {
            jsonwebtoken::crypto::verify(self.signature, self.message.as_bytes(), key, *algorithm).unwrap_or(false)
        };
        keys.find(&self.kid, *algorithm)
            .is_ok_and(|keys| keys.into_iter().any(verifies))
    }

    /// Whether the key that it means can't be among others than these: it is here by its name, or has signed it.
    pub fn means_one_of(&self, keys: &KeySet) -> bool {
        keys.has(&self.kid) || self.is_signed_by(keys)
    }

    /// Whether it names no key where it would have to.
    pub fn is_ambiguous(&self, keys: &KeySet) -> bool {
        let algorithm = self.algorithm.as_ref().ok();
        algorithm.is_some_and(|algorithm| keys.find(&self.kid, *algorithm).err() == Some(NoKey::Unnamed))
    }

    /// A claim that is a text.
    pub fn text(&self, claim: &str) -> Option<&str> {
        self.claims.get(claim).and_then(Value::as_str)
    }

    /// Whether a claim is this text, or a list with it.
    pub fn names(&self, claim: &str, wanted: &str) -> bool {
        let listed = self.claims.get(claim).and_then(Value::as_array);
        self.text(claim) == Some(wanted) || listed.is_some_and(|listed| listed.iter().any(|it| *it == *wanted))
    }

    /// Whether it has not expired; one without an end has.
    pub fn lives(&self, now: DateTime<Utc>) -> bool {
        self.instant("exp").is_some_and(|expiry| now < expiry + LEEWAY)
    }

    /// A claim that is an instant: seconds since 1970.
    pub fn instant(&self, claim: &str) -> Option<DateTime<Utc>> {
        let seconds = self.claims.get(claim)?.as_f64()?;
        // Beyond what a calendar has is as good as never.
        Some(clock::from_millis((seconds.clamp(0.0, 1e12) * 1000.0) as i64))
    }
}

fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(has_nul),
        Value::Object(members) => members
            .iter()
            .any(|(name, value)| name.contains('\0') || has_nul(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_with_a_nul_in_it_is_none() {
        let encode = |text: &str| URL_SAFE_NO_PAD.encode(text);
        let is_token = |claims: &str| Token::read(&[&encode("{}"), ".", &encode(claims), "."].concat()).is_some();
        assert!(is_token(r#"{"sub":"a\\u0000"}"#));
        for claims in [
            r#"{"sub":"a\u0000b"}"#,
            r#"{"roles":[["\u0000"]]}"#,
            r#"{"a":{"\u0000":1}}"#,
        ] {
            assert!(!is_token(claims), "{claims}");
        }
    }

    #[test]
    fn times_in_tokens_are_numbers_in_any_notation() {
        let lives = |expiry: &str| {
            let encode = |text: &str| URL_SAFE_NO_PAD.encode(text);
            let text = [&encode("{}"), ".", &encode(&format!("{{\"exp\":{expiry}}}")), "."].concat();
            let now = clock::from_millis(1_700_000_000_000);
            Token::read(&text).expect("a token").lives(now)
        };
        for expiry in ["1999999999.75", "1.9e9", "1.7e26", "99999999999999999999", "1699999999"] {
            assert!(lives(expiry), "{expiry}");
        }
        for expiry in [
            "\"1999999999\"",
            "-1",
            "0",
            "null",
            "true",
            "[1999999999]",
            "1699999939",
        ] {
            assert!(!lives(expiry), "{expiry}");
        }
    }
}
