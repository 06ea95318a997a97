//! The answer to bytes that aren't a request: as HTTP/1.1, because nothing else is known.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use keyward_contract::ProblemCode;

use super::{error::Space, headers::SecurityHeaders};
use crate::{
    config::Config,
    http::{problem::Problem, request_id},
};

/// Answers to requests that can't be read, with the headers that every answer carries.
pub struct Unreadable {
    headers: SecurityHeaders,
    https: bool,
}

impl Unreadable {
    /// Of a gateway with these settings.
    pub fn new(config: &Config) -> Self {
        Self {
            headers: SecurityHeaders::new(config),
            https: config.tls.is_some(),
        }
    }

    /// The answer with a status of 400, 414 or 431, after which the connection ends.
    pub fn answer(&self, status: u16) -> Vec<u8> {
        let (code, detail) = match status {
            414 | 431 => (
                ProblemCode::HeadTooLarge,
                "The address or the headers of a request, cookies above all, may have 32 KiB and 100 lines.",
            ),
            _ => (
                ProblemCode::MalformedRequest,
                "This is no HTTP request that can be read.",
            ),
        };
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
        let id = request_id::new();
        tracing::info!(target: "keyward::access", status = status.as_u16(), request_id = %id, "unreadable request");
        let mut body = Problem::new(code).status(status).detail(detail).into_body();
        body.request_id = Some(id.to_string());
        let body = serde_json::to_vec(&body).unwrap_or_default();

        let mut headers = HeaderMap::new();
        headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
        headers.insert(request_id::HEADER, request_id::header(id));
        self.headers.apply(&mut headers, Space::Api, self.https);

        let reason = status.canonical_reason().unwrap_or_default();
        let mut answer = format!("HTTP/1.1 {} {reason}\r\n", status.as_u16()).into_bytes();
        for (name, value) in &headers {
            answer.extend_from_slice(name.as_str().as_bytes());
            answer.extend_from_slice(b": ");
            answer.extend_from_slice(value.as_bytes());
            answer.extend_from_slice(b"\r\n");
        }
        answer.extend_from_slice(b"\r\n");
        answer.extend_from_slice(&body);
        answer
    }
}
