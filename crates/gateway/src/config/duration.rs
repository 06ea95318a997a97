//! Durations: a whole number and a unit.

use std::{ops::RangeInclusive, time::Duration};

/// A parser of durations such as `30s`, `5m`, `12h` or `2d` within `range`.
pub(super) fn within(range: RangeInclusive<Duration>) -> impl FnOnce(&str) -> Result<Duration, String> {
    move |text| match parse(text) {
        Some(duration) if range.contains(&duration) => Ok(duration),
        _ => Err(format!(
            "it must be a time from {} to {}, such as 30s, 5m or 12h",
            display(*range.start()),
            display(*range.end())
        )),
    }
}

fn parse(text: &str) -> Option<Duration> {
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let seconds = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 60 * 60,
        "d" => 24 * 60 * 60,
        _ => return None,
    };
    if !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    number
        .parse::<u64>()
        .ok()?
        .checked_mul(seconds)
        .map(Duration::from_secs)
}

fn display(duration: Duration) -> String {
    match duration.as_secs() {
        seconds if seconds > 0 && seconds % 86_400 == 0 => format!("{}d", seconds / 86_400),
        seconds if seconds > 0 && seconds % 3600 == 0 => format!("{}h", seconds / 3600),
        seconds if seconds > 0 && seconds % 60 == 0 => format!("{}m", seconds / 60),
        seconds => format!("{seconds}s"),
    }
}
