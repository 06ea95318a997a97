//! From what Trunk makes to what is served: no inline script, one style sheet, everything precompressed.

use std::{fs, path::Path};

use anyhow::{Context, Result, bail};

use super::{
    compress::compress_all,
    hash::hash,
    html::{Tag, tags},
    imports, languages, minify, optimize, program_of,
    stamp::files,
    styles,
};
use crate::{run::on_path, workspace};

/// Finishes the portal in `folder`, whose files the page names below `base`.
pub(crate) fn finish(folder: &Path, base: &str, compressed: bool) -> Result<()> {
    let index = folder.join("index.html");
    let page = fs::read_to_string(&index).with_context(|| format!("can't read {}", index.display()))?;
    let page = with_bundled_styles(&page, folder)?;
    languages::fill_scripts(folder)?;
    imports::number(folder)?;
    if compressed {
        make_small(folder)?;
    }
    let page = with_later_styles(&with_names_by_content(page, folder)?);
    let (page, scripts) = without_inline_modules(&page, base);
    for (name, content) in scripts {
        fs::write(folder.join(name), content)?;
    }
    refuse_inline(&page)?;
    let page = languages::with_texts(&without_comments(&page), &languages::english()?)?;
    let page = with_build(&page);
    fs::write(folder.join("more.html"), with_the_other_program(&page, base))?;
    fs::write(&index, page)?;
    languages::add(folder, base, !compressed)?;
    if compressed {
        compress_all(folder)?;
    }
    Ok(())
}

/// With the tools that [`super::build`] puts on the path, as far as it has them.
fn make_small(folder: &Path) -> Result<()> {
    for program in files(folder)?.iter().filter_map(|script| program_of(script)) {
        optimize::optimize(&program)?;
    }
    if on_path("esbuild").is_some() {
        minify::scripts(folder)?;
    }
    Ok(())
}

