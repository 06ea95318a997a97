//! Randomness, and secrets at rest.

use std::collections::BTreeMap;

use keyward_gateway::{random, secrets::Secrets};
use proptest::prelude::*;

/// Pearson's test with 61 degrees of freedom: a fair generator stays below 150 but once in some ten million runs, one
/// that takes bytes modulo 62 exceeds 1000.
#[test]
fn the_characters_of_keys_are_uniform() {
    const KEYS: usize = 50_000;
    for position in [None, Some(0), Some(11)] {
        let mut counts: BTreeMap<char, f64> = BTreeMap::new();
        for _ in 0..KEYS {
            let key = random::key_string();
            for (at, character) in key.reveal().chars().enumerate() {
                if position.is_none_or(|position| position == at) {
                    *counts.entry(character).or_default() += 1.0;
                }
            }
        }
        assert_eq!(counts.len(), 62);
        let expected = counts.values().sum::<f64>() / 62.0;
        let deviation: f64 = counts.values().map(|count| (count - expected).powi(2) / expected).sum();
        assert!(deviation < 150.0, "{position:?}: {deviation}");
    }
}

#[test]
fn identifiers_have_fifteen_digits() {
    for _ in 0..10_000 {
        assert_eq!(random::id().to_string().len(), 15);
    }
}

fn secrets(byte: u8) -> Secrets {
    Secrets::from_hex(&format!("{byte:02x}").repeat(32)).expect("a master key")
}

proptest! {
    #[test]
    fn a_sealed_value_only_opens_in_its_context(secret in proptest::collection::vec(any::<u8>(), 0..64)) {
        let sealed = secrets(1).seal("api-key/1", &secret);
        let opened = secrets(1).open("api-key/1", &sealed).expect("opens").to_vec();
        prop_assert_eq!(&opened, &secret);
        prop_assert!(secrets(1).open("api-key/2", &sealed).is_err());
        prop_assert!(secrets(2).open("api-key/1", &sealed).is_err());
        prop_assert_ne!(secrets(1).seal("api-key/1", &secret), sealed);
    }

    #[test]
    fn a_sealed_value_that_was_changed_does_not_open(place in any::<prop::sample::Index>(), bit in 0..8_u8) {
        let mut sealed = secrets(1).seal("api-key/1", b"AbC123xYz789");
        let place = place.index(sealed.len());
        sealed[place] ^= 1 << bit;
        prop_assert!(secrets(1).open("api-key/1", &sealed).is_err());
        prop_assert!(secrets(1).open("api-key/1", &sealed[..place]).is_err());
    }
}
