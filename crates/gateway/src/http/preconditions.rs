//! The headers that say which version a change means, and that it may be a repetition.

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, HeaderValue, header, request::Parts},
};
use keyward_contract::{ProblemCode, paths};
use uuid::Uuid;

use super::problem::Problem;

/// `If-Match` and `Idempotency-Key` of a change. As an extractor it refuses an idempotency key that is no UUID.
pub struct Preconditions {
    /// Which version it means.
    pub precondition: Precondition,
    /// What makes it safe to repeat.
    pub idempotency: Option<Idempotency>,
}

impl Preconditions {
    /// Of a request that can't have any.
    pub const NONE: Self = Self {
        precondition: Precondition::Missing,
        idempotency: None,
    };
}

/// Which version a change is meant for: the header `If-Match` (RFC 9110, section 13.1.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Precondition {
    /// There was none.
    Missing,
    /// Any version (`*`).
    Any,
    /// One of these. An entity tag that no version has is left out.
    Versions(Vec<i64>),
}

/// A name for a change within the admin's requests to one path, so that a repetition is told from a second wish.
#[derive(Clone, Debug)]
pub struct Idempotency {
    /// The path.
    pub path: String,
    /// The header `Idempotency-Key`.
    pub key: Uuid,
}

impl<S: Sync> FromRequestParts<S> for Preconditions {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let idempotency = match idempotency_key(&parts.headers)? {
            Some(key) => Some(Idempotency {
                path: parts.uri.path().to_owned(),
                key,
            }),
            None => None,
        };
        Ok(Self {
            precondition: precondition(&parts.headers),
            idempotency,
        })
    }
}

/// The entity tag of a version.
pub fn etag(version: i64) -> HeaderValue {
    HeaderValue::from_str(&format!("\"{version}\""))
        .unwrap_or_else(|_| unreachable!("a number in quotes is a header value"))
}

fn idempotency_key(headers: &HeaderMap) -> Result<Option<Uuid>, Problem> {
    let Some(value) = headers.get(paths::IDEMPOTENCY_KEY_HEADER) else {
        return Ok(None);
    };
    // The IETF draft writes it as a structured-field string, in quotes; most clients leave them out.
    let key = value
        .to_str()
        .ok()
        .and_then(|text| Uuid::parse_str(text.trim().trim_matches('"')).ok());
    match key {
        Some(key) => Ok(Some(key)),
        None => Err(Problem::new(ProblemCode::InvalidIdempotencyKey)
            .detail("Send a UUID in the header Idempotency-Key, a new one for each change.")),
    }
}

fn precondition(headers: &HeaderMap) -> Precondition {
    let mut tags = headers.get_all(header::IF_MATCH).iter().peekable();
    if tags.peek().is_none() {
        return Precondition::Missing;
    }
    let mut versions = Vec::new();
    for tag in tags
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
    {
        if tag == "*" {
            return Precondition::Any;
        }
        // A weak tag never matches (RFC 9110, section 13.1.1), nor does one of another making.
        let version = tag
            .strip_prefix('"')
            .and_then(|tag| tag.strip_suffix('"'))
            .and_then(|tag| tag.parse::<i64>().ok());
        versions.extend(version);
    }
    Precondition::Versions(versions)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: &[&'static str]) -> Precondition {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(header::IF_MATCH, HeaderValue::from_static(value));
        }
        precondition(&headers)
    }

    #[test]
    fn if_match_is_read_as_rfc_9110_has_it() {
        assert_eq!(of(&[]), Precondition::Missing);
        assert_eq!(of(&["*"]), Precondition::Any);
        assert_eq!(of(&["\"7\""]), Precondition::Versions(vec![7]));
        assert_eq!(of(&["\"7\", \"8\"", "\"9\""]), Precondition::Versions(vec![7, 8, 9]));
        assert_eq!(of(&["W/\"7\""]), Precondition::Versions(vec![]));
        assert_eq!(of(&["7"]), Precondition::Versions(vec![]));
        assert_eq!(of(&["\"seven\""]), Precondition::Versions(vec![]));
    }
}