/// Puts what the page's style sheets import into them: one request in place of a chain of them.
fn with_bundled_styles(page: &str, folder: &Path) -> Result<String> {
    for tag in tags(page)
        .iter()
        .filter(|tag| tag.name == "link" && tag.attribute("rel") == Some("stylesheet"))
    {
        let file = folder.join(file_name(tag.attribute("href").unwrap_or_default()));
        let sheet = fs::read_to_string(&file).with_context(|| format!("can't read {}", file.display()))?;
        fs::write(&file, styles::bundle(&sheet, &workspace::root().join("style"))?)?;
    }
    Ok(replace_tags(page, |tag| {
        if tag.attribute("rel") != Some("stylesheet") {
            return None;
        }
        // Without Trunk's digest, which was that of the sheet before.
        let kept = tag.attributes.iter().filter(|(name, _)| name != "integrity");
        let kept: String = kept.map(|(name, value)| format!(r#" {name}="{value}""#)).collect();
        Some(format!("<link{kept}>"))
    }))
}

/// Names each file after its present content. Trunk names script and WebAssembly after what the compiler made, and so
/// gives the same name to what another wasm-opt made of it; browsers keep these files for a year.
fn with_names_by_content(page: String, folder: &Path) -> Result<String> {
    let mut renamed = page.clone();
    for tag in tags(&page) {
        // Trunk gives no names by content to a program that the page only mentions.
        let mentioned = tag.mentioned();
        let Some(name) = tag
            .attribute("href")
            .or(tag.attribute("src"))
            .or(mentioned)
            .map(file_name)
        else {
            continue;
        };
        let file = folder.join(name);
        if !file.is_file() {
            continue;
        }
        let Some(new) = name_by_content(name, &fs::read(&file)?, mentioned.is_some()) else {
            continue;
        };
        renamed = renamed.replace(name, &new);
        fs::rename(file, folder.join(new))?;
    }
    Ok(renamed)
}

/// `None` for a name without a hash, such as that of an icon that has to keep its name, unless it `always` gets one.
fn name_by_content(name: &str, content: &[u8], always: bool) -> Option<String> {
    let (stem, kind) = name.split_once('.')?;
    let (stem, bindings) = stem.strip_suffix("_bg").map_or((stem, ""), |stem| (stem, "_bg"));
    let is_hash = |part: &&str| (12..=16).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_hexdigit());
    let words: Vec<&str> = stem.split('-').filter(|part| !is_hash(part)).collect();
    let words = words.join("-");
    (always || words != stem).then(|| format!("{words}-{}{bindings}.{kind}", hash(content)))
}

fn file_name(reference: &str) -> &str {
    reference.rsplit_once('/').map_or(reference, |(_, name)| name)
}

/// Moves the inline module scripts of a page, which a strict policy refuses, to files of their own.
fn without_inline_modules(page: &str, base: &str) -> (String, Vec<(String, String)>) {
    let mut scripts = Vec::new();
    let page = replace_tags(page, |tag| {
        let inline = tag.name == "script" && tag.attribute("src").is_none();
        if !inline || tag.attribute("type") != Some("module") {
            return None;
        }
        let content = format!("{}\n", tag.content.trim());
        let name = format!("start-{}.js", hash(content.as_bytes()));
        let script = format!(r#"<script type="module" src="{base}{name}"></script>"#);
        scripts.push((name, content));
        Some(script)
    });
    (page, scripts)
}

/// What is written for readers of the source is not sent: comments, indentation, empty lines.
fn without_comments(page: &str) -> String {
    let mut kept = String::with_capacity(page.len());
    let mut rest = page;
    while let Some((before, comment)) = rest.split_once("<!--") {
        kept += before;
        rest = comment.split_once("-->").map_or("", |(_, after)| after);
    }
    kept += rest;
    let lines: Vec<&str> = kept.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    lines.join("\n") + "\n"
}

/// Names the build: by the version of the API that it speaks, as `keyward_contract::API_VERSION` has it, and by the content of all
/// its files, whose names are in the page. `src/boot.js` compares it with that of the page that the host has by now.
fn with_build(page: &str) -> String {
    const MAJOR: &str = env!("CARGO_PKG_VERSION_MAJOR");
    const MINOR: &str = env!("CARGO_PKG_VERSION_MINOR");
    let version = if MAJOR == "0" {
        MINOR.to_owned()
    } else {
        format!("{MAJOR}{MINOR:0>3}")
    };
    // 32 bits: enough to tell the builds of one installation apart.
    let build = format!(r#" data-build="{version}-{}""#, &hash(page.as_bytes())[..8]);
    page.replacen(r#" data-build="""#, &build, 1)
}

/// The style sheet of the pages beyond the first load is only mentioned: `src/boot.js` asks for it with their program.
fn with_later_styles(page: &str) -> String {
    replace_tags(page, |tag| {
        let name = tag.attribute("href").map(file_name)?;
        (tag.attribute("id") == Some("morestyle")).then(|| format!(r#"<meta id="morestyle" content="{name}">"#))
    })
}

/// The page for addresses that start with the program that has every page: this one preloads it, and only mentions the other.
fn with_the_other_program(page: &str, base: &str) -> String {
    replace_tags(page, |tag| {
        let id = tag.attribute("id")?;
        let name = tag.mentioned().or(tag.attribute("href")).map(file_name)?;
        Some(match id {
            "app-script" | "app-wasm" => format!(r#"<meta id="{id}" content="{name}">"#),
            "morestyle" => format!(r#"<link rel="stylesheet" id="{id}" href="{base}{name}">"#),
            "whole-script" => format!(r#"<link rel="modulepreload" id="{id}" href="{base}{name}">"#),
            "whole-wasm" => {
                format!(
                    r#"<link rel="preload" id="{id}" href="{base}{name}" as="fetch" type="application/wasm" crossorigin>"#
                )
            }
            _ => return None,
        })
    })
}

/// The policy on content refuses all of these in the browser; better to see it here.
fn refuse_inline(page: &str) -> Result<()> {
    for tag in tags(page) {
        let inline = match tag.name.as_str() {
            "style" => Some("a style element"),
            // Data blocks don't run, and the policy lets them be.
            "script"
                if tag
                    .attribute("type")
                    .is_some_and(|kind| kind.ends_with("json") && kind != "importmap") =>
            {
                None
            }
            "script" if tag.attribute("src").is_none() => Some("an inline script"),
            _ if tag.attribute("style").is_some() => Some("a style attribute"),
            _ if tag.attributes.iter().any(|(name, _)| name.starts_with("on")) => Some("an event handler"),
            _ => None,
        };
        if let Some(what) = inline {
            bail!(
                "index.html has {what}, which the Content-Security-Policy refuses: {}",
                &page[tag.range.clone()]
            );
        }
    }
    Ok(())
}

fn replace_tags(page: &str, mut new: impl FnMut(&Tag) -> Option<String>) -> String {
    let mut replaced = String::with_capacity(page.len());
    let mut copied = 0;
    for tag in tags(page) {
        if let Some(new) = new(&tag) {
            replaced += &page[copied..tag.range.start];
            replaced += &new;
            copied = tag.range.end;
        }
    }
    replaced + &page[copied..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inline_modules_become_files() {
        let page = "<head><script type=\"module\">\nimport init from './a.js';\n</script></head>";
        let (page, scripts) = without_inline_modules(page, "./");
        let [(name, content)] = scripts.as_slice() else {
            panic!("{} scripts", scripts.len())
        };
        assert_eq!(content, "import init from './a.js';\n");
        assert_eq!(
            page,
            format!("<head><script type=\"module\" src=\"./{name}\"></script></head>")
        );
        refuse_inline(&page).unwrap();
    }

    #[test]
    fn comments_are_not_sent() {
        let page = "<p>a</p> <!-- <b> -->\n\n    <p>b<!-- x --></p><!-- open";
        assert_eq!(without_comments(page), "<p>a</p>\n<p>b</p>\n");
    }

    #[test]
    fn the_other_page_preloads_the_other_program() {
        let page = r#"<link rel="modulepreload" id="app-script" href="./a.js"><link rel="preload" id="app-wasm" href="./a.wasm"><meta id="whole-script" content="b.js"><meta id="whole-wasm" content="b.wasm"><meta id="morestyle" content="b.css"><p id="x">"#;
        let other = with_the_other_program(page, "./");
        assert!(other.starts_with(r#"<meta id="app-script" content="a.js"><meta id="app-wasm" content="a.wasm"><link rel="modulepreload" id="whole-script" href="./b.js">"#), "{other}");
        assert!(
            other.ends_with(r#"href="./b.wasm" as="fetch" type="application/wasm" crossorigin><link rel="stylesheet" id="morestyle" href="./b.css"><p id="x">"#),
            "{other}"
        );
    }

    #[test]
    fn what_is_external_stays() {
        let page = "<script type=\"module\" src=\"boot.js\"></script><script src=x></script><p>";
        assert_eq!(without_inline_modules(page, ""), (page.to_owned(), Vec::new()));
        refuse_inline(page).unwrap();
    }

    #[test]
    fn every_kind_of_inline_code_is_refused() {
        for page in [
            "<script>x()</script>",
            "<script type=importmap>{}</script>",
            "<style>p{}</style>",
            "<p style=\"color:red\">",
            "<p onclick=x()>",
        ] {
            assert!(refuse_inline(page).is_err(), "{page}");
        }
        refuse_inline("<!-- <style></style> --><p data-style=x>style=\"\"</p>").unwrap();
    }

    #[test]
    fn names_follow_the_content() {
        let hash = hash(b"x");
        let name = |name| name_by_content(name, b"x", false);
        assert_eq!(name("portal-0123456789abcde.js"), Some(format!("portal-{hash}.js")));
        assert_eq!(
            name("my-portal-0123456789abcdef_bg.wasm"),
            Some(format!("my-portal-{hash}_bg.wasm"))
        );
        assert_eq!(name("0123456789abcdef-init.js"), Some(format!("init-{hash}.js")));
        assert_eq!(name("favicon.svg"), None);
        let always = |name| name_by_content(name, b"x", true);
        assert_eq!(always("whole_bg.wasm"), Some(format!("whole-{hash}_bg.wasm")));
        assert_eq!(always("whole-0123456789abcdef.js"), Some(format!("whole-{hash}.js")));
    }

    #[test]
    fn a_finished_page_stays_as_it_is() {
        let folder = std::env::temp_dir().join(format!("xtask-finish-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let page = "<link rel=\"stylesheet\" href=\"./main-0123456789abcdef.css\" integrity=\"sha384-x\"><script type=\"module\">a()</script>";
        fs::write(folder.join("index.html"), page).unwrap();
        fs::write(folder.join("main-0123456789abcdef.css"), "p { color: red }\n").unwrap();
        finish(&folder, "./", false).unwrap();
        let once = fs::read_to_string(folder.join("index.html")).unwrap();
        finish(&folder, "./", false).unwrap();
        assert_eq!(fs::read_to_string(folder.join("index.html")).unwrap(), once);
        assert!(!once.contains("integrity"), "{once}");
        fs::remove_dir_all(folder).unwrap();
    }
}
