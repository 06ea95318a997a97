//! The client of a request, as determined by the edge.

use std::{
    convert::Infallible,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header, request::Parts},
};
use keyward_contract::{Admin, AuditInterface, OrganizationId, paths};
use uuid::Uuid;

const USER_AGENT_MAX: usize = 256;

/// The client of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientInfo {
    /// The client's address.
    pub address: IpAddr,
    /// Whether the client came over HTTPS.
    pub https: bool,
    /// Whether the portal says that it is in a frame.
    pub is_framed: bool,
    /// `User-Agent`, at most 256 characters, without control characters.
    pub user_agent: Option<String>,
    /// Names the request in the log.
    pub request_id: String,
    /// Whether it is the portal, which tries the API for an admin (*Try it*).
    pub is_trial: bool,
    /// The organization whose own base URL or host name the request is for.
    pub organization: Option<OrganizationId>,
}

impl ClientInfo {
    /// The client of this request. Outside the edge's stack, as in a test of a handler, a nameless local one.
    pub fn of(parts: &Parts) -> Self {
        parts.extensions.get::<Self>().cloned().unwrap_or_else(|| Self {
            address: IpAddr::V4(Ipv4Addr::LOCALHOST),
            https: false,
            is_framed: false,
            user_agent: None,
            request_id: String::new(),
            is_trial: false,
            organization: None,
        })
    }

    /// What counts as one client for limits: the address, or the /64 network of an IPv6 address.
    pub fn network(&self) -> String {
        match self.address {
            IpAddr::V4(address) => address.to_string(),
            IpAddr::V6(address) => {
                let network = Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64));
                format!("{network}/64")
            }
        }
    }

    /// The client of a request from this address with these headers.
    pub fn new(address: IpAddr, https: bool, headers: &HeaderMap, request_id: Uuid) -> Self {
        Self {
            address,
            https,
            is_framed: headers.get(paths::FRAMED_HEADER).is_some_and(|value| value == "1"),
            user_agent: headers.get(header::USER_AGENT).map(|value| {
                let text = String::from_utf8_lossy(value.as_bytes());
                text.chars().filter(|c| !c.is_control()).take(USER_AGENT_MAX).collect()
            }),
            request_id: request_id.to_string(),
            is_trial: false,
            organization: None,
        }
    }
}

impl<S: Sync> FromRequestParts<S> for ClientInfo {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(parts))
    }
}

/// What counts as one client: an IPv4 address, or an IPv6 /64 network.
pub fn address_group(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
        address => address,
    }
}

/// An admin, the client of the request, and the way it came.
#[derive(Clone, Debug)]
pub struct Requester {
    /// The admin.
    pub admin: Admin,
    /// Where they are.
    pub client: ClientInfo,
    /// The portal or the API.
    pub interface: AuditInterface,
}
