//! Listening, and bounds on what one client or many can hold open.

use std::{future::Ready, io, net::SocketAddr, sync::Arc, time::Duration};

use axum::Router;
use axum_server::{Server, accept::Accept, tls_rustls::RustlsAcceptor};
use tokio::net::{TcpListener, TcpStream};

use super::{
    ServeError,
    activity::Patience,
    connections::{Admitted, Share},
    explained::Explained,
    stream::{Counted, Watched},
};
use crate::edge::Unreadable;

/// The head of a request must have come within this time, and a connection without a request ends after it.
const HEAD_TIMEOUT: Duration = Duration::from_secs(30);
/// The first head on a connection has to come sooner.
const FIRST_HEAD_TIMEOUT: Duration = Duration::from_secs(10);
/// The longest head of a request, in bytes.
const HEAD_LIMIT: u16 = 32 * 1024;
/// Requests that one HTTP/2 connection may have running at once.
const STREAMS_MAX: u32 = 100;
/// What an HTTP/2 client may send of a request's body before it is asked for more: the longest one that is taken, and a bit.
const STREAM_WINDOW: u32 = 128 * 1024;
/// The same of all requests on its connection.
const CONNECTION_WINDOW: u32 = 256 * 1024;

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

/// What each connection is held to, and told where it is not HTTP.
#[derive(Clone)]
pub(super) struct Limits {
    pub(super) patience: Patience,
    pub(super) answers: Arc<Unreadable>,
}

/// Serves one listener until its connections are told to stop.
pub(super) async fn serve(
    listener: TcpListener,
    router: Router,
    tls: Option<RustlsAcceptor>,
    share: Share,
    limits: Limits,
) -> io::Result<()> {
    let mut server = Server::<SocketAddr>::from_listener(listener)
        .handle(share.handle.clone())
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
        .initial_stream_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW)
        .keep_alive_interval(HEAD_TIMEOUT);
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let Limits { patience, answers } = limits;
    let inner = Bounded { share, patience };
    match tls {
        Some(tls) => {
            let inner = tls.acceptor(inner);
            server.acceptor(Explained { inner, answers }).serve(service).await
        }
        None => server.acceptor(Explained { inner, answers }).serve(service).await,
    }
}

/// Gives a connection a place, or closes it where there is none, so that there are always descriptors left for files.
#[derive(Clone)]
struct Bounded {
    share: Share,
    patience: Patience,
}

impl<S> Accept<TcpStream, S> for Bounded {
    type Stream = Watched<TcpStream>;
    type Service = Counted<S>;
    type Future = Ready<io::Result<(Self::Stream, Self::Service)>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        std::future::ready(self.admit(stream).map(|(stream, admitted)| {
            let stream = Watched::new(stream, Arc::clone(&admitted), self.patience);
            (stream, Counted::new(service, admitted))
        }))
    }
}

impl Bounded {
    fn admit(&self, stream: TcpStream) -> io::Result<(TcpStream, Arc<Admitted>)> {
        let peer = stream.peer_addr()?.ip();
        let admitted = self
            .share
            .admit(peer)
            .map_err(|_| io::Error::other("there are too many connections"))?;
        // Small answers should not wait for the acknowledgement of the one before. Without it they do, and arrive.
        let _ = stream.set_nodelay(true);
        Ok((stream, admitted))
    }
}
