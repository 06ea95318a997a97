//! Building the portal.

mod code;
mod compress;
mod finish;
mod hash;
mod html;
mod imports;
mod languages;
mod links;
mod minify;
mod optimize;
mod order;
mod panics;
mod size;
mod stamp;
mod styles;
mod unused;
mod wasm;

use std::{
    env,
    fs::{self, File},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

pub(crate) use self::{
    finish::finish,
    languages::{check_page, check_scripts, english, pseudo},
    size::{Asset, assets, embedding, first_load, print_sizes, whole},
    stamp::SOURCES,
};
use crate::{
    run::{command, run, step},
    tools, workspace,
};

/// Set for builds that no one downloads: the development server's.
pub(crate) const UNCOMPRESSED: &str = "XTASK_UNCOMPRESSED";

/// The profile of Cargo that the release build has.
const PROFILE: &str = "portal";

/// Where the release build of the portal is: the gateway embeds this folder.
pub(crate) fn dist() -> PathBuf {
    workspace::root().join("dist")
}

/// Builds the portal for release, unless nothing it is made of has changed.
pub(crate) fn build() -> Result<PathBuf> {
    let tools = tools::portal()?;
    let dist = dist();
    let stamp = stamp::of_inputs(tools.has_optimizers)?;
    let stamp_file = workspace::scratch()?.join("portal.stamp");
    // Two builds would mix their files. It is free again when this process ends, however that happens.
    let lock = File::create(workspace::scratch()?.join("portal.lock"))?;
    lock.lock()?;
    if dist.join("index.html").is_file() && fs::read_to_string(&stamp_file).is_ok_and(|last| last == stamp) {
        println!("── the portal is up to date");
        return Ok(dist);
    }
    step("build the portal", || {
        let build = [
            "build",
            "--offline",
            "--no-color",
            "--release",
            "--cargo-profile",
            PROFILE,
        ];
        run(command("trunk")
            .args(build)
            .arg("--dist")
            .arg(&dist)
            .env("PATH", &tools.path)
            .env_remove("NO_COLOR"))
    })?;
    fs::write(stamp_file, stamp)?;
    Ok(dist)
}

/// `finish-portal [FOLDER]`: without an argument, the folder that Trunk names.
pub(crate) fn finish_chore(args: &[String]) -> Result<()> {
    let folder = args
        .first()
        .map(PathBuf::from)
        .or_else(|| env::var_os("TRUNK_STAGING_DIR").map(PathBuf::from));
    let folder = folder.context("name the folder of the built portal")?;
    let base = env::var("TRUNK_PUBLIC_URL").unwrap_or_else(|_| "./".to_owned());
    finish(&folder, &base, env::var_os(UNCOMPRESSED).is_none())
}

/// The WebAssembly that a script starts, if it is one of these.
fn program_of(script: &Path) -> Option<PathBuf> {
    let name = script.file_name()?.to_str()?.strip_suffix(".js")?;
    let wasm = script.with_file_name(format!("{name}_bg.wasm"));
    wasm.is_file().then_some(wasm)
}
