//! Panics without what they would say.
//!
//! A panic ends the program, and in the browser no one reads what it says: its text, its place in the source and the code
//! that puts them together are 10 kB of the first load. What leads to a panic and nothing else becomes a trap, as the
//! panic itself ends in one; the page then says that it broke (`src/boot.js`).

use anyhow::Result;

use super::{
    code::{Does, Instruction, instructions},
    wasm::{self, Functions},
};

/// The instruction that ends the program.
const TRAP: u8 = 0x00;

/// What of a program does nothing but panic.
pub(super) struct Panics {
    /// Whether a function, counted with those of the script, only panics.
    pub(super) ends: Vec<bool>,
    /// For each function of the program itself, the ranges of its body that only lead to a panic.
    pub(super) cuts: Vec<Vec<(usize, usize)>>,
}

impl Panics {
    pub(super) fn of(functions: &Functions) -> Result<Self> {
        let bodies = functions.bodies.iter().map(|body| instructions(body));
        let bodies = bodies.collect::<Result<Vec<_>>>()?;
        let ends = dead_ends(functions.imported, &bodies);
        let cuts = bodies.iter().enumerate().map(|(at, body)| {
            if ends[functions.imported + at] {
                vec![whole(body)]
            } else {
                cuts_of(body, &ends)
            }
        });
        let cuts = cuts.collect();
        Ok(Self { ends, cuts })
    }

    /// The same program, which stops where it would begin to panic.
    pub(super) fn cut(&self, wasm: &[u8]) -> Result<Vec<u8>> {
        let functions = Functions::of(wasm)?;
        let bodies = functions
            .bodies
            .iter()
            .zip(&self.cuts)
            .map(|(body, cuts)| cut(body, cuts));
        let bodies: Vec<_> = bodies.collect();
        wasm::with_section(wasm, wasm::CODE, |_| Ok(wasm::code_section(&bodies)))
    }
}

fn cut(body: &[u8], cuts: &[(usize, usize)]) -> Vec<u8> {
    let mut cut = Vec::with_capacity(body.len());
    let mut copied = 0;
    for &(start, end) in cuts {
        cut.extend(&body[copied..start]);
        cut.push(TRAP);
        copied = end;
    }
    cut.extend(&body[copied..]);
    cut
}

/// All but the end.
fn whole(body: &[Instruction]) -> (usize, usize) {
    let start = body.first().map_or(0, |first| first.start);
    (start, body.last().map_or(start, |last| last.start))
}

fn cuts_of(body: &[Instruction], ends: &[bool]) -> Vec<(usize, usize)> {
    let mut cuts = Vec::new();
    let mut start = body.first().map_or(0, |first| first.start);
    for it in body {
        match it.does {
            Does::Step => continue,
            Does::Call(function) if ends[function] => cuts.push((start, it.end)),
            _ => {}
        }
        start = it.end;
    }
    cuts
}

/// The functions that never return and tell the script nothing.
///
/// The compiler puts a trap behind every call of a function that doesn't return. One that throws an error of JavaScript, by a
/// function of the script, is none of these: someone may catch it.
fn dead_ends(imported: usize, bodies: &[Vec<Instruction>]) -> Vec<bool> {
    let calls: Vec<_> = bodies.iter().map(|body| calls_of(body)).collect();
    let mut called = vec![false; imported + bodies.len()];
    let mut returns = called.clone();
    for &(function, ends) in calls.iter().flatten() {
        called[function] = true;
        returns[function] |= !ends;
    }
    let mut tells = called.clone();
    tells.fill(false);
    tells[..imported].fill(true);
    loop {
        let mut more = false;
        for (function, calls) in calls.iter().enumerate() {
            let function = imported + function;
            if !tells[function] && calls.iter().any(|(callee, _)| tells[*callee]) {
                tells[function] = true;
                more = true;
            }
        }
        if !more {
            break;
        }
    }
    (0..called.len())
        .map(|function| called[function] && !returns[function] && !tells[function])
        .collect()
}

