//! Around every handler: a body limit, a timeout, and an answer if the handler panics.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    pin::{Pin, pin},
    sync::Arc,
    task::Poll,
};

use axum::{
    body::HttpBody as _,
    extract::{DefaultBodyLimit, MatchedPath, Request, State},
    http::{HeaderMap, header},
    middleware::Next,
    response::Response,
};
use keyward_contract::ProblemCode;

use super::{Edge, error::Space};

/// The longest body of a request, in bytes.
pub const BODY_LIMIT: usize = 64 * 1024;

/// Runs the handler, and attaches its route to the answer for the metrics.
pub(super) async fn guard(State(edge): State<Arc<Edge>>, mut request: Request, next: Next) -> Response {
    let space = Space::of(request.uri().path());
    let route = request.extensions().get::<MatchedPath>().cloned();
    let mut response = if space != Space::Verify && announced_length(request.headers()) > BODY_LIMIT {
        let _ = tokio::time::timeout(edge.request_timeout, discard(request)).await;
        edge.errors.answer(space, ProblemCode::BodyTooLarge)
    } else {
        // A body without a length is limited where it is read.
        DefaultBodyLimit::max(BODY_LIMIT).apply(&mut request);
        match tokio::time::timeout(edge.request_timeout, without_panic(next.run(request))).await {
            Ok(Some(response)) => response,
            Ok(None) => edge.errors.answer(space, ProblemCode::Internal),
            Err(_) => edge.errors.answer(space, ProblemCode::Timeout),
        }
    };
    if let Some(route) = route {
        response.extensions_mut().insert(route);
    }
    response
}

fn announced_length(headers: &HeaderMap) -> usize {
    let length = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok());
    // The server has rejected anything that isn't a number; larger numbers are capped.
    length.map_or(0, |length| length.parse().unwrap_or(usize::MAX))
}

/// Reads a body that is too long, up to a limit: a client that is disconnected while it sends may not read the answer.
async fn discard(request: Request) {
    const REASONABLE: usize = 1024 * 1024;
    let waits_for_leave = request.headers().contains_key(header::EXPECT);
    if waits_for_leave || announced_length(request.headers()) > REASONABLE {
        return;
    }
    let mut body = request.into_body();
    while let Some(Ok(_)) = std::future::poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {}
}

/// What `future` resolves to, or `None` when it panics. The panic itself is in the log.
async fn without_panic<F: Future>(future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    std::future::poll_fn(|context| {
        // The future isn't polled again after a panic, so its inconsistent state isn't observed.
        match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))) {
            Ok(poll) => poll.map(Some),
            Err(_) => Poll::Ready(None),
        }
    })
    .await
}
