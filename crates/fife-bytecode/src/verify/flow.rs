//! The second pass: follows every path to find which registers hold cells, are to be closed, or are a loop's counters.
//!
//! A cell is not a Lua value. Read as a value, it would reach scripts and host functions; a value taken for a cell
//! would have its payload followed. So each read knows which of the two it gets.
//!
//! The thread keeps a list of registers to be closed. It outlives the instruction that made the entry, and closing
//! reads the register, even when an error unwinds the frame: the register must be live until then, and no entry may
//! outlive its frame. Entries are in ascending order, so that closing from a register up removes a tail of the list and
//! a loop cannot make it grow.
//!
//! `loops` handles what loops rely on.
//!
//! All paths to an instruction must agree on all of this for its live registers. A compiler's code does so, because all
//! of it follows from the scopes around the instruction. Since no state is revised, each instruction is looked at once.

use super::effect::{Edges, Effect};
use super::error::{Fault, Rule};
use super::loops::{Loops, OpenLocals};
use super::registers::RegisterSet;
use super::verification::{FLOW_COST, Nested, Piece, Stop};
use crate::instruction::{Instruction, Operand};
use crate::prototype::{Capture, Prototype, UpvalueKind};

/// What a closure of a nested prototype requires of the registers of the function that makes it.
#[derive(Clone, Copy, Debug, Default)]
struct Captures<const WORDS: usize> {
    /// The registers that must hold cells.
    cells: RegisterSet<WORDS>,
    /// The registers that must hold values.
    values: RegisterSet<WORDS>,
}

impl<const WORDS: usize> Captures<WORDS> {
    /// What a closure of a function with these captures requires, which are sound.
    fn of(captures: &[(Capture, UpvalueKind)]) -> Captures<WORDS> {
        let mut required = Captures::default();
        for (capture, kind) in captures {
            if let Capture::Register(register) = *capture {
                match kind {
                    UpvalueKind::Cell => required.cells.insert(register),
                    UpvalueKind::Value => required.values.insert(register),
                }
            }
        }
        required
    }
}

/// Whether a function with this instruction needs this pass.
#[inline]
pub(super) fn concerns(instruction: &Instruction) -> bool {
    instruction.has_cell() || instruction.marks() || instruction.resumes_loop()
}

/// What is known before an instruction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct State<const WORDS: usize> {
    /// The live registers that hold cells; the other live ones hold values.
    cells: RegisterSet<WORDS>,
    /// The registers that may be on the thread's list of those to be closed.
    closing: RegisterSet<WORDS>,
    /// The loops that were prepared.
    loops: Loops<WORDS>,
}

/// The instructions that are jumped to. Beside the entry, these are the only places where paths meet.
#[derive(Default)]
pub(super) struct Sources(Vec<u32>);

impl Sources {
    const NEVER: u32 = u32::MAX;

    /// Forgets all jumps, for a function with `count` instructions.
    pub(super) fn begin(&mut self, count: usize, piece: &mut Piece<'_>) -> Result<(), Stop> {
        piece.refill(&mut self.0, Sources::NEVER, count)
    }

    /// Notes a jump between two instructions of the function.
    #[inline]
    pub(super) fn insert(&mut self, pc: usize, target: usize) {
        let source = if target <= pc { 0 } else { pc as u32 };
        self.0[target] = self.0[target].min(source);
    }

    /// The first instruction that jumps to this one; 0 for a jump back.
    #[inline]
    pub(super) fn of(&self, pc: usize) -> Option<u32> {
        self.0.get(pc).copied().filter(|source| *source != Sources::NEVER)
    }
}

/// The pass over loops, cells and variables to be closed, in a function that passed the first.
#[derive(Default)]
pub(super) struct Flow<const WORDS: usize> {
    captures: Vec<Captures<WORDS>>,
    locals: OpenLocals<WORDS>,
    /// For each instruction where paths meet, one more than the place in `states` of what is known there; 0 until it is
    /// reached.
    known: Vec<u32>,
    /// Most of these instructions share the state of the one reached before.
    states: Vec<State<WORDS>>,
    /// Those that were reached but not yet followed.
    work: Vec<u32>,
    at: Option<Place<WORDS>>,
}

/// Where the pass is, on the way from where paths meet to the end of the code or the next such instruction.
struct Place<const WORDS: usize> {
    pc: usize,
    state: State<WORDS>,
    /// Where the open list left by the instruction before starts.
    open: Option<usize>,
    locals_place: usize,
}

impl<const WORDS: usize> Flow<WORDS> {
    /// Begins with another function. `counts` says whether it has a numeric loop.
    pub(super) fn begin(
        &mut self,
        prototype: &Prototype,
        nested: &Nested,
        counts: bool,
        piece: &mut Piece<'_>,
    ) -> Result<(), Stop> {
        self.captures.clear();
        piece.reserve(&mut self.captures, nested.len())?;
        self.captures.extend(nested.iter().map(Captures::of));
        piece.refill(&mut self.known, 0, prototype.code.len())?;
        if counts {
            self.locals.collect(prototype, piece)?;
        } else {
            self.locals.clear();
        }
        self.states.clear();
        self.work.clear();
        self.at = None;
        self.arrive(prototype, 0, 0, State::default(), piece)
    }

    /// Whether all paths have been followed.
    pub(super) fn advance(
        &mut self,
        prototype: &Prototype,
        sources: &Sources,
        piece: &mut Piece<'_>,
    ) -> Result<bool, Stop> {
        loop {
            let at = match self.at.take() {
                Some(at) => at,
                None => match self.work.pop() {
                    Some(target) => self.set_out(target as usize),
                    None => return Ok(true),
                },
            };
            self.at = self.follow(prototype, sources, at, piece)?;
            if self.at.is_some() {
                return Ok(false);
            }
        }
    }

