//! Whether the portal must be built again.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use super::hash::hash;
use crate::{run, workspace};

/// What the portal is made of, relative to the workspace.
pub(crate) const SOURCES: &[&str] = &[
    "src",
    "locales",
    "build.rs",
    "style",
    "index.html",
    "Trunk.toml",
    "Cargo.toml",
    "crates/catalogue",
    "crates/contract",
];

/// What else decides how it turns out.
const SETTINGS: &[&str] = &["Cargo.lock", ".cargo/config.toml", "xtask/src/portal"];

/// A text that changes with any input.
pub(super) fn of_inputs(has_optimizers: bool) -> Result<String> {
    let compiler = run::output(run::command("rustc").arg("-V"))?;
    let mut stamp = format!("{compiler}optimizers: {has_optimizers}\n");
    for input in SOURCES.iter().chain(SETTINGS) {
        for file in files(&workspace::root().join(input))? {
            let content = fs::read(&file).with_context(|| format!("can't read {}", file.display()))?;
            stamp += &format!("{} {}\n", hash(&content), file.display());
        }
    }
    Ok(stamp)
}

/// The file, or all files below the folder, in order of their names; nothing where nothing is.
pub(super) fn files(path: &Path) -> Result<Vec<PathBuf>> {
    if path.is_file() {
        return Ok(vec![path.to_owned()]);
    }
    let mut found = Vec::new();
    if path.is_dir() {
        let entries = fs::read_dir(path).with_context(|| format!("can't list {}", path.display()))?;
        let mut entries = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
        entries.sort();
        for entry in entries {
            found.extend(files(&entry)?);
        }
    }
    Ok(found)
}
