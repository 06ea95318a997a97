//! The obfuscation of keys, against the published vectors and a second way of writing it down.

use keyward_contract::{KEY_LENGTH, KeyString, PLACES_SHOWN_MIN, SIMILAR_PLACES_MAX, obfuscate, places_shown};
use proptest::prelude::*;

fn obfuscated(key: &str, timestamp: u64) -> String {
    let key: KeyString = key.parse().expect("a key");
    String::from_utf8(obfuscate(&key, timestamp).to_vec()).expect("characters of a key")
}

#[test]
fn matches_the_test_vectors() {
    assert_eq!(obfuscated("abcdefghijkl", 1_389_681_124_480), "bceeiacieegc");
    assert_eq!(obfuscated("AbC123xYz789", 1_700_000_000_000), "AAAAAACCCCCC");
    assert_eq!(obfuscated("AbC123xYz789", 1_700_000_999_999), "777777x99999");
}

/// Each character by its place, so that what is sent tells the places that are shown.
const PLACES: &str = "abcdefghijkl";

/// The figures of `docs/api-clients.md`: all endings that there are.
#[test]
fn exactly_683_endings_show_under_four_places() {
    let key: KeyString = PLACES.parse().expect("a key");
    let mut endings = [0_u32; 13];
    for ending in 0..1_000_000 {
        let mut sent = obfuscate(&key, ending).to_vec();
        sent.sort_unstable();
        sent.dedup();
        assert_eq!(u32::try_from(sent.len()), Ok(places_shown(ending)), "{ending:06}");
        endings[sent.len()] += 1;
    }
    let by_places = [
        0, 1, 8, 674, 6537, 41_733, 156_966, 306_678, 314_051, 143_214, 28_662, 1440, 36,
    ];
    assert_eq!(endings, by_places);
    let unusable = &endings[..PLACES_SHOWN_MIN as usize];
    assert_eq!(unusable.iter().sum::<u32>(), 683);
}

/// An attacker chooses an ending that shows four places. One guess then excludes one of 62^4 possibilities.
#[test]
fn the_worst_usable_ending_takes_seven_million_guesses() {
    let possibilities = 62_u64.pow(PLACES_SHOWN_MIN);
    assert_eq!(possibilities, 14_776_336);
    let expected = possibilities.div_ceil(2);
    assert_eq!(expected, 7_388_168);
    // The whole key would take 62^12 / 2, and 62^4 / 2 is what the obfuscation leaves of it.
    assert_eq!(62_u128.pow(12), 3_226_266_762_397_899_821_056);
}

/// Of a script that makes its timestamp of seconds (`date +%s000`), for every pair of keys of which one may replace the other.
/// Where fewer places are in common, still less looks the same.
#[test]
fn replaced_keys_never_look_current_at_whole_seconds() {
    let old: KeyString = PLACES.parse().expect("a key");
    let (mut permitted, mut refused) = (0, 0);
    for common in (0_u32..1 << KEY_LENGTH).filter(|common| common.count_ones() as usize == SIMILAR_PLACES_MAX) {
        let place = |(place, character): (usize, char)| if common >> place & 1 == 1 { character } else { 'Z' };
        let new: String = PLACES.chars().enumerate().map(place).collect();
        let new: KeyString = new.parse().expect("a key");
        assert_eq!(new.places_in_common(&old), SIMILAR_PLACES_MAX);
        if new.is_similar_to(&old) {
            refused += 1;
            continue;
        }
        permitted += 1;
        for second in 0..1000 {
            let (old, new) = (obfuscate(&old, second * 1000), obfuscate(&new, second * 1000));
            assert_ne!(old, new, "{common:012b} at {second:03}000");
        }
    }
    assert_eq!((permitted, refused), (714, 210));
}

proptest! {
    /// As the vendor's clients do it, on text.
    #[test]
    fn matches_the_obfuscation_of_clients(key in "[A-Za-z0-9]{12}", timestamp in 1_000_000_u64..=9_999_999_999_999) {
        let text = timestamp.to_string();
        let hi = &text[text.len() - 6..];
        let lo = format!("{:06}", hi.parse::<u32>().expect("digits") >> 1);
        let at = |digit: char, shift: u32| key.chars().nth((digit.to_digit(10).expect("a digit") + shift) as usize);
        let expected: Option<String> = hi.chars().map(|d| at(d, 0)).chain(lo.chars().map(|d| at(d, 2))).collect();
        prop_assert_eq!(Some(obfuscated(&key, timestamp)), expected);
    }
}
