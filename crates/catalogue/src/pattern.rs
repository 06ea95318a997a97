//! A text with arguments, compiled to one string with control characters in it, so that the portal needs no parser to speak of.

/// Followed by the place of an argument, as a character from `0`.
pub const ARGUMENT: char = '\u{1}';
/// Followed by the place of a number. Then come the variants, and [`END`].
pub const PLURAL: char = '\u{2}';
/// Between the name of a variant (`one`, `other`, `0`) and its pattern.
pub const NAME: char = '\u{3}';
/// After a variant. The last one is for every other number.
pub const VARIANT: char = '\u{4}';
/// After the last variant.
pub const END: char = '\u{5}';
/// Followed by the first letter of an element; its content goes on to [`CLOSE`].
pub const OPEN: char = '\u{6}';
/// Ends an element.
pub const CLOSE: char = '\u{7}';

/// What is filled in.
#[derive(Clone, Copy, Debug)]
pub enum Argument<'a> {
    /// Shown as it is.
    Text(&'a str),
    /// Shown as the language writes numbers; decides between variants.
    Number(usize),
    /// An element of the page, which the caller has.
    Slot,
}

/// A piece of a filled text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part<'a> {
    /// Text.
    Text(&'a str),
    /// The element that the caller has for the argument at this place.
    Slot(usize),
    /// An element begins: `c` for code, `s` for strong.
    Open(char),
    /// The element ends.
    Close,
}

/// How a language writes and counts.
pub trait Language {
    /// A number in digits, such as `10,000`.
    fn number(&self, number: usize) -> String;
    /// The plural category of a number (CLDR): `one`, `other` and so on.
    fn category(&self, number: usize) -> String;
}

/// Fills a pattern: hands its pieces to `out`, in their order.
pub fn fill(pattern: &str, arguments: &[Argument], language: &dyn Language, out: &mut dyn FnMut(Part)) {
    let mut rest = pattern;
    while let Some(at) = rest.find(|it: char| it <= CLOSE) {
        let (text, marked) = rest.split_at(at);
        if !text.is_empty() {
            out(Part::Text(text));
        }
        let mut characters = marked.chars();
        let mark = characters.next().unwrap_or_default();
        if mark == CLOSE {
            out(Part::Close);
            rest = characters.as_str();
            continue;
        }
        let operand = characters.next().unwrap_or_default();
        rest = characters.as_str();
        if mark == OPEN {
            out(Part::Open(operand));
            continue;
        }
        let place = (operand as usize).wrapping_sub('0' as usize);
        match (mark, arguments.get(place)) {
            (ARGUMENT, Some(Argument::Text(text))) => isolated(text, out),
            (ARGUMENT, Some(Argument::Number(number))) => out(Part::Text(&language.number(*number))),
            (ARGUMENT, Some(Argument::Slot)) => out(Part::Slot(place)),
            (PLURAL, Some(Argument::Number(number))) => {
                let (variant, after) = choose(rest, *number, language);
                fill(variant, arguments, language, out);
                rest = after;
            }
            _ => {}
        }
    }
    if !rest.is_empty() {
        out(Part::Text(rest));
    }
}

/// A filled pattern without elements.
pub fn text(pattern: &str, arguments: &[Argument], language: &dyn Language) -> String {
    let mut filled = String::new();
    fill(pattern, arguments, language, &mut |part| {
        if let Part::Text(text) = part {
            filled.push_str(text);
        }
    });
    filled
}

/// The variant for a number, and what comes after all of them. Variants hold no variants.
fn choose<'a>(variants: &'a str, number: usize, language: &dyn Language) -> (&'a str, &'a str) {
    let (variants, after) = variants.split_once(END).unwrap_or((variants, ""));
    let exact = number.to_string();
    let mut category = None;
    let mut chosen = "";
    for variant in variants.split_terminator(VARIANT) {
        let (name, pattern) = variant.split_once(NAME).unwrap_or(("", variant));
        chosen = pattern;
        if name == exact || name == *category.get_or_insert_with(|| language.category(number)) {
            break;
        }
    }
    (chosen, after)
}

/// A name in another script must not reorder the sentence around it (Unicode Standard Annex 9): it stands between FSI and PDI.
fn isolated(text: &str, out: &mut dyn FnMut(Part)) {
    // The first letters that are written from right to left, and the marks that change the direction.
    let turns = |it: char| matches!(it, '\u{590}'..='\u{8ff}' | '\u{200e}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{fb1d}'..='\u{fefc}' | '\u{10800}'..='\u{1efff}');
    if text.contains(turns) {
        out(Part::Text("\u{2068}"));
        out(Part::Text(text));
        out(Part::Text("\u{2069}"));
    } else {
        out(Part::Text(text));
    }
}
