//! What a new password can't be: short, predictable, common, or made of names from its context (NIST SP 800-63B-4, section
//! 3.1.1.2). A password that is set is never checked again: older ones keep working.

use std::cmp::Ordering;

use keyward_contract::{Admin, FieldCode, FieldError, check_password, visible};

use super::password::normal_form;
use crate::store::{Store, StoreError, organizations};

/// Common passwords, sorted, after their source and licence and an empty line.
const COMMON: &str = include_str!("common_passwords.txt");
/// Words that are tried with any product.
const WORDS: [&str; 14] = [
    "keyward",
    "password",
    "passwort",
    "passphrase",
    "administrator",
    "admin",
    "welcome",
    "login",
    "letmein",
    "changeme",
    "secret",
    "default",
    "qwerty",
    "apikey",
];
/// Shorter names are ignored.
const NAME_MIN: usize = 3;
/// Without names, at least this many letters have to remain, and no common password.
const REST_MIN: usize = 5;
/// A common password with up to this many digits and signs before or after it still counts as common.
const AROUND_MAX: usize = 10;
/// Anything shorter could be a coincidence.
const CORE_MIN: usize = 4;
/// Digits and signs that stand for letters; 1 for one of two.
const LOOKALIKES: [(char, char); 11] = [
    ('0', 'o'),
    ('3', 'e'),
    ('4', 'a'),
    ('5', 's'),
    ('7', 't'),
    ('8', 'b'),
    ('9', 'g'),
    ('@', 'a'),
    ('$', 's'),
    ('+', 't'),
    ('|', 'l'),
];

/// Checks a new password of an admin in these organizations.
///
/// # Errors
/// What is wrong with it, and what to do.
pub fn check(password: &str, min: usize, login: &str, organizations: &[&str]) -> Result<(), FieldError> {
    let normal = normal_form(password);
    check_password(&normal, min)?;
    let forward: String = visible(&normal).flat_map(char::to_lowercase).collect();
    let backward = forward.chars().rev().collect();
    let forms = [forward, backward];
    if forms.iter().any(|form| is_common(form)) {
        return Err(FieldCode::PasswordCommon.into());
    }
    let mut names: Vec<String> = WORDS.iter().map(|word| (*word).to_owned()).collect();
    names.extend(parts(login));
    names.extend(organizations.iter().flat_map(|name| parts(name)));
    if forms.iter().any(|form| is_made_of(form, &names)) {
        return Err(FieldCode::PasswordOfNames.into());
    }
    Ok(())
}

/// As [`check`], with what is known of an admin, and the organization that a link invites them to.
pub async fn check_for(
    (store, min_length): (&Store, u8),
    admin: &Admin,
    invited_to: Option<&str>,
    password: &str,
) -> Result<Result<(), FieldError>, StoreError> {
    let mut reader = store.read().await?;
    let organizations = organizations::of_admin(&mut reader, admin.id).await?;
    drop(reader);
    let names = organizations.iter().map(|organization| organization.name.as_str());
    let names: Vec<&str> = names.chain(invited_to).collect();
    Ok(check(password, min_length.into(), &admin.name, &names))
}

/// A text as it is, and with digits and signs read as letters.
fn readings(text: &str) -> [String; 3] {
    let read = |one: char| -> String {
        let letter = |c| match c {
            '1' | '!' => one,
            c => LOOKALIKES.iter().find(|(from, _)| *from == c).map_or(c, |(_, to)| *to),
        };
        text.chars().map(letter).collect()
    };
    [text.to_owned(), read('i'), read('l')]
}

/// A name and its words, without what separates them.
fn parts(name: &str) -> Vec<String> {
    let name = normal_form(name).to_lowercase();
    let whole: String = letters(&name);
    let words = name.split(|c: char| !c.is_alphanumeric()).map(str::to_owned);
    let before_at = name.split_once('@').map(|(local, _)| letters(local));
    let mut parts: Vec<String> = words.chain(before_at).chain([whole]).collect();
    parts.retain(|part| part.chars().count() >= NAME_MIN);
    parts
}

fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Whether it is in lower case a common password, or one with digits and signs around it, or one a few times.
fn is_common(form: &str) -> bool {
    let characters: Vec<char> = form.chars().collect();
    let around = |c: &&char| !c.is_alphabetic();
    let before = characters.iter().take_while(around).count().min(AROUND_MAX);
    let after = characters.iter().rev().take_while(around).count().min(AROUND_MAX);
    (0..=before).any(|start| {
        (0..=after).any(|end| {
            let core = characters.get(start..characters.len() - end).unwrap_or_default();
            readings(&unit(core).iter().collect::<String>())
                .iter()
                .any(|core| is_listed(core))
        })
    }) || readings(&letters(form)).iter().any(|letters| is_listed(letters))
}

