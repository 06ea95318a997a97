//! The texts of the page itself, and other languages than English.
//!
//! English is compiled into the programs, and stands in `index.html` where an element has `data-text`. Each other folder of
//! `locales` becomes a file of texts, which `src/language.js` fetches for readers of that language. The built page doesn't say
//! which text an element shows: in English that would be weight for nothing. With other languages it has a list.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, anyhow, bail};
use keyward_catalogue::{
    compiler::{Catalogue, Message, OF_SCRIPTS, OF_THE_PAGE},
    pattern::{ARGUMENT, OPEN, PLURAL},
    pseudo::{self, PSEUDO},
};
use serde_json::json;

use super::{
    dist,
    hash::hash,
    html::{Tag, tags},
};
use crate::workspace;

/// The English texts.
pub(crate) fn english() -> Result<Catalogue> {
    read("en")
}

fn read(language: &str) -> Result<Catalogue> {
    Catalogue::read(&workspace::root().join("locales").join(language)).map_err(|faults| anyhow!(faults))
}

/// Fills in each element that names a text, and each attribute that is one in braces.
pub(super) fn with_texts(page: &str, catalogue: &Catalogue) -> Result<String> {
    let mut filled = String::with_capacity(page.len());
    let mut copied = 0;
    for tag in tags(page) {
        let Some(key) = named(&tag) else { continue };
        let number = number(catalogue, key)?;
        filled += &page[copied..tag.range.start];
        filled += &page[tag.range.clone()].replacen(&format!("=\"{key}\""), "", 1);
        let has = page[tag.range.end..].find('<').unwrap_or_default();
        filled += &escaped(&catalogue.messages[number].pattern);
        copied = tag.range.end + has;
    }
    attributes(&(filled + &page[copied..]), catalogue)
}

/// The text that an element shows, by its key; `None` in a page that has been here before.
fn named<'a>(tag: &'a Tag<'_>) -> Option<&'a str> {
    tag.attribute("data-text").filter(|key| !key.is_empty())
}

/// The numbers of the texts that the page shows, in its order.
fn shown(page: &str, catalogue: &Catalogue) -> Result<Vec<String>> {
    let tags = tags(page);
    let keys = tags.iter().filter_map(named);
    keys.map(|key| Ok(number(catalogue, key)?.to_string())).collect()
}

fn attributes(page: &str, catalogue: &Catalogue) -> Result<String> {
    let mut filled = String::with_capacity(page.len());
    let mut rest = page;
    while let Some((before, named)) = rest.split_once("=\"{") {
        let (key, after) = named.split_once("}\"").context("index.html has a brace too many")?;
        filled += &format!(
            "{before}=\"{}\"",
            escaped(&catalogue.messages[number(catalogue, key)?].pattern).replace('"', "&quot;")
        );
        rest = after;
    }
    Ok(filled + rest)
}

/// Fills in each string of a script that is a text's key in braces, and after a number sign with its number in other languages.
pub(super) fn with_script_texts(script: &str, catalogue: &Catalogue) -> Result<String> {
    let mut filled = String::with_capacity(script.len());
    let mut rest = script;
    while let Some((before, named)) = rest.split_once("\"{") {
        let (key, after) = named.split_once("}\"").context("a script has a brace too many")?;
        let number = number(catalogue, key.trim_start_matches('#'))?;
        filled += before;
        filled += &match key.starts_with('#') {
            true => number.to_string(),
            false => json!(catalogue.messages[number].pattern).to_string(),
        };
        rest = after;
    }
    Ok(filled + rest)
}

/// The scripts with texts of their own, which pages that frame the portal load, or the portal in a frame.
const SCRIPTS: [&str; 2] = ["embed.js", "frame.js"];

/// Fills in the texts of the scripts.
pub(super) fn fill_scripts(folder: &Path) -> Result<()> {
    for script in SCRIPTS.map(|name| folder.join(name)) {
        if script.is_file() {
            let filled = with_script_texts(&fs::read_to_string(&script)?, &english()?)?;
            fs::write(script, filled)?;
        }
    }
    Ok(())
}

/// Fails where a text of the scripts' own file stands in none of them, or a script names one that there is not.
pub(crate) fn check_scripts(catalogue: &Catalogue) -> Result<()> {
    let mut all = String::new();
    for name in SCRIPTS {
        all += &fs::read_to_string(workspace::root().join("src").join(name))?;
    }
    with_script_texts(&all, catalogue)?;
    let of_scripts = catalogue.messages.iter().filter(|it| it.file == OF_SCRIPTS);
    let is_unused = |key: &String| !all.contains(&format!("\"{{{key}}}\""));
    match of_scripts.map(Message::key).find(is_unused) {
        Some(unused) => bail!("no script shows {unused}"),
        None => Ok(()),
    }
}

/// Fails where a text of the page's own file stands nowhere in it, or the page names one that there is not.
pub(crate) fn check_page(page: &str, catalogue: &Catalogue) -> Result<()> {
    with_texts(page, catalogue)?;
    let tags = tags(page);
    let named: BTreeSet<&str> = tags.iter().filter_map(named).collect();
    let of_the_page = catalogue.messages.iter().filter(|it| it.file == OF_THE_PAGE);
    match of_the_page.map(Message::key).find(|key| !named.contains(key.as_str())) {
        Some(unused) => bail!("no element of index.html shows {unused}"),
        None => Ok(()),
    }
}

