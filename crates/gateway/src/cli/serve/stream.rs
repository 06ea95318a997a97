//! A connection's stream, closed when it is idle or stalled, and the requests on it.
//!
//! It closes what hyper doesn't: an idle HTTP/2 connection kept open by pings; a client that doesn't read its answer; a
//! stalled request. Below TLS, so that handshakes can time out too.

use std::{
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use axum::{
    body::HttpBody,
    http::{HeaderValue, Request, Response, Version, header},
};
use http_body::{Frame, SizeHint};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Instant, Sleep},
};
use tower::Service;

use super::{
    activity::{Patience, WRITTEN_MIN},
    connections::{Admitted, Ended},
};

/// What counts as more than an acknowledgement, in bytes.
const MORE_THAN_A_SIGN: usize = 1024;

/// A stream that is watched.
pub(super) struct Watched<S> {
    inner: S,
    admitted: Arc<Admitted>,
    patience: Patience,
    /// When to look again whether anything goes on.
    look: Pin<Box<Sleep>>,
    /// Since a write had to wait: until when, and how much has gone since.
    slow: Option<(Pin<Box<Sleep>>, usize)>,
}

impl<S> Watched<S> {
    pub(super) fn new(inner: S, admitted: Arc<Admitted>, patience: Patience) -> Self {
        let look = Box::pin(tokio::time::sleep(patience.shortest()));
        Self {
            inner,
            admitted,
            patience,
            look,
            slow: None,
        }
    }

    /// Whether it is time to close.
    fn is_over(&mut self, context: &mut Context<'_>) -> bool {
        let activity = self.admitted.activity();
        activity.waker.register(context.waker());
        if activity.is_closing() {
            return true;
        }
        while self.look.as_mut().poll(context).is_ready() {
            let deadline = activity.deadline(&self.patience);
            if deadline <= Instant::now() {
                self.admitted.ended(Ended::Idle);
                activity.close();
                return true;
            }
            // By then it may be doing something else, for which there is less patience.
            let soon = Instant::now() + self.patience.shortest();
            self.look.as_mut().reset(deadline.min(soon));
        }
        false
    }

    /// What is made of a write: an end, when the client takes too little of it.
    fn written(&mut self, context: &mut Context<'_>, poll: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        match poll {
            Poll::Ready(Ok(bytes)) => {
                if bytes >= MORE_THAN_A_SIGN {
                    self.admitted.activity().touch();
                }
                if let Some((_, taken)) = &mut self.slow {
                    *taken += bytes;
                    if *taken >= WRITTEN_MIN {
                        self.slow = None;
                    }
                }
                poll
            }
            Poll::Ready(Err(_)) => poll,
            Poll::Pending => {
                let until = self.patience.write;
                let (sleep, _) = self
                    .slow
                    .get_or_insert_with(|| (Box::pin(tokio::time::sleep(until)), 0));
                if sleep.as_mut().poll(context).is_ready() {
                    self.admitted.ended(Ended::NotRead);
                    self.admitted.activity().close();
                }
                match self.is_over(context) {
                    true => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
                    false => Poll::Pending,
                }
            }
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        // The end of what the client says is the end of the connection.
        if self.admitted.activity().is_closing() {
            return Poll::Ready(Ok(()));
        }
        let poll = Pin::new(&mut self.inner).poll_read(context, buffer);
        if poll.is_pending() && self.is_over(context) {
            return Poll::Ready(Ok(()));
        }
        poll
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let poll = Pin::new(&mut self.inner).poll_write(context, bytes);
        self.written(context, poll)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let poll = Pin::new(&mut self.inner).poll_write_vectored(context, slices);
        self.written(context, poll)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let poll = Pin::new(&mut self.inner).poll_flush(context);
        if poll.is_ready() {
            // Nothing waits any more.
            self.slow = None;
        }
        poll
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(context)
    }
}

/// The service of one connection, which counts the requests that are running.
#[derive(Clone)]
pub(super) struct Counted<S> {
    inner: S,
    admitted: Arc<Admitted>,
}

