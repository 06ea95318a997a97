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
