//! The names by which WebAssembly and its script know each other's functions.
//!
//! wasm-bindgen ends each with 16 digits of a hash. Random digits don't compress: two hundred of them, in the script and in the
//! WebAssembly, are 3 kB of the first load. Numbers of the same length are as good, for each script has its own WebAssembly.

use std::{collections::HashMap, fs, ops::Range, path::Path};

use anyhow::Result;

const PREFIX: &[u8] = b"__wbg_";
const DIGITS: usize = 16;

/// Numbers the functions of every script in the folder that has a WebAssembly beside it.
pub(super) fn number(folder: &Path) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let script = entry?.path();
        let Some(name) = script.file_name().and_then(|name| name.to_str()?.strip_suffix(".js")) else {
            continue;
        };
        let wasm = folder.join(format!("{name}_bg.wasm"));
        if wasm.is_file() {
            let mut numbers = HashMap::new();
            for file in [&script, &wasm] {
                let mut content = fs::read(file)?;
                renumber(&mut content, &mut numbers);
                fs::write(file, content)?;
            }
        }
    }
    Ok(())
}

fn renumber(content: &mut [u8], numbers: &mut HashMap<Vec<u8>, usize>) {
    for hash in hashes(content) {
        let next = numbers.len();
        let number = *numbers.entry(content[hash.clone()].to_vec()).or_insert(next);
        content[hash].copy_from_slice(format!("{number:0DIGITS$}").as_bytes());
    }
}

/// Where the hashes are.
fn hashes(content: &[u8]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = content[at..].windows(PREFIX.len()).position(|part| part == PREFIX) {
        let start = at + start;
        let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
        at = start + content[start..].iter().take_while(|byte| is_word(byte)).count();
        let hash = at.saturating_sub(DIGITS)..at;
        let is_hash = hash.start > start + PREFIX.len()
            && content[hash.start - 1] == b'_'
            && content[hash.clone()].iter().all(u8::is_ascii_hexdigit);
        found.extend(is_hash.then_some(hash));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_numbered_alike_in_both() {
        let mut numbers = HashMap::new();
        let mut script =
            b"__wbg_new_0123456789abcdef() { x.__wbg_ptr } __wbg_new_fedcba9876543210(), __wbg_free(".to_vec();
        renumber(&mut script, &mut numbers);
        let text = "__wbg_new_0000000000000000() { x.__wbg_ptr } __wbg_new_0000000000000001(), __wbg_free(";
        assert_eq!(String::from_utf8(script).unwrap(), text);
        let mut wasm = b"\x1a__wbg_new_fedcba9876543210\0\x1a__wbg_new_0123456789abcdef\0".to_vec();
        renumber(&mut wasm, &mut numbers);
        assert_eq!(
            wasm,
            b"\x1a__wbg_new_0000000000000001\0\x1a__wbg_new_0000000000000000\0"
        );
    }
}
