//! Access tokens in requests, and what is said of rejected ones (RFC 6750).

use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use keyward_contract::ProblemCode;

/// The challenge where there is neither a token nor a session (RFC 6750, section 3.1: without an error).
pub const CHALLENGE: HeaderValue = HeaderValue::from_static(r#"Bearer realm="Keyward""#);

/// A refusal.
#[derive(Debug)]
pub struct Refused {
    /// What it is.
    pub code: ProblemCode,
    /// What the caller is told.
    pub description: &'static str,
}

impl Refused {
    pub(super) const fn not_valid(description: &'static str) -> Self {
        Self {
            code: ProblemCode::AccessTokenNotValid,
            description,
        }
    }

    /// The challenge (RFC 6750, section 3).
    pub fn challenge(&self) -> Option<HeaderValue> {
        let error = match self.code {
            ProblemCode::AccessTokenNotValid => "invalid_token",
            ProblemCode::InsufficientScope => "insufficient_scope",
            _ => return None,
        };
        let text = format!(
            r#"Bearer realm="Keyward", error="{error}", error_description="{}""#,
            self.description
        );
        HeaderValue::from_str(&text).ok()
    }
}

/// The access token of a request: `None` if there is none, an error if there isn't exactly one.
///
/// # Errors
/// When `Authorization: Bearer` is there, and not as RFC 6750, section 2.1, has it.
pub fn bearer(headers: &HeaderMap) -> Result<Option<&str>, Refused> {
    let malformed = || Refused::not_valid("Send one header Authorization: Bearer, and the token behind it.");
    let mut found = None;
    for value in headers.get_all(header::AUTHORIZATION) {
        let bytes = value.as_bytes();
        let is_bearer = bytes.len() >= 6
            && bytes[..6].eq_ignore_ascii_case(b"bearer")
            && bytes.get(6).is_none_or(u8::is_ascii_whitespace);
        if !is_bearer {
            continue;
        }
        let token = value.to_str().map_err(|_| malformed())?[6..].trim();
        if token.is_empty() || found.replace(token).is_some() {
            return Err(malformed());
        }
    }
    Ok(found)
}

/// What a request does, as far as permissions depend on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    /// It changes nothing.
    Safe,
    /// It may change something, or the method is unknown.
    Unsafe,
}

/// Headers in which proxies send the method of the original request.
const METHOD_HEADERS: [HeaderName; 2] = [
    HeaderName::from_static("x-original-method"),
    HeaderName::from_static("x-forwarded-method"),
];

impl Call {
    /// For a direct request, or one whose proxy keeps its method.
    pub fn of(method: &Method) -> Self {
        if method.is_safe() { Self::Safe } else { Self::Unsafe }
    }

    /// For a request that a proxy asks about. If several headers name the method, all have to be safe: one of them may be
    /// the client's own.
    pub fn told(headers: &HeaderMap) -> Self {
        let mut told = METHOD_HEADERS
            .into_iter()
            .flat_map(|name| headers.get_all(name))
            .peekable();
        let is_safe = |value: &HeaderValue| matches!(value.as_bytes(), b"GET" | b"HEAD" | b"OPTIONS");
        if told.peek().is_some() && told.all(is_safe) {
            Self::Safe
        } else {
            Self::Unsafe
        }
    }
}
