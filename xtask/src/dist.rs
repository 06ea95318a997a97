//! A release folder.

use std::{fs, path::Path};

use anyhow::{Context as _, Result};

use crate::{gateway, licences, portal, run::step, workspace};

/// `dist`: everything that a release has, in one folder.
pub(crate) fn dist(_: &[String]) -> Result<()> {
    let portal = portal::build()?;
    let keyward = gateway::release()?;
    let folder = workspace::target()?.join(concat!("dist/keyward-", env!("CARGO_PKG_VERSION")));
    step("put the release together", || {
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        copy_folder(&portal, &folder.join("portal"))?;
        copy(&keyward, &folder.join("keyward"))?;
        for text in ["LICENSE", "README.md", "CHANGELOG.md"] {
            copy(&workspace::root().join(text), &folder.join(text))?;
        }
        fs::write(folder.join("THIRD-PARTY-LICENSES"), licences::notice()?)?;
        Ok(())
    })?;
    println!("{}", folder.display());
    Ok(())
}

fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from).with_context(|| format!("can't list {}", from.display()))? {
        let entry = entry?;
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &to)?;
        } else {
            copy(&entry.path(), &to)?;
        }
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::copy(from, to).with_context(|| format!("can't copy {}", from.display()))?;
    Ok(())
}
