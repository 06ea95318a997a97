//! As much of the binary format of WebAssembly as it takes to name functions and to tell them apart.

use anyhow::{Context, Result, bail};

const HEAD: &[u8] = b"\0asm\x01\0\0\0";
const CUSTOM: u8 = 0;
const IMPORT: u8 = 2;
pub(super) const EXPORT: u8 = 7;
pub(super) const START: u8 = 8;
pub(super) const ELEMENT: u8 = 9;
pub(super) const CODE: u8 = 10;
pub(super) const DATA: u8 = 11;
/// Of what is imported, the kind that is a function.
const FUNCTION: u8 = 0;
/// In the section of names, the part with those of functions.
const FUNCTION_NAMES: u8 = 1;

/// The functions of a program.
pub(super) struct Functions<'a> {
    /// How many the script gives it. They come first when functions are counted.
    pub(super) imported: usize,
    /// Those it has itself.
    pub(super) bodies: Vec<&'a [u8]>,
}

impl<'a> Functions<'a> {
    pub(super) fn of(wasm: &'a [u8]) -> Result<Self> {
        let mut found = Self {
            imported: 0,
            bodies: Vec::new(),
        };
        for (kind, mut section) in sections(wasm)? {
            match kind {
                IMPORT => found.imported = imports(section)?.len(),
                CODE => {
                    for _ in 0..number(&mut section)? {
                        found.bodies.push(sized(&mut section)?);
                    }
                }
                _ => {}
            }
        }
        Ok(found)
    }
}

/// The same program, with other names for what its script gives it.
pub(super) fn with_imports_renamed(wasm: &[u8], mut rename: impl FnMut(&str) -> Result<String>) -> Result<Vec<u8>> {
    let mut renamed = HEAD.to_vec();
    for (kind, section) in sections(wasm)? {
        renamed.push(kind);
        if kind == IMPORT {
            let imports = imports(section)?;
            let mut section = written(imports.len());
            for Import { module, name, of_type } in imports {
                section.extend(with_size(module));
                section.extend(with_size(rename(std::str::from_utf8(name)?)?.as_bytes()));
                section.push(FUNCTION);
                section.extend(written(of_type));
            }
            renamed.extend(with_size(&section));
        } else {
            renamed.extend(with_size(section));
        }
    }
    Ok(renamed)
}

/// The same program, with another content for its sections of a kind.
pub(super) fn with_section(
    wasm: &[u8],
    of_kind: u8,
    mut change: impl FnMut(&[u8]) -> Result<Vec<u8>>,
) -> Result<Vec<u8>> {
    let mut changed = HEAD.to_vec();
    for (kind, section) in sections(wasm)? {
        changed.push(kind);
        if kind == of_kind {
            changed.extend(with_size(&change(section)?));
        } else {
            changed.extend(with_size(section));
        }
    }
    Ok(changed)
}

/// A section of code with these functions.
pub(super) fn code_section(bodies: &[Vec<u8>]) -> Vec<u8> {
    let mut section = written(bodies.len());
    bodies.iter().for_each(|body| section.extend(with_size(body)));
    section
}

/// The same program, without what browsers don't read.
pub(super) fn without_custom_sections(wasm: &[u8]) -> Result<Vec<u8>> {
    let mut kept = HEAD.to_vec();
    for (kind, section) in sections(wasm)?.into_iter().filter(|(kind, _)| *kind != CUSTOM) {
        kept.push(kind);
        kept.extend(with_size(section));
    }
    Ok(kept)
}

/// The kind and the content of each section.
pub(super) fn sections(wasm: &[u8]) -> Result<Vec<(u8, &[u8])>> {
    let mut rest = wasm.strip_prefix(HEAD).context("not WebAssembly")?;
    let mut sections = Vec::new();
    while !rest.is_empty() {
        sections.push((take(&mut rest, 1)?[0], sized(&mut rest)?));
    }
    Ok(sections)
}

