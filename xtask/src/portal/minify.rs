//! Scripts without what only people read.

use std::path::Path;

use anyhow::Result;

use super::stamp::files;
use crate::run::{command, run};

/// Minifies every script in the folder.
pub(super) fn scripts(folder: &Path) -> Result<()> {
    let scripts = files(folder)?
        .into_iter()
        .filter(|file| file.extension().is_some_and(|kind| kind == "js"));
    for script in scripts {
        let mut esbuild = command("esbuild");
        esbuild
            .arg(&script)
            .args(["--minify", "--allow-overwrite", "--log-level=warning"]);
        // Names at the top of a module are its own.
        if super::program_of(&script).is_some() {
            esbuild.arg("--format=esm");
        }
        run(esbuild.arg(format!("--outfile={}", script.display())))?;
    }
    Ok(())
}
