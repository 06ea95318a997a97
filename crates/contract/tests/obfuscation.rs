//! The obfuscation of keys, against the published vectors and a second way of writing it down.

use keyward_contract::{KeyString, obfuscate};
use proptest::prelude::*;

fn obfuscated(key: &str, timestamp: u64) -> String {
    let key: KeyString = key.parse().expect("a key");
    String::from_utf8(obfuscate(&key, timestamp).to_vec()).expect("characters of a key")
}

#[test]
fn agrees_with_the_vectors() {
    assert_eq!(obfuscated("abcdefghijkl", 1_389_681_124_480), "bceeiacieegc");
    assert_eq!(obfuscated("AbC123xYz789", 1_700_000_000_000), "AAAAAACCCCCC");
    assert_eq!(obfuscated("AbC123xYz789", 1_700_000_999_999), "777777x99999");
}

proptest! {
    /// As the vendor's clients do it, on text.
    #[test]
    fn agrees_with_the_way_clients_do_it(key in "[A-Za-z0-9]{12}", timestamp in 1_000_000_u64..=9_999_999_999_999) {
        let text = timestamp.to_string();
        let hi = &text[text.len() - 6..];
        let lo = format!("{:06}", hi.parse::<u32>().expect("digits") >> 1);
        let at = |digit: char, shift: u32| key.chars().nth((digit.to_digit(10).expect("a digit") + shift) as usize);
        let expected: Option<String> = hi.chars().map(|d| at(d, 0)).chain(lo.chars().map(|d| at(d, 2))).collect();
        prop_assert_eq!(Some(obfuscated(&key, timestamp)), expected);
    }
}
