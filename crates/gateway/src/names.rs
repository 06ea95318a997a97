//! The canonical form of logins and names: how they are stored and compared.
//!
//! **Logins** are trimmed and stored in NFKC. They are compared with the local part in lower case (each character by itself, and
//! the two small sigmas as one) and the domain in ASCII (UTS 46), lower case, without a dot at its end. Logins that
//! could be confused with others are rejected: characters that become ASCII in NFKC, such as U+212A, words only of letters that
//! look like ASCII, several scripts in one part, and non-ASCII characters other than letters, marks and digits (after UTS 39).
//!
//! **Names** (of roles, organizations, tokens, servers) are stored in NFC, with plain spaces, and compared in NFKC and lower case.
//!
//! Invisible characters are rejected in both by the contract, without Unicode tables.

use icu_normalizer::ComposingNormalizerBorrowed;
use icu_properties::{
    CodePointMapData,
    props::{GeneralCategory, Script},
};
use keyward_contract::{FieldCode, FieldError, check_login};

/// What [`migrate`](crate::store::people::names) has to bring rows up to.
pub const RULES: i64 = 1;

/// Letters beyond ASCII that look like letters or digits of ASCII (from the confusables of UTS 39).
const LOOK_ALIKE: &str = "\
    \u{131}\u{237}\u{251}\u{261}\u{269}\u{26a}\u{28b}\u{28f}\u{1c0}\u{1c3}\u{185}\u{21b}\
    αινορτυγκχΑΒΕΖΗΙΚΜΝΟΡΤΥΧϲϳ\
    авеіјкмнорстухѕһԁԛԝӏгҽүАВЕІЈКМНОРСТУХЅԌԚԜӀҮ\
    օոսհզցլյգաշպքՕՍՏԼ";

/// The scripts in modern use (UAX 31, table 5), and those that are written together (UTS 39, section 5.2).
const SCRIPTS: [Script; 31] = [
    Script::Arabic,
    Script::Armenian,
    Script::Bengali,
    Script::Bopomofo,
    Script::Cyrillic,
    Script::Devanagari,
    Script::Ethiopic,
    Script::Georgian,
    Script::Greek,
    Script::Gujarati,
    Script::Gurmukhi,
    Script::Han,
    Script::Hangul,
    Script::Hebrew,
    Script::Hiragana,
    Script::Kannada,
    Script::Katakana,
    Script::Khmer,
    Script::Lao,
    Script::Latin,
    Script::Malayalam,
    Script::Myanmar,
    Script::Oriya,
    Script::Sinhala,
    Script::Tamil,
    Script::Telugu,
    Script::Thaana,
    Script::Thai,
    Script::Tibetan,
    Script::Common,
    Script::Inherited,
];
const TOGETHER: [&[Script]; 3] = [
    &[Script::Latin, Script::Han, Script::Hiragana, Script::Katakana],
    &[Script::Latin, Script::Han, Script::Hangul],
    &[Script::Latin, Script::Han, Script::Bopomofo],
];

/// A text in NFKC.
pub fn nfkc(text: &str) -> String {
    const { ComposingNormalizerBorrowed::new_nfkc() }
        .normalize(text)
        .into_owned()
}

/// A new login in its canonical form.
///
/// # Errors
/// What is wrong with it.
pub fn login(text: &str) -> Result<String, FieldError> {
    check_login(text)?;
    let kept = unmistakable(text)?;
    if of_organization(&kept).is_some() {
        return Err(FieldCode::LoginReserved.into());
    }
    check_login(&kept)?;
    Ok(kept)
}

/// What logins are compared by. A text that can't be a login only equals itself.
pub fn fold_login(text: &str) -> String {
    let text = text.trim();
    let kept = keyward_contract::check_login(text).and_then(|()| unmistakable(text));
    let Ok(kept) = kept else { return lower(text) };
    let (login, number) = match of_organization(&kept) {
        Some(login) => kept.split_at(login.len()),
        None => (kept.as_str(), ""),
    };
    match login.rsplit_once('@') {
        Some((local, of)) => [&nfkc(&lower(local)), "@", &domain(of), number].concat(),
        None => [&nfkc(&lower(login)), number].concat(),
    }
}

/// A login as older versions compared it, for those without a canonical form.
pub fn as_typed(text: &str) -> String {
    lower(text.trim())
}

/// The login without the organization after it, of an account that belongs to one organization only: see
/// [`for_organization`].
pub fn of_organization(login: &str) -> Option<&str> {
    let (login, number) = login.rsplit_once('/')?;
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then_some(login)
}

/// The login of an account for one organization only, because someone else already has the login.
pub fn for_organization(login: &str, number: i64) -> String {
    format!("{login}/{number}")
}

