//! `keyward portal export`: what it writes, keeps, removes and refuses.

use std::{fs, os::unix::fs::symlink, path::Path};

use serde_json::Value;
use tempfile::TempDir;

use crate::export_support::{assets, export, export_well, files, page, portal};

fn read(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The error of a rejected export.
fn refusal(portal: &Path, to: &Path, more: &[&str]) -> String {
    let output = export(portal, to, more);
    assert_eq!(output.status.code(), Some(1));
    String::from_utf8(output.stderr).expect("text")
}

#[test]
fn an_export_is_the_portal_for_its_place() {
    let (portal, to) = (portal("1"), TempDir::new().expect("a folder"));
    export_well(portal.path(), to.path(), &["--base-path", "/a/b/"]);
    let site = to.path().join("site");
    for (name, content) in assets("1") {
        if name.starts_with("embed.") {
            assert!(!site.join("a/b").join(name).exists(), "no page may frame it");
        } else {
            assert_eq!(read(&site, &format!("a/b/{name}")), content);
        }
    }
    let placed = |name: &str| page(name, "1").replace(r#"href="/""#, r#"href="/a/b/""#);
    assert_eq!(read(&site, "a/b/index.html"), placed("index.html"));
    assert_eq!(read(&site, "a/b/more.html"), placed("more.html"));
    assert_eq!(read(&site, "404.html"), placed("index.html"));
    assert!(!site.join("a/b/index.html.br").exists());
    assert!(!to.path().join("keyward-export.new").exists());

    // At the root, pages stay as they are, and so do their compressed variants.
    fs::write(portal.path().join("index.html.br"), "page in br").expect("a file");
    export_well(portal.path(), to.path(), &[]);
    assert_eq!(read(&site, "index.html"), page("index.html", "1"));
    assert_eq!(read(&site, "index.html.br"), "page in br");
    assert_eq!(read(&site, "404.html.br"), "page in br");
    assert!(!site.join("a").exists(), "{:?}", files(&site));

    export_well(
        portal.path(),
        to.path(),
        &["--base-path", "/a/", "--api-base", "/keyward/"],
    );
    assert!(read(&site, "a/index.html").contains(r#"<html data-api="/keyward/" lang="en""#));
    let nginx = read(to.path(), "hosts/nginx.conf");
    assert!(nginx.contains("location ^~ /keyward/api/ {"), "{nginx}");
}

#[test]
fn settings_are_those_of_the_gateway() {
    let (portal, to) = (portal("1"), TempDir::new().expect("a folder"));
    let config = portal.path().with_extension("toml");
    let text = "public-url = \"https://keys.example/keys\"\nframe-ancestors = [\"https://intranet.example\"]\nlisten = \"127.0.0.1:1\"\n";
    fs::write(&config, text).expect("a file");
    export_well(
        portal.path(),
        to.path(),
        &["--config", config.to_str().expect("text"), "--hsts-max-age", "30d"],
    );
    fs::remove_file(config).expect("a file");
    let headers = read(to.path(), "site/_headers");
    assert!(
        headers.contains("frame-ancestors https://intranet.example\n"),
        "{headers}"
    );
    assert!(
        headers.contains("strict-transport-security: max-age=2592000\n"),
        "{headers}"
    );
    assert!(!headers.contains("x-frame-options"), "{headers}");
    assert!(to.path().join("site/keys/index.html").exists());
}

#[test]
fn an_upgrade_keeps_the_previous_build_when_asked_to() {
    let to = TempDir::new().expect("a folder");
    let (one, two, three) = (portal("1"), portal("2"), portal("3"));
    let boot = |build: &str| to.path().join(format!("site/boot-{build:0>16}.js.br")).exists();
    export_well(one.path(), to.path(), &[]);
    export_well(two.path(), to.path(), &["--keep-previous"]);
    assert_eq!([boot("1"), boot("2")], [true, true]);
    assert!(read(to.path(), "site/_headers").contains("/boot-0000000000000001.js\n  cache-control: public"));
    assert_eq!(read(to.path(), "site/licences.txt"), "licences 2");
    // The same build once more is no upgrade.
    export_well(two.path(), to.path(), &["--keep-previous"]);
    assert_eq!([boot("1"), boot("2")], [true, true]);
    export_well(three.path(), to.path(), &["--keep-previous"]);
    assert_eq!([boot("1"), boot("2"), boot("3")], [false, true, true]);
    export_well(three.path(), to.path(), &[]);
    assert_eq!([boot("2"), boot("3")], [false, true]);
}

#[test]
fn an_export_that_broke_off_is_completed_by_the_next() {
    let to = TempDir::new().expect("a folder");
    let (one, two) = (portal("1"), portal("2"));
    export_well(one.path(), to.path(), &["--base-path", "/a/"]);
    let index = to.path().join("site/a/index.html");
    // Nothing replaces a folder: the export of the second build ends where it would write its last page.
    fs::remove_file(&index).expect("a file");
    fs::create_dir_all(index.join("x")).expect("a folder");
    refusal(two.path(), to.path(), &["--base-path", "/a/", "--keep-previous"]);
    for build in ["1", "2"] {
        assert!(
            to.path().join(format!("site/a/boot-{build:0>16}.js")).exists(),
            "{build}"
        );
    }
    fs::remove_dir_all(&index).expect("a folder");
    export_well(two.path(), to.path(), &["--base-path", "/a/", "--keep-previous"]);
    assert!(read(to.path(), "site/a/index.html").contains("data-build=\"1-2\""));
    assert!(to.path().join(format!("site/a/boot-{:0>16}.js", "1")).exists());
}

#[test]
fn files_of_others_are_neither_mixed_with_nor_removed() {
    let (portal, to) = (portal("1"), TempDir::new().expect("a folder"));
    fs::write(to.path().join("thesis.txt"), "mine").expect("a file");
    let error = refusal(portal.path(), to.path(), &[]);
    assert!(
        error.contains("thesis.txt") && error.contains("nothing was changed"),
        "{error}"
    );
    assert_eq!(files(to.path()), ["thesis.txt"]);
    fs::remove_file(to.path().join("thesis.txt")).expect("a file");
    export_well(portal.path(), to.path(), &[]);
    fs::write(to.path().join("site/robots.txt"), "mine").expect("a file");
    let error = refusal(portal.path(), to.path(), &[]);
    assert!(error.contains("site/robots.txt"), "{error}");
    assert_eq!(read(to.path(), "site/robots.txt"), "mine");
}

/// Adds a name to one of the lists of an export.
fn plant(to: &Path, list: &str, name: &str) {
    let mut manifest: Value = serde_json::from_str(&read(to, "keyward-export.json")).expect("JSON");
    manifest[list].as_array_mut().expect("a list").push(name.into());
    fs::write(to.join("keyward-export.json"), manifest.to_string()).expect("a file");
}

#[test]
fn a_list_that_leads_out_of_the_folder_is_refused() {
    let (portal, around) = (portal("1"), TempDir::new().expect("a folder"));
    let to = around.path().join("export");
    export_well(portal.path(), &to, &[]);
    let outside = around.path().join("thesis.txt");
    fs::write(&outside, "mine").expect("a file");
    let (list, before) = (read(&to, "keyward-export.json"), files(&to));
    let absolute = outside.to_str().expect("text");
    for name in ["../thesis.txt", "site/../../thesis.txt", "./keyward", "/", "", absolute] {
        for field in ["files", "immutable", "previous"] {
            plant(&to, field, name);
            let error = refusal(portal.path(), &to, &["--base-path", "/a/", "--keep-previous"]);
            assert!(
                error.contains(&format!(
                    "keyward-export.json lists \"{name}\", which isn't a file below its folder"
                )),
                "{field}: {error}"
            );
            fs::write(to.join("keyward-export.json"), &list).expect("a file");
        }
    }
    assert_eq!(read(around.path(), "thesis.txt"), "mine");
    assert_eq!(files(&to), before);
}

#[test]
fn links_are_not_followed() {
    let (portal, around) = (portal("1"), TempDir::new().expect("a folder"));
    let to = around.path().join("export");
    export_well(portal.path(), &to, &[]);
    // In place of the file that is written before each is complete.
    fs::write(around.path().join("thesis.txt"), "mine").expect("a file");
    symlink(around.path().join("thesis.txt"), to.join("keyward-export.new")).expect("a link");
    export_well(portal.path(), &to, &[]);
    assert_eq!(read(around.path(), "thesis.txt"), "mine");
    assert!(!to.join("keyward-export.new").exists());

    // In place of a folder, and in the list, so that it looks like a file of the export.
    let elsewhere = around.path().join("elsewhere");
    fs::rename(to.join("site"), &elsewhere).expect("a folder");
    symlink(&elsewhere, to.join("site")).expect("a link");
    plant(&to, "files", "site");
    let before = files(&elsewhere);
    let error = refusal(portal.path(), &to, &["--base-path", "/a/"]);
    assert!(
        error.contains("(site)") && error.contains("nothing was changed"),
        "{error}"
    );
    assert_eq!(files(&elsewhere), before);
}

#[test]
fn what_can_not_work_is_refused_with_the_reason() {
    let (portal, to) = (portal("1"), TempDir::new().expect("a folder"));
    for (flags, reason) in [
        (["--api-base", "https://api.example/"], "on the same origin"),
        (["--api-base", "//api.example/"], "on the same origin"),
        (["--base-path", "keys"], "begin with a slash"),
        (["--base-path", "/a\"b/"], "letters, digits"),
        (["--base-path", "/api/"], "one of the gateway's own"),
        (["--gateway", "https://gateway.example/k/"], "it must have no path"),
    ] {
        let error = refusal(portal.path(), to.path(), &flags);
        assert!(error.contains(reason), "{flags:?}: {error}");
    }
    let empty = TempDir::new().expect("a folder");
    let error = refusal(empty.path(), to.path(), &[]);
    assert!(error.contains("built without the portal"), "{error}");
    assert_eq!(files(to.path()), [""; 0]);
}
