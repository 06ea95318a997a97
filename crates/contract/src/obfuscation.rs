//! The obfuscation that API clients apply to the key at sign-in, as the vendor's API reference gives it.

use crate::{KeyString, key_string::KEY_LENGTH};

/// What an API client sends in place of `key` when it signs in at `timestamp` (epoch milliseconds).
///
/// With `hi` the last six digits of the timestamp and `lo` the number `hi >> 1` in six digits, the result is the key's
/// characters at each digit of `hi`, then at each digit of `lo` plus two. It keeps the key out of a log, no more:
/// TLS is what protects it.
pub fn obfuscate(key: &KeyString, timestamp: u64) -> [u8; KEY_LENGTH] {
    let hi = timestamp % 1_000_000;
    let lo = hi >> 1;
    let characters = key.characters();
    let mut obfuscated = [0; KEY_LENGTH];
    for (place, power) in [100_000, 10_000, 1_000, 100, 10, 1].into_iter().enumerate() {
        obfuscated[place] = characters[digit(hi, power)];
        obfuscated[place + 6] = characters[digit(lo, power) + 2];
    }
    obfuscated
}

fn digit(number: u64, power: u64) -> usize {
    usize::try_from(number / power % 10).unwrap_or_default()
}
