//! Building and running the gateway.

use std::path::PathBuf;

use anyhow::Result;

use crate::{
    run::{cargo, run, step},
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
