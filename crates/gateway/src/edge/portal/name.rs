//! What a path of the portal names: a file, or an address within the portal.

use super::asset::is_variant;

/// A path that is fit to be looked up.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Name<'a> {
    /// The name of a file, or empty: letters, digits and `-._` in segments that don't begin with a dot. Nothing else is
    /// ever looked for, so no path leads out of the portal.
    pub(super) file: &'a str,
    /// The first segment, where the path has more than one, and it could be the name of a folder.
    pub(super) folder: &'a str,
    /// It looks like a file name, so a missing file is 404.
    pub(super) is_asset: bool,
}

impl<'a> Name<'a> {
    /// `None` for a path that is neither: with a segment that is empty, `.` or `..`, or with a slash, a backslash or a
    /// control character in a segment, all of that also when percent-encoded.
    pub(super) fn of(path: &'a str) -> Option<Self> {
        let path = path.strip_prefix('/')?;
        if path.is_empty() {
            return Some(Self {
                file: super::INDEX,
                folder: "",
                is_asset: false,
            });
        }
        let segments = path.strip_suffix('/').unwrap_or(path);
        if !segments.split('/').all(is_fit) {
            return None;
        }
        let last = path.rsplit('/').next().unwrap_or_default();
        let plain = path.split('/').all(is_plain);
        let folder = path.split_once('/').map_or("", |(first, _)| first);
        Some(Self {
            file: if plain && !is_variant(last) { path } else { "" },
            folder: if is_plain(folder) { folder } else { "" },
            is_asset: last.contains('.'),
        })
    }
}

fn is_plain(segment: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    !segment.is_empty() && !segment.starts_with('.') && segment.bytes().all(allowed)
}

fn is_fit(segment: &str) -> bool {
    let Some(bytes) = percent_decoded(segment) else {
        return false;
    };
    let forbidden = |byte: &u8| byte.is_ascii_control() || matches!(byte, b'/' | b'\\');
    !matches!(bytes.as_slice(), b"" | b"." | b"..") && !bytes.iter().any(forbidden)
}

/// `None` when a percent sign isn't followed by two hex digits.
fn percent_decoded(segment: &str) -> Option<Vec<u8>> {
    let mut parts = segment.as_bytes().split(|byte| *byte == b'%');
    let mut decoded = parts.next()?.to_vec();
    for part in parts {
        let (digits, rest) = part.split_at_checked(2)?;
        let digits = std::str::from_utf8(digits)
            .ok()
            .filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))?;
        decoded.push(u8::from_str_radix(digits, 16).ok()?);
        decoded.extend_from_slice(rest);
    }
    Some(decoded)
}
