//! What a program has only for its panics: functions that are called by their number in a table, and data.
//!
//! wasm-opt knows neither who takes such a number nor who reads which bytes. The linker does (`links.rs`).

use anyhow::{Result, bail};

use super::{
    links::{Is, Link, Links, elements, segments, within},
    panics::Panics,
    wasm::{self, Functions, section},
};

/// What nothing uses in a program that can't panic.
#[derive(Debug, PartialEq)]
pub(super) struct Unused {
    /// Numbers in the table of functions.
    slots: Vec<usize>,
    /// Addresses, from and up to.
    data: Vec<(usize, usize)>,
}

impl Unused {
    /// Of a program as the linker leaves it.
    pub(super) fn of(linked: &[u8]) -> Result<Self> {
        let functions = Functions::of(linked)?;
        let panics = Panics::of(&functions)?;
        let links = Links::of(linked)?;
        let mut used = Used {
            links: &links,
            functions: vec![false; functions.imported + functions.bodies.len()],
            taken: vec![false; functions.imported + functions.bodies.len()],
            symbols: vec![false; links.symbols.len()],
            todo: Vec::new(),
        };
        used.todo
            .extend(links.roots.iter().map(|function| Todo::Function(*function)));
        used.follow(&functions, &panics);
        let slots = links.slots.iter().filter(|(_, function)| !used.taken[*function]);
        let slots = slots.map(|(slot, _)| *slot).collect();
        Ok(Self {
            slots,
            data: used.unused_data(),
        })
    }

    /// The same program without it, as wasm-bindgen makes it of the one that the linker leaves. The function `stop` takes the
    /// place of others in the table.
    pub(super) fn drop_from(&self, linked: &[u8], wasm: &[u8], stop: usize) -> Result<Vec<u8>> {
        if section(linked, wasm::DATA)? != section(wasm, wasm::DATA)? {
            bail!("it has other data than what the linker left");
        }
        let wasm = wasm::with_section(wasm, wasm::ELEMENT, |section| {
            let mut elements = elements(section)?;
            for (slot, function) in &mut elements.functions {
                if self.slots.binary_search(slot).is_ok() {
                    *function = stop;
                }
            }
            Ok(elements.written())
        })?;
        wasm::with_section(&wasm, wasm::DATA, |section| {
            let mut blank = section.to_vec();
            for segment in segments(section)? {
                for &(start, end) in &self.data {
                    let start = start.max(segment.address);
                    let end = end.min(segment.address + segment.size);
                    if start < end {
                        let offset = segment.offset + start - segment.address;
                        blank[offset..offset + end - start].fill(0);
                    }
                }
            }
            Ok(blank)
        })
    }
}

/// What is to be looked at.
enum Todo {
    Function(usize),
    Symbol(usize),
}

/// What has been found to be used.
struct Used<'a> {
    links: &'a Links,
    functions: Vec<bool>,
    /// Functions whose number in the table is used.
    taken: Vec<bool>,
    symbols: Vec<bool>,
    todo: Vec<Todo>,
}