/// The content of the first section of a kind; nothing where there is none.
pub(super) fn section(wasm: &[u8], of_kind: u8) -> Result<&[u8]> {
    let section = sections(wasm)?.into_iter().find(|(kind, _)| *kind == of_kind);
    Ok(section.map_or(&[], |(_, section)| section))
}

/// The content of a section for tools.
pub(super) fn custom_section<'a>(wasm: &'a [u8], name: &str) -> Result<Option<&'a [u8]>> {
    for (kind, mut section) in sections(wasm)? {
        if kind == CUSTOM && sized(&mut section)? == name.as_bytes() {
            return Ok(Some(section));
        }
    }
    Ok(None)
}

/// A function that the script gives.
struct Import<'a> {
    module: &'a [u8],
    name: &'a [u8],
    of_type: usize,
}

fn imports(mut section: &[u8]) -> Result<Vec<Import<'_>>> {
    let count = number(&mut section)?;
    let import = |_| {
        let (module, name) = (sized(&mut section)?, sized(&mut section)?);
        if take(&mut section, 1)? != [FUNCTION] {
            bail!("something else than a function is imported");
        }
        let of_type = number(&mut section)?;
        Ok(Import { module, name, of_type })
    };
    (0..count).map(import).collect()
}

/// A section with names of functions, to append to a program that has none. In the order of the numbers of the functions.
pub(super) fn name_section(names: &[(usize, String)]) -> Vec<u8> {
    let mut map = written(names.len());
    for (function, name) in names {
        map.extend(written(*function));
        map.extend(with_size(name.as_bytes()));
    }
    let mut section = with_size(b"name");
    section.push(FUNCTION_NAMES);
    section.extend(with_size(&map));
    [&[CUSTOM], with_size(&section).as_slice()].concat()
}

pub(super) fn take<'a>(rest: &mut &'a [u8], count: usize) -> Result<&'a [u8]> {
    let (taken, left) = rest.split_at_checked(count).context("WebAssembly ends early")?;
    *rest = left;
    Ok(taken)
}

/// What follows its own size.
pub(super) fn sized<'a>(rest: &mut &'a [u8]) -> Result<&'a [u8]> {
    let size = number(rest)?;
    take(rest, size)
}

/// A number in LEB128.
pub(super) fn number(rest: &mut &[u8]) -> Result<usize> {
    let mut number = 0;
    for shift in (0..35).step_by(7) {
        let byte = take(rest, 1)?[0];
        number |= usize::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Ok(number);
        }
    }
    bail!("a number in WebAssembly does not end")
}

pub(super) fn with_size(content: &[u8]) -> Vec<u8> {
    [written(content.len()).as_slice(), content].concat()
}

pub(super) fn written(mut number: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let low = (number & 0x7f) as u8;
        number >>= 7;
        if number == 0 {
            bytes.push(low);
            return bytes;
        }
        bytes.push(low | 0x80);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_told_apart() {
        let import = b"\x02\x07\x01\x01m\x01f\x00\x00";
        let code = b"\x0a\x08\x02\x02\x00\x0b\x03\x00\x01\x0b";
        let wasm = [HEAD, import, code].concat();
        let found = Functions::of(&wasm).unwrap();
        assert_eq!(found.imported, 1);
        assert_eq!(found.bodies, [b"\x00\x0b".as_slice(), b"\x00\x01\x0b"]);
        assert!(Functions::of(&wasm[..wasm.len() - 1]).is_err());
        assert!(Functions::of(b"<!doctype html>").is_err());
    }

    #[test]
    fn numbers_are_read_as_they_are_written() {
        for it in [0, 1, 127, 128, 300, 16_384, 1 << 31] {
            assert_eq!(number(&mut written(it).as_slice()).unwrap(), it);
        }
    }

    #[test]
    fn names_are_a_section_of_their_own() {
        let section = name_section(&[(7, "a".into())]);
        assert_eq!(section, b"\x00\x0b\x04name\x01\x04\x01\x07\x01a");
        let named = [HEAD, &section, b"\x03\x01\0"].concat();
        assert_eq!(without_custom_sections(&named).unwrap(), [HEAD, b"\x03\x01\0"].concat());
    }
}
