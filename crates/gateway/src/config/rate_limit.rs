//! Rate limits.

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

const FORM: &str = "it must be limits per second and per hour, such as 2/s,1000/h, or one of them, or off";
