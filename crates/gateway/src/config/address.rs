//! Addresses: where the gateway listens, its public addresses, and the origins that can frame it.

use std::{fmt, net::SocketAddr, str::FromStr};

use url::Url;

/// An address under which the gateway is reached from outside, such as `https://keys.example/keyward`. It displays
/// without a slash at its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl {
    origin: String,
    path: String,
    derived: bool,
}

impl PublicUrl {
    /// Scheme, host, and port where it is not the scheme's own.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The path the gateway is served below: empty, or with a slash at its start and none at its end.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The same address at another host.
    pub fn at_host(&self, host: &str) -> String {
        let mut origin =
            Url::parse(&self.origin).unwrap_or_else(|_| unreachable!("it was written by a parser of URLs"));
        // A name without port fits into any web address.
        let _ = origin.set_host(Some(host));
        format!("{}{}", origin.origin().ascii_serialization(), self.path)
    }

    /// Whether it is reached over HTTPS.
    pub fn is_https(&self) -> bool {
        self.origin.starts_with("https:")
    }

    /// The address of a listener; one that listens everywhere is reached at `localhost`.
    pub(super) fn of_listener(listen: SocketAddr, tls: bool) -> Self {
        let (scheme, own_port) = if tls { ("https", 443) } else { ("http", 80) };
        let host = match listen.ip() {
            address if address.is_unspecified() => "localhost".to_owned(),
            std::net::IpAddr::V4(address) => address.to_string(),
            std::net::IpAddr::V6(address) => format!("[{address}]"),
        };
        let origin = match listen.port() {
            port if port == own_port => format!("{scheme}://{host}"),
            port => format!("{scheme}://{host}:{port}"),
        };
        Self {
            origin,
            path: String::new(),
            derived: true,
        }
    }

    /// Whether it isn't configured, but derived.
    pub fn is_derived(&self) -> bool {
        self.derived
    }

    pub(super) fn derived(self) -> Self {
        Self { derived: true, ..self }
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.origin, self.path)
    }
}

impl FromStr for PublicUrl {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let url = Url::parse(text)
            .ok()
            .filter(is_web_address)
            .ok_or("it must be an http or https address with at most a path, such as https://keys.example/keyward")?;
        let path = url.path().trim_end_matches('/');
        // The path goes into index.html as it is.
        if !path
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte))
            || path.contains("//")
        {
            return Err("its path can only have letters, digits and - . _ ~ between single slashes");
        }
        if matches!(
            path.split('/').nth(1),
            Some("api" | "ztw" | "orgs" | "healthz" | "readyz" | "metrics")
        ) {
            return Err(
                "its path must not begin with one of the gateway's own (api, ztw, orgs, healthz, readyz, metrics)",
            );
        }
        Ok(Self {
            origin: url.origin().ascii_serialization(),
            path: path.to_owned(),
            derived: false,
        })
    }
}

fn is_web_address(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
        && url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none()
}

/// An address to listen at.
pub(super) fn socket(text: &str) -> Result<SocketAddr, &'static str> {
    text.parse()
        .map_err(|_| "it must be an address and a port, such as 127.0.0.1:8080 or [::]:8080")
}

/// A list of origins, which may start with `*.`, for the policy on frames.
pub(super) fn origins(text: &str) -> Result<Vec<String>, &'static str> {
    const FORM: &str = "it must be origins separated by commas, such as https://intranet.example, or none";
    if text == "none" {
        return Ok(Vec::new());
    }
    let origin = |part: &str| {
        let url = Url::parse(part.trim())
            .ok()
            .filter(|url| is_web_address(url) && url.path() == "/")
            .ok_or(FORM)?;
        let origin = url.origin().ascii_serialization();
        // No character that would end the directive.
        match origin
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-._:/*[]".contains(&byte))
        {
            true => Ok(origin),
            false => Err(FORM),
        }
    };
    text.split(',').map(origin).collect()
}
