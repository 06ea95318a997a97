//! What becomes of a program after wasm-bindgen.

use std::{fs, path::Path};

use anyhow::{Context, Result};

use super::{
    PROFILE, order,
    panics::Panics,
    unused::Unused,
    wasm::{self, Functions},
};
use crate::{
    run::{command, on_path, run},
    workspace,
};

/// What every browser that the portal supports has.
const FEATURES: &[&str] = &[
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-call-indirect-overlong",
    "--enable-extended-const",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// Small before fast. A long function stays one where a single place calls it: within its caller it is less like others. And no
/// data is at the lowest addresses, where the end of the stack is.
const OPTIONS: &[&str] = &["-Oz", "--one-caller-inline-max-function-size=60", "--low-memory-unused"];

/// Makes a program as small as it gets, by wasm-opt where that is there.
pub(super) fn optimize(program: &Path) -> Result<()> {
    let wasm = fs::read(program).with_context(|| format!("can't read {}", program.display()))?;
    let wasm = without_panics(&wasm).with_context(|| format!("can't leave panics out of {}", program.display()))?;
    // The rest of these sections is for tools.
    fs::write(program, wasm::without_custom_sections(&wasm)?)?;
    if on_path("wasm-opt").is_some() {
        run(command("wasm-opt")
            .args(OPTIONS)
            .args(FEATURES)
            .arg(program)
            .arg("--output")
            .arg(program))?;
        order::order(program, FEATURES)?;
    }
    Ok(())
}

/// A program without that of which the linker says nothing, such as one that has been here before, stays as it is.
fn without_panics(wasm: &[u8]) -> Result<Vec<u8>> {
    let Some(left) = wasm::custom_section(wasm, LINKER)? else {
        return Ok(wasm.to_vec());
    };
    let linked = linked(left)?;
    let panics = Panics::of(&Functions::of(wasm)?)?;
    let stop = panics.ends.iter().position(|ends| *ends);
    let stop = stop.context("nothing in it panics")?;
    Unused::of(&linked)?.drop_from(&linked, &panics.cut(wasm)?, stop)
}

/// The section of the linker that is the same before wasm-bindgen and after.
const LINKER: &str = "linking";

/// The program as the linker left it: what it says of instructions does not apply to what wasm-bindgen makes of them.
fn linked(left: &[u8]) -> Result<Vec<u8>> {
    let folder = workspace::target()?.join("wasm32-unknown-unknown").join(PROFILE);
    let entries = fs::read_dir(&folder).with_context(|| format!("can't list {}", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_some_and(|kind| kind == "wasm") {
            let linked = fs::read(path)?;
            if wasm::custom_section(&linked, LINKER)? == Some(left) {
                return Ok(linked);
            }
        }
    }
    anyhow::bail!("{} does not have it as the linker left it", folder.display())
}
