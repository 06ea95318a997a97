//! What the linker leaves behind where it is told to (`--emit-relocs`, by `build.rs`): which instructions and which data name
//! which function or which data.

use anyhow::{Context, Result, bail};

use super::wasm::{self, number, section, sized, take, written};

/// Something that names a symbol.
pub(super) struct Link {
    /// Where, in the content of its section.
    pub(super) at: usize,
    pub(super) symbol: usize,
    /// It takes the number of the function in the table.
    pub(super) takes_number: bool,
}

pub(super) struct Symbol {
    pub(super) is: Is,
    /// Something beyond the program asks for it.
    pub(super) is_kept: bool,
}

pub(super) enum Is {
    Function(usize),
    /// In a segment, at an offset, of a size.
    Data(usize, usize, usize),
    Other,
}

/// What the linker leaves behind, and where it applies.
#[derive(Default)]
pub(super) struct Links {
    pub(super) symbols: Vec<Symbol>,
    pub(super) of_code: Vec<Link>,
    pub(super) of_data: Vec<Link>,
    /// Where each body is in the section of code.
    pub(super) bodies: Vec<(usize, usize)>,
    pub(super) segments: Vec<Segment>,
    /// Numbers in the table, and their functions.
    pub(super) slots: Vec<(usize, usize)>,
    /// What the script calls.
    pub(super) roots: Vec<usize>,
}

impl Links {
    pub(super) fn of(linked: &[u8]) -> Result<Self> {
        let custom = |name: &str| {
            let section = wasm::custom_section(linked, name)?;
            section.with_context(|| format!("the linker left no section {name}"))
        };
        Ok(Self {
            symbols: symbols(custom("linking")?)?,
            of_code: links(custom("reloc.CODE")?)?,
            of_data: links(custom("reloc.DATA")?)?,
            bodies: bodies(section(linked, wasm::CODE)?)?,
            segments: segments(section(linked, wasm::DATA)?)?,
            slots: elements(section(linked, wasm::ELEMENT)?)?.functions,
            roots: roots(linked)?,
        })
    }
}

pub(super) fn within(links: &[Link], start: usize, end: usize) -> &[Link] {
    let first = links.partition_point(|link| link.at < start);
    let count = links[first..].partition_point(|link| link.at < end);
    &links[first..first + count]
}

/// The functions that a script may call.
fn roots(wasm: &[u8]) -> Result<Vec<usize>> {
    let mut roots = Vec::new();
    let mut rest = section(wasm, wasm::EXPORT)?;
    if !rest.is_empty() {
        for _ in 0..number(&mut rest)? {
            sized(&mut rest)?;
            let is_function = take(&mut rest, 1)? == [0];
            let it = number(&mut rest)?;
            roots.extend(is_function.then_some(it));
        }
    }
    let mut start = section(wasm, wasm::START)?;
    if !start.is_empty() {
        roots.push(number(&mut start)?);
    }
    Ok(roots)
}

fn bodies(code: &[u8]) -> Result<Vec<(usize, usize)>> {
    let mut rest = code;
    let count = number(&mut rest)?;
    let body = |_| {
        let body = sized(&mut rest)?;
        let end = code.len() - rest.len();
        Ok((end - body.len(), end))
    };
    (0..count).map(body).collect()
}

/// Bytes that the memory has at first.
pub(super) struct Segment {
    pub(super) address: usize,
    /// Where they are in the section.
    pub(super) offset: usize,
    pub(super) size: usize,
}

pub(super) fn segments(data: &[u8]) -> Result<Vec<Segment>> {
    let mut rest = data;
    let count = number(&mut rest)?;
    let segment = |_| {
        let address = address(&mut rest)?;
        let size = sized(&mut rest)?.len();
        let offset = data.len() - rest.len() - size;
        Ok(Segment { address, offset, size })
    };
    (0..count).map(segment).collect()
}

/// The table of functions, as the program fills it.
pub(super) struct Elements {
    first: usize,
    pub(super) functions: Vec<(usize, usize)>,
}

