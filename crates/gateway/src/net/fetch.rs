//! Fetches documents from URLs that admins enter. Private networks are rejected unless the operator allows them (SSRF
//! protection).

use std::{error::Error, net::SocketAddr, time::Duration};

use keyward_contract::{FetchFailure, FetchFailureCode as Code};
use reqwest::{Client, RequestBuilder, Response, StatusCode, header, redirect::Policy};
use rustls::CertificateError;
use url::{Host, Url};

use super::{document, special_purpose::is_public};
use crate::config::Networks;

/// Why there is no document.
pub type Failure = FetchFailure;

/// From the DNS query to the last byte.
const TIME: Duration = Duration::from_secs(5);
const REDIRECTS: usize = 3;

/// Fetches documents.
#[derive(Debug)]
pub struct Fetcher {
    allowed: Networks,
}

pub fn failure(code: Code, text: impl Into<String>) -> Failure {
    Failure {
        reason: code.reason(),
        code,
        status: None,
        issuer: None,
        jwks_uri: None,
        text: text.into(),
    }
}

impl Fetcher {
    /// `allowed` are private and loopback networks that may be fetched from.
    pub fn new(allowed: Networks) -> Self {
        Self { allowed }
    }

    /// The document at a location.
    ///
    /// # Errors
    /// Why it can't be fetched safely.
    pub async fn fetch(&self, location: &str, certificate_validation: bool) -> Result<String, Failure> {
        in_time(self.follow(location, certificate_validation)).await
    }

    /// The document that an access token gives access to (RFC 6750).
    ///
    /// # Errors
    /// As [`fetch`](Self::fetch). Redirects aren't followed.
    pub async fn fetch_with(&self, location: &str, access_token: &str) -> Result<String, Failure> {
        let asked = async {
            let ask = |client: Client, url| client.get(url).bearer_auth(access_token);
            let response = self.send(&parse(location)?, true, ask).await?;
            document::read(response).await
        };
        in_time(asked).await
    }

    /// The answer to a form, with its status. `basic` is the user name and password to send with it.
    ///
    /// # Errors
    /// Why there is no answer.
    pub async fn post(
        &self,
        location: &str,
        form: String,
        basic: Option<(&str, &str)>,
    ) -> Result<(StatusCode, String), Failure> {
        let asked = async {
            let ask = |client: Client, url| {
                let request = client
                    .post(url)
                    .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                    .body(form);
                match basic {
                    Some((name, password)) => request.basic_auth(name, Some(password)),
                    None => request,
                }
            };
            let response = self.send(&parse(location)?, true, ask).await?;
            let status = response.status();
            let text = document::text(response).await;
            // The status says what is wrong; the text may say more.
            Ok((
                status,
                if status.is_success() {
                    text?
                } else {
                    text.unwrap_or_default()
                },
            ))
        };
        in_time(asked).await
    }

    async fn follow(&self, location: &str, certificate_validation: bool) -> Result<String, Failure> {
        let mut url = parse(location)?;
        for _ in 0..=REDIRECTS {
            let response = self
                .send(&url, certificate_validation, |client, url| client.get(url))
                .await?;
            let next = response.headers().get(header::LOCATION);
            let next = next.and_then(|next| url.join(next.to_str().ok()?).ok());
            if next.is_none() || !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
                return document::read(response).await;
            }
            url = next
                .filter(|next| next.origin() == url.origin())
                .ok_or_else(|| failure(Code::RedirectHost, "It redirects to another host. Enter the URL there."))?;
        }
        Err(failure(Code::RedirectLoop, "It redirects too often."))
    }

    async fn send(
        &self,
        url: &Url,
        certificate_validation: bool,
        ask: impl FnOnce(Client, Url) -> RequestBuilder,
    ) -> Result<Response, Failure> {
        let addresses = self.addresses(url).await?;
        let client = client(url, &addresses, certificate_validation)?;
        let request = ask(client, url.clone())
            .header(header::ACCEPT, document::ACCEPT)
            .header(header::ACCEPT_ENCODING, "identity");
        request.send().await.map_err(|error| told(&error))
    }

    /// A client for the host of this URL, which connects only to the addresses that were checked now. It keeps connections, and
    /// follows no redirect.
    ///
    /// # Errors
    /// Why the host can't be asked safely.
    pub async fn client(&self, url: &Url) -> Result<Client, Failure> {
        client(url, &self.addresses(url).await?, true)
    }

    /// The addresses that a URL resolves to. One that isn't allowed is enough to reject all (SSRF protection).
    async fn addresses(&self, url: &Url) -> Result<Vec<SocketAddr>, Failure> {
        let port = url.port_or_known_default().unwrap_or(443);
        let addresses: Vec<SocketAddr> = match url.host() {
            Some(Host::Ipv4(address)) => vec![(address, port).into()],
            Some(Host::Ipv6(address)) => vec![(address, port).into()],
            Some(Host::Domain(name)) => match tokio::net::lookup_host((name, port)).await {
                Ok(found) => found.collect(),
                Err(_) => Vec::new(),
            },
            None => Vec::new(),
        };
        if addresses.is_empty() {
            let text = "Unknown host name (DNS). Check it for typos.";
            return Err(failure(Code::Dns, text));
        }
        let is_allowed = |address: &SocketAddr| {
            self.allowed.contains(address.ip()) || (is_public(address.ip()) && url.scheme() == "https")
        };
        if addresses.iter().all(is_allowed) {
            return Ok(addresses);
        }
        if addresses.iter().all(|address| is_public(address.ip())) {
            return Err(failure(
                Code::UrlPlain,
                "Use https. Without TLS, an attacker on the network can substitute the document.",
            ));
        }
        let text = "The server is in a private network. The operator of this service can allow it with \
                    --oauth-allowed-networks.";
        Err(failure(Code::AddressNotAllowed, text))
    }
}

