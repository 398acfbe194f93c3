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
use super::verification::{FLOW_COST, Piece, Stop};
use crate::instruction::{Instruction, Operand};
use crate::prototype::{Capture, Prototype, UpvalueKind};

/// What a closure of a nested prototype requires of the registers of the function that makes it.
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
    /// Checks those captures of the nested prototypes that do not depend on where a closure is made, and sums up the
    /// rest for each of them.
    pub(super) fn of_nested(prototype: &Prototype, piece: &mut Piece<'_>) -> Result<Vec<Captures>, Stop> {
        let mut all = Vec::new();
        piece.reserve(&mut all, prototype.prototypes.len())?;
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
                    return Err(Rule::Capture { prototype: index, upvalue: number }.into());
                }
            }
            all.push(captures);
        }
        Ok(all)
    }
}

/// Whether a function with this instruction needs this pass.
pub(super) fn concerns(instruction: &Instruction) -> bool {
    instruction.has_cell() || instruction.marks() || instruction.resumes_loop()
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

/// The entry and the targets of jumps, the only places where paths meet: a set of bits, and how many there are before
/// each of its words.
#[derive(Default)]
pub(super) struct Leaders {
    words: Vec<u64>,
    before: Vec<u32>,
}

impl Leaders {
    /// Only the entry, for a function with `count` instructions.
    pub(super) fn new(count: usize, piece: &mut Piece<'_>) -> Result<Leaders, Stop> {
        let words = count.div_ceil(64);
        let mut leaders = Leaders { words: piece.filled(0, words)?, before: Vec::new() };
        leaders.insert(0);
        Ok(leaders)
    }

    pub(super) fn insert(&mut self, pc: usize) {
        if let Some(word) = self.words.get_mut(pc / 64) {
            *word |= 1 << (pc % 64);
        }
    }

    fn contains(&self, pc: usize) -> bool {
        self.words.get(pc / 64).is_some_and(|word| word >> (pc % 64) & 1 != 0)
    }

    /// Numbers them from 0 once all are known; returns how many there are.
    fn number(&mut self, piece: &mut Piece<'_>) -> Result<usize, Stop> {
        piece.reserve(&mut self.before, self.words.len())?;
        let mut count = 0;
        for word in &self.words {
            self.before.push(count);
            count += word.count_ones();
        }
        Ok(count as usize)
    }

    /// The number of a leader.
    fn place(&self, pc: usize) -> Option<usize> {
        let word = self.words.get(pc / 64)?;
        let lower = word & ((1 << (pc % 64)) - 1);
        self.contains(pc).then(|| self.before[pc / 64] as usize + lower.count_ones() as usize)
    }
}

/// The pass over loops, cells and variables to be closed, in a function that passed the first.
pub(super) struct Flow {
    captures: Vec<Captures>,
    locals: OpenLocals,
    leaders: Leaders,
    /// For each leader, one more than the place in `states` of what is known there; 0 until it is reached.
    known: Vec<u32>,
    /// Most leaders share the state of the one reached before.
    states: Vec<State>,
    /// Leaders that were reached but not yet followed.
    work: Vec<u32>,
    at: Option<Place>,
}

/// Where the pass is, on the way from a leader to the end of the code or the next leader.
struct Place {
    pc: usize,
    state: State,
    /// Where the open list left by the instruction before starts.
    open: Option<usize>,
    locals_place: usize,
}

impl Flow {
    /// `leaders` are all those of the function; `counts` says whether it has a numeric loop.
    pub(super) fn new(
        prototype: &Prototype,
        captures: Vec<Captures>,
        mut leaders: Leaders,
        counts: bool,
        piece: &mut Piece<'_>,
    ) -> Result<Flow, Stop> {
        let count = leaders.number(piece)?;
        let known = piece.filled(0, count)?;
        let locals = if counts { OpenLocals::of(prototype, piece)? } else { OpenLocals::default() };
        let mut flow = Flow { captures, locals, leaders, known, states: Vec::new(), work: Vec::new(), at: None };
        flow.arrive(prototype, 0, 0, State::default(), piece)?;
        Ok(flow)
    }

    /// Whether all paths have been followed.
    pub(super) fn advance(&mut self, prototype: &Prototype, piece: &mut Piece<'_>) -> Result<bool, Stop> {
        loop {
            let at = match self.at.take() {
                Some(at) => at,
                None => match self.work.pop() {
                    Some(leader) => self.set_out(leader as usize),
                    None => return Ok(true),
                },
            };
            self.at = self.follow(prototype, at, piece)?;
            if self.at.is_some() {
                return Ok(false);
            }
        }
    }

    /// The place at a leader that was reached.
    fn set_out(&self, leader: usize) -> Place {
        let known = self.leaders.place(leader).map_or(0, |place| self.known[place]);
        // Every leader on the list of work has a state.
        let state = (known as usize).checked_sub(1).map_or(State::default(), |place| self.states[place]);
        Place { pc: leader, state, open: None, locals_place: self.locals.place(leader) }
    }

    /// Follows the code up to its end or the next leader. If the piece ends first, returns the place reached.
    fn follow(&mut self, prototype: &Prototype, at: Place, piece: &mut Piece<'_>) -> Result<Option<Place>, Stop> {
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
            if self.leaders.contains(pc + 1) {
                self.arrive(prototype, pc, pc + 1, state, piece)?;
                return Ok(None);
            }
            state = settle(prototype, pc, pc + 1, state)?;
            open = effect.leaves;
            pc += 1;
        }
    }

    /// Goes from `pc` to the leader `target`, which is new or must have the same state.
    fn arrive(
        &mut self,
        prototype: &Prototype,
        pc: usize,
        target: usize,
        state: State,
        piece: &mut Piece<'_>,
    ) -> Result<(), Stop> {
        let state = settle(prototype, pc, target, state)?;
        let Some(place) = self.leaders.place(target) else {
            return Err(Fault::at(pc, Rule::JumpTarget).into());
        };
        if let Some(known) = (self.known[place] as usize).checked_sub(1) {
            let agrees = self.states[known] == state;
            return if agrees { Ok(()) } else { Err(Fault::at(pc, Rule::FlowMismatch { target }).into()) };
        }
        if self.states.last() != Some(&state) {
            piece.reserve(&mut self.states, 1)?;
            self.states.push(state);
        }
        self.known[place] = self.states.len() as u32;
        piece.reserve(&mut self.work, 1)?;
        self.work.push(target as u32);
        Ok(())
    }

    /// Cells are read where cells are expected, and nowhere else.
    fn check_cells(&self, state: &State, pc: usize, instruction: &Instruction, effect: &Effect) -> Result<(), Fault> {
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
fn settle(prototype: &Prototype, pc: usize, target: usize, state: State) -> Result<State, Fault> {
    let limit = usize::from(prototype.live[target]);
    let live = RegisterSet::below(limit);
    match state.closing.without(live).first() {
        Some(register) => Err(Fault::at(pc, Rule::ToBeClosedLost { register })),
        None => Ok(State { cells: state.cells.and(live), loops: state.loops.settle(limit), ..state }),
    }
}

/// Variables to be closed are kept, in order, and closed before their frame ends.
fn check_closing(state: &State, pc: usize, instruction: &Instruction, effect: &Effect) -> Result<(), Fault> {
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
pub(super) fn marked(instruction: &Instruction) -> Option<usize> {
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
    if let Some(register) = marked(instruction) {
        state.closing.insert(register as u8);
    }
    state
}
