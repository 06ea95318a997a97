//! Turns the English texts of `locales/en` into one function for each, and refuses what is wrong with them.

use std::{env, fs, path::PathBuf};

use keyward_catalogue::compiler::Catalogue;

#[expect(
    clippy::disallowed_methods,
    reason = "Cargo tells a build script everything by the environment"
)]
fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=locales/en");
    let out = env::var_os("OUT_DIR")
        .map(PathBuf::from)
        .unwrap_or_default()
        .join("text.rs");
    match Catalogue::read("locales/en".as_ref()) {
        Ok(catalogue) => {
            fs::write(&out, catalogue.rust()).unwrap_or_else(|error| println!("cargo::error=can't write: {error}"))
        }
        Err(faults) => faults.lines().for_each(|fault| println!("cargo::error={fault}")),
    }
    // The linker then leaves behind what names what in the program: `xtask/src/portal/unused.rs` drops from it what only panics use.
    let is = |name, value| env::var(name).is_ok_and(|it| it == value);
    if is("CARGO_CFG_TARGET_ARCH", "wasm32") && is("OPT_LEVEL", "z") {
        println!("cargo::rustc-link-arg-bins=--emit-relocs");
    }
}
