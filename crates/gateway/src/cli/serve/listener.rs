//! Listening, and limits on what clients can hold open.

use std::{future::Ready, io, net::SocketAddr, sync::Arc, time::Duration};

use axum::Router;
use axum_server::{Server, accept::Accept, tls_rustls::RustlsAcceptor};
use tokio::net::{TcpListener, TcpStream};

use super::{
    ServeError,
    activity::Patience,
    connections::{Admitted, Share},
    door::{Door, Peer},
    explained::Explained,
    stream::{Counted, Watched},
};
use crate::edge::Unreadable;

/// Timeout for the head of a request, and for a connection without a request.
const HEAD_TIMEOUT: Duration = Duration::from_secs(30);
/// Timeout for the first head on a connection.
const FIRST_HEAD_TIMEOUT: Duration = Duration::from_secs(10);
/// The longest head of a request, in bytes.
const HEAD_LIMIT: u16 = 32 * 1024;
/// Requests that one HTTP/2 connection may have running at once.
const STREAMS_MAX: u32 = 100;
/// HTTP/2 flow-control window of a stream: the longest body that is accepted, and a bit more.
const STREAM_WINDOW: u32 = 128 * 1024;
/// HTTP/2 flow-control window of a connection.
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
            "another program is listening there. Stop it, or choose a different port, such as {}",
            SocketAddr::new(address.ip(), address.port().checked_add(1).unwrap_or(8080))
        ),
        io::ErrorKind::PermissionDenied => {
            "permission denied. Ports below 1024 are often reserved; choose a higher one, such as 8443".to_owned()
        }
        io::ErrorKind::AddrNotAvailable => {
            "this machine doesn't have this address. Use 127.0.0.1 for this machine only, or 0.0.0.0 for all its addresses".to_owned()
        }
        _ => error.to_string(),
    }
}

/// The limits of each connection, and the answer to input that isn't HTTP.
#[derive(Clone)]
pub(super) struct Limits {
    pub(super) patience: Patience,
    pub(super) answers: Arc<Unreadable>,
}

/// Serves one listener until its connections are told to stop.
pub(super) async fn serve(
    listener: Door,
    router: Router,
    tls: Option<RustlsAcceptor>,
    share: Share,
    limits: Limits,
) -> io::Result<()> {
    let mut server = Server::<Peer>::from_listener(listener)
        .handle(share.handle.clone())
        .first_request_timeout(FIRST_HEAD_TIMEOUT)
        .accept_error_handler(|peer: Option<&Peer>, error| match peer {
            Some(Peer(peer)) => tracing::debug!(%peer, %error, "a connection was not accepted"),
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

/// Accepts a connection, or closes it if there are too many, so that file descriptors are always left for files.
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
            .map_err(|_| io::Error::other("too many connections"))?;
        // TCP_NODELAY, so that small answers don't wait for acknowledgements. Without it they still arrive.
        let _ = stream.set_nodelay(true);
        Ok((stream, admitted))
    }
}
