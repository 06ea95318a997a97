//! The tools that build the portal. Missing ones are installed in a folder in the user's cache that all checkouts share.

use std::{
    env,
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};

use crate::{
    run::{cargo, command, on_path, output, run, step},
    workspace,
};

const TRUNK: &str = "0.21.14";
const CARGO_DENY: &str = "0.20.2";
/// wasm-opt, which makes the program smaller.
const BINARYEN: Npm = Npm {
    package: "binaryen",
    program: "wasm-opt",
    version: "132.0.0",
};
/// Makes the scripts smaller.
const ESBUILD: Npm = Npm {
    package: "esbuild",
    program: "esbuild",
    version: "0.28.2",
};
const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// What the portal is built with.
pub(crate) struct PortalTools {
    /// PATH with the tools in front: Trunk takes them from there.
    pub(crate) path: OsString,
    /// wasm-opt and esbuild need npm.
    pub(crate) has_optimizers: bool,
}

/// Everything that `portal` and `check` need.
pub(crate) fn all() -> Result<PortalTools> {
    cargo_deny()?;
    portal()
}

/// Trunk and what it calls.
pub(crate) fn portal() -> Result<PortalTools> {
    wasm_target()?;
    let trunk = installed(&Crate {
        name: "trunk",
        program: "trunk",
        version: TRUNK,
        flags: "--locked --no-default-features --features rustls",
    })?;
    let optimizers = optimizers()?;
    let has_optimizers = !optimizers.is_empty();
    let path = with_path([trunk, wasm_bindgen()?].into_iter().chain(optimizers))?;
    Ok(PortalTools { path, has_optimizers })
}

/// The folder of `wasm-bindgen` and its test runner: exactly the version that Cargo.lock has, for the two speak a
/// private format.
pub(crate) fn wasm_bindgen() -> Result<PathBuf> {
    installed(&Crate {
        name: "wasm-bindgen-cli",
        program: "wasm-bindgen",
        version: &workspace::locked_version("wasm-bindgen")?,
        // Its own lock file names versions that newer compilers refuse.
        flags: "",
    })
}

/// The folder of `cargo-deny`.
pub(crate) fn cargo_deny() -> Result<PathBuf> {
    let flags = "--locked --no-default-features";
    installed(&Crate {
        name: "cargo-deny",
        program: "cargo-deny",
        version: CARGO_DENY,
        flags,
    })
}

/// The compiler's target for the browser.
pub(crate) fn wasm_target() -> Result<()> {
    let libraries = output(command("rustc").args(["--print", "target-libdir", "--target", WASM_TARGET]))?;
    if Path::new(libraries.trim()).is_dir() {
        return Ok(());
    }
    step(&format!("rustup target add {WASM_TARGET}"), || {
        run(command("rustup").args(["target", "add", WASM_TARGET]))
    })
    .with_context(|| format!("Rust's target {WASM_TARGET} is missing; without rustup, your distribution may have it"))
}

/// PATH with folders in front of it.
pub(crate) fn with_path(folders: impl IntoIterator<Item = PathBuf>) -> Result<OsString> {
    let path = env::var_os("PATH").unwrap_or_default();
    env::join_paths(folders.into_iter().chain(env::split_paths(&path))).context("a folder of a tool can't be in PATH")
}

struct Crate<'a> {
    name: &'a str,
    program: &'a str,
    version: &'a str,
    /// Of `cargo install`, separated by spaces.
    flags: &'a str,
}

/// The folder that has the program in the wanted version.
fn installed(it: &Crate) -> Result<PathBuf> {
    if let Some(file) = on_path(it.program).filter(|file| has_version(file, it.version)) {
        return Ok(file.parent().unwrap_or(Path::new("/")).to_owned());
    }
    let root = home()?.join(format!("{}-{}", it.name, it.version));
    let folder = root.join("bin");
    if !has_version(&folder.join(it.program), it.version) {
        step(&format!("install {} {}", it.name, it.version), || install(it, &root)).with_context(|| {
            format!(
                "{0} {1} is missing; get it by `cargo install {0} --version {1} {2}`",
                it.name, it.version, it.flags
            )
        })?;
    }
    Ok(folder)
}

fn install(it: &Crate, root: &Path) -> Result<()> {
    let build = workspace::scratch()?.join(format!("install-{}", it.name));
    let result = run(
        cargo(format!("install --quiet {}@{} {}", it.name, it.version, it.flags).trim_end())
            .arg("--root")
            .arg(root)
            .env("CARGO_TARGET_DIR", &build)
            // The tools run for seconds: what they are compiled for is to be compiled soon.
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0")
            .env("CARGO_PROFILE_RELEASE_LTO", "off")
            .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
            .env("CARGO_PROFILE_RELEASE_DEBUG", "0"),
    );
    // It takes several hundred megabytes, and the tool is only built once.
    fs::remove_dir_all(&build).ok();
    result
}

fn has_version(program: &Path, version: &str) -> bool {
    let said = Command::new(program).arg("--version").output();
    said.is_ok_and(|said| {
        String::from_utf8_lossy(&said.stdout)
            .split_whitespace()
            .any(|word| word == version)
    })
}

/// The folders of wasm-opt and esbuild; none without npm.
fn optimizers() -> Result<Vec<PathBuf>> {
    if on_path("npm").is_none() {
        println!("── npm is missing: wasm-opt and esbuild are left out, and the portal is larger");
        return Ok(Vec::new());
    }
    [BINARYEN, ESBUILD].iter().map(npm).collect()
}

/// A program that comes by npm.
struct Npm {
    package: &'static str,
    program: &'static str,
    version: &'static str,
}

/// The folder that has the program in the wanted version.
fn npm(it: &Npm) -> Result<PathBuf> {
    let root = home()?.join(format!("{}-{}", it.package, it.version));
    let folder = root.join("node_modules/.bin");
    if !folder.join(it.program).exists() {
        let package = format!("{}@{}", it.package, it.version);
        step(&format!("install {package} ({})", it.program), || {
            fs::create_dir_all(&root)?;
            run(command("npm")
                .args([
                    "install",
                    "--no-save",
                    "--no-audit",
                    "--no-fund",
                    "--loglevel=error",
                    "--prefix",
                ])
                .arg(&root)
                .arg(package))
        })?;
    }
    Ok(folder)
}

/// Where tools are installed.
fn home() -> Result<PathBuf> {
    let cache = match env::var_os("XDG_CACHE_HOME").filter(|folder| !folder.is_empty()) {
        Some(folder) => PathBuf::from(folder),
        None => PathBuf::from(env::var_os("HOME").context("HOME is not set")?).join(".cache"),
    };
    Ok(cache.join("keyward/tools"))
}
