//! The client of a request: the peer, or the client named by a trusted proxy.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::atomic::{AtomicBool, Ordering},
};

use axum::{
    extract::ConnectInfo,
    http::{Extensions, HeaderMap, header},
};

use crate::config::{Config, Networks, ProxyHeader};

/// Where a request comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Origin {
    pub(super) address: IpAddr,
    pub(super) https: bool,
    /// From an untrusted proxy, or one that doesn't name its client: `address` is the proxy's, and the client's is unknown.
    pub(super) hidden: bool,
    /// From a trusted proxy.
    pub(super) by_proxy: bool,
}

/// The trusted proxies, and their header.
pub(super) struct Proxies {
    trusted: Networks,
    header: ProxyHeader,
    /// Whether the gateway itself speaks TLS.
    tls: bool,
    warned: AtomicBool,
}

impl Proxies {
    pub(super) fn new(config: &Config) -> Self {
        Self {
            trusted: config.trusted_proxies.clone(),
            header: config.proxy_header,
            tls: config.tls.is_some(),
            warned: AtomicBool::new(false),
        }
    }

    pub(super) fn origin(&self, extensions: &Extensions, headers: &HeaderMap) -> Origin {
        let peer = match extensions.get::<ConnectInfo<SocketAddr>>() {
            Some(ConnectInfo(peer)) => peer.ip().to_canonical(),
            None => IpAddr::V4(Ipv4Addr::LOCALHOST),
        };
        let direct = Origin {
            address: peer,
            https: self.tls,
            hidden: false,
            by_proxy: false,
        };
        if !self.trusted.contains(peer) {
            let hidden = headers.contains_key(X_FORWARDED_FOR) || headers.contains_key(header::FORWARDED);
            if hidden && !self.warned.swap(true, Ordering::Relaxed) {
                tracing::warn!(%peer, "a proxy forwards requests but isn't in trusted-proxies; its headers are ignored");
            }
            return Origin { hidden, ..direct };
        }
        let origin = Origin {
            by_proxy: true,
            // A proxy that sends such a header has a client, even if it doesn't name it.
            hidden: FORWARDING.iter().any(|name| headers.contains_key(*name)),
            ..direct
        };
        match self.header {
            ProxyHeader::XForwarded => self.x_forwarded(origin, headers),
            ProxyHeader::Forwarded => self.forwarded(origin, headers),
        }
    }

    fn x_forwarded(&self, direct: Origin, headers: &HeaderMap) -> Origin {
        // The nearest proxy determines the scheme.
        let scheme = from_the_right(headers, X_FORWARDED_PROTO, ',').next();
        let mut origin = Origin {
            https: direct.https || scheme.is_some_and(is_https),
            ..direct
        };
        for hop in from_the_right(headers, X_FORWARDED_FOR, ',') {
            let address = node(hop);
            origin.hidden = address.is_none();
            let Some(address) = address else { break };
            origin.address = address;
            if !self.trusted.contains(address) {
                break;
            }
        }
        origin
    }

    fn forwarded(&self, direct: Origin, headers: &HeaderMap) -> Origin {
        let mut origin = direct;
        for hop in from_the_right(headers, header::FORWARDED.as_str(), ',') {
            let parameter = |name| {
                let mut pairs = hop.split(';').filter_map(|pair| pair.split_once('='));
                pairs
                    .find(|(key, _)| key.trim().eq_ignore_ascii_case(name))
                    .map(|(_, value)| value.trim().trim_matches('"'))
            };
            origin.https = direct.https || parameter("proto").is_some_and(is_https);
            let address = parameter("for").and_then(node);
            origin.hidden = address.is_none();
            let Some(address) = address else { break };
            origin.address = address;
            if !self.trusted.contains(address) {
                break;
            }
        }
        origin
    }
}

const X_FORWARDED_FOR: &str = "x-forwarded-for";
/// Headers in which proxies send the client of a request.
const FORWARDING: &[&str] = &[
    X_FORWARDED_FOR,
    X_FORWARDED_PROTO,
    "x-forwarded-host",
    "x-real-ip",
    "forwarded",
    "via",
];
const X_FORWARDED_PROTO: &str = "x-forwarded-proto";

/// The parts of a header that may come in several lines, the last one first: a proxy appends what it knows.
fn from_the_right<'a>(headers: &'a HeaderMap, name: &str, separator: char) -> impl Iterator<Item = &'a str> {
    let lines: Vec<&str> = headers
        .get_all(name)
        .iter()
        .map(|line| line.to_str().unwrap_or_default())
        .collect();
    lines
        .into_iter()
        .rev()
        .flat_map(move |line| line.rsplit(separator))
        .map(str::trim)
}

fn is_https(scheme: &str) -> bool {
    scheme.eq_ignore_ascii_case("https")
}

/// An address with or without port: `10.0.0.1`, `10.0.0.1:80`, `::1`, `[::1]`, `[::1]:80`.
fn node(text: &str) -> Option<IpAddr> {
    let address = text
        .parse::<IpAddr>()
        .or_else(|_| text.parse::<SocketAddr>().map(|address| address.ip()));
    let address = address.or_else(
        |error| match text.strip_prefix('[').and_then(|text| text.strip_suffix(']')) {
            Some(text) => text.parse::<IpAddr>().map_err(|_| error),
            None => Err(error),
        },
    );
    address.ok().map(|address| address.to_canonical())
}
