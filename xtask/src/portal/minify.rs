//! Scripts without what only people read, and without what nothing calls.

use std::{fs, path::Path};

use anyhow::Result;

use super::{program_of, stamp::files};
use crate::run::{command, run};

/// What `src/boot.js` calls of the script of a program. It compiles the program itself; what else could is 0.4 kB.
const CALLED: &str = "initSync";

/// What runs in browsers that can't run the portal, to tell so. esbuild fails on syntax that it can't write as ES5.
const FOR_OLD_BROWSERS: &[&str] = &["--target=es5", "--supported:dynamic-import=true"];

/// Minifies every script in the folder.
pub(super) fn scripts(folder: &Path) -> Result<()> {
    let scripts = files(folder)?
        .into_iter()
        .filter(|file| file.extension().is_some_and(|kind| kind == "js"));
    for script in scripts {
        if program_of(&script).is_some() {
            let names = folder.join("called.mjs");
            let from = script.file_name().unwrap_or_default().display().to_string();
            fs::write(&names, format!("export {{ {CALLED} }} from \"./{from}\";"))?;
            minify(&names, &["--bundle", "--format=esm"], &script)?;
            fs::remove_file(names)?;
        } else {
            let is_boot = script
                .file_name()
                .is_some_and(|name| name.display().to_string().starts_with("boot"));
            minify(&script, if is_boot { FOR_OLD_BROWSERS } else { &[] }, &script)?;
        }
    }
    Ok(())
}

fn minify(script: &Path, further: &[&str], to: &Path) -> Result<()> {
    run(command("esbuild")
        .arg(script)
        .args(["--minify", "--allow-overwrite", "--log-level=warning"])
        .args(further)
        .arg(format!("--outfile={}", to.display())))
}