/// The functions that a body calls, and whether nothing but a trap comes after each.
fn calls_of(body: &[Instruction]) -> Vec<(usize, bool)> {
    let jumps = jumps_of(body);
    let calls = body.iter().enumerate().filter_map(|(at, it)| match it.does {
        Does::Call(function) => Some((function, is_stopped(body, &jumps, at + 1))),
        _ => None,
    });
    calls.collect()
}

/// Whether only a trap can come, from one of the instructions on.
fn is_stopped(body: &[Instruction], jumps: &[Option<usize>], mut at: usize) -> bool {
    loop {
        let Some(it) = body.get(at) else { return false };
        at = match it.does {
            Does::Trap => return true,
            Does::End => at + 1,
            Does::Jump(_) => match jumps[at] {
                Some(end) => end + 1,
                None => return false,
            },
            _ => return false,
        };
    }
}

/// For each jump, the end of what it leaves; none where it goes back or leaves the function.
fn jumps_of(body: &[Instruction]) -> Vec<Option<usize>> {
    let mut open: Vec<(bool, Vec<usize>)> = Vec::new();
    let mut jumps = vec![None; body.len()];
    for (at, it) in body.iter().enumerate() {
        match it.does {
            Does::Open { is_loop } => open.push((is_loop, Vec::new())),
            Does::Jump(outwards) => {
                if let Some((false, jumps)) = open.iter_mut().rev().nth(outwards) {
                    jumps.push(at);
                }
            }
            Does::End => {
                let (_, left) = open.pop().unwrap_or_default();
                left.into_iter().for_each(|jump| jumps[jump] = Some(at));
            }
            _ => {}
        }
    }
    jumps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_leads_to_a_panic_becomes_a_trap() {
        let import = b"\x02\x07\x01\x01m\x01f\x00\x00".as_slice();
        let bodies = [
            // A value before a branch stays, the arguments of the panic go.
            b"\x00\x02\x40\x20\x00\x0d\x00\x41\x07\x10\x02\x00\x0b\x0b".as_slice(),
            b"\x00\x10\x03\x00\x0b",
            b"\x00\x41\x01\x1a\x00\x0b",
            // A function of the script may throw what is caught.
            b"\x00\x41\x01\x10\x00\x00\x0b",
            b"\x00\x10\x04\x00\x0b",
            // The trap comes behind the end of a block, or a jump to it.
            b"\x00\x02\x40\x41\x07\x10\x02\x0b\x00\x0b",
            b"\x00\x02\x40\x03\x40\x10\x02\x0c\x01\x0b\x0b\x00\x0b",
            // This one is called where it has to return.
            b"\x00\x00\x0b",
            b"\x00\x10\x08\x0b",
        ];
        let code = wasm::code_section(&bodies.map(<[u8]>::to_vec));
        let wasm = [b"\0asm\x01\0\0\0", import, &[wasm::CODE], &wasm::with_size(&code)].concat();

        let panics = Panics::of(&Functions::of(&wasm).unwrap()).unwrap();
        let ends: Vec<usize> = (0..panics.ends.len()).filter(|it| panics.ends[*it]).collect();
        assert_eq!(ends, [2, 3]);
        let cut = panics.cut(&wasm).unwrap();
        let expected = [
            b"\x00\x02\x40\x20\x00\x0d\x00\x00\x00\x0b\x0b".as_slice(),
            b"\x00\x00\x0b",
            b"\x00\x00\x0b",
            bodies[3],
            bodies[4],
            b"\x00\x02\x40\x00\x0b\x00\x0b",
            b"\x00\x02\x40\x03\x40\x00\x0c\x01\x0b\x0b\x00\x0b",
            bodies[7],
            bodies[8],
        ];
        assert_eq!(Functions::of(&cut).unwrap().bodies, expected);
    }
}
