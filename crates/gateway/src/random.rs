//! Randomness, from the operating system alone.

use std::fmt::Write as _;

use keyward_contract::{AdminId, KEY_LENGTH, KeyString, OrganizationId};
use zeroize::Zeroizing;

const ALPHABET: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// `N` random bytes.
///
/// # Panics
/// When the operating system has no randomness to give: nothing safe can be done then.
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    if let Err(error) = getrandom::fill(&mut bytes) {
        panic!("the operating system gives no randomness: {error}");
    }
    bytes
}

/// A new key, each character uniform over the 62: a byte that would make some of them likelier is thrown away.
pub fn key_string() -> KeyString {
    let mut text = Zeroizing::new(String::with_capacity(KEY_LENGTH));
    while text.len() < KEY_LENGTH {
        for byte in bytes::<KEY_LENGTH>() {
            if text.len() < KEY_LENGTH && byte < 248 {
                text.push(char::from(ALPHABET[usize::from(byte % 62)]));
            }
        }
    }
    match text.parse() {
        Ok(key) => key,
        Err(_) => unreachable!("twelve characters of the alphabet are a key"),
    }
}

/// A token of 256 random bits, as 64 hex digits.
pub fn token() -> Zeroizing<String> {
    Zeroizing::new(hex(&bytes::<32>()))
}

/// An identifier of 15 digits: tells nothing of how many there are, and is exact as a JSON number.
pub fn id() -> i64 {
    const SPAN: u64 = 900_000_000_000_000;
    // The bias of the remainder is below 2^-14 and these are no secrets.
    let random = u64::from_le_bytes(bytes::<8>()) % SPAN;
    100_000_000_000_000 + i64::try_from(random).unwrap_or_default()
}

/// See [`id`].
pub fn organization_id() -> OrganizationId {
    OrganizationId(id())
}

/// See [`id`].
pub fn admin_id() -> AdminId {
    AdminId(id())
}

/// Lower-case hex digits.
pub fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing to a String can't fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}
