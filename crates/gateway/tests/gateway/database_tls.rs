//! TLS to PostgreSQL: who is verified, and what is said when no one is.

use std::{fs, path::PathBuf};

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose};

use crate::{
    data::TestData,
    database::Database,
    postgres::Postgres,
    serve_support::{Server, refused},
};

/// A certificate authority, and what it has signed for a server.
pub(crate) struct Authority {
    /// Its own certificate.
    pub(crate) certificate: String,
    pub(crate) signed: String,
    pub(crate) key: String,
}

impl Authority {
    /// With a certificate for a server of these names and addresses.
    pub(crate) fn new(names: &[&str]) -> Self {
        let mut ca = CertificateParams::new(Vec::new()).expect("parameters");
        ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        // OpenSSL takes a certificate whose issuer has its own name for a self-signed one.
        ca.distinguished_name.push(DnType::CommonName, "Authority");
        ca.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let own_key = KeyPair::generate().expect("a key");
        let certificate = ca.self_signed(&own_key).expect("a certificate").pem();
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let key = KeyPair::generate().expect("a key");
        let mut signed = CertificateParams::new(names).expect("parameters");
        signed.use_authority_key_identifier_extension = true;
        let signed = signed
            .signed_by(&key, &Issuer::new(ca, own_key))
            .expect("a certificate");
        Self {
            certificate,
            signed: signed.pem(),
            key: key.serialize_pem(),
        }
    }
}

/// A server with a certificate for 127.0.0.1, a database there, and the files of two authorities: the right one and another.
struct Secured {
    server: Postgres,
    database: Database,
    data: TestData,
}

impl Secured {
    fn start() -> Self {
        let authority = Authority::new(&["127.0.0.1"]);
        let server = Postgres::start_with_tls(&authority.signed, &authority.key);
        server.as_superuser("ALTER ROLE keyward PASSWORD 'change-me'");
        let data = TestData::on_sqlite();
        data.make_folder();
        fs::write(data.beside("ca.pem"), &authority.certificate).expect("a file");
        fs::write(data.beside("other.pem"), Authority::new(&[]).certificate).expect("a file");
        Self {
            database: Database::on(&server),
            server,
            data,
        }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.data.beside(name)
    }

    /// The URL for this host, with more behind it.
    fn url(&self, host: &str, more: &str) -> String {
        let address = self.server.address().replace("127.0.0.1", host);
        format!("postgres://keyward:change-me@{address}/{}?{more}", self.database.name)
    }

    /// The log of a gateway, which must serve.
    fn log_of(&self, url: &str) -> String {
        // Made by the first of them.
        let key = self.data.path().join("master.key").display().to_string();
        let arguments = ["--database-url", url, "--log", "info", "--master-key-file", &key];
        let mut server = Server::start_on(TestData::on_sqlite(), &arguments);
        server.address();
        server.signal("TERM");
        assert!(server.wait().success());
        server.rest_of_log()
    }
}

const WARNING: &str = "the connection to the database isn't verified";

#[test]
fn verify_full_accepts_the_right_authority_only() {
    let secured = Secured::start();
    let url = |host: &str, ca: &str| {
        let ca = secured.file(ca);
        secured.url(host, &format!("sslmode=verify-full&sslrootcert={}", ca.display()))
    };
    let log = secured.log_of(&url("127.0.0.1", "ca.pem"));
    assert!(!log.contains(WARNING), "{log}");
    let place = secured.server.address();
    for (url, reason) in [
        (url("127.0.0.1", "other.pem"), "invalid peer certificate"),
        (url("localhost", "ca.pem"), "not valid for name"),
        (url("127.0.0.1", "missing.pem"), "can't read sslrootcert /"),
    ] {
        let (code, text) = refused(&["--database-url", &url]);
        assert_eq!(code, Some(1), "{text}");
        assert!(
            text.starts_with("keyward: can't open the database postgres://"),
            "{text}"
        );
        assert!(text.contains(reason), "{reason}: {text}");
        assert!(
            text.contains(place.split_once(':').expect("a port").1) && !text.contains("change-me"),
            "{text}"
        );
    }
}

#[test]
fn an_unverified_database_connection_is_warned_of() {
    let secured = Secured::start();
    // Which leads to this machine, too, and isn't known to.
    let elsewhere = "0.0.0.0";
    for mode in ["sslmode=require", "sslmode=prefer", "sslmode=disable", ""] {
        let log = secured.log_of(&secured.url(elsewhere, mode));
        assert_eq!(log.matches(WARNING).count(), 1, "{mode}: {log}");
        assert!(
            log.contains("sslmode=verify-full") && !log.contains("change-me"),
            "{log}"
        );
    }
    let log = secured.log_of(&secured.url("127.0.0.1", "sslmode=require"));
    assert!(!log.contains(WARNING), "{log}");
    let log = secured.log_of(secured.database.url.as_str());
    assert!(!log.contains(WARNING), "{log}");
}
