//! Table constructors. `SetList` stores without asking a metatable, which the language allows only for a constructor
//! that fills its own new table. So the table must be one.
//!
//! This is checked by place, not by path: the table's register is not written between a `NewTable` and the `SetList`
//! after it, and no jump leads in between from outside. Constructors contain no loops.

use super::effect::{Effect, Run};
use super::error::{Fault, Rule};
use super::flow::Sources;
use super::registers::RegisterSet;
use super::verification::{CONSTRUCTOR_COST, Piece, Stop};
use crate::instruction::Instruction;
use crate::prototype::Prototype;

/// The pass over the constructors of a function that passed the first.
#[derive(Default)]
pub(super) struct Constructors<const WORDS: usize> {
    pc: usize,
    open: Option<usize>,
    /// The registers that hold the table of a `NewTable` before, and for each the place behind that.
    tables: RegisterSet<WORDS>,
    since: Vec<u32>,
}

impl<const WORDS: usize> Constructors<WORDS> {
    /// Begins with another function.
    pub(super) fn begin(&mut self, piece: &mut Piece<'_>) -> Result<(), Stop> {
        (self.pc, self.open, self.tables) = (0, None, RegisterSet::default());
        // Places of other functions' tables may stay: only those of `tables` count.
        if self.since.is_empty() { piece.refill(&mut self.since, 0, 64 * WORDS) } else { Ok(()) }
    }

    /// Whether everything has been checked.
    pub(super) fn advance(
        &mut self,
        prototype: &Prototype,
        sources: &Sources,
        piece: &mut Piece<'_>,
    ) -> Result<bool, Stop> {
        while let Some(instruction) = prototype.code.get(self.pc) {
            if !piece.goes_on(CONSTRUCTOR_COST) {
                return Ok(false);
            }
            self.check(prototype, sources, instruction)?;
            self.pc += 1;
        }
        Ok(true)
    }

    #[inline]
    fn check(&mut self, prototype: &Prototype, sources: &Sources, instruction: &Instruction) -> Result<(), Fault> {
        let Constructors { tables, since, open, pc, .. } = self;
        if let Some(source) = sources.of(*pc) {
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
