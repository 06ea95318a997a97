//! Building and running the gateway.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::Result;

use crate::{
    run::{cargo, command, run, step},
    workspace,
};

/// The release build of `keyward`, with what is in dist/ inside.
pub(crate) fn release() -> Result<PathBuf> {
    step("build the gateway", || {
        run(&mut cargo("build --release --locked --package keyward-gateway"))
    })?;
    Ok(workspace::target()?.join("release/keyward"))
}

/// The development build.
pub(crate) fn development() -> Result<PathBuf> {
    run(&mut cargo("build --package keyward-gateway"))?;
    Ok(workspace::target()?.join("debug/keyward"))
}

/// `keyward serve` with further flags, and data in data/ unless they say something else.
pub(crate) fn serve(keyward: &Path, flags: &[String]) -> Command {
    let mut serve = command(keyward);
    serve.arg("serve");
    if !flags.iter().any(|flag| flag == "--data" || flag.starts_with("--data=")) {
        serve.args(["--data", "data"]);
    }
    serve.args(flags);
    serve
}
