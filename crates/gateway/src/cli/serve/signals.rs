//! Signals.

use std::{io, time::Duration};

use tokio::signal::unix::{Signal, SignalKind, signal};

use super::{connections::Connections, tls::Tls};

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

    /// Stops on SIGTERM and SIGINT: running requests can finish within `grace`; a second signal stops immediately. With
    /// TLS, SIGHUP reloads the certificate; without, it ends the process, as when a terminal is closed.
    pub(super) async fn obey(mut self, connections: &Connections, tls: Option<&Tls>, grace: Duration) {
        let mut stopping = false;
        let reload = reload_on_hangup(tls);
        tokio::pin!(reload);
        loop {
            tokio::select! {
                _ = self.terminate.recv() => {}
                _ = self.interrupt.recv() => {}
                () = &mut reload => {}
            }
            if stopping {
                tracing::warn!("stopping immediately");
                connections.stop_now();
            } else {
                tracing::info!("stopping");
                connections.stop(grace);
                stopping = true;
            }
        }
    }
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
