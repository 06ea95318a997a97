//! Instants on the wire: RFC 3339 and nothing else.
//!
//! The reader that `DateTime` brings along takes other spellings too, and weighs 4 kB in the portal's first load.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, de::Error};

/// For `#[serde(deserialize_with)]`.
pub(crate) fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<DateTime<Utc>, D::Error> {
    let text = String::deserialize(deserializer)?;
    match DateTime::parse_from_rfc3339(&text) {
        Ok(instant) => Ok(instant.to_utc()),
        Err(_) => Err(D::Error::custom("this is no instant")),
    }
}
