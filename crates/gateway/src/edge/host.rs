//! Rejects requests for hosts that aren't ours. This prevents DNS rebinding: a page whose host name resolves to this machine
//! would share our origin in its browser.

use std::net::{IpAddr, SocketAddr};

use axum::http::uri::Authority;
use keyward_contract::{OrganizationId, ProblemCode};
use url::Url;

use crate::{
    config::{AllowedHosts, Config, OrganizationHosts},
    http::{RequestHost, problem::Problem},
};

/// The hosts that we answer for.
pub(super) struct Hosts {
    allowed: AllowedHosts,
    organizations: OrganizationHosts,
    public: Vec<String>,
    /// Browsers on this machine use this name.
    localhost: bool,
}

impl Hosts {
    pub(super) fn new(config: &Config) -> Self {
        let host_of = |origin: &str| Url::parse(origin).ok().and_then(|url| Some(url.host_str()?.to_owned()));
        let listeners = [Some(config.listen), config.api_listen];
        let is_local = |listen: SocketAddr| listen.ip().is_loopback() || listen.ip().is_unspecified();
        Self {
            allowed: config.allowed_hosts.clone(),
            organizations: config.organization_hosts.clone(),
            public: [config.public_url.origin(), config.public_api_url.origin()]
                .into_iter()
                .filter_map(host_of)
                .collect(),
            localhost: listeners.into_iter().flatten().any(is_local),
        }
    }

    /// Whether a request for `host` is answered. One without a host is, because browsers always send it, and so is an IP
    /// address, which DNS rebinding can't use.
    pub(super) fn allow(&self, host: &RequestHost) -> bool {
        let Some(text) = host.as_str() else { return true };
        let Some(name) = name(text) else { return false };
        if is_address(&name) {
            return true;
        }
        self.public.contains(&name)
            || (self.localhost && (name == "localhost" || name.ends_with(".localhost")))
            || self.allowed.contains(&name)
            || self.organizations.organization(&name).is_some()
    }

    /// The organization that this host stands for, and the host's name.
    pub(super) fn organization(&self, host: &RequestHost) -> Option<(OrganizationId, String)> {
        let name = name(host.as_str()?)?;
        Some((self.organizations.organization(&name)?, name))
    }
}

/// The answer to a request for a different host.
pub(super) fn misdirected(host: &RequestHost) -> Problem {
    let shown: String = host.as_str().unwrap_or_default().chars().take(100).collect();
    Problem::new(ProblemCode::MisdirectedRequest).detail(format!(
        "This server doesn't answer for the host {shown:?}. Use the address in public-url, or have the operator add the \
         name to allowed-hosts."
    ))
}

/// The host without its port, in lower case and without a dot at its end.
fn name(host: &str) -> Option<String> {
    let authority: Authority = host.parse().ok()?;
    if authority.as_str().contains('@') {
        return None;
    }
    let name = authority.host().to_ascii_lowercase();
    Some(name.strip_suffix('.').unwrap_or(&name).to_owned())
}

fn is_address(name: &str) -> bool {
    let inner = name.strip_prefix('[').and_then(|name| name.strip_suffix(']'));
    inner.unwrap_or(name).parse::<IpAddr>().is_ok()
}
