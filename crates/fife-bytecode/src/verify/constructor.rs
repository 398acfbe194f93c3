//! Table constructors. `SetList` stores without asking a metatable, which the language allows only for a constructor
//! that fills its own new table. So the table must be one.
//!
//! This is checked by place, not by path: the table's register is not written between a `NewTable` and the `SetList`
//! after it, and no jump leads in between from outside. Constructors contain no loops.

use super::effect::{Edges, Effect, Run};
use super::error::{Fault, Rule};
use super::registers::RegisterSet;
use super::verification::{CONSTRUCTOR_COST, Piece, Stop};
use crate::instruction::Instruction;
use crate::prototype::Prototype;

/// The pass over the constructors of a function that passed the first.
pub(super) struct Constructors {
    /// For each instruction, the first one that jumps there, 0 for a jump back; [`NEVER`] if none does.
    sources: Vec<u32>,
    /// How far jumps have been collected.
    looked: usize,
    pc: usize,
    open: Option<usize>,
    /// The registers that hold the table of a `NewTable` before, and for each the place behind that.
    tables: RegisterSet,
    since: Box<[u32; 256]>,
}

const NEVER: u32 = u32::MAX;

impl Constructors {
    pub(super) fn new(prototype: &Prototype, piece: &mut Piece<'_>) -> Result<Constructors, Stop> {
        let sources = piece.filled(NEVER, prototype.code.len())?;
        let tables = RegisterSet::default();
        Ok(Constructors { sources, looked: 0, pc: 0, open: None, tables, since: Box::new([0; 256]) })
    }

    /// Whether everything has been checked.
    pub(super) fn advance(&mut self, prototype: &Prototype, piece: &mut Piece<'_>) -> Result<bool, Stop> {
        while let Some(instruction) = prototype.code.get(self.looked) {
            if !piece.goes_on(CONSTRUCTOR_COST) {
                return Ok(false);
            }
            let pc = self.looked;
            if let Some(target) = Edges::of(instruction, pc).jump {
                let target = target as usize;
                let source = if target <= pc { 0 } else { pc as u32 };
                self.sources[target] = self.sources[target].min(source);
            }
            self.looked += 1;
        }
        while let Some(instruction) = prototype.code.get(self.pc) {
            if !piece.goes_on(CONSTRUCTOR_COST) {
                return Ok(false);
            }
            self.check(prototype, instruction)?;
            self.pc += 1;
        }
        Ok(true)
    }

    fn check(&mut self, prototype: &Prototype, instruction: &Instruction) -> Result<(), Fault> {
        let Constructors { tables, since, open, pc, .. } = self;
        let source = self.sources[*pc];
        if source != NEVER {
            for register in tables.iter() {
                if source < since[register] {
                    *tables = tables.without(RegisterSet::of(Run::one(register)));
                }
            }
        }
        let effect = Effect::of(instruction, *open);
        *open = effect.leaves;
        if instruction.constructs()
            && let Some(table) = instruction.block()
            && !tables.contains(table.index())
        {
            return Err(Fault::at(*pc, Rule::Constructor { register: table.index() }));
        }
        let kept = effect.clobbers.min(prototype.live[*pc].into());
        *tables = tables.and(RegisterSet::below(kept)).without(RegisterSet::of(effect.writes));
        if let Instruction::NewTable { dst, .. } = instruction {
            tables.insert(dst.index() as u8);
            since[dst.index()] = *pc as u32 + 1;
        }
        Ok(())
    }
}
