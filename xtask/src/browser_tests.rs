//! The Playwright harness in tests/e2e.

use std::{fs, path::PathBuf, process::Command};

use anyhow::Result;

use crate::{
    debian::{self, Package},
    run::{command, run, step},
    workspace,
};

/// Where the harness is.
pub(crate) fn folder() -> PathBuf {
    workspace::root().join("tests/e2e")
}

/// Its dependencies, as package-lock.json has them.
pub(crate) fn install() -> Result<()> {
    debian::install(&[Package {
        program: "npm",
        package: "npm",
    }])?;
    let folder = folder();
    let changed = |file: &str| fs::metadata(folder.join(file)).and_then(|data| data.modified());
    // npm writes the second file at the end of an installation.
    if let (Ok(wanted), Ok(installed)) = (changed("package-lock.json"), changed("node_modules/.package-lock.json"))
        && wanted <= installed
    {
        return Ok(());
    }
    step("install the browser tests' dependencies", || {
        run(command("npm")
            .args(["ci", "--no-audit", "--no-fund", "--loglevel=error"])
            .current_dir(&folder))
    })
}

/// The browsers, the driver that the WebAssembly tests need, a display for browsers that can't do without one, and the tools with
/// which tests prepare a database, read what is on paper, and drive a screen reader.
pub(crate) fn install_browser() -> Result<()> {
    debian::install(&[
        Package {
            program: "chromium",
            package: "chromium",
        },
        Package {
            program: "chromium-headless-shell",
            package: "chromium-headless-shell",
        },
        Package {
            program: "chromedriver",
            package: "chromium-driver",
        },
        Package {
            program: "firefox-esr",
            package: "firefox-esr",
        },
        Package {
            program: "WebKitWebDriver",
            package: "webkit2gtk-driver",
        },
        Package {
            program: "sqlite3",
            package: "sqlite3",
        },
        Package {
            program: "pdftotext",
            package: "poppler-utils",
        },
        Package {
            program: "orca",
            package: "orca",
        },
        Package {
            program: "dbus-run-session",
            package: "dbus-daemon",
        },
        Package {
            program: "xvfb-run",
            package: "xvfb",
        },
        Package {
            program: "xauth",
            package: "xauth",
        },
        Package {
            program: "xdotool",
            package: "xdotool",
        },
    ])
}

/// A program of the dependencies, in the harness's folder.
pub(crate) fn program(name: &str) -> Command {
    let folder = folder();
    let mut program = command(folder.join("node_modules/.bin").join(name));
    program.current_dir(folder);
    program
}
