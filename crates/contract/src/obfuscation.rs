//! The obfuscation that API clients apply to the key at sign-in, as the vendor's API reference gives it.

use crate::{KeyString, key_string::KEY_LENGTH};

/// The fewest different places of the key that a timestamp has to show at a sign-in.
///
/// The client chooses the timestamp, and with it the places: an ending such as 444444 shows a single one, so that 62 guesses
/// open a session without the key. With four it takes up to 62^4 = 14,776,336. 683 of the 1,000,000 endings show fewer.
pub const PLACES_SHOWN_MIN: u32 = 4;

/// What an API client sends in place of `key` when it signs in at `timestamp` (epoch milliseconds).
///
/// With `hi` the last six digits of the timestamp and `lo` the number `hi >> 1` in six digits, the result is the key's
/// characters at each digit of `hi`, then at each digit of `lo` plus two. It only keeps the key out of logs: TLS
/// protects it.
pub fn obfuscate(key: &KeyString, timestamp: u64) -> [u8; KEY_LENGTH] {
    places(timestamp).map(|place| key.characters()[place])
}

/// How many different places of a key [`obfuscate`] shows at this timestamp. See [`PLACES_SHOWN_MIN`].
pub fn places_shown(timestamp: u64) -> u32 {
    let shown = places(timestamp).iter().fold(0_u32, |shown, place| shown | 1 << place);
    shown.count_ones()
}

fn places(timestamp: u64) -> [usize; KEY_LENGTH] {
    let hi = timestamp % 1_000_000;
    let lo = hi >> 1;
    let mut places = [0; KEY_LENGTH];
    for (at, power) in [100_000, 10_000, 1_000, 100, 10, 1].into_iter().enumerate() {
        places[at] = digit(hi, power);
        places[at + 6] = digit(lo, power) + 2;
    }
    places
}

fn digit(number: u64, power: u64) -> usize {
    usize::try_from(number / power % 10).unwrap_or_default()
}
