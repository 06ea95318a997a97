//! Rules for what people type.

use keyward_contract::{check_cloud, check_login, check_organization_name, check_password};

#[test]
fn names_and_logins() {
    for good in ["Acme", "Größe & Söhne", "株式会社"] {
        assert!(check_organization_name(good).is_ok(), "{good}");
    }
    for bad in ["", "   ", " Acme", "Acme ", "Ac\nme", &"x".repeat(129)] {
        assert!(check_organization_name(bad).is_err(), "{bad:?}");
    }
    for (bad, named) in [
        ("Acme\u{202e}", "U+202E"),
        ("Ex\u{200b}ample", "U+200B"),
        ("Key\u{ad}Manager", "U+00AD"),
        ("a\u{200d}b", "U+200D"),
        ("a\u{fe0f}", "U+FE0F"),
        ("\u{3164}", "U+3164"),
        ("\u{e000}", "U+E000"),
        ("\u{e0041}", "U+E0041"),
        ("\u{7f}x", "U+007F"),
    ] {
        let error = check_organization_name(bad).expect_err("refused").to_string();
        assert!(error.contains(named), "{bad:?}: {error}");
    }
    for emoji in [
        "Crew \u{1f469}\u{1f3fd}\u{200d}\u{1f692}",
        "\u{2764}\u{fe0f}\u{200d}\u{1f525}",
        "1\u{fe0f}\u{20e3}",
    ] {
        assert!(check_organization_name(emoji).is_ok(), "{emoji:?}");
    }
    assert!(check_login("admin@acme.example").is_ok());
    for bad in ["", "two words", "tab\tbed", &"x".repeat(255)] {
        assert!(check_login(bad).is_err(), "{bad:?}");
    }
}

#[test]
fn clouds_are_dns_names() {
    for good in ["cloud.example", "zscaler", "a-1.b.c"] {
        assert!(check_cloud(good).is_ok(), "{good}");
    }
    for bad in [
        "",
        "Cloud.example",
        "-a.b",
        "a-.b",
        "a..b",
        ".a",
        "a.",
        "a b",
        "ü.example",
        &"a".repeat(64),
    ] {
        assert!(check_cloud(bad).is_err(), "{bad:?}");
    }
}

#[test]
fn passwords_have_a_length() {
    assert!(check_password("1234567").is_err());
    assert!(check_password("12345678").is_ok());
    assert!(check_password("pässwörd").is_ok(), "eight characters, ten bytes");
    assert!(check_password(&"x".repeat(256)).is_ok());
    assert!(check_password(&"x".repeat(257)).is_err());
}
