//! Reading request bodies, with errors that say what is wrong and never repeat a value: it may be a secret.

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
    http::{HeaderMap, StatusCode, header},
};
use keyward_contract::ProblemCode;
use serde::de::DeserializeOwned;
use serde_json::error::Category;

use super::problem::Problem;

/// A JSON body. As an extractor it refuses everything else.
pub struct JsonBody<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for JsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            return Err(Problem::new(ProblemCode::UnsupportedMediaType)
                .detail("Send the header Content-Type: application/json."));
        }
        let bytes = read(request, state).await.map_err(unreadable)?;
        serde_json::from_slice(&bytes)
            .map(Self)
            .map_err(|error| invalid(&error))
    }
}

/// No body, or an empty object. As an extractor it refuses everything else.
pub struct NoBody;

impl<S: Send + Sync> FromRequest<S> for NoBody {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let bytes = read(request, state).await.map_err(unreadable)?;
        let empty = bytes.is_empty()
            || serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(&bytes)
                .is_ok_and(|map| map.is_empty());
        if empty {
            return Ok(Self);
        }
        Err(Problem::new(ProblemCode::MalformedBody).detail("This request takes no body."))
    }
}

/// Whether `Content-Type` says JSON.
pub fn is_json(headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()) else {
        return false;
    };
    let essence = value.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json")
}

/// Reads a body to its end.
///
/// # Errors
/// [`ProblemCode::BodyTooLarge`] beyond the limit, [`ProblemCode::MalformedBody`] when it does not arrive whole.
pub async fn read<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, ProblemCode> {
    Bytes::from_request(request, state)
        .await
        .map_err(|rejection| match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => ProblemCode::BodyTooLarge,
            _ => ProblemCode::MalformedBody,
        })
}

/// What serde says of a body, where that repeats no value: the names of unknown, missing and doubled fields.
pub fn field_error(error: &serde_json::Error) -> Option<String> {
    let text = error.to_string();
    ["unknown field", "missing field", "duplicate field"]
        .iter()
        .any(|start| text.starts_with(start))
        .then_some(text)
}

fn unreadable(code: ProblemCode) -> Problem {
    Problem::new(code).detail(match code {
        ProblemCode::BodyTooLarge => "A body has at most 64 KiB.",
        _ => "The body did not arrive whole.",
    })
}

fn invalid(error: &serde_json::Error) -> Problem {
    let (line, column) = (error.line(), error.column());
    if error.classify() == Category::Data {
        let detail = field_error(error)
            .unwrap_or_else(|| format!("A field has a value of the wrong type at line {line}, column {column}."));
        return Problem::new(ProblemCode::InvalidInput).detail(detail);
    }
    Problem::new(ProblemCode::MalformedBody).detail(format!(
        "This is no JSON; it goes wrong at line {line}, column {column}."
    ))
}
