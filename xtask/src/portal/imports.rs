//! The names by which WebAssembly and its script know each other's functions.
//!
//! wasm-bindgen makes each of what it does, of where it comes from and of a hash: two hundred of them, in the script and in
//! the WebAssembly, are 4 kB of the first load. A number is as good, for each script has its own WebAssembly.

use std::{fs, path::Path};

use anyhow::{Context, Result, bail};

use super::{program_of, stamp::files, wasm};

/// How the names begin that wasm-bindgen gives.
const PREFIX: &str = "__wb";

/// Numbers the functions of every script in the folder that has a WebAssembly beside it.
pub(super) fn number(folder: &Path) -> Result<()> {
    for script in files(folder)? {
        if let Some(program) = program_of(&script) {
            let text = fs::read_to_string(&script)?;
            let (text, wasm) = numbered(text, &fs::read(&program)?)
                .with_context(|| format!("{} does not fit its WebAssembly", script.display()))?;
            fs::write(script, text)?;
            fs::write(program, wasm)?;
        }
    }
    Ok(())
}

fn numbered(mut script: String, wasm: &[u8]) -> Result<(String, Vec<u8>)> {
    let mut count = 0;
    let wasm = wasm::with_imports_renamed(wasm, |name| {
        if !name.starts_with(PREFIX) {
            return Ok(name.to_owned());
        }
        let [at] = places(&script, name)[..] else {
            bail!("{name} is not there once");
        };
        let short = format!("i{count}");
        count += 1;
        script.replace_range(at..at + name.len(), &short);
        Ok(short)
    })?;
    Ok((script, wasm))
}

/// Where a name is, as a whole word.
fn places(script: &str, name: &str) -> Vec<usize> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$';
    let places = script.match_indices(name).map(|(at, _)| at);
    places
        .filter(|at| !script[..*at].ends_with(is_word) && !script[at + name.len()..].starts_with(is_word))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const WASM: &[u8] = b"\0asm\x01\0\0\0\x02\x16\x02\x01m\x06__wbg1\0\0\x01m\x05__wbg\0\0\x03\x01\0";

    #[test]
    fn functions_are_numbered_alike_in_both() {
        let (script, wasm) = numbered("{ __wbg: a, __wbg1: b, x__wbg: c }".into(), WASM).unwrap();
        assert_eq!(script, "{ i1: a, i0: b, x__wbg: c }");
        assert_eq!(
            wasm,
            b"\0asm\x01\0\0\0\x02\x0f\x02\x01m\x02i0\0\0\x01m\x02i1\0\0\x03\x01\0"
        );
        assert_eq!(numbered(script.clone(), &wasm).unwrap(), (script, wasm));
    }

    #[test]
    fn a_script_that_does_not_fit_is_refused() {
        assert!(numbered("{ __wbg: a }".into(), WASM).is_err());
        assert!(numbered("{ __wbg: a, __wbg1: b }; __wbg".into(), WASM).is_err());
    }
}