    /// The place at an instruction that was reached.
    fn set_out(&self, target: usize) -> Place<WORDS> {
        // Everything on the list of work has a state.
        let state = (self.known[target] as usize).checked_sub(1).map_or(State::default(), |place| self.states[place]);
        Place { pc: target, state, open: None, locals_place: self.locals.place(target) }
    }

    /// Follows the code up to its end or the next leader. If the piece ends first, returns the place reached.
    fn follow(
        &mut self,
        prototype: &Prototype,
        sources: &Sources,
        at: Place<WORDS>,
        piece: &mut Piece<'_>,
    ) -> Result<Option<Place<WORDS>>, Stop> {
        let Place { mut pc, mut state, mut open, mut locals_place } = at;
        loop {
            if !piece.goes_on(FLOW_COST) {
                return Ok(Some(Place { pc, state, open, locals_place }));
            }
            let instruction = &prototype.code[pc];
            let effect = Effect::of(instruction, open);
            let edges = Edges::of(instruction, pc);
            self.check_cells(&state, pc, instruction, &effect)?;
            check_closing(&state, pc, instruction, &effect)?;
            state.loops.check(instruction).map_err(|rule| Fault::at(pc, rule))?;
            self.locals.check(pc, &mut locals_place, &state.loops).map_err(|rule| Fault::at(pc, rule))?;
            if let Some(target) = edges.jump {
                self.arrive(prototype, pc, target as usize, after(state, instruction, &effect, true), piece)?;
            }
            if !edges.falls {
                return Ok(None);
            }
            state = after(state, instruction, &effect, false);
            if sources.of(pc + 1).is_some() {
                self.arrive(prototype, pc, pc + 1, state, piece)?;
                return Ok(None);
            }
            state = settle(prototype, pc, pc + 1, state)?;
            open = effect.leaves;
            pc += 1;
        }
    }

    /// Goes from `pc` to `target`, where paths meet. It is reached for the first time, or must have the same state.
    fn arrive(
        &mut self,
        prototype: &Prototype,
        pc: usize,
        target: usize,
        state: State<WORDS>,
        piece: &mut Piece<'_>,
    ) -> Result<(), Stop> {
        let state = settle(prototype, pc, target, state)?;
        if let Some(known) = (self.known[target] as usize).checked_sub(1) {
            let agrees = self.states[known] == state;
            return if agrees { Ok(()) } else { Err(Fault::at(pc, Rule::FlowMismatch { target }).into()) };
        }
        if self.states.last() != Some(&state) {
            piece.reserve(&mut self.states, 1)?;
            self.states.push(state);
        }
        self.known[target] = self.states.len() as u32;
        piece.reserve(&mut self.work, 1)?;
        self.work.push(target as u32);
        Ok(())
    }

    /// Cells are read where cells are expected, and nowhere else.
    #[inline]
    fn check_cells(
        &self,
        state: &State<WORDS>,
        pc: usize,
        instruction: &Instruction,
        effect: &Effect,
    ) -> Result<(), Fault> {
        let unexpected = |register| Fault::at(pc, Rule::CellUnexpected { register });
        let expected = |register| Fault::at(pc, Rule::CellExpected { register });
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
        if state.cells.is_empty() {
            return Ok(());
        }
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

/// Restricts a state to the registers that are live at `target`.
#[inline]
fn settle<const WORDS: usize>(
    prototype: &Prototype,
    pc: usize,
    target: usize,
    state: State<WORDS>,
) -> Result<State<WORDS>, Fault> {
    let limit = usize::from(prototype.live[target]);
    let live = RegisterSet::below(limit);
    match state.closing.without(live).first() {
        Some(register) => Err(Fault::at(pc, Rule::ToBeClosedLost { register })),
        None => Ok(State { cells: state.cells.and(live), loops: state.loops.settle(limit), ..state }),
    }
}

/// Variables to be closed are kept, in order, and closed before their frame ends.
#[inline]
fn check_closing<const WORDS: usize>(
    state: &State<WORDS>,
    pc: usize,
    instruction: &Instruction,
    effect: &Effect,
) -> Result<(), Fault> {
    let Some(last) = state.closing.last() else { return Ok(()) };
    let lost = state.closing.without(RegisterSet::below(effect.clobbers)).first();
    if let Some(register) = lost.or(state.closing.and(RegisterSet::of(effect.writes)).first()) {
        return Err(Fault::at(pc, Rule::ToBeClosedLost { register }));
    }
    if instruction.returns() || instruction.tail_calls() {
        return Err(Fault::at(pc, Rule::ToBeClosedReturn { register: last }));
    }
    match marked(instruction) {
        Some(register) if register <= last => Err(Fault::at(pc, Rule::ToBeClosedOrder { register })),
        _ => Ok(()),
    }
}

/// The register that an instruction [puts](Instruction::marks) on the list of those to be closed.
#[inline]
pub(super) fn marked(instruction: &Instruction) -> Option<usize> {
    match *instruction {
        Instruction::ToBeClosed { register } => Some(register.index()),
        Instruction::ForGenericPrepare { base, .. } => Some(base.index() + 3),
        _ => None,
    }
}

/// What is known after an instruction.
#[inline]
fn after<const WORDS: usize>(
    mut state: State<WORDS>,
    instruction: &Instruction,
    effect: &Effect,
    jumped: bool,
) -> State<WORDS> {
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
    if let Some(register) = marked(instruction) {
        state.closing.insert(register as u8);
    }
    state
}
