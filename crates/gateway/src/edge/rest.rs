//! Drains the rest of a request's body when the answer doesn't need it. An HTTP/2 client that is still sending when the
//! answer is complete is told to stop (RFC 9113, section 8.1), which some (curl 7.88) treat as a failure.

use std::{
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    body::{Body, Bytes, HttpBody},
    extract::Request,
    http::Version,
};
use http_body::{Frame, SizeHint};

use super::guard::BODY_LIMIT;

/// A client that announces a body sends it soon.
const PATIENCE: Duration = Duration::from_secs(2);

/// A body that its handler may leave unread.
#[derive(Clone)]
pub(super) struct Rest(Arc<Mutex<Body>>);

impl Rest {
    /// For an HTTP/2 request with a body.
    pub(super) fn of(request: &mut Request) -> Option<Self> {
        if request.version() != Version::HTTP_2 || request.body().is_end_stream() {
            return None;
        }
        let rest = Self(Arc::new(Mutex::new(std::mem::take(request.body_mut()))));
        *request.body_mut() = Body::new(rest.clone());
        Some(rest)
    }

    /// Reads a small body to its end.
    pub(super) async fn discard(mut self) {
        let mut left = BODY_LIMIT;
        let read = async {
            while let Some(Ok(frame)) = std::future::poll_fn(|context| Pin::new(&mut self).poll_frame(context)).await {
                let length = frame.data_ref().map_or(0, Bytes::len);
                match left.checked_sub(length) {
                    Some(rest) => left = rest,
                    None => break,
                }
            }
        };
        let _ = tokio::time::timeout(PATIENCE, read).await;
    }

    fn body(&self) -> MutexGuard<'_, Body> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl HttpBody for Rest {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let mut body = self.body();
        // After its end there is nothing to ask it for.
        if body.is_end_stream() {
            return Poll::Ready(None);
        }
        Pin::new(&mut *body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body().is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body().size_hint()
    }
}
