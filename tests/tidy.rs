//! What holds for the sources of the portal as a whole.
#![allow(clippy::unwrap_used, reason = "a test that fails where it stands is a good test")]

use std::{
    fs,
    path::{Path, PathBuf},
};

/// A folder of `src`, and what its files must not name. `ARCHITECTURE.md` says why.
const FORBIDDEN: &[(&str, &[&str])] = &[
    (
        "browser",
        &[
            "crate::api",
            "crate::state",
            "crate::ui",
            "crate::pages",
            "crate::present",
            "crate::routes",
            "keyward_contract",
        ],
    ),
    (
        "api",
        &[
            "crate::state",
            "crate::ui",
            "crate::pages",
            "crate::present",
            "crate::routes",
            "leptos::",
        ],
    ),
    (
        "ui",
        &[
            "crate::api",
            "crate::state",
            "crate::pages",
            "crate::present",
            "crate::routes",
            "keyward_contract",
            "gloo_net",
        ],
    ),
    (
        "state",
        &["crate::ui", "crate::pages", "crate::present", "gloo_net", "view!"],
    ),
    ("present", &["crate::ui", "crate::pages", "crate::browser", "gloo_net"]),
    (
        "pages",
        &[
            "gloo_net",
            "api::session::",
            "api::administrators::",
            "api::api_key::",
            "api::organizations::",
            "api::roles::",
        ],
    ),
    // Pages use what they share; a part that needs a page is a part of that page.
    ("pages/shared", &["super::super", "pages::", "gloo_net"]),
];

#[test]
fn dependencies_go_one_way() {
    for (folder, forbidden) in FORBIDDEN {
        for (file, text) in sources(folder) {
            // `use` may be written in one line or as a tree.
            let text = flat(&text);
            for name in *forbidden {
                let tree = name
                    .strip_prefix("crate::")
                    .map(|module| format!("use crate::{{{module}::"));
                let nested = name.strip_prefix("crate::").map(|module| format!(",{module}::"));
                let found = text.contains(name)
                    || tree.is_some_and(|tree| text.contains(&tree))
                    || nested.is_some_and(|nested| crate_trees(&text).any(|tree| tree.contains(&nested)));
                assert!(!found, "{} names {name}", file.display());
            }
        }
    }
}

#[test]
fn files_are_about_one_thing() {
    for (file, text) in sources("") {
        let lines = text.lines().count();
        assert!(lines <= 500, "{} has {lines} lines", file.display());
    }
}

#[test]
fn the_content_security_policy_holds() {
    for (file, text) in sources("") {
        // An attribute is text and needs 'unsafe-inline'; `style:name=value` goes through the object model.
        assert!(
            !text.contains(" style=\"") && !text.contains("inner_html"),
            "{}",
            file.display()
        );
    }
}

/// What is between the braces of each `use crate::{…};`.
fn crate_trees(text: &str) -> impl Iterator<Item = &str> {
    text.split("use crate::{")
        .skip(1)
        .map(|rest| rest.split(';').next().unwrap_or_default())
}

fn flat(text: &str) -> String {
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    let code: Vec<&str> = code.flat_map(str::split_whitespace).collect();
    code.join(" ").replace("{ ", "{").replace(", ", ",")
}

fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(folder);
    let mut found = Vec::new();
    let mut folders = vec![root];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                found.push((path, text));
            }
        }
    }
    assert!(!found.is_empty());
    found
}

/// The cells of the rows of the table whose head begins with `head`.
fn table_rows<'a>(page: &'a str, head: &str) -> Vec<Vec<&'a str>> {
    let table = page.split_once(head).unwrap().1;
    let lines = table.lines().skip(2).take_while(|line| line.starts_with('|'));
    let cells = |line: &'a str| line.split('|').map(str::trim).collect();
    lines.map(cells).collect()
}

/// The number that a text begins with, such as 17.5.
fn version(text: &str) -> f64 {
    let end = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    text[..end].parse().unwrap()
}

/// `docs/browsers.md` says which browsers the portal works in, and why.
#[test]
fn the_oldest_versions_are_those_of_the_newest_feature() {
    let page = include_str!("../docs/browsers.md");
    let told: Vec<f64> = table_rows(page, "| Browser |")
        .iter()
        .map(|cells| version(cells[2]))
        .collect();
    let features = table_rows(page, "| Needed |");
    let newest = |column: usize| features.iter().map(|cells| version(cells[column])).fold(0.0, f64::max);
    assert_eq!(told, [3, 4, 5].map(newest));
}
