//! Style sheets in many files, served as one.

use std::{fs, path::Path};

use anyhow::{Context, Result, bail};

/// The sheet with what it imports from `folder` in place of each `@import`, and without comments.
///
/// It knows `@import "name.css";` and `@import "name.css" layer(name);`, also with `url(…)`: what style/ uses.
pub(super) fn bundle(sheet: &str, folder: &Path) -> Result<String> {
    bundle_with(sheet, &mut |name| {
        let file = folder.join(name);
        fs::read_to_string(&file).with_context(|| format!("can't read {}", file.display()))
    })
}

fn bundle_with(sheet: &str, read: &mut impl FnMut(&str) -> Result<String>) -> Result<String> {
    let sheet = without_comments(sheet);
    let mut bundled = String::new();
    for line in sheet.lines().map(str::trim).filter(|line| !line.is_empty()) {
        match line.strip_prefix("@import ") {
            Some(import) => bundled += &imported(import, read)?,
            None => {
                bundled += line;
                bundled.push('\n');
            }
        }
    }
    Ok(bundled)
}

fn imported(import: &str, read: &mut impl FnMut(&str) -> Result<String>) -> Result<String> {
    let Some((name, layer)) = parse(import) else {
        bail!("this form of @import is not known: {import}")
    };
    let content = bundle_with(&read(name)?, read)?;
    Ok(match layer {
        Some(layer) => format!("@layer {layer} {{\n{content}}}\n"),
        None => content,
    })
}

fn parse(import: &str) -> Option<(&str, Option<&str>)> {
    let import = import.strip_suffix(';')?.trim();
    let (name, rest) = match import.strip_prefix("url(") {
        Some(rest) => rest.split_once(')')?,
        None => import
            .get(1..)?
            .split_once(import.chars().next().filter(|c| "\"'".contains(*c))?)?,
    };
    let name = name.trim_matches(['"', '\'']);
    match rest.trim() {
        "" => Some((name, None)),
        rest => Some((name, Some(rest.strip_prefix("layer(")?.strip_suffix(')')?.trim()))),
    }
}

/// A comment sign within a string is part of the string.
fn without_comments(sheet: &str) -> String {
    let mut kept = String::with_capacity(sheet.len());
    let mut quote = None;
    let mut rest = sheet;
    while let Some(c) = rest.chars().next() {
        if quote.is_none() && rest.starts_with("/*") {
            rest = rest[2..].find("*/").map_or("", |end| &rest[end + 4..]);
            continue;
        }
        match quote {
            Some(open) if open == c => quote = None,
            None if c == '"' || c == '\'' => quote = Some(c),
            _ => {}
        }
        kept.push(c);
        rest = &rest[c.len_utf8()..];
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bundled(sheet: &str) -> Result<String> {
        bundle_with(sheet, &mut |name| {
            Ok(format!("/* {name} */\n.from-{} {{}}\n", name.replace('.', "-")))
        })
    }

    #[test]
    fn imports_are_replaced_in_order() {
        let sheet = "@layer a, b;\n@import \"one.css\" layer(a);\n@import url('two.css');\np { }\n";
        let expected = "@layer a, b;\n@layer a {\n.from-one-css {}\n}\n.from-two-css {}\np { }\n";
        assert_eq!(bundled(sheet).unwrap(), expected);
    }

    #[test]
    fn an_import_that_would_be_lost_is_an_error() {
        for import in ["@import \"a.css\" screen;", "@import \"a.css\"", "@import a.css;"] {
            assert!(bundled(import).is_err(), "{import}");
        }
    }

    #[test]
    fn comments_go_but_not_from_strings() {
        assert_eq!(
            without_comments("a/* x */b::after{content:'/*'}/* open"),
            "ab::after{content:'/*'}"
        );
    }
}
