//! Names on the terminal. Invisible characters, and those that change how a line is displayed, are escaped: a name may have been
//! chosen to look like a different one, or to hide one.

use std::fmt;

use keyward_contract::unseen;

/// A name, with each invisible character escaped as `\u{…}`.
pub(super) fn visible(name: &str) -> String {
    escaped(name, |character, shown| shown.extend(character.escape_unicode()))
}

/// A name in quotes, within a sentence.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", visible(name))
}

/// Names, with commas between them.
pub(super) fn listed(names: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    let names: Vec<String> = names.into_iter().map(|name| visible(name.as_ref())).collect();
    names.join(", ")
}

/// JSON that is also safe on a terminal: the same characters are escaped (RFC 8259, section 7).
pub(super) fn json(value: &impl fmt::Display) -> String {
    escaped(&value.to_string(), |character, shown| {
        for unit in character.encode_utf16(&mut [0; 2]) {
            shown.push_str(&format!("\\u{unit:04x}"));
        }
    })
}

fn escaped(text: &str, escape: impl Fn(char, &mut String)) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        match unseen(character.encode_utf8(&mut [0; 4])) {
            Some(character) => escape(character, &mut shown),
            None => shown.push(character),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deceptive_characters_are_escaped() {
        for (name, shown) in [
            ("admin@acme.example", "admin@acme.example"),
            ("Jürgen Ünal 山田", "Jürgen Ünal 山田"),
            ("\u{202e}emca@nimda", "\\u{202e}emca@nimda"),
            ("\u{2066}a\u{2069}", "\\u{2066}a\\u{2069}"),
            ("ops\u{200b}", "ops\\u{200b}"),
            ("a\u{ad}b\u{feff}", "a\\u{ad}b\\u{feff}"),
            ("\u{1b}[31mred\r\n\tx\0", "\\u{1b}[31mred\\u{d}\\u{a}\\u{9}x\\u{0}"),
            ("\u{9b}2J\u{7f}", "\\u{9b}2J\\u{7f}"),
            ("a\u{e0041}\u{e000}", "a\\u{e0041}\\u{e000}"),
            ("a\u{2028}b", "a\\u{2028}b"),
        ] {
            assert_eq!(visible(name), shown);
        }
        assert_eq!(quoted("a\u{202e}"), "\"a\\u{202e}\"");
        assert_eq!(listed(["a", "b\u{200b}"]), "a, b\\u{200b}");
    }

    #[test]
    fn escaped_json_has_the_same_meaning() {
        let name = "a\u{202e}b\u{e0041}\u{7f}\"";
        let text = json(&serde_json::json!({ "name": name }));
        assert_eq!(text, "{\"name\":\"a\\u202eb\\udb40\\udc41\\u007f\\\"\"}");
        let read: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(read["name"], name);
    }
}
