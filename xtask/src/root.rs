//! The root of the workspace.

use std::{
    env,
    path::{Path, PathBuf},
    sync::OnceLock,
};

/// The root of the workspace: as `cargo run` says it, for checkouts that share a target folder share this program too.
pub(crate) fn root() -> &'static Path {
    static ROOT: OnceLock<PathBuf> = OnceLock::new();
    ROOT.get_or_init(|| {
        let xtask = env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        Path::new(&xtask).parent().unwrap_or(Path::new(".")).to_owned()
    })
}