impl Used<'_> {
    fn follow(&mut self, functions: &Functions, panics: &Panics) {
        for (at, symbol) in self.links.symbols.iter().enumerate() {
            if symbol.is_kept {
                self.todo.push(Todo::Symbol(at));
            }
        }
        while let Some(todo) = self.todo.pop() {
            match todo {
                Todo::Function(function) => {
                    if std::mem::replace(&mut self.functions[function], true) || function < functions.imported {
                        continue;
                    }
                    let body = function - functions.imported;
                    let (start, end) = self.links.bodies[body];
                    for link in within(&self.links.of_code, start, end) {
                        let at = link.at - start;
                        let is_cut = panics.cuts[body].iter().any(|(from, to)| (*from..*to).contains(&at));
                        if !is_cut {
                            self.mark(link);
                        }
                    }
                }
                Todo::Symbol(at) => {
                    if std::mem::replace(&mut self.symbols[at], true) {
                        continue;
                    }
                    match self.links.symbols[at].is {
                        Is::Function(function) => self.todo.push(Todo::Function(function)),
                        Is::Data(segment, offset, size) => {
                            let start = self.links.segments[segment].offset + offset;
                            for link in within(&self.links.of_data, start, start + size) {
                                self.mark(link);
                            }
                        }
                        Is::Other => {}
                    }
                }
            }
        }
    }

    fn mark(&mut self, link: &Link) {
        if link.takes_number
            && let Is::Function(function) = self.links.symbols[link.symbol].is
        {
            self.taken[function] = true;
        }
        self.todo.push(Todo::Symbol(link.symbol));
    }

    /// Data of symbols that are not used, unless one that is used has it, too.
    fn unused_data(&self) -> Vec<(usize, usize)> {
        let mut ranges: [Vec<(usize, usize)>; 2] = Default::default();
        for (symbol, used) in self.links.symbols.iter().zip(&self.symbols) {
            if let Is::Data(segment, offset, size) = symbol.is {
                let start = self.links.segments[segment].address + offset;
                ranges[usize::from(*used)].push((start, start + size));
            }
        }
        let [mut unused, mut used] = ranges;
        used.sort_unstable();
        unused.sort_unstable();
        let mut left = Vec::new();
        for (mut start, end) in unused {
            let begin = start;
            for &(from, to) in used.iter().filter(|(from, to)| *from < end && *to > begin) {
                if start < from {
                    left.push((start, from));
                }
                start = start.max(to);
            }
            if start < end {
                left.push((start, end));
            }
        }
        left
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::portal::{
        links::{Segment, Symbol},
        wasm::with_size,
    };

    fn section_of(kind: u8, content: &[u8]) -> Vec<u8> {
        [&[kind], with_size(content).as_slice()].concat()
    }

    fn custom(name: &str, content: &[u8]) -> Vec<u8> {
        section_of(0, &[&with_size(name.as_bytes()), content].concat())
    }

    /// The function 0 uses data at 16, which has the number 2 of the function 3; with data at 20 and the number 1 of
    /// the function 2 it calls the function 1, which panics.
    fn linked() -> Vec<u8> {
        let bodies = [
            b"\x00\x41\x10\x1a\x02\x40\x41\x14\x41\x01\x10\x01\x00\x0b\x0b".to_vec(),
            b"\x00\x00\x0b".to_vec(),
            b"\x00\x0b".to_vec(),
            b"\x00\x0b".to_vec(),
        ];
        // Data at 16 and 20, and the functions 1 to 3.
        let symbols = b"\x05\x01\x00\x01a\x00\x00\x04\x01\x00\x01b\x00\x04\x04\x00\x00\x01\x01f\x00\x00\x02\x01g\x00\x00\x03\x01h";
        [
            b"\0asm\x01\0\0\0".to_vec(),
            section_of(wasm::EXPORT, b"\x01\x01f\x00\x00"),
            section_of(wasm::ELEMENT, b"\x01\x00\x41\x01\x0b\x02\x02\x03"),
            section_of(wasm::CODE, &wasm::code_section(&bodies)),
            section_of(wasm::DATA, b"\x01\x00\x41\x10\x0b\x08\x02\x00\x00\x00text"),
            custom("linking", &[&[2, 8], with_size(symbols).as_slice()].concat()),
            custom(
                "reloc.CODE",
                b"\x03\x04\x04\x04\x00\x00\x04\x09\x01\x00\x01\x0b\x03\x00\x0d\x02",
            ),
            custom("reloc.DATA", b"\x04\x01\x02\x06\x04"),
        ]
        .concat()
    }

    #[test]
    fn what_only_a_panic_uses_goes() {
        let linked = linked();
        let unused = Unused::of(&linked).unwrap();
        assert_eq!(
            unused,
            Unused {
                slots: vec![1],
                data: vec![(20, 24)],
            }
        );
        let left = unused.drop_from(&linked, &linked, 1).unwrap();
        assert_eq!(
            section(&left, wasm::ELEMENT).unwrap(),
            b"\x01\x00\x41\x01\x0b\x02\x01\x03"
        );
        assert_eq!(
            section(&left, wasm::DATA).unwrap(),
            b"\x01\x00\x41\x10\x0b\x08\x02\x00\x00\x00\0\0\0\0"
        );
    }

    #[test]
    fn another_program_is_refused() {
        let linked = linked();
        let unused = Unused::of(&linked).unwrap();
        let other = wasm::with_section(&linked, wasm::DATA, |_| Ok(b"\x00".to_vec())).unwrap();
        assert!(unused.drop_from(&linked, &other, 1).is_err());
        assert!(Unused::of(b"\0asm\x01\0\0\0").is_err());
    }

    #[test]
    fn data_of_two_symbols_stays_while_one_is_used() {
        let unused = |ranges: &[(usize, usize, bool)]| {
            let symbol = |&(start, end, _): &(usize, usize, bool)| Symbol {
                is: Is::Data(0, start, end - start),
                is_kept: false,
            };
            let links = Links {
                symbols: ranges.iter().map(symbol).collect(),
                segments: vec![Segment {
                    address: 100,
                    offset: 0,
                    size: 50,
                }],
                ..Default::default()
            };
            let symbols = ranges.iter().map(|(_, _, is_used)| *is_used).collect();
            Used {
                links: &links,
                functions: Vec::new(),
                taken: Vec::new(),
                symbols,
                todo: Vec::new(),
            }
            .unused_data()
        };
        assert_eq!(unused(&[(0, 9, false), (3, 6, true)]), [(100, 103), (106, 109)]);
        assert_eq!(unused(&[(3, 6, false), (0, 9, true)]), []);
        assert_eq!(unused(&[(0, 9, false), (0, 4, true), (2, 9, true)]), []);
    }
}