/// The domain of a login, as domains are compared; empty where it has none.
pub fn domain_of(login: &str) -> String {
    let login = of_organization(login).unwrap_or(login);
    login.rsplit_once('@').map_or_else(String::new, |(_, of)| domain(of))
}

/// A domain as it is compared: in ASCII, lower case, and without a dot at its end.
pub fn domain(text: &str) -> String {
    let ascii = idna::domain_to_ascii(text).unwrap_or_else(|_| lower(text));
    ascii.strip_suffix('.').unwrap_or(&ascii).to_owned()
}

/// Whether this can be a domain at all.
pub fn is_domain(text: &str) -> bool {
    let name = text.strip_suffix('.').unwrap_or(text);
    !name.is_empty() && idna::domain_to_ascii_strict(name).is_ok()
}

/// A name in its canonical form. The contract checks it.
pub fn name(text: &str) -> String {
    let composed = const { ComposingNormalizerBorrowed::new_nfc() }.normalize(text);
    let categories = const { CodePointMapData::<GeneralCategory>::new() };
    let space = |c| match categories.get(c) {
        GeneralCategory::SpaceSeparator => ' ',
        _ => c,
    };
    composed.chars().map(space).collect()
}

/// What names are compared by.
pub fn fold_name(text: &str) -> String {
    let lower = lower(&nfkc(&name(text)));
    lower.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// In lower case; but nothing beyond ASCII becomes ASCII.
fn lower(text: &str) -> String {
    let mut lowered = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            'ς' => lowered.push('σ'),
            c if !c.is_ascii() && c.to_lowercase().any(|lower| lower.is_ascii()) => lowered.push(c),
            c => lowered.extend(c.to_lowercase()),
        }
    }
    lowered
}

/// A login in NFKC that can't be confused with a different one.
///
/// # Errors
/// Which character isn't accepted.
pub fn unmistakable(text: &str) -> Result<String, FieldError> {
    let categories = const { CodePointMapData::<GeneralCategory>::new() };
    let beyond_ascii = || text.chars().filter(|c| !c.is_ascii());
    for c in beyond_ascii() {
        if nfkc(c.encode_utf8(&mut [0; 4])).contains(|c: char| c.is_ascii()) {
            return Err(FieldError::of_character(FieldCode::CharacterConfusable, c));
        }
        if !is_of_a_word(categories.get(c)) {
            return Err(FieldError::of_character(FieldCode::CharacterNotLetter, c));
        }
    }
    let kept = nfkc(text);
    let (local, of) = kept.rsplit_once('@').unwrap_or((&kept, ""));
    if !of.is_ascii() && idna::domain_to_ascii(of).is_err() {
        return Err(FieldCode::NotDomain.into());
    }
    check_letters(local)?;
    of.split('.').try_for_each(check_letters)?;
    Ok(kept)
}

fn is_of_a_word(category: GeneralCategory) -> bool {
    use GeneralCategory as Category;
    matches!(
        category,
        Category::UppercaseLetter
            | Category::LowercaseLetter
            | Category::TitlecaseLetter
            | Category::ModifierLetter
            | Category::OtherLetter
            | Category::NonspacingMark
            | Category::SpacingMark
            | Category::DecimalNumber
    )
}

