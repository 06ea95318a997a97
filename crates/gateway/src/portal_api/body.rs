//! Reading request bodies, with errors that say what is wrong and never repeat a value: it may be a secret.

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
    http::{HeaderMap, header},
};
use keyward_contract::ProblemCode;
use serde::de::DeserializeOwned;
use serde_json::error::Category;

use crate::problem::Problem;

/// A JSON body. As an extractor it refuses everything else.
pub struct JsonBody<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for JsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            return Err(Problem::new(ProblemCode::UnsupportedMediaType)
                .detail("Send the header Content-Type: application/json."));
        }
        let bytes = read(request, state).await?;
        serde_json::from_slice(&bytes).map(Self).map_err(|error| invalid(&error))
    }
}

/// No body, or an empty object. As an extractor it refuses everything else.
pub struct NoBody;

impl<S: Send + Sync> FromRequest<S> for NoBody {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let bytes = read(request, state).await?;
        let empty = bytes.is_empty()
            || serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(&bytes).is_ok_and(|map| map.is_empty());
        if empty {
            return Ok(Self);
        }
        Err(Problem::new(ProblemCode::MalformedBody).detail("This request takes no body."))
    }
}

/// Whether `Content-Type` says JSON.
pub fn is_json(headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()) else { return false };
    let essence = value.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json")
}

async fn read<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, Problem> {
    Bytes::from_request(request, state).await.map_err(|rejection| {
        if rejection.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE {
            return Problem::new(ProblemCode::BodyTooLarge).detail("A body has at most 64 KiB.");
        }
        Problem::new(ProblemCode::MalformedBody).detail("The body did not arrive whole.")
    })
}

fn invalid(error: &serde_json::Error) -> Problem {
    let place = format!("line {}, column {}", error.line(), error.column());
    match error.classify() {
        Category::Data => {
            // serde names unknown and missing fields; what else it says may quote a value.
            let text = error.to_string();
            let names_a_field = ["unknown field", "missing field", "duplicate field"].iter().any(|p| text.starts_with(p));
            let detail = if names_a_field { text } else { format!("A field has a value of the wrong type at {place}.") };
            Problem::new(ProblemCode::InvalidInput).detail(detail)
        }
        Category::Syntax | Category::Eof | Category::Io => {
            Problem::new(ProblemCode::MalformedBody).detail(format!("This is no JSON; it goes wrong at {place}."))
        }
    }
}