/// The number of a text without arguments, by its key.
fn number(catalogue: &Catalogue, key: &str) -> Result<usize> {
    let number = catalogue.messages.iter().position(|it| it.key() == key);
    let number = number.with_context(|| format!("index.html names {key}, which is no text"))?;
    if catalogue.messages[number].pattern.contains([ARGUMENT, PLURAL, OPEN]) {
        bail!("index.html can't fill in the arguments of {key}");
    }
    Ok(number)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

/// The languages that there are beside English.
fn others() -> Result<Vec<String>> {
    let mut languages = Vec::new();
    for entry in fs::read_dir(workspace::root().join("locales")).context("can't list locales")? {
        let entry = entry?;
        if !entry.file_type()?.is_dir() {
            continue;
        }
        let name = entry
            .file_name()
            .into_string()
            .map_err(|name| anyhow!("{} is no name", name.display()))?;
        if name != "en" {
            languages.push(name);
        }
    }
    languages.sort();
    Ok(languages)
}

/// Puts the languages beside English into a built portal; with `with_pseudo` also the one that shows what is not translated.
pub(super) fn add(folder: &Path, base: &str, with_pseudo: bool) -> Result<()> {
    let english = english()?;
    let mut languages = Vec::new();
    for name in others()? {
        let patterns = english
            .translated(&read(&name)?)
            .map_err(|fault| anyhow!("locales/{name}: {fault}"))?;
        languages.push((name, patterns));
    }
    if with_pseudo {
        languages.push((
            PSEUDO.to_owned(),
            english.messages.iter().map(|it| Some(pseudo::pseudo(it))).collect(),
        ));
    }
    if languages.is_empty() {
        return Ok(());
    }
    let page = fs::read_to_string(folder.join("index.html"))?;
    if tags(&page).iter().any(|tag| tag.attribute("id") == Some("languages")) {
        return Ok(());
    }
    let mut files = Vec::new();
    for (language, patterns) in languages {
        let texts = json!(patterns).to_string();
        let name = format!("texts-{language}-{}.json", hash(texts.as_bytes()));
        fs::write(folder.join(&name), texts)?;
        files.push(format!("{language}={name}"));
    }
    let script = fs::read_to_string(workspace::root().join("src/language.js")).context("can't read src/language.js")?;
    let script_name = format!("language-{}.js", hash(script.as_bytes()));
    fs::write(folder.join(&script_name), script)?;
    let source = fs::read_to_string(workspace::root().join("index.html")).context("can't read index.html")?;
    let head = format!(
        r#"<meta id="languages" content="{}" data-texts="{}"><script src="{base}{script_name}"></script>"#,
        files.join(" "),
        shown(&source, &english)?.join(" ")
    );
    for name in ["index.html", "more.html"] {
        let file = folder.join(name);
        let page = fs::read_to_string(&file)?;
        // Before all other scripts: it says in which language they start.
        let at = page.find("<script").with_context(|| format!("{name} has no script"))?;
        fs::write(&file, format!("{}{head}{}", &page[..at], &page[at..]))?;
        for stale in [".br", ".gz"].map(|ending| folder.join(format!("{name}{ending}"))) {
            if stale.exists() {
                fs::remove_file(stale)?;
            }
        }
    }
    Ok(())
}

/// Copies the release build, and adds the language that shows what is not translated.
pub(crate) fn pseudo() -> Result<PathBuf> {
    super::build()?;
    let folder = workspace::scratch()?.join("pseudo-portal");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    for entry in fs::read_dir(dist())? {
        let entry = entry?;
        fs::copy(entry.path(), folder.join(entry.file_name()))?;
    }
    add(&folder, "./", true)?;
    Ok(folder)
}

#[cfg(test)]
mod tests {
    use keyward_catalogue::compiler::messages;

    use super::*;

    fn catalogue() -> Catalogue {
        let mut all = messages("start", "title = Can't & won't").unwrap();
        all.extend(messages("x", "y = Yes\nz = { $a }").unwrap());
        Catalogue { messages: all }
    }

    #[test]
    fn elements_get_the_texts_they_name() {
        let page = r#"<p data-text="start.title"></p><b data-text="x.y" data-label="{x.y}">old</b>"#;
        let filled = with_texts(page, &catalogue()).unwrap();
        assert_eq!(
            filled,
            r#"<p data-text>Can't &amp; won't</p><b data-text data-label="Yes">Yes</b>"#
        );
        assert_eq!(with_texts(&filled, &catalogue()).unwrap(), filled);
        assert_eq!(shown(page, &catalogue()).unwrap(), ["0", "1"]);
    }

    #[test]
    fn strings_of_scripts_become_the_texts_they_name() {
        let script = r##"a("{x.y}", t["{#x.y}"], {"b": `{x.y}`})"##;
        let filled = with_script_texts(script, &catalogue()).unwrap();
        assert_eq!(filled, r#"a("Yes", t[1], {"b": `{x.y}`})"#);
        assert!(with_script_texts(r#""{x.none}""#, &catalogue()).is_err());
    }

    #[test]
    fn a_text_too_many_or_too_few_is_an_error() {
        for page in [
            r#"<p data-text="x.y"></p>"#,
            r#"<p data-text="start.title"></p><p data-text="x.none"></p>"#,
            r#"<p data-text="start.title"></p><p data-text="x.z"></p>"#,
        ] {
            assert!(check_page(page, &catalogue()).is_err(), "{page}");
        }
    }

    #[test]
    fn every_language_has_known_texts_only() {
        let english = english().unwrap();
        for language in others().unwrap() {
            english.translated(&read(&language).unwrap()).unwrap();
        }
    }
}
