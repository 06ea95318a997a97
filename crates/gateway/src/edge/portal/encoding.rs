//! Which content coding a client prefers (RFC 9110, section 12.5.3).

use axum::http::{HeaderMap, header};

/// The weight of each coding, in thousandths; 0 means not acceptable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Accepted {
    pub(super) brotli: u16,
    pub(super) gzip: u16,
    pub(super) identity: u16,
}

impl Accepted {
    /// From `Accept-Encoding`. Without one, or if nothing else is acceptable, the file is sent uncompressed.
    pub(super) fn by(headers: &HeaderMap) -> Self {
        let (mut brotli, mut gzip, mut identity, mut others) = (None, None, None, None);
        let lines = headers
            .get_all(header::ACCEPT_ENCODING)
            .iter()
            .filter_map(|line| line.to_str().ok());
        for part in lines.flat_map(|line| line.split(',')) {
            let (coding, parameters) = part.split_once(';').unwrap_or((part, ""));
            let slot = match coding.trim() {
                coding if coding.eq_ignore_ascii_case("br") => &mut brotli,
                coding if coding.eq_ignore_ascii_case("gzip") || coding.eq_ignore_ascii_case("x-gzip") => &mut gzip,
                coding if coding.eq_ignore_ascii_case("identity") => &mut identity,
                "*" => &mut others,
                _ => continue,
            };
            *slot = Some(quality(parameters));
        }
        Self {
            brotli: brotli.or(others).unwrap_or(0),
            gzip: gzip.or(others).unwrap_or(0),
            // A lower weight than anything named.
            identity: identity.unwrap_or(if others == Some(0) { 0 } else { 1 }),
        }
    }
}

/// `q=0.5` in thousandths. An invalid weight counts as 0.
fn quality(parameters: &str) -> u16 {
    let value = match parameters.trim() {
        "" => return 1000,
        parameters => parameters
            .split_once('=')
            .filter(|(name, _)| name.trim().eq_ignore_ascii_case("q")),
    };
    let quality = value
        .and_then(|(_, value)| value.trim().parse::<f32>().ok())
        .filter(|q| (0.0..=1.0).contains(q));
    // In range, so nothing is truncated.
    quality.map_or(0, |quality| (quality * 1000.0).round() as u16)
}
