//! Certificate and key, read at the start and reloaded on SIGHUP.

use std::{io, path::Path, sync::Arc};

use axum_server::tls_rustls::{RustlsAcceptor, RustlsConfig};
use rustls::ServerConfig;

use super::ServeError;
use crate::{config::TlsFiles, secrets::is_private};

/// TLS of both listeners.
pub(super) struct Tls {
    config: RustlsConfig,
    files: TlsFiles,
}

impl Tls {
    pub(super) async fn load(files: TlsFiles) -> Result<Self, ServeError> {
        // Fails if there already is a provider, which is fine.
        let _ = rustls::crypto::ring::default_provider().install_default();
        match usable(&files).await? {
            Ok(config) => Ok(Self { config, files }),
            Err(source) => Err(ServeError::Tls { files, source }),
        }
    }

    /// Reloads the files for new connections. If they can't be used, the previous certificate stays in use.
    pub(super) async fn reload(&self) -> Result<(), ServeError> {
        match usable(&self.files).await? {
            Ok(reloaded) => {
                self.config.reload_from_config(reloaded.get_inner());
                Ok(())
            }
            Err(source) => Err(ServeError::Tls {
                files: self.files.clone(),
                source,
            }),
        }
    }

    pub(super) fn acceptor(&self) -> RustlsAcceptor {
        RustlsAcceptor::new(self.config.clone())
    }
}

/// The configuration with these files. Beside what is usual it serves clients that offer HTTP/1.0 alone, such as `curl --http1.0`:
/// otherwise their handshake would fail (RFC 7301, section 3.2).
async fn usable(files: &TlsFiles) -> Result<io::Result<RustlsConfig>, ServeError> {
    let (certificate, key) = read(files).await?;
    Ok(RustlsConfig::from_pem(certificate, key).await.map(|config| {
        let mut with_older = ServerConfig::clone(&config.get_inner());
        with_older.alpn_protocols.push(b"http/1.0".to_vec());
        RustlsConfig::from_config(Arc::new(with_older))
    }))
}

async fn read(files: &TlsFiles) -> Result<(Vec<u8>, Vec<u8>), ServeError> {
    let certificate = read_file("tls-certificate", &files.certificate).await?;
    let key = read_file("tls-key", &files.key).await?;
    if !is_private(&files.key).map_err(|source| unreadable("tls-key", &files.key, source))? {
        return Err(ServeError::TlsKeyExposed(files.key.clone()));
    }
    Ok((certificate, key))
}

async fn read_file(what: &'static str, path: &Path) -> Result<Vec<u8>, ServeError> {
    let read = tokio::fs::read(path).await;
    read.map_err(|source| unreadable(what, path, source))
}

fn unreadable(what: &'static str, path: &Path, source: io::Error) -> ServeError {
    ServeError::TlsFile {
        what,
        path: path.to_owned(),
        source,
    }
}
