//! The vendor's Python SDK, which tests run against the gateway, in an environment of its own below the target folder.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Stdio,
};

use anyhow::{Context as _, Result};

use crate::{
    debian::{self, Package},
    run::{command, run, step},
    workspace::{root, target},
};

/// The SDK and what it needs, with the hash of every file.
const REQUIREMENTS: &str = "crates/gateway/tests/gateway/python_sdk.txt";

/// Debian's Python makes no environments without it.
const VENV: Package = Package {
    program: "python3 -m venv",
    package: "python3-venv",
};

/// The Python program that has the SDK, or `None` where the SDK can't be had: its tests are then skipped, and fail in CI.
pub(crate) fn sdk() -> Result<Option<PathBuf>> {
    let folder = target()?.join("python-sdk");
    let program = folder.join("bin/python");
    let wanted = fs::read(root().join(REQUIREMENTS)).context(REQUIREMENTS)?;
    // Written at the end of an installation.
    let installed = folder.join("requirements.txt");
    if program.exists() && fs::read(&installed).is_ok_and(|it| it == wanted) {
        return Ok(Some(program));
    }
    if !makes_environments() {
        debian::install(&[VENV])?;
    }
    let done = step("install the vendor's Python SDK", || {
        fs::remove_dir_all(&folder).ok();
        install(&folder, &program)?;
        fs::write(&installed, &wanted).context("can't write its requirements.txt")
    });
    Ok(match done {
        Ok(()) => Some(program),
        Err(error) => {
            println!("── {error:#}; tests with the SDK are skipped");
            None
        }
    })
}

fn makes_environments() -> bool {
    let mut python = command("python3");
    python.args(["-c", "import ensurepip, venv"]).stderr(Stdio::null());
    python.status().is_ok_and(|status| status.success())
}

fn install(folder: &Path, program: &Path) -> Result<()> {
    run(command("python3").args(["-m", "venv"]).arg(folder))?;
    let flags = "-m pip install --quiet --disable-pip-version-check --no-input --require-hashes --only-binary :all: -r";
    run(command(program).args(flags.split(' ')).arg(REQUIREMENTS))
}
