//! English as it would look in another language: what is not in the catalogue, cut off or put together stands out.

use crate::{
    compiler::Message,
    pattern::{ARGUMENT, CLOSE, END, NAME, OPEN, PLURAL, VARIANT},
};

/// The name of the language: English of no country (CLDR calls it so).
pub const PSEUDO: &str = "en-XA";

/// The pattern of a text in brackets, with accents and two fifths longer.
pub fn pseudo(message: &Message) -> String {
    let mut compiled = String::from("⟦");
    let mut letters = 0_usize;
    let mut is_code = false;
    let mut characters = message.pattern.chars();
    let mut variant = None;
    while let Some(character) = characters.next() {
        match character {
            ARGUMENT => {
                compiled.push(character);
                compiled.extend(characters.next());
            }
            PLURAL => {
                compiled.push(character);
                compiled.extend(characters.next());
                variant = Some(letters);
                copy_name(&mut characters, &mut compiled);
            }
            VARIANT => {
                compiled.push(character);
                copy_name(&mut characters, &mut compiled);
            }
            END => {
                compiled.push(character);
                // The variants say about the same; one of them counts.
                letters = variant.take().map_or(letters, |before| before + (letters - before) / 2);
            }
            OPEN => {
                let element = characters.next();
                is_code = element == Some('c');
                compiled.push(character);
                compiled.extend(element);
            }
            CLOSE => {
                is_code = false;
                compiled.push(character);
            }
            _ if is_code => compiled.push(character),
            _ => {
                letters += 1;
                compiled.push(accented(character));
            }
        }
    }
    let mut padding = (letters * 2).div_ceil(5);
    while padding > 0 {
        let word = padding.min(6);
        compiled.push(' ');
        compiled.extend(std::iter::repeat_n('~', word));
        padding = padding.saturating_sub(word + 1);
    }
    compiled + "⟧"
}

/// The name of the next variant stays as it is, if there is one.
fn copy_name(characters: &mut std::str::Chars, compiled: &mut String) {
    if characters.as_str().starts_with(END) {
        return;
    }
    for character in characters.by_ref() {
        compiled.push(character);
        if character == NAME {
            break;
        }
    }
}

fn accented(letter: char) -> char {
    const PLAIN: &str = "AEIOUYCNSZaeiouycnsz";
    const ACCENTED: &str = "ÅÉÎÖÛÝÇÑŠŽåéîöûýçñšž";
    let at = PLAIN.find(letter);
    at.and_then(|at| ACCENTED.chars().nth(at)).unwrap_or(letter)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compiler::messages;

    #[test]
    fn a_text_is_longer_and_in_brackets() {
        let of = |source| pseudo(&messages("x", source).unwrap()[0]);
        assert_eq!(of("x = Save"), "⟦Šåvé ~~⟧");
        assert_eq!(of("x = <code>aud</code> of { $a }"), "⟦\u{6}caud\u{7} öf \u{1}0 ~~⟧");
        assert_eq!(
            of("x = { $n ->\n    [one] day\n   *[other] days\n}"),
            "⟦\u{2}0one\u{3}dåý\u{4}other\u{3}dåýš\u{4}\u{5} ~~⟧"
        );
    }
}
