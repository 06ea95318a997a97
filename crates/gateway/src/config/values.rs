//! Parsers for settings without their own type.

use std::{path::PathBuf, time::Duration};

use tracing_subscriber::filter::Targets;

use super::{LogFormat, ProxyHeader, duration};

pub(super) fn path(text: &str) -> Result<PathBuf, String> {
    Ok(PathBuf::from(text))
}

pub(super) fn count(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(count @ 1..=1_000_000) => Ok(count),
        _ => Err("it must be a number from 1 to 1000000".to_owned()),
    }
}

/// `0`, as the header has it, needs no unit.
pub(super) fn hsts_max_age(text: &str) -> Result<Duration, String> {
    const MOST: Duration = Duration::from_secs(2 * 366 * 24 * 60 * 60);
    match text {
        "0" => Ok(Duration::ZERO),
        text => duration::within(Duration::ZERO..=MOST)(text),
    }
}

pub(super) fn password_min_length(text: &str) -> Result<u8, String> {
    match text.parse() {
        Ok(length @ 8..=64) => Ok(length),
        _ => Err("it must be a number from 8 to 64".to_owned()),
    }
}

pub(super) fn proxy_header(text: &str) -> Result<ProxyHeader, String> {
    match text {
        "x-forwarded" => Ok(ProxyHeader::XForwarded),
        "forwarded" => Ok(ProxyHeader::Forwarded),
        _ => Err("it must be x-forwarded or forwarded".to_owned()),
    }
}

pub(super) fn log_format(text: &str) -> Result<LogFormat, String> {
    match text {
        "auto" => Ok(LogFormat::Auto),
        "human" => Ok(LogFormat::Human),
        "json" => Ok(LogFormat::Json),
        _ => Err("it must be auto, human or json".to_owned()),
    }
}

pub(super) fn log_filter(text: &str) -> Result<Targets, String> {
    // A single word that isn't a level would count as the name of a target, and silence everything else.
    let misspelt = text
        .split(',')
        .any(|part| !part.contains('=') && part.trim().parse::<tracing_subscriber::filter::LevelFilter>().is_err());
    match text.parse() {
        Ok(targets) if !misspelt => Ok(targets),
        _ => Err("it must be off, error, warn, info, debug or trace, also per part, as in info,sqlx=warn".to_owned()),
    }
}
