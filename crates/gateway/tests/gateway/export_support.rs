//! A built portal of a few small files, and exports of it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Output,
};

use tempfile::TempDir;

use crate::process::keyward;

/// What the build of a name leaves, beside its pages.
pub(crate) fn assets(build: &str) -> Vec<(String, String)> {
    let hash = format!("{build:0>16}");
    [
        (format!("boot-{hash}.js"), "boot"),
        (format!("boot-{hash}.js.br"), "boot in br"),
        (format!("boot-{hash}.js.gz"), "boot in gzip"),
        (format!("portal-{hash}_bg.wasm"), "program"),
        (format!("portal-{hash}_bg.wasm.br"), "program in br"),
        (format!("portal-{hash}_bg.wasm.gz"), "program in gzip"),
        (format!("main-{hash}.css"), "style"),
        ("favicon-fedcba9876543210.svg".to_owned(), "<svg/>"),
        ("favicon.ico".to_owned(), "icon"),
        ("licences.txt".to_owned(), "licences"),
        ("embed.js".to_owned(), "element"),
        ("embed.js.gz".to_owned(), "element in gzip"),
        ("embed.d.ts".to_owned(), "types"),
    ]
    .map(|(name, content)| (name, format!("{content} {build}")))
    .to_vec()
}

/// A page as the portal's build writes it.
pub(crate) fn page(name: &str, build: &str) -> String {
    format!(
        r#"<!doctype html><html lang="en" data-build="1-{build}"><head><base href="/"><title>{name}</title></head></html>"#
    )
}

/// A folder with a built portal.
pub(crate) fn portal(build: &str) -> TempDir {
    let folder = TempDir::new().expect("a folder");
    let pages = ["index.html", "more.html"].map(|name| (name.to_owned(), page(name, build)));
    for (name, content) in assets(build).into_iter().chain(pages) {
        fs::write(folder.path().join(name), content).expect("a file");
    }
    folder
}

/// `keyward portal export` of a built portal.
pub(crate) fn export(portal: &Path, to: &Path, more: &[&str]) -> Output {
    let mut command = keyward(&["portal", "export"]);
    command.arg("--portal").arg(portal).arg("--to").arg(to).args(more);
    command.output().expect("keyward runs")
}

/// One that must succeed.
pub(crate) fn export_well(portal: &Path, to: &Path, more: &[&str]) {
    let output = export(portal, to, more);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// The names of all files below a folder, in order.
pub(crate) fn files(folder: &Path) -> Vec<String> {
    fn collect(folder: &Path, root: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                collect(&path, root, found);
            } else {
                found.push(path.strip_prefix(root).expect("within").to_owned());
            }
        }
    }
    let mut found = Vec::new();
    collect(folder, folder, &mut found);
    let mut names: Vec<String> = found
        .iter()
        .map(|path| path.to_str().expect("text").to_owned())
        .collect();
    names.sort();
    names
}
