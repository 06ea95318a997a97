//! Rules for what people type.

use keyward_contract::{
    PASSWORD_MAX, PasswordStrength, check_cloud, check_login, check_organization_name, check_password,
    password_strength,
};

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
    let check = |password: &str| check_password(password, 12);
    assert!(check("früh am Tag").is_err(), "eleven characters, twelve bytes");
    assert!(check("früh am Tage").is_ok(), "twelve");
    assert!(check_password("früh am Tage", 13).is_err(), "as configured");
    let long: String = (0..64).map(|n| ["moss", "kiwi ", "Fjord", "zap"][n % 4]).collect();
    let long = long.chars().rev().chain("Qq7".chars()).collect::<String>();
    assert!(check(&long[..PASSWORD_MAX]).is_ok());
    assert!(check(&long[..=PASSWORD_MAX]).is_err());
}

#[test]
fn predictable_passwords_are_rejected() {
    for password in [
        "aaaaaaaaaaaa",
        "            ",
        "a           ",
        "abcabcabcabc",
        "121212121212",
        "qwertyuiopas",
        "QwErTyUiOp12",
        "123456123456",
        "112233445566",
        "abbabaabbaba",
        "moss\u{200b}\u{200b}\u{200b}\u{200b}\u{200b}\u{200b}\u{200b}\u{200b}",
        "\u{3164}\u{3164}\u{3164}\u{3164}\u{3164}\u{3164}\u{3164}\u{3164}\u{3164}\u{3164}\u{3164}\u{3164}",
    ] {
        assert!(check_password(password, 12).is_err(), "{password:?}");
    }
}

#[test]
fn password_strength_is_rated_while_typing() {
    let told = |password: &str| password_strength(password, 12);
    assert_eq!(told(""), PasswordStrength::Short(12));
    assert_eq!(told("tangerine b"), PasswordStrength::Short(1));
    assert_eq!(told("aaaaaaaaaaaa"), PasswordStrength::Predictable);
    assert_eq!(told("tangerine bi"), PasswordStrength::Fair);
    assert_eq!(told("tangerine bicycle mosaic"), PasswordStrength::Strong);
}
