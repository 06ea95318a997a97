//! `keyward serve` with TLS of its own.

use std::{
    fs,
    io::{Read as _, Write as _},
    net::TcpStream,
    os::unix::fs::PermissionsExt as _,
    path::Path,
    sync::Arc,
};

use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned, pki_types::CertificateDer};

use crate::{
    data::TestData,
    serve_support::{Server, refused},
};

/// Writes a new certificate for `localhost` and its key.
pub(crate) fn write_certificate(folder: &Path) -> CertificateDer<'static> {
    let new = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
    fs::write(folder.join("cert.pem"), new.cert.pem()).expect("a file");
    fs::write(folder.join("key.pem"), new.signing_key.serialize_pem()).expect("a file");
    for name in ["cert.pem", "key.pem"] {
        fs::set_permissions(folder.join(name), fs::Permissions::from_mode(0o640)).expect("permissions");
    }
    new.cert.der().clone()
}

fn start(data: TestData) -> (Server, String) {
    let (certificate, key) = (data.beside("cert.pem"), data.beside("key.pem"));
    let arguments = [
        "--tls-certificate",
        certificate.to_str().expect("text"),
        "--tls-key",
        key.to_str().expect("text"),
    ];
    let mut server = Server::start_on(data, &arguments);
    let url = server.says("Keyward serves at ");
    let address = url.strip_prefix("https://").expect("HTTPS").to_owned();
    (server, address)
}

/// A connection to `localhost` that trusts this certificate alone and offers these protocols.
pub(crate) fn connect(
    address: &str,
    trusted: &CertificateDer<'static>,
    protocols: &[&str],
) -> StreamOwned<ClientConnection, TcpStream> {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.clone()).expect("a root");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = protocols.iter().map(|protocol| protocol.as_bytes().to_vec()).collect();
    let connection =
        ClientConnection::new(Arc::new(config), "localhost".try_into().expect("a name")).expect("a client");
    StreamOwned::new(connection, TcpStream::connect(address).expect("a connection"))
}

fn get(address: &str, trusted: &CertificateDer<'static>, path: &str) -> std::io::Result<String> {
    let mut stream = connect(address, trusted, &["http/1.1"]);
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n"
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

#[test]
fn it_serves_https_with_hsts() {
    let data = TestData::missing();
    let certificate = write_certificate(data.around());
    let (_server, address) = start(data);
    let answer = get(&address, &certificate, "/healthz").expect("an answer");
    assert!(
        answer.starts_with("HTTP/1.1 200 ") && answer.ends_with("alive\n"),
        "{answer}"
    );
    assert!(answer.contains("strict-transport-security: max-age="), "{answer}");
}

#[test]
fn http_2_is_offered() {
    let data = TestData::missing();
    let certificate = write_certificate(data.around());
    let (_server, address) = start(data);
    let mut stream = connect(&address, &certificate, &["h2", "http/1.1"]);
    // The client's preface; the server answers with its settings, a frame of type 4 (RFC 9113, section 6.5).
    stream
        .write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0")
        .expect("a preface");
    let mut frame = [0; 9];
    stream.read_exact(&mut frame).expect("a frame");
    assert_eq!(stream.conn.alpn_protocol(), Some(b"h2".as_slice()));
    assert_eq!(frame[3], 4);
}

/// As `curl --http1.0` does.
#[test]
fn a_client_that_only_offers_http_1_0_is_served() {
    let data = TestData::missing();
    let certificate = write_certificate(data.around());
    let (_server, address) = start(data);
    let mut stream = connect(&address, &certificate, &["http/1.0"]);
    write!(stream, "GET /healthz HTTP/1.0\r\n\r\n").expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    assert!(
        answer.starts_with("HTTP/1.0 200 ") && answer.ends_with("alive\n"),
        "{answer}"
    );
}

#[test]
fn a_new_certificate_is_used_after_sighup() {
    let data = TestData::missing();
    let first = write_certificate(data.around());
    let (mut server, address) = start(data);
    let second = write_certificate(server.data.around());
    assert!(get(&address, &first, "/healthz").is_ok());
    assert!(get(&address, &second, "/healthz").is_err(), "not before the signal");
    server.signal("HUP");
    server.logs("certificate reloaded");
    assert!(get(&address, &second, "/healthz").is_ok());
    assert!(get(&address, &first, "/healthz").is_err());

    fs::write(server.data.beside("cert.pem"), "no certificate").expect("a file");
    server.signal("HUP");
    server.logs("the previous one stays in use");
    assert!(get(&address, &second, "/healthz").is_ok());
}

#[test]
fn unusable_tls_files_are_named() {
    let folder = tempfile::tempdir().expect("a folder");
    write_certificate(folder.path());
    let path = |name: &str| folder.path().join(name).display().to_string();
    let start = |certificate: &str, key: &str| refused(&["--tls-certificate", certificate, "--tls-key", key]);

    let (code, text) = start(&path("missing.pem"), &path("key.pem"));
    assert_eq!(code, Some(1));
    assert!(
        text.starts_with(&format!(
            "keyward: can't read the tls-certificate {}: ",
            path("missing.pem")
        )),
        "{text}"
    );
    let (code, text) = start(&path("cert.pem"), &path("missing.pem"));
    assert_eq!(code, Some(1));
    assert!(
        text.starts_with(&format!("keyward: can't read the tls-key {}: ", path("missing.pem"))),
        "{text}"
    );
    // The two exchanged, and a key that belongs to another certificate.
    let (code, text) = start(&path("key.pem"), &path("cert.pem"));
    assert_eq!(code, Some(1));
    assert!(
        text.contains(&path("cert.pem")) && text.contains(&path("key.pem")),
        "{text}"
    );
    let other = tempfile::tempdir().expect("a folder");
    write_certificate(other.path());
    let (code, text) = start(&path("cert.pem"), &other.path().join("key.pem").display().to_string());
    assert_eq!(code, Some(1));
    assert!(text.contains("can't use the certificate"), "{text}");
}

#[test]
fn a_world_readable_tls_key_is_rejected() {
    let folder = tempfile::tempdir().expect("a folder");
    write_certificate(folder.path());
    let path = |name: &str| folder.path().join(name).display().to_string();
    for mode in [0o644, 0o604, 0o641] {
        fs::set_permissions(path("key.pem"), fs::Permissions::from_mode(mode)).expect("permissions");
        let (code, text) = refused(&["--tls-certificate", &path("cert.pem"), "--tls-key", &path("key.pem")]);
        assert_eq!(code, Some(1), "{mode:o}");
        let key = path("key.pem");
        assert!(
            text.starts_with(&format!(
                "keyward: every user of this machine can read the tls-key {key}"
            )),
            "{text}"
        );
    }
}
