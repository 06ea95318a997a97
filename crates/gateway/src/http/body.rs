//! Reading request bodies. Errors say what is wrong and never repeat a value, because it may be a secret.

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
    http::{HeaderMap, StatusCode, header},
};
use keyward_contract::ProblemCode;
use serde::de::DeserializeOwned;
use serde_json::error::Category;

use super::problem::Problem;
use crate::text::utf8;

/// A JSON body. As an extractor, it rejects everything else.
pub struct JsonBody<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for JsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        check_type(request.headers()).map_err(|text| Problem::new(ProblemCode::UnsupportedMediaType).detail(text))?;
        let bytes = read(request, state).await.map_err(unreadable)?;
        let text = text(&bytes).map_err(|text| Problem::new(ProblemCode::MalformedBody).detail(text))?;
        serde_json::from_str(text).map(Self).map_err(|error| invalid(&error))
    }
}

/// No body, or an empty object. As an extractor, it rejects everything else.
pub struct NoBody;

impl<S: Send + Sync> FromRequest<S> for NoBody {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let bytes = read(request, state).await.map_err(unreadable)?;
        let is_empty = |text: &str| {
            text.is_empty()
                || serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(text)
                    .is_ok_and(|map| map.is_empty())
        };
        if text(&bytes).is_ok_and(is_empty) {
            return Ok(Self);
        }
        Err(Problem::new(ProblemCode::MalformedBody).detail("This request doesn't take a body."))
    }
}

/// Whether `Content-Type` is JSON, in UTF-8 if it names a charset.
///
/// # Errors
/// What to send instead.
pub fn check_type(headers: &HeaderMap) -> Result<(), String> {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let mut parts = value.unwrap_or_default().split(';').map(str::trim);
    if !parts
        .next()
        .is_some_and(|kind| kind.eq_ignore_ascii_case("application/json"))
    {
        return Err("Send the header Content-Type: application/json.".to_owned());
    }
    let charset = |parameter: &str| {
        let (name, value) = parameter.split_once('=')?;
        let is_charset = name.trim_end().eq_ignore_ascii_case("charset");
        is_charset.then(|| value.trim().trim_matches('"').to_ascii_lowercase())
    };
    match parts
        .filter_map(charset)
        .find(|it| !matches!(it.as_str(), "utf-8" | "utf8"))
    {
        Some(_) => Err(
            "JSON must be in UTF-8. Encode the body in UTF-8, and leave the charset out of Content-Type \
                        or set it to utf-8."
                .to_owned(),
        ),
        None => Ok(()),
    }
}

/// The text of a body.
///
/// # Errors
/// Where it is not UTF-8.
pub fn text(bytes: &[u8]) -> Result<&str, String> {
    utf8(bytes).map_err(|error| format!("The body is {error}."))
}

/// Reads a body to its end.
///
/// # Errors
/// [`ProblemCode::BodyTooLarge`] beyond the limit, [`ProblemCode::MalformedBody`] if it doesn't arrive completely.
pub async fn read<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, ProblemCode> {
    Bytes::from_request(request, state)
        .await
        .map_err(|rejection| match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => ProblemCode::BodyTooLarge,
            _ => ProblemCode::MalformedBody,
        })
}

/// The message of serde, if it doesn't repeat a value: the names of unknown, missing and duplicate fields.
pub fn field_error(error: &serde_json::Error) -> Option<String> {
    let text = error.to_string();
    ["unknown field", "missing field", "duplicate field"]
        .iter()
        .any(|start| text.starts_with(start))
        .then_some(text)
}

fn unreadable(code: ProblemCode) -> Problem {
    Problem::new(code).detail(match code {
        ProblemCode::BodyTooLarge => "A body can have up to 64 KiB.",
        _ => "The body didn't arrive completely.",
    })
}

fn invalid(error: &serde_json::Error) -> Problem {
    let (line, column) = (error.line(), error.column());
    if error.classify() == Category::Data {
        let detail = field_error(error)
            .unwrap_or_else(|| format!("A field has a value of the wrong type at line {line}, column {column}."));
        return Problem::new(ProblemCode::InvalidInput).detail(detail);
    }
    Problem::new(ProblemCode::MalformedBody).detail(format!("Invalid JSON at line {line}, column {column}."))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn json_in_utf_8_is_the_only_type() {
        let is_taken = |value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(value));
            check_type(&headers).is_ok()
        };
        for value in [
            "application/json",
            "Application/JSON ; Charset=UTF-8",
            "application/json; charset=\"utf-8\"",
            "application/json; version=1; charset=utf8",
        ] {
            assert!(is_taken(value), "{value}");
        }
        for value in [
            "text/json",
            "application/json; charset=iso-8859-1",
            "application/json;charset=\"UTF-16\"",
            "application/json; charset=",
            "application/json; charset=utf-8; charset=windows-1252",
        ] {
            assert!(!is_taken(value), "{value}");
        }
    }

    #[test]
    fn the_first_byte_outside_utf_8_is_named() {
        assert_eq!(text(b"\xef\xbb\xbf{}"), Ok("{}"));
        assert_eq!(
            text(b"{\"a\":\"\xfc\"}"),
            Err("The body is not UTF-8 (byte 7).".to_owned())
        );
        for wide in [&b"\xff\xfe{\0}\0"[..], b"{\0}\0", b"\0{\0}"] {
            assert!(text(wide).is_err_and(|text| text.contains("UTF-16")));
        }
    }
}
