//! A listener that can close while its connections stay.

use std::{
    io, mem,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::extract::connect_info::Connected;
use axum_server::{AddrListener, Address};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
};

/// The address of a client that a [`Door`] let in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Peer(pub(super) SocketAddr);

impl Address for Peer {
    type Stream = TcpStream;
    type Listener = Door;
}

impl Connected<Peer> for SocketAddr {
    fn connect_info(peer: Peer) -> Self {
        peer.0
    }
}

/// A listener that closes when it is told to. It accepts all that the operating system has queued by then.
pub(super) struct Door {
    state: Mutex<State>,
}

/// How many connections the operating system queues at most.
const QUEUE: u32 = 1024;

enum State {
    Open(Arc<TcpListener>, watch::Receiver<bool>),
    /// Accepts what is queued. The receiver tells that it still listens.
    Closing {
        listener: std::net::TcpListener,
        /// Connections that it may still accept, so that it closes under any load.
        left: u32,
        _close: watch::Receiver<bool>,
    },
    Closed,
}

impl Door {
    pub(super) fn new(listener: TcpListener, close: watch::Receiver<bool>) -> Self {
        Self {
            state: Mutex::new(State::Open(Arc::new(listener), close)),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn open(&self) -> Option<(Arc<TcpListener>, watch::Receiver<bool>)> {
        match &*self.state() {
            State::Open(listener, close) => Some((Arc::clone(listener), close.clone())),
            State::Closing { .. } | State::Closed => None,
        }
    }

    /// Not through the runtime, which may not know yet of a connection that the operating system has queued.
    fn begin_closing(&self) -> io::Result<()> {
        let mut state = self.state();
        *state = match mem::replace(&mut *state, State::Closed) {
            State::Open(listener, close) => match Arc::into_inner(listener) {
                Some(listener) => State::Closing {
                    listener: listener.into_std()?,
                    left: QUEUE,
                    _close: close,
                },
                None => State::Closed,
            },
            other => other,
        };
        Ok(())
    }

    fn accept_queued(&self) -> io::Result<Option<(TcpStream, Peer)>> {
        let mut state = self.state();
        let State::Closing { listener, left, .. } = &mut *state else {
            return Ok(None);
        };
        if *left == 0 {
            *state = State::Closed;
            return Ok(None);
        }
        *left -= 1;
        match listener.accept() {
            Ok((stream, peer)) => {
                stream.set_nonblocking(true)?;
                Ok(Some((TcpStream::from_std(stream)?, Peer(peer))))
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                *state = State::Closed;
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }
}

impl AddrListener<TcpStream, Peer> for Door {
    async fn bind_to(peer: Peer) -> io::Result<Self> {
        let address = peer.0;
        Err(io::Error::other(format!("{address} is bound before it is served")))
    }

    async fn accept_stream(&self) -> io::Result<(TcpStream, Peer)> {
        if let Some((listener, mut close)) = self.open() {
            tokio::select! {
                biased;
                _ = close.wait_for(|close| *close) => {}
                accepted = listener.accept() => return accepted.map(|(stream, peer)| (stream, Peer(peer))),
            }
            drop(listener);
            self.begin_closing()?;
        }
        match self.accept_queued()? {
            Some(accepted) => Ok(accepted),
            None => std::future::pending().await,
        }
    }

    fn get_local_addr(&self) -> io::Result<Peer> {
        match &*self.state() {
            State::Open(listener, _) => listener.local_addr().map(Peer),
            State::Closing { listener, .. } => listener.local_addr().map(Peer),
            State::Closed => Err(io::ErrorKind::NotConnected.into()),
        }
    }
}
