//! Paths of the workspace.

use std::{
    path::{Path, PathBuf},
    sync::OnceLock,
};

use anyhow::{Context, Result};
use serde_json::Value;

pub(crate) use crate::root::root;
use crate::run;

/// Cargo's target folder, wherever the developer has put it.
pub(crate) fn target() -> Result<&'static Path> {
    static TARGET: OnceLock<PathBuf> = OnceLock::new();
    if let Some(target) = TARGET.get() {
        return Ok(target);
    }
    let metadata = metadata("--no-deps")?;
    let folder = metadata["target_directory"]
        .as_str()
        .context("cargo metadata names no target_directory")?;
    Ok(TARGET.get_or_init(|| PathBuf::from(folder)))
}

/// A folder for the chores' own files, below the target folder.
pub(crate) fn scratch() -> Result<PathBuf> {
    let folder = target()?.join("xtask");
    std::fs::create_dir_all(&folder).with_context(|| format!("can't make {}", folder.display()))?;
    Ok(folder)
}

/// `cargo metadata` with further arguments, separated by spaces.
pub(crate) fn metadata(args: &str) -> Result<Value> {
    let text = run::output(&mut run::cargo(&format!("metadata --format-version 1 {args}")))?;
    serde_json::from_str(&text).context("cargo metadata is no JSON")
}

/// The version of a package in Cargo.lock, where it is there once.
pub(crate) fn locked_version(package: &str) -> Result<String> {
    let lock = std::fs::read_to_string(root().join("Cargo.lock")).context("can't read Cargo.lock")?;
    version_in(&lock, package).with_context(|| format!("Cargo.lock has no package {package}"))
}

fn version_in(lock: &str, package: &str) -> Option<String> {
    let name = format!("name = \"{package}\"");
    let version = lock.lines().skip_while(|line| *line != name).nth(1)?;
    Some(version.strip_prefix("version = \"")?.strip_suffix('"')?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_a_version_by_the_whole_name() {
        let lock = "[[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"1.0.0\"\n\n[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(version_in(lock, "wasm-bindgen").as_deref(), Some("0.2.130"));
        assert_eq!(version_in(lock, "wasm"), None);
    }

    #[test]
    fn stand_ins_are_used() {
        let lock = std::fs::read_to_string(root().join("Cargo.lock")).unwrap();
        assert!(!lock.contains("[[patch.unused]]"), "another version is wanted, or none");
        let package = lock
            .split("[[package]]")
            .find(|it| it.contains("name = \"wasm-streams\""));
        let package = package.expect("nothing brings wasm-streams any longer: remove crates/no-wasm-streams");
        assert!(!package.contains("source ="), "the one of the registry: {package}");
    }
}
