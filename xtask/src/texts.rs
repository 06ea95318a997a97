//! No text is left in the code of the portal: all are in `locales/en`, whose functions the compiler holds to be used.

use std::{fs, path::Path};

use anyhow::{Result, bail};

use crate::{
    portal::{check_page, check_scripts, english},
    run::{command, output},
    workspace,
};

/// Small words that code has no use for. Text that has one of them between spaces is a sentence, or a piece of one.
const WORDS: &[&str] = &[
    "a", "an", "and", "are", "at", "by", "can", "can't", "for", "from", "has", "have", "in", "is", "it", "its", "more",
    "no", "not", "of", "on", "or", "than", "that", "the", "this", "to", "was", "with", "you", "your",
];

/// Capitalized words that are none of English: names of keys, headers, browsers, languages and the like.
const NAMES: &[&str] = &[
    "Accept",
    "Android",
    "Chrome",
    "Edge",
    "End",
    "Enter",
    "Escape",
    "Failure",
    "Firefox",
    "Go",
    "Home",
    "Intl",
    "Java",
    "Linux",
    "Mac",
    "Microsoft",
    "Okta",
    "Opera",
    "Python",
    "Safari",
    "Success",
    "Tab",
    "Windows",
];

/// The check.
pub(crate) fn check() -> Result<()> {
    let page = fs::read_to_string(workspace::root().join("index.html"))?;
    let english = english()?;
    check_page(&page, &english)?;
    check_scripts(&english)?;
    let list = output(command("git").args(["ls-files", "--cached", "--others", "--exclude-standard", "src"]))?;
    let mut faults = Vec::new();
    for name in list
        .lines()
        .filter(|name| Path::new(name).extension().is_some_and(|it| it == "rs"))
    {
        // It may be deleted and not yet committed.
        let Ok(code) = fs::read_to_string(workspace::root().join(name)) else {
            continue;
        };
        for (line, literal) in literals(&code) {
            if is_text(&literal) {
                faults.push(format!("{name}:{line}: {literal:?} belongs in locales/en"));
            }
        }
    }
    for name in output(command("git").args(["ls-files", "tests/e2e"]))?
        .lines()
        .filter(|it| it.ends_with(".ts"))
    {
        let Ok(code) = fs::read_to_string(workspace::root().join(name)) else {
            continue;
        };
        for key in named(&code).filter(|key| english.get(key).is_none()) {
            faults.push(format!("{name}: {key} is no text of locales/en"));
        }
    }
    for (line, text) in shown(&page) {
        faults.push(format!(
            "index.html:{line}: {text:?} belongs in locales/en, by data-text"
        ));
    }
    if faults.is_empty() {
        return Ok(());
    }
    bail!("\n{}", faults.join("\n"));
}

/// Whether a literal is something to read: a word that begins a sentence, or several with one of the small ones among them.
fn is_text(literal: &str) -> bool {
    let is_word = |word: &str| {
        let mut letters = word.trim_end_matches(['.', ',', ':', '!', '?', '…']).chars();
        letters.next().is_some_and(|it| it.is_ascii_uppercase())
            && letters.clone().next().is_some()
            && letters.all(|it| it.is_ascii_lowercase() || it == '\'')
    };
    let words: Vec<&str> = literal.split_whitespace().collect();
    let begins = words.first().is_some_and(|word| is_word(word) && !NAMES.contains(word));
    begins
        || (literal.contains(' ')
            && words
                .iter()
                .any(|word| WORDS.contains(&word.trim_end_matches(['.', ',']))))
}

/// The keys of texts that a browser test names.
fn named(code: &str) -> impl Iterator<Item = &str> {
    let calls = code.split("text('").skip(1).chain(code.split("saying('").skip(1));
    calls.filter_map(|rest| rest.split_once('\'').map(|(key, _)| key))
}

