//! The second pass: which registers hold cells, which are to be closed and which a loop counts in, along every path.
//!
//! A cell is not a value of the language. Were one read as a value it would reach scripts and host
//! functions; were a value taken for a cell, its payload would be. So each read knows which of the
//! two it gets.
//!
//! The thread keeps a list of registers to be closed. It outlives the instruction that made the
//! entry, and closing reads the register, also when an error unwinds the frame: it must be live
//! until then, and no entry may outlive its frame. Entries are in ascending order, so that closing
//! from a register up removes a tail of the list, and a loop can not make it grow.
//!
//! What loops rely on is in `loops`.
//!
//! Every way to an instruction must agree on all of it, as far as registers are live there. Code
//! from a compiler does, because both follow from the scopes around the instruction; and since no
//! state is revised, each instruction is looked at once.

use super::effect::{Edges, Effect};
use super::error::{Fault, Rule};
use super::loops::{Loops, OpenLocals};
use super::registers::RegisterSet;
use crate::instruction::{Instruction, Operand};
use crate::prototype::{Capture, Prototype, UpvalueKind};

/// What a closure of a nested prototype asks of the registers of the function that makes it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Captures {
    /// One above the highest register captured.
    pub(super) limit: usize,
    /// The registers that must hold cells.
    pub(super) cells: RegisterSet,
    /// The registers that must hold values.
    values: RegisterSet,
}

impl Captures {
    /// Checks what the nested prototypes capture as far as that does not depend on where a closure
    /// is made, and sums up the rest for each of them.
    pub(super) fn of_nested(prototype: &Prototype) -> Result<Vec<Captures>, Rule> {
        let mut all = Vec::with_capacity(prototype.prototypes.len());
        for (index, nested) in prototype.prototypes.iter().enumerate() {
            let mut captures = Captures::default();
            for (number, upvalue) in nested.upvalues.iter().enumerate() {
                let sound = match upvalue.capture {
                    Capture::Register(register) => {
                        captures.limit = captures.limit.max(usize::from(register) + 1);
                        match upvalue.kind {
                            UpvalueKind::Cell => captures.cells.insert(register),
                            UpvalueKind::Value => captures.values.insert(register),
                        }
                        register < prototype.register_count
                    }
                    Capture::Upvalue(outer) => {
                        prototype.upvalues.get(usize::from(outer)).is_some_and(|it| it.kind == upvalue.kind)
                    }
                    Capture::Running => upvalue.kind == UpvalueKind::Value,
                };
                if !sound {
                    return Err(Rule::Capture { prototype: index, upvalue: number });
                }
            }
            all.push(captures);
        }
        Ok(all)
    }
}

/// Whether a function with this instruction needs this pass.
pub(super) fn concerns(instruction: &Instruction) -> bool {
    use Instruction::*;
    matches!(
        instruction,
        NewCell { .. }
            | GetCell { .. }
            | SetCell { .. }
            | ToBeClosed { .. }
            | ForLoop { .. }
            | ForGenericPrepare { .. }
            | ForGenericCall { .. }
    )
}

/// What is known before an instruction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct State {
    /// The live registers that hold cells; the other live ones hold values.
    cells: RegisterSet,
    /// The registers that may be on the thread's list of those to be closed.
    closing: RegisterSet,
    /// The loops that were prepared.
    loops: Loops,
}

/// The most bytes that are held for each place where paths meet.
pub(super) const LEADER_BYTES: usize = size_of::<Option<State>>() + 4 * size_of::<usize>();

/// Checks loops, cells and variables to be closed in a function that the first pass has found sound.
pub(super) fn check(prototype: &Prototype, captures: &[Captures]) -> Result<(), Fault> {
    Flow::new(prototype, captures).run()
}

struct Flow<'a> {
    prototype: &'a Prototype,
    captures: &'a [Captures],
    locals: OpenLocals,
    /// The entry and the targets of jumps, sorted: the only places where paths meet.
    leaders: Vec<usize>,
    /// For each leader what is known there, once it has been reached.
    states: Vec<Option<State>>,
    /// Leaders that were reached and not yet followed, by their place in `leaders`.
    work: Vec<usize>,
}

