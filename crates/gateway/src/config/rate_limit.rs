//! Rate limits, and named sets of them.

use std::str::FromStr;

/// How many requests are accepted per time. Written `2/s,1000/h`, one of the two, or `off`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimit {
    /// In a second, when there is a limit. At least 1.
    pub per_second: Option<u32>,
    /// In an hour, when there is a limit. At least 1.
    pub per_hour: Option<u32>,
}

impl FromStr for RateLimit {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut limit = Self {
            per_second: None,
            per_hour: None,
        };
        if text == "off" {
            return Ok(limit);
        }
        for part in text.split(',') {
            let (slot, count) = match part.trim().split_once('/') {
                Some((count, "s")) => (&mut limit.per_second, count),
                Some((count, "h")) => (&mut limit.per_hour, count),
                _ => return Err(FORM),
            };
            let count = count.parse().ok().filter(|count| *count > 0).ok_or(FORM)?;
            if slot.replace(count).is_some() {
                return Err(FORM);
            }
        }
        Ok(limit)
    }
}

impl RateLimit {
    pub(super) const fn new(per_second: u32, per_hour: u32) -> Self {
        Self {
            per_second: Some(per_second),
            per_hour: Some(per_hour),
        }
    }
}

/// The limits of one name. A setting of its own replaces a limit, wherever the name comes from.
pub(super) struct Preset {
    pub(super) session: RateLimit,
    pub(super) session_read: RateLimit,
    pub(super) read: RateLimit,
    pub(super) write: RateLimit,
}

impl Preset {
    /// The vendor's documented limits.
    pub(super) const VENDOR: Self = Self {
        session: RateLimit::new(2, 1000),
        session_read: RateLimit::new(2, 1000),
        read: RateLimit::new(2, 1000),
        write: RateLimit::new(1, 400),
    };
    /// The same, with room for clients that read their session before each call, as the vendor's Python SDK does.
    pub(super) const DEFAULT: Self = Self {
        session_read: RateLimit::new(20, 36_000),
        ..Self::VENDOR
    };
}

impl FromStr for Preset {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "default" => Ok(Self::DEFAULT),
            "vendor" => Ok(Self::VENDOR),
            _ => Err("it must be default or vendor"),
        }
    }
}

const FORM: &str = "it must be limits per second and per hour, such as 2/s,1000/h, or one of them, or off";
