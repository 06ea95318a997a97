//! The ID of each request, in the log and in the answer. Clients can't choose it.

use axum::http::HeaderValue;
use uuid::{Uuid, fmt::Hyphenated};

/// The header that tells it.
pub const HEADER: &str = "x-request-id";

tokio::task_local! {
    static REQUEST_ID: Uuid;
}

/// The name of the request that is being answered, within one.
pub fn current() -> Option<String> {
    REQUEST_ID.try_with(ToString::to_string).ok()
}

/// Runs `future` as part of the request `id`.
pub async fn within<F: Future>(id: Uuid, future: F) -> F::Output {
    REQUEST_ID.scope(id, future).await
}

/// A new one.
pub fn new() -> Uuid {
    uuid::Builder::from_random_bytes(crate::random::bytes()).into_uuid()
}

/// As the value of [`HEADER`].
pub fn header(id: Uuid) -> HeaderValue {
    let mut text = [0; Hyphenated::LENGTH];
    HeaderValue::from_str(id.hyphenated().encode_lower(&mut text))
        .unwrap_or_else(|_| unreachable!("hex digits and hyphens are a header value"))
}