impl Elements {
    pub(super) fn written(&self) -> Vec<u8> {
        let mut section = written(1);
        section.extend([0, I32_CONST]);
        section.extend(written_signed(self.first));
        section.push(END);
        section.extend(written(self.functions.len()));
        for (_, function) in &self.functions {
            section.extend(written(*function));
        }
        section
    }
}

pub(super) fn elements(mut section: &[u8]) -> Result<Elements> {
    if number(&mut section)? != 1 {
        bail!("the table of functions is filled in several steps");
    }
    let first = address(&mut section)?;
    let count = number(&mut section)?;
    let function = |at| Ok((first + at, number(&mut section)?));
    let functions = (0..count).map(function).collect::<Result<_>>()?;
    Ok(Elements { first, functions })
}

const I32_CONST: u8 = 0x41;
const END: u8 = 0x0b;

/// Where a segment begins that goes to a place known beforehand.
fn address(rest: &mut &[u8]) -> Result<usize> {
    if take(rest, 2)? != [0, I32_CONST] {
        bail!("where a segment goes is not known beforehand");
    }
    let address = number(rest)?;
    if take(rest, 1)? != [END] {
        bail!("where a segment goes is more than a number");
    }
    Ok(address)
}

/// A number that could have a sign, of which the last byte has a bit of its own.
fn written_signed(number: usize) -> Vec<u8> {
    let mut bytes = written(number);
    if let Some(last) = bytes.last_mut()
        && *last & 0x40 != 0
    {
        *last |= 0x80;
        bytes.push(0);
    }
    bytes
}

/// In the section `linking`, the part with symbols.
const SYMBOL_TABLE: u8 = 8;

fn symbols(mut section: &[u8]) -> Result<Vec<Symbol>> {
    if number(&mut section)? != 2 {
        bail!("the linker speaks another version");
    }
    while !section.is_empty() {
        let kind = take(&mut section, 1)?[0];
        let mut part = sized(&mut section)?;
        if kind == SYMBOL_TABLE {
            let count = number(&mut part)?;
            return (0..count).map(|_| symbol(&mut part)).collect();
        }
    }
    bail!("the linker left no symbols")
}

fn symbol(rest: &mut &[u8]) -> Result<Symbol> {
    const UNDEFINED: usize = 0x10;
    const EXPORTED: usize = 0x20;
    const EXPLICIT_NAME: usize = 0x40;
    const NO_STRIP: usize = 0x80;
    let kind = take(rest, 1)?[0];
    let flags = number(rest)?;
    let is_defined = flags & UNDEFINED == 0;
    let is = match kind {
        // Functions; globals, tags, tables.
        0 | 2 | 4 | 5 => {
            let it = number(rest)?;
            if is_defined || flags & EXPLICIT_NAME != 0 {
                sized(rest)?;
            }
            if kind == 0 { Is::Function(it) } else { Is::Other }
        }
        // Data.
        1 => {
            sized(rest)?;
            if is_defined {
                Is::Data(number(rest)?, number(rest)?, number(rest)?)
            } else {
                Is::Other
            }
        }
        // Sections.
        3 => {
            number(rest)?;
            Is::Other
        }
        other => bail!("the linker left a symbol of an unknown kind: {other}"),
    };
    let is_kept = kind == 1 && flags & (EXPORTED | NO_STRIP) != 0;
    Ok(Symbol { is, is_kept })
}

fn links(mut section: &[u8]) -> Result<Vec<Link>> {
    number(&mut section)?;
    let count = number(&mut section)?;
    let mut links = Vec::with_capacity(count);
    for _ in 0..count {
        let kind = take(&mut section, 1)?[0];
        let at = number(&mut section)?;
        let symbol = number(&mut section)?;
        match kind {
            // Of a function: its number, or its number in the table.
            0..=2 => links.push(Link {
                at,
                symbol,
                takes_number: kind != 0,
            }),
            // Of data, with what is added to the address.
            3..=5 => {
                links.push(Link {
                    at,
                    symbol,
                    takes_number: false,
                });
                while take(&mut section, 1)?[0] >= 0x80 {}
            }
            // Of a type, a global variable, a tag or a table.
            6 | 7 | 10 | 20 => {}
            other => bail!("the linker left a link of an unknown kind: {other}"),
        }
    }
    links.sort_by_key(|link| link.at);
    Ok(links)
}