/// Connects to exactly the addresses that were checked, so that DNS rebinding has no effect.
fn client(url: &Url, addresses: &[SocketAddr], certificate_validation: bool) -> Result<Client, Failure> {
    let mut client = Client::builder()
        .no_proxy()
        .redirect(Policy::none())
        .user_agent(concat!("Keyward/", env!("CARGO_PKG_VERSION")))
        .tls_danger_accept_invalid_certs(!certificate_validation);
    if let Some(Host::Domain(name)) = url.host() {
        client = client.resolve_to_addrs(name, addresses);
    }
    client.build().map_err(|error| told(&error))
}

async fn in_time<T>(asked: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let late = || {
        failure(
            Code::Timeout,
            "The server took longer than 5 seconds. Try again, or check the URL.",
        )
    };
    tokio::time::timeout(TIME, asked).await.unwrap_or_else(|_| Err(late()))
}

/// Parses a URL that can be fetched.
pub fn parse(location: &str) -> Result<Url, Failure> {
    let url = Url::parse(location)
        .map_err(|_| failure(Code::UrlInvalid, "Enter a URL, such as https://login.example/keys."))?;
    if !matches!(url.scheme(), "https" | "http") || !url.has_host() {
        return Err(failure(Code::UrlScheme, "Enter a URL that begins with https://."));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(failure(Code::UrlCredentials, "Leave out the user name and password."));
    }
    if url.fragment().is_some() {
        return Err(failure(Code::UrlFragment, "Leave out the # and everything after it."));
    }
    Ok(url)
}

/// Why a request failed.
pub fn told(error: &reqwest::Error) -> Failure {
    match tls_error(error) {
        Some(rustls::Error::InvalidCertificate(fault)) => certificate_fault(fault),
        Some(_) => failure(Code::TlsVersion, "The server doesn't speak TLS 1.2 or 1.3."),
        None => failure(Code::Connect, "Couldn't connect. Check the URL."),
    }
}

fn certificate_fault(fault: &CertificateError) -> Failure {
    let (code, text) = match fault {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            let text = "The server's certificate has expired. Ask its operator to renew it.";
            (Code::CertificateExpired, text)
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            let text = "The server's certificate isn't valid yet. Check the clocks.";
            (Code::CertificateNotYetValid, text)
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            let text = "The server's certificate is for a different name. Check the URL.";
            (Code::CertificateName, text)
        }
        CertificateError::UnknownIssuer => {
            let text = "The operating system here doesn't trust the issuer of the server's certificate.";
            (Code::CertificateIssuer, text)
        }
        _ => (
            Code::CertificateInvalid,
            "The server's certificate isn't valid. Ask its operator to fix it.",
        ),
    };
    failure(code, text)
}

fn tls_error<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a rustls::Error> {
    // What is inside an I/O error is not its source.
    let inner = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
    let inner = inner.map(|inner| inner as &'a (dyn Error + 'static));
    let next = inner.or_else(|| error.source());
    error.downcast_ref().or_else(|| tls_error(next?))
}

#[cfg(test)]
mod tests {
    use keyward_contract::FetchFailureReason as Reason;

    use super::*;

    #[tokio::test]
    async fn private_addresses_are_rejected_in_any_spelling() {
        let fetcher = Fetcher::new(Networks::none());
        for location in [
            "https://127.0.0.1/keys",
            "https://127.1/keys",
            "https://2130706433/keys",
            "https://0x7f.1/keys",
            "https://[::1]/keys",
            "https://[::ffff:127.0.0.1]/keys",
            "https://localhost/keys",
            "https://169.254.169.254/",
        ] {
            let failed = fetcher.fetch(location, true).await.expect_err(location);
            assert_eq!(failed.reason, Reason::AddressNotAllowed, "{location}");
        }
    }

    #[tokio::test]
    async fn dns_rebinding_after_the_check_has_no_effect() {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let looked_at = listener.local_addr().expect("an address");
        // The first name no longer resolves, and the second one resolves to another address of this machine.
        for name in ["keys.invalid", "localhost"] {
            let url: Url = format!("http://{name}:{}/keys", looked_at.port()).parse().expect(name);
            let elsewhere = SocketAddr::from(([127, 0, 0, 2], looked_at.port()));
            let other = tokio::net::TcpListener::bind(elsewhere).await.expect("the same port");
            let dialled = async |address| {
                let asked = client(&url, &[address], true)
                    .expect("a client")
                    .get(url.clone())
                    .send();
                tokio::select! {
                    _ = asked => None,
                    _ = listener.accept() => Some(looked_at),
                    _ = other.accept() => Some(elsewhere),
                }
            };
            assert_eq!(dialled(looked_at).await, Some(looked_at), "{name}");
            assert_eq!(dialled(elsewhere).await, Some(elsewhere), "{name}");
        }
    }

    #[test]
    fn only_http_urls_can_be_fetched() {
        for location in [
            "",
            "keys",
            "ftp://login.example/",
            "https://",
            "https://u:p@login.example/",
            "https://a.example/#x",
        ] {
            assert_eq!(parse(location).expect_err(location).reason, Reason::Url, "{location}");
        }
    }
}