/// One part of a login: the local one, or a label of the domain.
fn check_letters(part: &str) -> Result<(), FieldError> {
    let scripts_of = const { CodePointMapData::<Script>::new() };
    let mut scripts: Vec<Script> = Vec::new();
    let mut before = None;
    for c in part.chars() {
        // An i with a second dot looks like an i.
        if c == '\u{307}' && matches!(before, Some('i' | 'j' | '\u{131}')) {
            return Err(FieldError::of_character(FieldCode::InvisibleCharacter, c));
        }
        before = Some(c);
        let script = scripts_of.get(c);
        if !SCRIPTS.contains(&script) {
            return Err(FieldError::of_character(FieldCode::ScriptNotUsed, c));
        }
        if !matches!(script, Script::Common | Script::Inherited) && !scripts.contains(&script) {
            scripts.push(script);
            let is_one = scripts.len() == 1;
            let fits = |known: &&[Script]| scripts.iter().all(|script| known.contains(script));
            if !is_one && !TOGETHER.iter().any(fits) {
                let named = part.chars().find(|c| !c.is_ascii()).unwrap_or(c);
                return Err(FieldError::of_character(FieldCode::ScriptsMixed, named));
            }
        }
    }
    let mut letters = part.chars().filter(|c| !c.is_ascii());
    match letters.next() {
        Some(first) if LOOK_ALIKE.contains(first) && letters.all(|c| LOOK_ALIKE.contains(c)) => {
            Err(FieldError::of_character(FieldCode::CharacterConfusable, first))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_has_one_canonical_form() {
        for (written, compared) in [
            (" Kim@Acme.Example\u{a0}", "kim@acme.example"),
            ("m\u{fc}ller@acme.example", "m\u{fc}ller@acme.example"),
            ("mu\u{308}ller@acme.example", "m\u{fc}ller@acme.example"),
            ("M\u{dc}LLER@acme.example.", "m\u{fc}ller@acme.example"),
            ("a@b\u{fc}cher.example", "a@xn--bcher-kva.example"),
            ("a@XN--BCHER-KVA.example", "a@xn--bcher-kva.example"),
            ("a@bu\u{308}cher.example", "a@xn--bcher-kva.example"),
            (
                "\u{3bf}\u{3b4}\u{3cc}\u{3c2}@acme.example",
                "\u{3bf}\u{3b4}\u{3cc}\u{3c3}@acme.example",
            ),
            ("Super-Admin", "super-admin"),
            ("Kim@Acme.example/42", "kim@acme.example/42"),
            (
                "\u{438}\u{432}\u{430}\u{43d}@acme.example",
                "\u{438}\u{432}\u{430}\u{43d}@acme.example",
            ),
            (
                "\u{5c71}\u{7530}\u{305f}ro@acme.example",
                "\u{5c71}\u{7530}\u{305f}ro@acme.example",
            ),
            (
                "\u{131}\u{15f}\u{131}k@acme.example",
                "\u{131}\u{15f}\u{131}k@acme.example",
            ),
        ] {
            assert_eq!(fold_login(written), compared, "{written:?}");
            assert_eq!(fold_login(&fold_login(written)), compared, "{written:?}");
        }
    }

    #[test]
    fn confusable_logins_are_rejected_by_character() {
        for (login, name) in [
            ("\u{212a}im@acme.example", "U+212A"),
            ("kim@\u{212a}.example", "U+212A"),
            ("\u{ff4b}im@acme.example", "U+FF4B"),
            ("\u{fb01}n@acme.example", "U+FB01"),
            ("\u{17f}am@acme.example", "U+017F"),
            ("ops\u{200b}@acme.example", "U+200B"),
            ("ops\u{ad}@acme.example", "U+00AD"),
            ("\u{202e}emca@nimda", "U+202E"),
            ("ops\u{2066}@acme.example", "U+2066"),
            ("ops\u{feff}@acme.example", "U+FEFF"),
            ("ops\u{34f}@acme.example", "U+034F"),
            ("ops\u{fe0f}@acme.example", "U+FE0F"),
            ("ops\u{e000}@acme.example", "U+E000"),
            ("ops\u{e0041}@acme.example", "U+E0041"),
            ("ops\u{3164}@acme.example", "U+3164"),
            ("ops\u{2800}@acme.example", "U+2800"),
            ("\u{430}dmin@acme.example", "U+0430"),
            ("\u{430}\u{441}\u{435}@acme.example", "U+0430"),
            ("admin@\u{430}\u{441}\u{435}.example", "U+0430"),
            ("m\u{131}ke@acme.example", "U+0131"),
            ("mi\u{307}ke@acme.example", "U+0307"),
            ("a\u{2024}b@acme.example", "U+2024"),
            ("a\u{2010}b@acme.example", "U+2010"),
            ("\u{13aa}@acme.example", "U+13AA"),
        ] {
            let error = super::login(login).expect_err(login).to_string();
            assert!(error.contains(name), "{login:?}: {error}");
            assert_ne!(fold_login(login), fold_login("kim@acme.example"));
        }
        assert!(super::login("kim@acme.example/42").is_err(), "others are called so");
        assert_eq!(super::login("Kim@Acme.example").as_deref(), Ok("Kim@Acme.example"));
    }

    #[test]
    fn names_are_stored_composed_and_compared_loosely() {
        assert_eq!(name("Cafe\u{301}\u{a0}Bar"), "Caf\u{e9} Bar");
        for same in ["Key Manager", "key\u{a0}manager", "KEY  MANAGER", "\u{ff2b}ey Manager"] {
            assert_eq!(fold_name(same), "key manager", "{same:?}");
        }
        assert_ne!(fold_name("Key\u{ad}Manager"), fold_name("KeyManager"));
    }

    #[test]
    fn domains_are_compared_in_ascii() {
        for same in [
            "b\u{fc}cher.example",
            "B\u{dc}CHER.example.",
            "xn--bcher-kva.example",
            "bu\u{308}cher.example",
        ] {
            assert_eq!(domain(same), "xn--bcher-kva.example", "{same:?}");
            assert!(is_domain(same), "{same:?}");
        }
        for none in ["", ".", "a b", "a@b.example", "-a.example", "a..example"] {
            assert!(!is_domain(none), "{none:?}");
        }
    }
}
