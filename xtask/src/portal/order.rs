//! The order of a program's functions.
//!
//! It means nothing to the browser, and much to Brotli: generic code is compiled once for each of its types, and what
//! repeats itself is found where it is near. Each function is put behind the one that is most like it.

use std::{collections::HashMap, fs, path::Path};

use anyhow::{Context, Result};

use super::{compress::with_suffix, wasm};
use crate::run::{command, run};

/// Functions are alike by the sequences of so many bytes that both have.
const SEQUENCE: usize = 4;

/// A sequence that more functions have than this tells little about any of them.
const COMMON: usize = 1000;

/// How much the function before the last counts, of what the last one does; and so on with those before.
const MEMORY: f64 = 0.6;

/// Puts the functions of a program in their order, by wasm-opt: it sorts by name, and is given names for it.
pub(super) fn order(program: &Path, features: &[&str]) -> Result<()> {
    let plain = fs::read(program).with_context(|| format!("can't read {}", program.display()))?;
    let functions = wasm::Functions::of(&plain)?;
    let mut names = vec![String::new(); functions.bodies.len()];
    for (place, function) in by_likeness(&functions.bodies).into_iter().enumerate() {
        names[function] = format!("{place:06}");
    }
    let numbered = names.into_iter().enumerate();
    let numbered: Vec<_> = numbered.map(|(at, name)| (functions.imported + at, name)).collect();
    let named = with_suffix(program, "named");
    fs::write(&named, [plain, wasm::name_section(&numbered)].concat())?;
    // Without `--debuginfo` it drops the names before it sorts by them.
    run(command("wasm-opt")
        .args(["--debuginfo", "--reorder-functions-by-name"])
        .args(features)
        .arg(&named)
        .arg("--output")
        .arg(program))?;
    fs::remove_file(named)?;
    // The names have served.
    let ordered = wasm::without_custom_sections(&fs::read(program)?)?;
    fs::write(program, ordered)?;
    Ok(())
}

/// Begins with the longest function, and goes on with the one that is most like those before.
fn by_likeness(bodies: &[&[u8]]) -> Vec<usize> {
    let sequences: Vec<Vec<&[u8]>> = bodies.iter().map(|body| sequences(body)).collect();
    let mut owners: HashMap<&[u8], Vec<usize>> = HashMap::new();
    for (function, sequences) in sequences.iter().enumerate() {
        for sequence in sequences {
            owners.entry(sequence).or_default().push(function);
        }
    }
    let mut left: Vec<usize> = (0..bodies.len()).collect();
    let mut next = left.iter().copied().max_by_key(|function| bodies[*function].len());
    let mut order = Vec::with_capacity(bodies.len());
    let mut shared = vec![0_f64; bodies.len()];
    while let Some(function) = next {
        order.push(function);
        left.retain(|it| *it != function);
        shared.iter_mut().for_each(|shared| *shared *= MEMORY);
        for sequence in &sequences[function] {
            let owners = &owners[sequence];
            if owners.len() <= COMMON {
                owners.iter().for_each(|owner| shared[*owner] += 1.0);
            }
        }
        // In proportion, or the longest would be like everything; and the shortest like nothing in particular.
        let likeness = |it: usize| shared[it] / (sequences[it].len() as f64 + 20.0).sqrt();
        next = left
            .iter()
            .copied()
            .max_by(|a, b| likeness(*a).total_cmp(&likeness(*b)));
    }
    order
}

/// The sequences that a function has, each once.
fn sequences(body: &[u8]) -> Vec<&[u8]> {
    let mut all: Vec<&[u8]> = body.windows(SEQUENCE).collect();
    all.sort_unstable();
    all.dedup();
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_that_are_alike_come_together() {
        let bodies: [&[u8]; 4] = [
            b"one long body, first",
            b"another thing",
            b"one long body, 2nd",
            b"another",
        ];
        assert_eq!(by_likeness(&bodies), [0, 2, 3, 1]);
    }

    #[test]
    fn each_function_comes_once() {
        let bodies: [&[u8]; 4] = [b"", b"\x0b", b"same body", b"same body"];
        let mut order = by_likeness(&bodies);
        order.sort_unstable();
        assert_eq!(order, [0, 1, 2, 3]);
        assert!(by_likeness(&[]).is_empty());
    }
}
