//! Signals.

use std::{
    io,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use tokio::signal::unix::{Signal, SignalKind, signal};

use super::{connections::Connections, tls::Tls};

/// How to stop.
pub(super) struct Stop<'a> {
    /// Set as soon as it stops: `/readyz` fails from then on.
    pub(super) is_stopping: &'a AtomicBool,
    /// How long it keeps serving before it stops listening.
    pub(super) drain: Duration,
    /// How long running requests have to finish after that.
    pub(super) grace: Duration,
}

/// After the drain, connections without a request have this long to send the one they were opened for.
const FIRST_REQUEST: Duration = Duration::from_secs(1);

/// The signals to handle from now on.
pub(super) struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    pub(super) fn install() -> Result<Self, io::Error> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    /// Stops on SIGTERM and SIGINT. With TLS, SIGHUP reloads the certificate; without, it ends the process, as when a
    /// terminal is closed. Never ends.
    ///
    /// First `/readyz` fails while everything is still served, so that load balancers send new requests elsewhere. Then the
    /// listeners close, and running requests finish. A second signal ends the drain, the next one doesn't wait for running
    /// requests.
    pub(super) async fn obey(mut self, connections: &Connections, tls: Option<&Tls>, stop: Stop<'_>) {
        let reload = reload_on_hangup(tls);
        tokio::pin!(reload);
        tokio::select! {
            () = self.next() => {}
            () = &mut reload => {}
        }
        stop.is_stopping.store(true, Ordering::Release);
        tracing::info!(drain_seconds = stop.drain.as_secs(), "stopping");
        tokio::select! {
            () = drain(connections, &stop) => {}
            () = self.next() => tracing::warn!("the drain ends early"),
            () = &mut reload => {}
        }
        connections.stop(stop.grace);
        tokio::select! {
            () = self.next() => {}
            () = &mut reload => {}
        }
        tracing::warn!("stopping immediately");
        connections.stop_now();
        std::future::pending().await
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

async fn drain(connections: &Connections, stop: &Stop<'_>) {
    if stop.drain.is_zero() {
        return;
    }
    connections.drain();
    tokio::time::sleep(stop.drain).await;
    connections.close(FIRST_REQUEST.min(stop.grace)).await;
}

/// Never ends.
async fn reload_on_hangup(tls: Option<&Tls>) {
    let (Some(tls), Ok(mut hangup)) = (tls, signal(SignalKind::hangup())) else {
        return std::future::pending().await;
    };
    while hangup.recv().await.is_some() {
        match tls.reload().await {
            Ok(()) => tracing::info!("certificate reloaded"),
            Err(error) => {
                tracing::error!(%error, "the certificate could not be reloaded; the previous one stays in use")
            }
        }
    }
    std::future::pending().await
}
