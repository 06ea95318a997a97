//! Times on the wire: RFC 3339 only.
//!
//! chrono's own deserializer also accepts other spellings, and adds 4 kB to the portal's first load.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, de::Error};

/// For `#[serde(deserialize_with)]`.
pub(crate) fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<DateTime<Utc>, D::Error> {
    let text = String::deserialize(deserializer)?;
    match DateTime::parse_from_rfc3339(&text) {
        Ok(instant) => Ok(instant.to_utc()),
        Err(_) => Err(D::Error::custom("this isn't an RFC 3339 time")),
    }
}
