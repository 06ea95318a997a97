//! Fetches documents from addresses that admins type: never from inside the network, unless the operator allows it.

use std::{error::Error, net::SocketAddr, time::Duration};

use keyward_contract::{FetchFailure, FetchFailureReason as Reason};
use reqwest::{Client, RequestBuilder, Response, StatusCode, header, redirect::Policy};
use rustls::CertificateError;
use url::{Host, Url};

use super::{document, special_purpose::is_public};
use crate::config::Networks;

/// Why there is no document.
pub type Failure = FetchFailure;

/// From the first question for the name to the last byte.
const TIME: Duration = Duration::from_secs(5);
const REDIRECTS: usize = 3;

/// Fetches documents.
#[derive(Debug)]
pub struct Fetcher {
    allowed: Networks,
}

pub fn failure(reason: Reason, text: impl Into<String>) -> Failure {
    Failure {
        reason,
        text: text.into(),
    }
}

impl Fetcher {
    /// `allowed` are private and loopback networks that may be asked all the same.
    pub fn new(allowed: Networks) -> Self {
        Self { allowed }
    }

    /// The document at a location.
    ///
    /// # Errors
    /// When there is none that can be had safely.
    pub async fn fetch(&self, location: &str, certificate_validation: bool) -> Result<String, Failure> {
        in_time(self.follow(location, certificate_validation)).await
    }

    /// The document that is there for who has an access token (RFC 6750).
    ///
    /// # Errors
    /// As [`fetch`](Self::fetch). A redirect is none.
    pub async fn fetch_with(&self, location: &str, access_token: &str) -> Result<String, Failure> {
        let asked = async {
            let ask = |client: Client, url| client.get(url).bearer_auth(access_token);
            let response = self.send(&parse(location)?, true, ask).await?;
            document::read(response).await
        };
        in_time(asked).await
    }

    /// The answer to a form, and whether it is one of success. `basic` is the user name and password to send with it.
    ///
    /// # Errors
    /// When there is none.
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
            // What is wrong is in the status; the text may say more.
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
            url = next.filter(|next| next.origin() == url.origin()).ok_or_else(|| {
                failure(
                    Reason::Redirect,
                    "The server leads to another host. Enter the location there.",
                )
            })?;
        }
        Err(failure(
            Reason::Redirect,
            "The server leads from one place to the next without end.",
        ))
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

    /// Where a location leads. One address that is not allowed is enough to refuse all.
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
            let text = "The name of the server is not known (DNS). Check it for typing errors.";
            return Err(failure(Reason::Dns, text));
        }
        let is_allowed = |address: &SocketAddr| {
            self.allowed.contains(address.ip()) || (is_public(address.ip()) && url.scheme() == "https")
        };
        if addresses.iter().all(is_allowed) {
            return Ok(addresses);
        }
        if addresses.iter().all(|address| is_public(address.ip())) {
            return Err(failure(
                Reason::Url,
                "Use https: what comes without TLS could be anybody's.",
            ));
        }
        let text = "The server is inside a private network. The operator of this service can allow it with \
                    --oauth-allowed-networks.";
        Err(failure(Reason::AddressNotAllowed, text))
    }
}

/// Asks exactly the addresses that were looked at: a name that leads elsewhere a moment later does not matter.
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
            Reason::Timeout,
            "The server took longer than 5 seconds. Try again, or check the location.",
        )
    };
    tokio::time::timeout(TIME, asked).await.unwrap_or_else(|_| Err(late()))
}

/// The location as a URL that can be asked.
pub fn parse(location: &str) -> Result<Url, Failure> {
    let wrong = |text| failure(Reason::Url, text);
    let url = Url::parse(location).map_err(|_| wrong("Enter a URL, such as https://login.example/keys."))?;
    if !matches!(url.scheme(), "https" | "http") || !url.has_host() {
        return Err(wrong("Enter a URL that begins with https://."));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong("Leave out the user name and password."));
    }
    if url.fragment().is_some() {
        return Err(wrong("Leave out what is behind #."));
    }
    Ok(url)
}

/// Says what a failed request was.
pub fn told(error: &reqwest::Error) -> Failure {
    match tls_error(error) {
        Some(rustls::Error::InvalidCertificate(fault)) => failure(Reason::Tls, certificate_fault(fault)),
        Some(_) => failure(
            Reason::Tls,
            "The server does not speak TLS that is accepted (1.2 or 1.3).",
        ),
        None => failure(
            Reason::Connect,
            "The server can't be reached, or breaks off. Check the location.",
        ),
    }
}

fn certificate_fault(fault: &CertificateError) -> &'static str {
    match fault {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "The certificate of the server has expired. Have it renewed."
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "The certificate of the server is not valid yet. Check the clocks."
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "The certificate of the server is for another name. Check the location."
        }
        CertificateError::UnknownIssuer => {
            "The certificate of the server was issued by nobody whom the operating system here trusts."
        }
        _ => "The certificate of the server is not valid. Have it put in order.",
    }
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
    use super::*;

    #[tokio::test]
    async fn nothing_inside_is_asked_however_it_is_written() {
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

    /// The address that was checked is the one that is dialled.
    #[tokio::test]
    async fn the_address_that_was_looked_at_is_dialled_whatever_the_name_leads_to_now() {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let looked_at = listener.local_addr().expect("an address");
        // By now the first name leads nowhere, and the second one to another address of this machine.
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
    fn what_is_no_location_is_refused() {
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