/// What is repeated.
fn unit(characters: &[char]) -> &[char] {
    let length = characters.len();
    (CORE_MIN..=length / 2)
        .filter(|unit| length.is_multiple_of(*unit))
        .find(|&unit| characters.chunks(unit).all(|chunk| *chunk == characters[..unit]))
        .map_or(characters, |unit| &characters[..unit])
}

/// Whether hardly anything is left without the names, or a common password.
fn is_made_of(form: &str, names: &[String]) -> bool {
    readings(form).iter().any(|form| leaves_nothing(&letters(form), names))
}

fn leaves_nothing(whole: &str, names: &[String]) -> bool {
    let mut rest = whole.to_owned();
    let mut names: Vec<&String> = names.iter().collect();
    names.sort_by_key(|name| std::cmp::Reverse(name.len()));
    for name in names {
        rest = rest.replace(name.as_str(), "");
    }
    if rest.len() == whole.len() {
        return false;
    }
    let left = rest.chars().filter(|c| c.is_alphabetic()).count();
    left < REST_MIN || is_common(&rest)
}

fn is_listed(wanted: &str) -> bool {
    if wanted.chars().count() < CORE_MIN {
        return false;
    }
    let list = COMMON.split_once("\n\n").map_or(COMMON, |(_, list)| list);
    // Halves a list of lines of different length: `low` and `high` are where lines begin.
    let (mut low, mut high) = (0, list.len());
    while low < high {
        let middle = low + (high - low) / 2;
        let begin = list.as_bytes()[low..middle]
            .iter()
            .rposition(|&byte| byte == b'\n')
            .map_or(low, |at| low + at + 1);
        let line = list[begin..].split('\n').next().unwrap_or_default();
        match line.cmp(wanted) {
            Ordering::Equal => return true,
            Ordering::Less => low = begin + line.len() + 1,
            Ordering::Greater => high = begin,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(password: &str) -> bool {
        check(password, 12, "kim.admin@acme.example", &["Example Corporation"]).is_err()
    }

    #[test]
    fn exactly_the_listed_passwords_are_found() {
        let list = COMMON.split_once("\n\n").expect("a head").1;
        assert!(list.lines().count() > 18_000);
        for line in list.lines() {
            assert!(is_listed(line), "{line}");
            assert!(!is_listed(&format!("{line}\u{1}")));
        }
    }

    #[test]
    fn common_passwords_and_variants_are_rejected() {
        for password in [
            "password1234",
            "P@ssw0rd!2026",
            "Passw0rd!!!!",
            "1q2w3e4r5t6y",
            "qwertyuiop12",
            "!!sunshine2024",
            "monkeymonkey",
            "monkeymonkeymonkey99",
            "drowssap4321",
            "m-o-n-k-e-y-1234",
            "iloveyou2026!",
            "pass\u{200b}word1234",
            "Ｐａｓｓｗｏｒｄ１２３４",
            "123456789012",
            "aaaaaaaaaaaa",
            "abababababab",
            "abcdefghijkl",
            "qwertzuiopas",
            "            ",
            "a           ",
            "\u{200b}\u{200b}\u{200b}\u{200b}\u{200b}\u{200b}\u{200b}\u{200b}\u{200b}\u{200b}\u{200b}\u{200b}",
        ] {
            assert!(refused(password), "{password:?}");
        }
    }

    #[test]
    fn names_and_their_variants_are_rejected() {
        for password in [
            "kim.admin@acme.example",
            "kim.admin2026",
            "kimadmin-2026",
            "K1m.@dm1n-2026",
            "acme-example-2026",
            "ExampleCorporation",
            "examplecorporation1!",
            "Keyward-2026-Keyward",
            "keywardpassword",
            "adminpassword",
            "nimda.mik.2026!",
            "acme-sunshine-77",
        ] {
            assert!(refused(password), "{password:?}");
        }
    }

    #[test]
    fn phrases_and_random_characters_are_accepted() {
        for password in [
            "correct horse battery",
            "a new and better one",
            "Zugang-für-Ölén1",
            "vX3#kq9Lw2$b",
            "tangerine bicycle mosaic",
            "наш старый синий дом",
            "富士山に登りたいです今年の夏",
            "dcunpgvihsae",
            "acme has a purple roof",
        ] {
            assert_eq!(
                check(password, 12, "kim.admin@acme.example", &["Example Corporation"]),
                Ok(()),
                "{password:?}"
            );
        }
        let long = "tangerine bicycle mosaic ".repeat(8) + "end";
        assert!(check(&long[..64], 12, "kim", &[]).is_ok());
    }
}
