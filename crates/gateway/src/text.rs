//! Texts of other systems: UTF-8, as in JSON (RFC 8259, section 8.1), or a precise error.

/// Why bytes aren't UTF-8.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotUtf8 {
    /// They are UTF-16 or UTF-32.
    #[error("in UTF-16 or UTF-32. Encode it in UTF-8")]
    Wide,
    /// The first wrong byte, counted from 1.
    #[error("not UTF-8 (byte {0})")]
    At(usize),
}

/// The text, without a byte order mark.
///
/// # Errors
/// When it is not in UTF-8.
pub fn utf8(bytes: &[u8]) -> Result<&str, NotUtf8> {
    // ASCII in UTF-16 or UTF-32 is also valid UTF-8, with zero bytes.
    if let [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [0, _, ..] | [_, 0, ..] = bytes {
        return Err(NotUtf8::Wide);
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.strip_prefix('\u{feff}').unwrap_or(text)),
        Err(error) => Err(NotUtf8::At(error.valid_up_to() + 1)),
    }
}