impl<'a> Flow<'a> {
    fn new(prototype: &'a Prototype, captures: &'a [Captures]) -> Flow<'a> {
        let mut leads = vec![false; prototype.code.len()];
        leads[0] = true;
        for (pc, instruction) in prototype.code.iter().enumerate() {
            if let Some(target) = Edges::of(instruction, pc).jump {
                leads[target as usize] = true;
            }
        }
        let leaders: Vec<usize> = leads.iter().enumerate().filter(|(_, leads)| **leads).map(|(pc, _)| pc).collect();
        let states = vec![None; leaders.len()];
        Flow { prototype, captures, locals: OpenLocals::of(prototype), leaders, states, work: Vec::new() }
    }

    fn run(mut self) -> Result<(), Fault> {
        self.arrive(0, 0, State::default())?;
        while let Some(place) = self.work.pop() {
            if let Some(state) = self.states[place] {
                self.follow(self.leaders[place], state)?;
            }
        }
        Ok(())
    }

    /// Follows the code from a leader up to where it ends or meets the next leader.
    fn follow(&mut self, leader: usize, mut state: State) -> Result<(), Fault> {
        let mut open = None;
        let mut pc = leader;
        let mut locals_place = self.locals.place(pc);
        loop {
            let instruction = &self.prototype.code[pc];
            let effect = Effect::of(instruction, open);
            let edges = Edges::of(instruction, pc);
            self.check_cells(&state, pc, &effect)?;
            check_closing(&state, pc, instruction, &effect)?;
            state.loops.check(instruction).map_err(|rule| Fault::at(pc, rule))?;
            self.locals.check(pc, &mut locals_place, &state.loops).map_err(|rule| Fault::at(pc, rule))?;
            if let Some(target) = edges.jump {
                self.arrive(pc, target as usize, after(state, instruction, &effect, true))?;
            }
            if !edges.falls {
                return Ok(());
            }
            state = after(state, instruction, &effect, false);
            if self.leaders.binary_search(&(pc + 1)).is_ok() {
                return self.arrive(pc, pc + 1, state);
            }
            state = self.settle(pc, pc + 1, state)?;
            open = effect.leaves;
            pc += 1;
        }
    }

    /// Goes from `pc` to the leader `target`: for the first time, or knowing what is known there.
    fn arrive(&mut self, pc: usize, target: usize, state: State) -> Result<(), Fault> {
        let state = self.settle(pc, target, state)?;
        let Ok(place) = self.leaders.binary_search(&target) else {
            return Err(Fault::at(pc, Rule::JumpTarget));
        };
        match self.states[place] {
            None => {
                self.states[place] = Some(state);
                self.work.push(place);
                Ok(())
            }
            Some(known) if known == state => Ok(()),
            Some(_) => Err(Fault::at(pc, Rule::FlowMismatch { target })),
        }
    }

    /// Restricts a state to the registers that are live at `target`.
    fn settle(&self, pc: usize, target: usize, state: State) -> Result<State, Fault> {
        let limit = usize::from(self.prototype.live[target]);
        let live = RegisterSet::below(limit);
        match state.closing.without(live).first() {
            Some(register) => Err(Fault::at(pc, Rule::ToBeClosedLost { register })),
            None => Ok(State { cells: state.cells.and(live), loops: state.loops.settle(limit), ..state }),
        }
    }

    /// Cells are read where cells are expected, and nowhere else.
    fn check_cells(&self, state: &State, pc: usize, effect: &Effect) -> Result<(), Fault> {
        let unexpected = |register| Fault::at(pc, Rule::CellUnexpected { register });
        let expected = |register| Fault::at(pc, Rule::CellExpected { register });
        let instruction = &self.prototype.code[pc];
        let cell = match *instruction {
            Instruction::GetCell { cell, .. } | Instruction::SetCell { cell, .. } => {
                if !state.cells.contains(cell.index()) {
                    return Err(expected(cell.index()));
                }
                Some(("cell", cell.index()))
            }
            Instruction::Closure { prototype, .. } => {
                let captures = self.captures.get(prototype.0 as usize).copied().unwrap_or_default();
                if let Some(register) = captures.cells.without(state.cells).first() {
                    return Err(expected(register));
                }
                if let Some(register) = captures.values.and(state.cells).first() {
                    return Err(unexpected(register));
                }
                None
            }
            _ => None,
        };
        let mut wrong = state.cells.and(RegisterSet::of(effect.reads)).first();
        instruction.operands(|name, operand| {
            if let Operand::Input(register) = operand
                && cell != Some((name, register.index()))
                && state.cells.contains(register.index())
            {
                wrong = Some(register.index());
            }
        });
        wrong.map_or(Ok(()), |register| Err(unexpected(register)))
    }
}

/// What is to be closed is kept, in order, and gone before the frame is.
fn check_closing(state: &State, pc: usize, instruction: &Instruction, effect: &Effect) -> Result<(), Fault> {
    use Instruction::*;
    let Some(last) = state.closing.last() else { return Ok(()) };
    let lost = state.closing.without(RegisterSet::below(effect.clobbers)).first();
    if let Some(register) = lost.or(state.closing.and(RegisterSet::of(effect.writes)).first()) {
        return Err(Fault::at(pc, Rule::ToBeClosedLost { register }));
    }
    match *instruction {
        TailCall { .. } | TailCallOpen { .. } | Return0 {} | Return1 { .. } | Return { .. } | ReturnOpen { .. } => {
            Err(Fault::at(pc, Rule::ToBeClosedReturn { register: last }))
        }
        _ => match marks(instruction) {
            Some(register) if register <= last => Err(Fault::at(pc, Rule::ToBeClosedOrder { register })),
            _ => Ok(()),
        },
    }
}

/// The register that the instruction puts on the list of those to be closed.
fn marks(instruction: &Instruction) -> Option<usize> {
    match *instruction {
        Instruction::ToBeClosed { register } => Some(register.index()),
        Instruction::ForGenericPrepare { base, .. } => Some(base.index() + 3),
        _ => None,
    }
}

/// What is known after an instruction.
fn after(mut state: State, instruction: &Instruction, effect: &Effect, jumped: bool) -> State {
    state.loops = state.loops.after(instruction, effect, jumped);
    if jumped || !effect.writes_on_jump {
        state.cells = state.cells.without(RegisterSet::of(effect.writes));
    }
    match *instruction {
        Instruction::NewCell { register } => state.cells.insert(register.index() as u8),
        Instruction::Close { from } | Instruction::CloseOpen { from } => {
            state.closing = state.closing.and(RegisterSet::below(from.index()));
        }
        _ => {}
    }
    if let Some(register) = marks(instruction) {
        state.closing.insert(register as u8);
    }
    state
}
