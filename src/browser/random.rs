//! Randomness, from the browser.

/// A version 4 UUID. `crypto.randomUUID` would be simpler, but is missing on plain HTTP.
pub fn uuid() -> String {
    let mut bytes = [0_u8; 16];
    fill(&mut bytes);
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let mut text = String::with_capacity(36);
    for (place, byte) in bytes.into_iter().enumerate() {
        if matches!(place, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        for digit in [byte >> 4, byte & 15] {
            text.extend(char::from_digit(digit.into(), 16));
        }
    }
    text
}

/// So many of A-Z, a-z and 0-9, each uniform over the 62: a byte that would make some of them likelier is thrown away. Nothing
/// where the browser has no randomness.
pub fn alphanumeric(length: usize) -> Option<String> {
    const CHARACTERS: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let mut text = String::with_capacity(length);
    while text.len() < length {
        let mut bytes = [0_u8; 32];
        if !fill(&mut bytes) {
            return None;
        }
        let fitting = bytes.iter().filter(|byte| **byte < 248);
        let characters = fitting.map(|byte| char::from(CHARACTERS[usize::from(byte % 62)]));
        text.extend(characters.take(length - text.len()));
    }
    Some(text)
}

fn fill(bytes: &mut [u8]) -> bool {
    let crypto = web_sys::window().and_then(|window| window.crypto().ok());
    crypto.is_some_and(|crypto| crypto.get_random_values_with_u8_array(bytes).is_ok())
}
