//! `If-Match` (optimistic locking) and `Idempotency-Key`.

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, HeaderValue, header, request::Parts},
};
use keyward_contract::{ProblemCode, paths};
use uuid::Uuid;

use super::problem::Problem;

/// `If-Match` and `Idempotency-Key` of a change. As an extractor, it rejects an idempotency key that isn't a UUID.
#[derive(Clone, Debug)]
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

/// The version that a change is for: the header `If-Match` (RFC 9110, section 13.1.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Precondition {
    /// There was none.
    Missing,
    /// Any version (`*`).
    Any,
    /// One of these. Unknown entity tags are ignored if there is a known one.
    Versions(Vec<i64>),
    /// No known version: none has such an entity tag.
    Foreign,
}

/// The idempotency key of a change, within an admin's requests to one path. It distinguishes a repetition from a new change.
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
        versions.extend(version_of(tag));
    }
    match versions.is_empty() {
        true => Precondition::Foreign,
        false => Precondition::Versions(versions),
    }
}

/// The version that an entity tag is of. A proxy that compresses an answer makes its tag weak (nginx, Cloudflare) or puts the coding
/// behind the number (Apache, Jetty, Caddy), and clients send back what they got.
///
/// `If-Match` compares strongly, and a weak tag never matches (RFC 9110, section 13.1.1), since two states of something may share
/// one. Ours can't: the tag is the number of the version alone, each change takes the next number, and none is ever used again. So
/// the number means the same state however its representation was coded, and a change that is meant for it is safe.
fn version_of(tag: &str) -> Option<i64> {
    let tag = tag.strip_prefix("W/").unwrap_or(tag);
    let tag = tag.strip_prefix('"')?.strip_suffix('"')?;
    let end = tag.bytes().skip(1).position(|byte| !byte.is_ascii_digit());
    let (number, rest) = tag.split_at(end.map_or(tag.len(), |end| end + 1));
    let coding = rest.trim_start_matches(['-', ';', ':', '+']);
    let is_coded = coding.len() < rest.len() && CODINGS.contains(&coding);
    if !rest.is_empty() && !is_coded {
        return None;
    }
    number.parse().ok()
}

/// Content codings (RFC 9110, section 8.4.1), by which proxies rename entity tags.
const CODINGS: &[&str] = &["gzip", "x-gzip", "gz", "br", "zstd", "deflate", "compress", "identity"];

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
    fn if_match_follows_rfc_9110() {
        assert_eq!(of(&[]), Precondition::Missing);
        assert_eq!(of(&["*"]), Precondition::Any);
        assert_eq!(of(&["\"7\""]), Precondition::Versions(vec![7]));
        assert_eq!(of(&["\"7\", \"8\"", "\"9\""]), Precondition::Versions(vec![7, 8, 9]));
        assert_eq!(of(&["\"seven\", \"7\""]), Precondition::Versions(vec![7]));
    }

    #[test]
    fn etags_renamed_by_compressing_proxies_match() {
        for tag in [
            "W/\"7\"",
            "\"7-gzip\"",
            "\"7;gzip\"",
            "\"7-br\"",
            "\"7--gzip\"",
            "W/\"7-zstd\"",
        ] {
            assert_eq!(of(&[tag]), Precondition::Versions(vec![7]), "{tag}");
        }
        for tag in [
            "7",
            "",
            "\"\"",
            "\"seven\"",
            "\"7",
            "w/\"7\"",
            "\"7gzip\"",
            "\"7-\"",
            "\"7-8\"",
            "\"7-gzip-1\"",
            "\"gzip\"",
            "\"7x\"",
            "\" 7\"",
            "\"99999999999999999999\"",
        ] {
            assert_eq!(of(&[tag]), Precondition::Foreign, "{tag}");
        }
    }
}
