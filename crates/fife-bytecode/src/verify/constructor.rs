//! Table constructors: `SetList` stores without asking a metatable, as nothing else in the language may but a
//! constructor into its own new table. So the table must be one.
//!
//! Here that is a matter of places, not of paths: the table's register is not written between a `NewTable` and the
//! `SetList` behind it, and no jump from outside leads in between. Constructors hold no loops.

use super::effect::{Edges, Effect, Run};
use super::error::{Fault, Rule};
use super::registers::RegisterSet;
use crate::instruction::Instruction;
use crate::prototype::Prototype;

/// Checks the constructors of a function that the first pass has found sound.
pub(super) fn check(prototype: &Prototype) -> Result<(), Fault> {
    let sources = first_sources(prototype);
    // The registers that hold the table of a `NewTable` above, and the place behind that.
    let mut tables = RegisterSet::default();
    let mut since = [0_usize; 256];
    let mut open = None;
    for (pc, instruction) in prototype.code.iter().enumerate() {
        if let Some(source) = sources[pc] {
            for register in tables.iter() {
                if (source as usize) < since[register] {
                    tables = tables.without(RegisterSet::of(Run::one(register)));
                }
            }
        }
        let effect = Effect::of(instruction, open);
        open = effect.leaves;
        if let Instruction::SetList { table, .. } | Instruction::SetListOpen { table, .. } = instruction
            && !tables.contains(table.index())
        {
            return Err(Fault::at(pc, Rule::Constructor { register: table.index() }));
        }
        let kept = effect.clobbers.min(prototype.live[pc].into());
        tables = tables.and(RegisterSet::below(kept)).without(RegisterSet::of(effect.writes));
        if let Instruction::NewTable { dst, .. } = instruction {
            tables.insert(dst.index() as u8);
            since[dst.index()] = pc + 1;
        }
    }
    Ok(())
}

/// For each instruction the first one that jumps there, 0 for one that jumps back.
fn first_sources(prototype: &Prototype) -> Vec<Option<u32>> {
    let mut sources: Vec<Option<u32>> = vec![None; prototype.code.len()];
    for (pc, instruction) in prototype.code.iter().enumerate() {
        let Some(target) = Edges::of(instruction, pc).jump else { continue };
        let target = target as usize;
        let source = if target <= pc { 0 } else { pc as u32 };
        sources[target] = Some(sources[target].map_or(source, |first| first.min(source)));
    }
    sources
}
