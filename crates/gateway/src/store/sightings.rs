//! Usage records of clients, whatever their credential.

use chrono::{DateTime, TimeDelta, Utc};
use keyward_contract::{AdminId, OrganizationId, SandboxTokenId};

/// How long usage is kept.
pub const KEPT: TimeDelta = TimeDelta::days(30);
pub(in crate::store) const HOUR_MILLIS: i64 = 60 * 60 * 1000;
/// Hours of the small chart, the running one included.
pub const DAY: i64 = 24;

/// A client that did something with a key or a token.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Sighting {
    /// Whose it is.
    pub organization: OrganizationId,
    /// Address of the client.
    pub client_address: String,
    /// What it calls itself; empty when it doesn't.
    pub user_agent: String,
    /// In which hour since the epoch.
    pub hour: i64,
    /// With what.
    pub used: Used,
}

/// What a client shows.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Used {
    /// The key, or a session that it has opened, with the name of this admin.
    Key(AdminId),
    /// The former key of this identifier, with the name of this admin.
    FormerKey(i64, AdminId),
    /// This Sandbox API token.
    SandboxToken(SandboxTokenId),
    /// An access token, as this principal.
    AccessToken(String),
}

/// How often it was seen.
#[derive(Clone, Debug)]
pub struct Tally {
    /// The admin's name, or the principal; empty where there is none.
    pub admin_name: String,
    /// Sessions opened, attempts with a former key, or requests with a token.
    pub count: u32,
    /// When first.
    pub first_seen_on: DateTime<Utc>,
    /// When last.
    pub last_seen_on: DateTime<Utc>,
}

/// The hour since the epoch that an instant is in.
pub fn hour(instant: DateTime<Utc>) -> i64 {
    instant.timestamp_millis().div_euclid(HOUR_MILLIS)
}
