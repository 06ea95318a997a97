//! The instructions of a function of WebAssembly, as far as it takes to follow calls.

use anyhow::{Result, bail};

use super::wasm::{number, take};

/// What an instruction does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Does {
    /// Calls the function of this number.
    Call(usize),
    /// Ends the program.
    Trap,
    /// Begins something that a jump can name: a loop, to go on at its begin, or else to go on behind its end.
    Open { is_loop: bool },
    /// Ends what was begun last.
    End,
    /// Goes on at what was begun so many before the last.
    Jump(usize),
    /// May go elsewhere, or calls what only shows when the program runs.
    Branch,
    /// Goes on with the next instruction.
    Step,
}

/// An instruction, and where it is in the body.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Instruction {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) does: Does,
}

/// The instructions of a body, behind its list of local variables.
pub(super) fn instructions(body: &[u8]) -> Result<Vec<Instruction>> {
    let mut rest = body;
    for _ in 0..number(&mut rest)? {
        skip_numbers(&mut rest, 2)?;
    }
    let mut instructions = Vec::new();
    while !rest.is_empty() {
        let start = body.len() - rest.len();
        let does = instruction(&mut rest)?;
        let end = body.len() - rest.len();
        instructions.push(Instruction { start, end, does });
    }
    Ok(instructions)
}

fn instruction(rest: &mut &[u8]) -> Result<Does> {
    let code = take(rest, 1)?[0];
    match code {
        // unreachable
        0x00 => return Ok(Does::Trap),
        0x0b => return Ok(Does::End),
        // else, return
        0x05 | 0x0f => return Ok(Does::Branch),
        // block, loop, if
        0x02..=0x04 => {
            skip_numbers(rest, 1)?;
            return Ok(Does::Open { is_loop: code == 0x03 });
        }
        // br
        0x0c => return Ok(Does::Jump(number(rest)?)),
        // br_if
        0x0d => {
            skip_numbers(rest, 1)?;
            return Ok(Does::Branch);
        }
        // br_table
        0x0e => {
            let targets = number(rest)?;
            skip_numbers(rest, targets + 1)?;
            return Ok(Does::Branch);
        }
        0x10 => return Ok(Does::Call(number(rest)?)),
        // call_indirect
        0x11 => {
            skip_numbers(rest, 2)?;
            return Ok(Does::Branch);
        }
        // nop, drop, select, comparisons and arithmetic, ref.is_null
        0x01 | 0x1a | 0x1b | 0x45..=0xc4 | 0xd1 => {}
        // select of a type
        0x1c => {
            let types = number(rest)?;
            skip_numbers(rest, types)?;
        }
        // Variables, tables, memory.size and memory.grow, constants, references.
        0x20..=0x26 | 0x3f..=0x42 | 0xd0 | 0xd2 => skip_numbers(rest, 1)?,
        // Loads and stores.
        0x28..=0x3e => skip_numbers(rest, 2)?,
        0x43 => drop(take(rest, 4)?),
        0x44 => drop(take(rest, 8)?),
        0xfc => match number(rest)? {
            0..=7 => {}
            9 | 11 | 13 | 15..=17 => skip_numbers(rest, 1)?,
            8 | 10 | 12 | 14 => skip_numbers(rest, 2)?,
            other => bail!("an instruction of WebAssembly is not known: 0xfc {other}"),
        },
        other => bail!("an instruction of WebAssembly is not known: {other:#x}"),
    }
    Ok(Does::Step)
}

/// Passes numbers of any size: constants have more bits than what [`number`] returns.
fn skip_numbers(rest: &mut &[u8], count: usize) -> Result<()> {
    for _ in 0..count {
        while take(rest, 1)?[0] >= 0x80 {}
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instructions_are_told_apart() {
        // One local of i32; i32.const -1, br_if 0, i64.const 2^62, drop, i32.store 2 0, call 300, unreachable, end.
        let body = b"\x01\x01\x7f\x41\x7f\x0d\x00\x42\x80\x80\x80\x80\x80\x80\x80\x80\xc0\x00\x1a\x36\x02\x00\x10\xac\x02\x00\x0b";
        let all = instructions(body).unwrap();
        let does: Vec<Does> = all.iter().map(|it| it.does).collect();
        use Does::{Branch, Call, End, Step, Trap};
        assert_eq!(does, [Step, Branch, Step, Step, Step, Call(300), Trap, End]);
        assert_eq!((all[0].start, all[7].end), (3, body.len()));
        assert!(all.windows(2).all(|two| two[0].end == two[1].start));
        assert!(instructions(&body[..4]).is_err());
        assert!(instructions(b"\x00\xff").is_err());
    }
}
