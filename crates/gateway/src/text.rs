//! Texts of others: UTF-8, as JSON between systems is (RFC 8259, section 8.1), or told for what they are.

/// Why bytes are no text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotUtf8 {
    /// They are in UTF-16 or UTF-32.
    #[error("in UTF-16 or UTF-32. Encode it in UTF-8")]
    Wide,
    /// This byte, counted from 1, is the first that is wrong.
    #[error("not UTF-8 (byte {0})")]
    At(usize),
}

/// The text, without a byte order mark.
///
/// # Errors
/// When it is not in UTF-8.
pub fn utf8(bytes: &[u8]) -> Result<&str, NotUtf8> {
    // ASCII in UTF-16 and UTF-32 is UTF-8, too, with zeros in it.
    if let [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [0, _, ..] | [_, 0, ..] = bytes {
        return Err(NotUtf8::Wide);
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.strip_prefix('\u{feff}').unwrap_or(text)),
        Err(error) => Err(NotUtf8::At(error.valid_up_to() + 1)),
    }
}
