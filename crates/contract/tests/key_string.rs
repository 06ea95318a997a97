//! What is a key and what isn't.

use keyward_contract::{EditApiKey, KeyFormatError, KeyString};
use proptest::prelude::*;

fn parse(text: &str) -> Result<String, KeyFormatError> {
    text.parse::<KeyString>().map(|key| key.reveal().to_owned())
}

#[test]
fn twelve_letters_and_digits_are_a_key() {
    assert_eq!(parse("AbC123xYz789"), Ok("AbC123xYz789".to_owned()));
}

#[test]
fn says_what_is_wrong_and_where() {
    assert_eq!(parse(""), Err(KeyFormatError::Length(0)));
    assert_eq!(parse("AbC123xYz78"), Err(KeyFormatError::Length(11)));
    assert_eq!(parse("AbC123xYz7890"), Err(KeyFormatError::Length(13)));
    assert_eq!(parse("AbC123xYz789 "), Err(KeyFormatError::Character(13)));
    assert_eq!(parse(" AbC123xYz789"), Err(KeyFormatError::Character(1)));
    assert_eq!(parse("AbC123 Yz789"), Err(KeyFormatError::Character(7)));
    assert_eq!(parse("AbC123xYz78ü"), Err(KeyFormatError::Character(12)));
    assert_eq!(
        parse("AbC１23xYz789"),
        Err(KeyFormatError::Character(4)),
        "a full-width digit"
    );
    assert_eq!(parse("AbC123xYz78\u{0}"), Err(KeyFormatError::Character(12)));
    assert_eq!(parse("AbC123xYz78\n"), Err(KeyFormatError::Character(12)));
    assert_eq!(
        parse("AbC123xYz7\u{301}9"),
        Err(KeyFormatError::Character(11)),
        "a combining accent"
    );
}

#[test]
fn debug_hides_it_and_json_shows_it() {
    let body: EditApiKey = serde_json::from_str(r#"{"key":"AbC123xYz789"}"#).expect("valid");
    assert_eq!(format!("{:?}", body.key), "KeyString(hidden)");
    assert!(!format!("{body:?}").contains("AbC123xYz789"));
    assert_eq!(serde_json::to_string(&body).expect("JSON"), r#"{"key":"AbC123xYz789"}"#);
}

proptest! {
    #[test]
    fn a_text_is_a_key_exactly_if_it_has_the_form(text in "\\PC{0,16}|[A-Za-z0-9]{10,14}") {
        let is_key = text.len() == 12 && text.chars().all(|c| c.is_ascii_alphanumeric());
        prop_assert_eq!(parse(&text).is_ok(), is_key);
    }

    #[test]
    fn no_error_repeats_what_was_typed(text in "[A-Za-z0-9]{13,40}") {
        let error = parse(&text).expect_err("too long").to_string();
        prop_assert!(!error.contains(&text));
    }
}
