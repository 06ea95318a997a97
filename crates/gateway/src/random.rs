//! Randomness, only from the operating system.

use std::fmt::Write as _;

use keyward_contract::{AdminId, KEY_LENGTH, KeyString, OrganizationId, SANDBOX_TOKEN_RANDOM, SandboxTokenString};
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

/// A new key.
pub fn key_string() -> KeyString {
    let text = characters::<KEY_LENGTH>();
    let key = std::str::from_utf8(text.as_slice())
        .ok()
        .and_then(|text| text.parse().ok());
    key.unwrap_or_else(|| unreachable!("twelve characters of the alphabet are a key"))
}

/// A new Sandbox API token.
pub fn sandbox_token_string() -> SandboxTokenString {
    let random = characters::<SANDBOX_TOKEN_RANDOM>();
    SandboxTokenString::new(&random).unwrap_or_else(|_| unreachable!("characters of the alphabet make a token"))
}

/// Characters, each uniform over the 62 (rejection sampling).
fn characters<const N: usize>() -> Zeroizing<[u8; N]> {
    let mut text = Zeroizing::new([0; N]);
    let mut done = 0;
    while done < N {
        for byte in Zeroizing::new(bytes::<N>()).iter() {
            if done < N && *byte < 248 {
                text[done] = ALPHABET[usize::from(byte % 62)];
                done += 1;
            }
        }
    }
    text
}

/// A token of 256 random bits, as 64 hex digits.
pub fn token() -> Zeroizing<String> {
    Zeroizing::new(hex(&bytes::<32>()))
}

/// A random identifier of 15 digits, which is exact as a JSON number.
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