impl<S> Counted<S> {
    pub(super) fn new(inner: S, admitted: Arc<Admitted>) -> Self {
        Self { inner, admitted }
    }
}

impl<S, A, B> Service<Request<A>> for Counted<S>
where
    S: Service<Request<A>, Response = Response<B>>,
    S::Future: Send + 'static,
{
    type Response = Response<Taken<B>>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<A>) -> Self::Future {
        let running = Running::new(Arc::clone(&self.admitted));
        // HTTP/2 has no such header; its connections end with a GOAWAY frame.
        let has_close = request.version() < Version::HTTP_2;
        let answer = self.inner.call(request);
        Box::pin(async move {
            let mut response = answer.await?;
            if has_close && running.0.is_draining() {
                let close = HeaderValue::from_static("close");
                response.headers_mut().insert(header::CONNECTION, close);
            }
            Ok(response.map(|inner| Taken { inner, running }))
        })
    }
}

/// A request, from its head to the end of its answer.
struct Running(Arc<Admitted>);

impl Running {
    fn new(admitted: Arc<Admitted>) -> Self {
        admitted.activity().begin();
        Self(admitted)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.activity().end();
    }
}

/// An answer's body on its way.
pub(super) struct Taken<B> {
    inner: B,
    running: Running,
}

impl<B: HttpBody + Unpin> HttpBody for Taken<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        let poll = Pin::new(&mut self.inner).poll_frame(context);
        if poll.is_ready() {
            self.running.0.activity().touch();
        }
        poll
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use std::{net::Ipv4Addr, time::Duration};

    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::{
        super::connections::{Bounds, Connections, Place},
        *,
    };
    use crate::config::Networks;

    const SOON: Duration = Duration::from_millis(20);
    const NEVER: Duration = Duration::from_secs(3600);

    fn watched(patience: Patience) -> (Watched<tokio::io::DuplexStream>, tokio::io::DuplexStream, Arc<Admitted>) {
        let bounds = Bounds {
            all: 1,
            of_listener: 1,
            of_address: 1,
            trusted: Networks::none(),
        };
        let admitted = Connections::new(bounds)
            .of(Place::Main)
            .admit(Ipv4Addr::LOCALHOST.into());
        let admitted = admitted.expect("a place");
        let (ours, theirs) = tokio::io::duplex(64);
        (Watched::new(ours, Arc::clone(&admitted), patience), theirs, admitted)
    }

    #[tokio::test]
    async fn a_client_that_reads_nothing_is_disconnected() {
        let (mut stream, client, _) = watched(Patience {
            idle: NEVER,
            stalled: NEVER,
            write: SOON,
        });
        let failed = stream.write_all(&[0; 1024 * 1024]).await.expect_err("nobody reads it");
        assert_eq!(failed.kind(), io::ErrorKind::TimedOut);
        drop(client);
    }

    #[tokio::test]
    async fn pings_do_not_keep_an_idle_connection_open() {
        let (mut stream, mut client, _) = watched(Patience {
            idle: SOON,
            stalled: NEVER,
            write: NEVER,
        });
        client.write_all(b"ping").await.expect("room");
        let mut said = Vec::new();
        stream.read_to_end(&mut said).await.expect("an end");
        assert_eq!(said, b"ping");
    }

    #[tokio::test]
    async fn a_stalled_request_closes_its_connection() {
        let (mut stream, client, admitted) = watched(Patience {
            idle: NEVER,
            stalled: SOON,
            write: NEVER,
        });
        let running = Running::new(Arc::clone(&admitted));
        assert_eq!(stream.read(&mut [0]).await.expect("an end"), 0);
        drop((running, client));
    }

    #[tokio::test]
    async fn a_displaced_connection_closes_immediately() {
        let (mut stream, client, admitted) = watched(Patience {
            idle: NEVER,
            stalled: NEVER,
            write: NEVER,
        });
        let mut byte = [0];
        let (read, ()) = tokio::join!(stream.read(&mut byte), async { admitted.activity().close() });
        assert_eq!(read.expect("an end"), 0);
        drop(client);
    }
}