/// What `index.html` shows without a name in the catalogue.
fn shown(page: &str) -> Vec<(usize, String)> {
    let body = page.find("<body>").unwrap_or_default();
    let mut found = Vec::new();
    let mut rest = &page[body..];
    while let Some(open) = rest.find('<') {
        let (text, tag) = rest.split_at(open);
        let text = text.trim();
        if text.chars().any(char::is_alphabetic) {
            let line = page[..page.len() - rest.len()].lines().count();
            found.push((line, text.to_owned()));
        }
        let end = if tag.starts_with("<!--") { "-->" } else { ">" };
        rest = tag.split_once(end).map_or("", |(_, rest)| rest);
    }
    found
}

/// The string literals of Rust code with their lines, without those of attributes, of comments and of class names.
fn literals(code: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let characters: Vec<char> = code.chars().collect();
    let (mut at, mut line) = (0, 1);
    let mut attribute = 0_usize;
    while at < characters.len() {
        let rest = &characters[at..];
        match rest {
            ['\n', ..] => line += 1,
            ['/', '/', ..] => {
                at += rest.iter().position(|it| *it == '\n').unwrap_or(rest.len());
                continue;
            }
            ['#', '[', ..] | ['#', '!', '[', ..] => attribute = 1,
            ['[', ..] if attribute > 0 && !matches!(characters[at - 1], '#' | '!') => attribute += 1,
            [']', ..] if attribute > 0 => attribute -= 1,
            // A character, not a lifetime.
            ['\'', '\\', _, '\'', ..] => at += 3,
            ['\'', _, '\'', ..] => at += 2,
            ['"', ..] => {
                let before: String = characters[at.saturating_sub(7)..at].iter().collect();
                let first = line;
                let mut literal = String::new();
                at += 1;
                while let Some(&character) = characters.get(at) {
                    match character {
                        '"' => break,
                        '\\' => {
                            at += 1;
                            match characters.get(at) {
                                Some('\n') => {
                                    line += 1;
                                    while characters.get(at + 1).is_some_and(|it| it.is_whitespace()) {
                                        at += 1;
                                    }
                                }
                                Some(escaped) => literal.push(*escaped),
                                None => {}
                            }
                        }
                        '\n' => line += 1,
                        _ => literal.push(character),
                    }
                    at += 1;
                }
                if attribute == 0 && !before.ends_with("class=") {
                    found.push((first, literal));
                }
            }
            _ => {}
        }
        at += 1;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_told_from_names() {
        for text in [
            "Save",
            "Not used yet",
            " of ",
            "Try again.",
            "a key",
            "changed by you",
            "Couldn't load this",
        ] {
            assert!(is_text(text), "{text}");
        }
        for name in [
            "ArrowLeft",
            "Escape",
            "aria-label",
            "banner banner-info",
            "Content-Type",
            "GET",
            "M8 2v6",
            "[data-a] b",
            "",
        ] {
            assert!(!is_text(name), "{name}");
        }
    }

    #[test]
    fn literals_are_found_where_they_are() {
        let code = "// \"Comment\"\n#[expect(x, reason = \"No\")]\nlet a = '\"'; let b = \"Yes \\\n  it is\";\nlet c = view! { <p class=\"In a\">\"Two\"</p> };";
        let found = literals(code);
        assert_eq!(found, [(3, "Yes it is".to_owned()), (5, "Two".to_owned())]);
    }

    #[test]
    fn keys_are_found_in_browser_tests() {
        let code = "text('a.b', { c: text('d.e') }) saying('f.g')";
        assert_eq!(named(code).collect::<Vec<_>>(), ["a.b", "d.e", "f.g"]);
    }

    #[test]
    fn the_page_shows_named_texts_only() {
        let page = "<head><title>Not this</title><body>\n<p data-text=\"a\"></p><!-- nor this --><b>This</b> ›";
        assert_eq!(shown(page), [(2, "This".to_owned())]);
    }
}
