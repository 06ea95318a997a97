//! Listening, and bounds on what one client or many can hold open.

use std::{io, net::SocketAddr, pin::Pin, time::Duration};

use axum::Router;
use axum_server::{
    Handle, Server,
    accept::{Accept, DefaultAcceptor},
    tls_rustls::RustlsAcceptor,
};
use tokio::net::{TcpListener, TcpStream};

use super::ServeError;

/// The head of a request must have come within this time, and a connection without a request ends after it.
const HEAD_TIMEOUT: Duration = Duration::from_secs(30);
/// The first head on a connection has to come sooner.
const FIRST_HEAD_TIMEOUT: Duration = Duration::from_secs(10);
/// The longest head of a request, in bytes.
const HEAD_LIMIT: u16 = 32 * 1024;
/// Requests that one HTTP/2 connection may have running at once.
const STREAMS_MAX: u32 = 100;

pub(super) async fn bind(address: SocketAddr) -> Result<TcpListener, ServeError> {
    TcpListener::bind(address)
        .await
        .map_err(|source| ServeError::Bind { address, source })
}

/// What to do about it.
pub(super) fn bind_hint(error: &io::Error, address: SocketAddr) -> String {
    match error.kind() {
        io::ErrorKind::AddrInUse => format!(
            "another program listens there. Stop it, or choose another port, such as {}",
            SocketAddr::new(address.ip(), address.port().checked_add(1).unwrap_or(8080))
        ),
        io::ErrorKind::PermissionDenied => {
            "this user may not. Ports below 1024 are often reserved; choose a higher one, such as 8443".to_owned()
        }
        io::ErrorKind::AddrNotAvailable => {
            "this machine has no such address. 127.0.0.1 is this machine alone, 0.0.0.0 every address it has".to_owned()
        }
        _ => error.to_string(),
    }
}

/// Serves one listener until its connections are told to stop.
pub(super) async fn serve(
    listener: TcpListener,
    router: Router,
    tls: Option<RustlsAcceptor>,
    connections: Share,
) -> io::Result<()> {
    let mut server = Server::<SocketAddr>::from_listener(listener)
        .handle(connections.own.clone())
        .first_request_timeout(FIRST_HEAD_TIMEOUT)
        .accept_error_handler(|peer: Option<&SocketAddr>, error| match peer {
            Some(peer) => tracing::debug!(%peer, %error, "a connection was not accepted"),
            None => tracing::warn!(%error, "no connection can be accepted"),
        });
    server
        .http_builder()
        .http1()
        .header_read_timeout(HEAD_TIMEOUT)
        .max_buf_size(HEAD_LIMIT.into());
    server
        .http_builder()
        .http2()
        .max_header_list_size(HEAD_LIMIT.into())
        .max_concurrent_streams(STREAMS_MAX)
        .keep_alive_interval(HEAD_TIMEOUT);
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    match tls {
        Some(inner) => server.acceptor(Bounded { inner, connections }).serve(service).await,
        None => {
            server
                .acceptor(Bounded {
                    inner: DefaultAcceptor::new(),
                    connections,
                })
                .serve(service)
                .await
        }
    }
}

/// The connections of both listeners.
pub(super) struct Connections {
    main: Handle<SocketAddr>,
    api: Handle<SocketAddr>,
    max: usize,
}

/// One listener's view on them.
#[derive(Clone)]
pub(super) struct Share {
    own: Handle<SocketAddr>,
    other: Handle<SocketAddr>,
    max: usize,
}

impl Connections {
    pub(super) fn new(max: usize) -> Self {
        Self {
            main: Handle::new(),
            api: Handle::new(),
            max,
        }
    }

    pub(super) fn main(&self) -> Share {
        Share {
            own: self.main.clone(),
            other: self.api.clone(),
            max: self.max,
        }
    }

    pub(super) fn api(&self) -> Share {
        Share {
            own: self.api.clone(),
            other: self.main.clone(),
            max: self.max,
        }
    }

    /// No new ones; the present ones end with the request that is running on them, or after `grace`.
    pub(super) fn stop(&self, grace: Duration) {
        self.main.graceful_shutdown(Some(grace));
        self.api.graceful_shutdown(Some(grace));
    }

    pub(super) fn stop_now(&self) {
        self.main.shutdown();
        self.api.shutdown();
    }
}

/// Closes connections beyond the limit at once, so that there are always descriptors left for files.
#[derive(Clone)]
struct Bounded<A> {
    inner: A,
    connections: Share,
}

impl<S, A> Accept<TcpStream, S> for Bounded<A>
where
    A: Accept<TcpStream, S>,
    A::Future: Send + 'static,
{
    type Stream = A::Stream;
    type Service = A::Service;
    type Future = Pin<Box<dyn Future<Output = io::Result<(A::Stream, A::Service)>> + Send>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        let Share { own, other, max } = &self.connections;
        // This one is counted already.
        if own.connection_count() + other.connection_count() > *max {
            return Box::pin(async { Err(io::Error::other("there are too many connections")) });
        }
        // Small answers should not wait for the acknowledgement of the one before. Without it they do, and arrive.
        let _ = stream.set_nodelay(true);
        Box::pin(self.inner.accept(stream, service))
    }
}
