//! `keyward serve`.

mod activity;
mod connections;
mod door;
mod explained;
mod listener;
mod signals;
mod stream;
mod tls;

use std::{
    io::{self, Write as _},
    net::SocketAddr,
    path::PathBuf,
    sync::Arc,
    time::Duration,
};

use axum::Router;

use self::{
    activity::Patience,
    connections::{Bounds, Connections, Place},
    door::Door,
    listener::Limits,
    signals::{Signals, Stop},
    tls::Tls,
};
use crate::{
    app::{self, App, StartError},
    clock::Clock,
    config::{Config, TlsFiles},
    edge::{self, Edge, Probes, Unreadable},
    logging, metrics,
    secrets::{how_to_admit, how_to_protect},
    upkeep,
};

/// Why the gateway can't serve. The text says what to do.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Can't listen on the address.
    #[error("can't listen on {address}: {}", listener::bind_hint(source, *address))]
    Bind {
        /// The address.
        address: SocketAddr,
        /// Why not.
        source: io::Error,
    },
    /// A file with certificate or key can't be read.
    #[error("can't read the {what} {}: {source}{}", path.display(), how_to_admit(source))]
    TlsFile {
        /// The setting that names it.
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// Others on this machine can read the key.
    #[error("every user of this machine can read the tls-key {}. {}", .0.display(), how_to_protect(.0))]
    TlsKeyExposed(PathBuf),
    /// The certificate or the key is invalid, or they don't match.
    #[error("can't use the certificate {} with the key {}: {source}", files.certificate.display(), files.key.display())]
    Tls {
        /// The files.
        files: TlsFiles,
        /// Why not.
        source: io::Error,
    },
    /// The data can't be used.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The operating system refused something else.
    #[error("can't serve: {0}")]
    Io(#[from] io::Error),
}

/// Serves until SIGTERM or SIGINT.
///
/// # Errors
/// When the address, the certificate or the data can't be used.
pub async fn run(mut config: Config) -> Result<(), ServeError> {
    logging::init(config.log_format, config.log.clone());
    let tls = match config.tls.clone() {
        Some(files) => Some(Tls::load(files).await?),
        None => None,
    };
    let listener = listener::bind(config.listen).await?;
    let api_listener = match config.api_listen {
        Some(address) => Some(listener::bind(address).await?),
        None => None,
    };
    let api_address = api_listener
        .as_ref()
        .map(|listener| listener.local_addr())
        .transpose()?;
    config.listens_at(listener.local_addr()?, api_address);

    let app = app::build(config, Clock::System).await?;
    let state = app.state.clone();
    let connections = Connections::new(bounds(&state.config));
    let limits = Limits {
        patience: patience(&state.config),
        answers: Arc::new(Unreadable::new(&state.config)),
    };
    let signals = Signals::install()?;
    greet(&app)?;
    let recorder = state.clone();
    tokio::spawn(async move { recorder.key_usage.keep_up().await });
    let (portal, api) = stacks(app);
    let acceptor = tls.as_ref().map(Tls::acceptor);
    let servers = async {
        let main = listener::serve(
            Door::new(listener, connections.closing()),
            portal,
            acceptor.clone(),
            connections.of(Place::Main),
            limits.clone(),
        );
        match api_listener.zip(api) {
            Some((listener, router)) => {
                let door = Door::new(listener, connections.closing());
                let api = listener::serve(door, router, acceptor.clone(), connections.of(Place::Api), limits);
                tokio::try_join!(main, api).map(|_| ())
            }
            None => main.await,
        }
    };
    let stop = Stop {
        is_stopping: &state.is_stopping,
        drain: state.config.drain,
        grace: state.config.stop_grace,
    };
    tokio::select! {
        ended = servers => ended?,
        () = signals.obey(&connections, tls.as_ref(), stop) => {}
        () = metrics::keep_up() => {}
        () = upkeep::keep_up(&state) => {}
        () = upkeep::resolve_upstream_changes(&state) => {}
        () = state.trust.keep_up() => {}
        () = state.skew.keep_up(|| state.store.database_time()) => {}
        () = state.counted.keep_up() => {}
        () = state.access_tokens.keep_up() => {}
    }
    state.upstreams.log_out().await;
    if let Err(error) = state.key_usage.flush().await {
        let error = &error as &dyn std::error::Error;
        tracing::warn!(error, "the last key usage could not be stored");
    }
    if let Err(error) = state.counted.write_all().await {
        let error = &error as &dyn std::error::Error;
        tracing::warn!(error, "the last failed attempts could not be written to the audit log");
    }
    state.store.close().await;
    tracing::info!("stopped");
    Ok(())
}

/// A quarter of the connections is reserved for the other listener.
fn bounds(config: &Config) -> Bounds {
    let all = config.max_connections;
    Bounds {
        all,
        of_listener: match config.api_listen {
            Some(_) => all - all / 4,
            None => all,
        },
        of_address: config.max_connections_per_address,
        trusted: config.trusted_proxies.clone(),
    }
}

fn patience(config: &Config) -> Patience {
    Patience {
        idle: config.connection_idle,
        // A request within its timeout isn't stalled.
        stalled: STALLED.max(config.request_timeout + WRITE),
        write: WRITE,
    }
}

/// A connection whose request made no progress for this long is closed.
const STALLED: Duration = Duration::from_secs(120);
/// A client that doesn't read 16 KiB of its answers in this time is disconnected.
const WRITE: Duration = Duration::from_secs(30);

/// The app within the edge: the main listener, and that of the cloud service API if it has its own.
pub fn stacks(app: App) -> (Router, Option<Router>) {
    let App {
        state,
        portal_api,
        cloud_api,
        ..
    } = app;
    let edge = Edge::new(&state.config, Probes::of(&state), app::API_ERRORS);
    match state.config.api_listen {
        Some(_) => (
            edge::portal_stack(portal_api, Arc::clone(&edge)),
            Some(edge::api_stack(cloud_api, edge)),
        ),
        None => (edge::portal_stack(portal_api.merge(cloud_api), edge), None),
    }
}

/// Prints the addresses on standard output. The set-up link is a secret, and so never logged.
fn greet(app: &App) -> Result<(), io::Error> {
    let config = &app.state.config;
    for (setting, address) in config.guessed_addresses() {
        tracing::warn!(
            setting, %address,
            "{setting} is not set: links and base URLs use an address that other machines may not reach. Set it to the one they use"
        );
    }
    tracing::info!(listen = %config.listen, version = env!("CARGO_PKG_VERSION"), "serving");
    let mut out = io::stdout().lock();
    writeln!(out, "Keyward serves at {}", config.public_url)?;
    if let Some(listen) = config.api_listen {
        tracing::info!(%listen, "serving the cloud service API");
        writeln!(out, "The cloud service API is at {}/api/v1", config.public_api_url)?;
    }
    if let Some(token) = &app.setup_token {
        writeln!(out, "To set it up, open {}/setup#{}", config.public_url, token.as_str())?;
    }
    out.flush()
}
