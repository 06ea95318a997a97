//! The licences of everything that is in a release.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fmt::Write as _,
    fs,
    path::Path,
};

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::{
    run::{command, output},
    workspace,
};

/// A package that is compiled into the release.
struct Package {
    name: String,
    version: String,
    licence: String,
    /// The licence texts in its source, by file name.
    texts: BTreeMap<String, String>,
}

/// The notice that goes with a release: every package, then every licence text once.
pub(crate) fn notice() -> Result<String> {
    let host = output(command("rustc").args(["--print", "host-tuple"]))?;
    let mut packages = BTreeMap::new();
    for (root, target) in [
        ("keyward-gateway", host.trim()),
        ("keyward-portal", "wasm32-unknown-unknown"),
    ] {
        let metadata = workspace::metadata(&format!("--locked --filter-platform {target}"))?;
        for package in compiled_into(root, &metadata)? {
            packages.insert((package.name.clone(), package.version.clone()), package);
        }
    }
    Ok(write_notice(packages.values()))
}

fn write_notice<'a>(packages: impl Iterator<Item = &'a Package> + Clone) -> String {
    let mut notice = String::from("Keyward contains the following packages, each under its licence.\n\n");
    let mut texts: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for package in packages {
        let Package {
            name, version, licence, ..
        } = package;
        writeln!(notice, "{name} {version}: {licence}").expect("a string takes everything");
        for (file, text) in &package.texts {
            texts
                .entry(text)
                .or_default()
                .insert(format!("{name} {version} ({file})"));
        }
    }
    for (text, owners) in texts {
        let owners = owners.into_iter().collect::<Vec<_>>().join(", ");
        write!(notice, "\n{}\n{owners}\n\n{}\n", "-".repeat(80), text.trim_end()).expect("a string takes everything");
    }
    notice
}

/// The packages that `root` needs at run time, found along the edges of the resolved graph; ours are left out.
fn compiled_into(root: &str, metadata: &Value) -> Result<Vec<Package>> {
    let array = |value: &'_ Value| value.as_array().cloned().unwrap_or_default();
    let id_of = |value: &Value| value["id"].as_str().unwrap_or_default().to_owned();
    let packages: HashMap<String, Value> = array(&metadata["packages"])
        .into_iter()
        .map(|it| (id_of(&it), it))
        .collect();
    let nodes: HashMap<String, Value> = array(&metadata["resolve"]["nodes"])
        .into_iter()
        .map(|it| (id_of(&it), it))
        .collect();
    let (root, _) = packages
        .iter()
        .find(|(_, it)| it["name"] == root)
        .with_context(|| format!("no package {root}"))?;

    let mut reached = BTreeSet::new();
    let mut open = vec![root.clone()];
    while let Some(id) = open.pop() {
        for edge in array(&nodes[&id]["deps"]) {
            // `null` is the kind of a normal dependency.
            let at_run_time = array(&edge["dep_kinds"]).iter().any(|kind| kind["kind"].is_null());
            let dependency = edge["pkg"].as_str().unwrap_or_default().to_owned();
            if at_run_time && reached.insert(dependency.clone()) {
                open.push(dependency);
            }
        }
    }
    let foreign = reached
        .iter()
        .map(|id| &packages[id])
        .filter(|it| !it["source"].is_null());
    foreign.map(package).collect()
}

fn package(metadata: &Value) -> Result<Package> {
    let text = |field: &str| metadata[field].as_str().unwrap_or_default().to_owned();
    let manifest = text("manifest_path");
    let folder = Path::new(&manifest).parent().context("a package without a folder")?;
    let mut texts = BTreeMap::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let upper = name.to_uppercase();
        let is_licence = ["LICENSE", "LICENCE", "COPYING", "COPYRIGHT", "NOTICE", "UNLICENSE"]
            .iter()
            .any(|start| upper.starts_with(start));
        if is_licence && entry.path().is_file() {
            texts.insert(name, String::from_utf8_lossy(&fs::read(entry.path())?).into_owned());
        }
    }
    Ok(Package {
        name: text("name"),
        version: text("version"),
        licence: text("license"),
        texts,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_run_time_dependencies_are_followed() {
        let metadata = serde_json::json!({
            "packages": [
                { "id": "r", "name": "root", "source": null, "manifest_path": "/nowhere/Cargo.toml" },
                { "id": "b", "name": "builder", "source": "registry", "manifest_path": "/nowhere/Cargo.toml" },
            ],
            "resolve": { "nodes": [
                { "id": "r", "deps": [{ "pkg": "b", "dep_kinds": [{ "kind": "build" }] }] },
                { "id": "b", "deps": [] },
            ] },
        });
        assert!(compiled_into("root", &metadata).unwrap().is_empty());
        assert!(compiled_into("other", &metadata).is_err());
    }

    #[test]
    fn a_text_shared_by_packages_comes_once() {
        let package = |name: &str| Package {
            name: name.into(),
            version: "1.0.0".into(),
            licence: "MIT".into(),
            texts: BTreeMap::from([("LICENSE".into(), "Do as you like.".into())]),
        };
        let notice = write_notice([package("a"), package("b")].iter());
        assert_eq!(notice.matches("Do as you like.").count(), 1);
        assert!(notice.contains("a 1.0.0 (LICENSE), b 1.0.0 (LICENSE)"));
    }
}
