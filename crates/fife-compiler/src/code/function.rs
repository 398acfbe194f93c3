//! The function being compiled: its code so far, its labels, registers and scopes.
//!
//! Invariant, on which liveness rests: the registers below `free` hold values at every reachable point of the code, and
//! nothing reads one from `free` on. So temporaries are used like a stack, and a register is reserved only after the
//! instruction that writes it. Each instruction is emitted before the temporaries that it reads are released.

use super::Generator;
use super::buffer::{Buffer, text};
use super::constant::Constants;
use crate::account::Account;
use crate::assemble::Assembly;
use crate::ast::{self, FunctionId, LabelId, LocalId, StatementKind};
use crate::chunk_name::chunk_display_name;
use crate::error::{CompileError, SyntaxError};
use crate::meter::Refused;
use fife_bytecode as bytecode;
use fife_bytecode::{Block, Cost, Instruction, JumpOffset, Output, Position, PositionRun, REGISTER_LIMIT, UpvalueKind};

/// A place in the code, perhaps not yet known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Label(pub(crate) u32);

/// Where a label is placed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LabelPlace {
    /// The instruction after it, or [`LabelPlace::UNKNOWN`] until it is placed.
    pub(crate) pc: u32,
    /// Whether a jump goes there.
    used: bool,
}

impl LabelPlace {
    const UNKNOWN: u32 = u32::MAX;
}

/// A jump and its label. `assemble` fills in the instruction's offset.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Jump {
    pub(crate) pc: u32,
    pub(crate) label: Label,
}

/// A block or loop that is being compiled.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scope {
    /// The registers in use outside it.
    base: u8,
    /// How many local variables were active outside it.
    active_count: u32,
}

/// A loop that is being compiled, as `break` sees it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Loop {
    /// Where `break` goes.
    pub(super) exit: Label,
    /// The registers in use there.
    pub(super) level: u8,
    /// The position of the exit in the source.
    pub(super) position: Position,
}

/// The state of a label of the source.
#[derive(Clone, Copy, Debug)]
pub(super) struct LabelState {
    label: Option<Label>,
    /// Its scope, and whether only labels follow it there: then the scope's variables are no longer in scope at it.
    scope: u32,
    is_last: bool,
    /// The registers in use at it, once it is placed.
    level: u8,
}

impl LabelState {
    pub(super) const NEW: LabelState = LabelState { label: None, scope: 0, is_last: false, level: 0 };
}

/// The function being compiled. Its buffers are kept for the next one.
pub(super) struct FunctionState {
    pub(super) id: FunctionId,
    /// What goes to the assembler.
    pub(super) out: Assembly,
    pub(super) constants: Constants,
    /// The functions in it, in the order of their `Closure` instructions.
    pub(super) children: Buffer<FunctionId>,
    /// The number of the upvalue that is the running closure itself, which is left out.
    pub(super) own_upvalue: Option<u8>,
    /// The position of the instructions that are being emitted.
    pub(super) position: Position,
    /// The first register that is not in use.
    pub(super) free: u8,
    /// The most registers in use so far.
    pub(super) register_count: u8,
    /// Variables in scope, by their place in `locals`.
    active: Buffer<u32>,
    scopes: Buffer<Scope>,
    loops: Buffer<Loop>,
    /// The registers to close, of all scopes around here, in ascending order.
    closing: Buffer<u8>,
    /// Where the last label was placed. An instruction there cannot be merged with the one before.
    last_target: usize,
}

impl Default for FunctionState {
    fn default() -> FunctionState {
        FunctionState {
            id: FunctionId(0),
            out: Assembly::default(),
            constants: Constants::default(),
            children: Buffer::new(),
            own_upvalue: None,
            position: Position::default(),
            free: 0,
            register_count: 0,
            active: Buffer::new(),
            scopes: Buffer::new(),
            loops: Buffer::new(),
            closing: Buffer::new(),
            last_target: 0,
        }
    }
}

impl FunctionState {
    /// Begins with another function. The last one left its scopes, and its parts were taken.
    pub(super) fn begin(
        &mut self,
        account: &mut Account<'_>,
        id: FunctionId,
        own_upvalue: Option<u8>,
        position: Position,
    ) {
        (self.id, self.own_upvalue, self.position) = (id, own_upvalue, position);
        (self.free, self.register_count, self.last_target) = (0, 0, 0);
        self.children.clear(account);
        self.active.clear(account);
        self.scopes.clear(account);
        self.loops.clear(account);
        self.closing.clear(account);
    }
}

/// The jump offset of an instruction whose target is still in the table of jumps.
pub(super) const UNRESOLVED: JumpOffset = JumpOffset(0);

/// The cost of an instruction before `assemble` knows it.
pub(super) const UNKNOWN_COST: Cost = Cost(0);

impl Generator<'_, '_> {
    // ---- Code ----

    /// Appends an instruction.
    pub(super) fn emit(&mut self, instruction: Instruction) -> Result<(), Refused> {
        let state = &mut self.state;
        let pc = state.out.code.len() as u32;
        state.out.code.push(self.account, instruction)?;
        state.out.live.push(self.account, state.free)?;
        if state.out.positions.last().is_none_or(|run| run.position != state.position) {
            state.out.positions.push(self.account, PositionRun { pc, position: state.position })?;
        }
        Ok(())
    }

    /// Appends an instruction that jumps to `label`.
    pub(super) fn emit_jump(&mut self, instruction: Instruction, label: Label) -> Result<(), Refused> {
        let pc = self.state.out.code.len() as u32;
        self.state.out.jumps.push(self.account, Jump { pc, label })?;
        self.state.out.labels[label.0 as usize].used = true;
        self.emit(instruction)
    }

    /// Appends a jump forward.
    pub(super) fn jump(&mut self, label: Label) -> Result<(), Refused> {
        self.emit_jump(Instruction::Jump { offset: UNRESOLVED }, label)
    }

    /// Appends a jump back.
    pub(super) fn jump_back(&mut self, label: Label) -> Result<(), Refused> {
        self.emit_jump(Instruction::JumpBack { cost: UNKNOWN_COST, offset: UNRESOLVED }, label)
    }

    pub(super) fn new_label(&mut self) -> Result<Label, Refused> {
        let label = Label(self.state.out.labels.len() as u32);
        self.state.out.labels.push(self.account, LabelPlace { pc: LabelPlace::UNKNOWN, used: false })?;
        Ok(label)
    }

    /// Places a label before the next instruction.
    pub(super) fn place(&mut self, label: Label) {
        self.state.out.labels[label.0 as usize].pc = self.state.out.code.len() as u32;
        self.state.last_target = self.state.out.code.len();
    }

    /// A new label before the next instruction.
    pub(super) fn label_here(&mut self) -> Result<Label, Refused> {
        let label = self.new_label()?;
        self.place(label);
        Ok(label)
    }

    /// Whether a jump to the label exists so far.
    pub(super) fn is_used(&self, label: Label) -> bool {
        self.state.out.labels[label.0 as usize].used
    }

    /// Appends instructions that set registers to nil, or widens the last one.
    pub(super) fn emit_nil(&mut self, first: u8, count: u16) -> Result<(), Refused> {
        let pc = self.state.out.code.len();
        if pc > self.state.last_target
            && let Some(Instruction::LoadNil { first: before, count: length }) = self.state.out.code.last_mut()
            && before.index() + usize::from(*length) == usize::from(first)
        {
            *length += count;
            return Ok(());
        }
        self.emit(Instruction::LoadNil { first: Block::new(first), count })
    }

    /// Sets the position of the instructions emitted from here on.
    pub(super) fn at(&mut self, position: Position) {
        self.state.position = position;
    }

    // ---- Registers ----

    pub(super) fn free(&self) -> u8 {
        self.state.free
    }

    /// Makes sure that `count` registers exist from the first free one on.
    pub(super) fn room(&mut self, count: usize) -> Result<(), CompileError> {
        let count = usize::from(self.state.free) + count;
        if count >= REGISTER_LIMIT {
            return Err(self.limit_error("function or expression needs too many registers"));
        }
        self.state.register_count = self.state.register_count.max(count as u8);
        Ok(())
    }

    /// Takes the next `count` registers, which have just been written.
    pub(super) fn reserve(&mut self, count: usize) -> Result<(), CompileError> {
        self.room(count)?;
        self.state.free += count as u8;
        Ok(())
    }

    /// Releases all registers from `level` on.
    pub(super) fn release_to(&mut self, level: u8) {
        debug_assert!(level <= self.state.free);
        self.state.free = level;
    }

    // ---- Variables ----

    /// Brings a variable into scope, in a register that has its value. The value moves into a cell if the variable
    /// lives in one.
    pub(super) fn declare(&mut self, local: LocalId, register: u8) -> Result<(), CompileError> {
        if self.is_cell(local) {
            self.emit(Instruction::NewCell { register: Block::new(register) })?;
        }
        self.activate(local, register)
    }

    /// Brings a variable into scope, in a register that has its value or its cell.
    pub(super) fn activate(&mut self, local: LocalId, register: u8) -> Result<(), CompileError> {
        self.tables.registers[local.index()] = register;
        let declared = &self.tree.locals[local.index()];
        let name = if declared.nameless { b"" } else { self.tree.string(declared.name) };
        self.activate_named(name, register, self.is_cell(local))
    }

    /// Brings a hidden variable into scope.
    pub(super) fn activate_hidden(&mut self, register: u8) -> Result<(), CompileError> {
        self.activate_named(b"(for state)", register, false)
    }

    fn activate_named(&mut self, name: &[u8], register: u8, in_cell: bool) -> Result<(), CompileError> {
        let name = text(self.account, name)?;
        let start = self.state.out.code.len() as u32;
        let place = self.state.out.locals.len() as u32;
        self.state.active.push(self.account, place)?;
        let local = bytecode::Local { name, register, in_cell, start, end: start };
        Ok(self.state.out.locals.push(self.account, local)?)
    }

    /// Whether a variable lives in a cell.
    pub(super) fn is_cell(&self, local: LocalId) -> bool {
        self.tree.locals[local.index()].capture == Some(UpvalueKind::Cell)
    }

    /// The register that a new value is computed into.
    pub(super) fn next_output(&self) -> Output {
        Output::new(self.state.free)
    }

    // ---- Scopes ----

    pub(super) fn enter_scope(&mut self) -> Result<(), Refused> {
        let scope = Scope { base: self.state.free, active_count: self.state.active.len() as u32 };
        self.state.scopes.push(self.account, scope)
    }

    /// Ends the innermost scope. `reached` says whether control may reach its end.
    pub(super) fn leave_scope(&mut self, reached: bool) -> Result<(), Refused> {
        self.end_variables(reached)?;
        self.state.scopes.pop();
        Ok(())
    }

    /// Ends the variables of the innermost scope.
    pub(super) fn end_variables(&mut self, reached: bool) -> Result<(), Refused> {
        let Some(scope) = self.state.scopes.last().copied() else { return Ok(()) };
        if reached {
            self.close_from(scope.base)?;
        }
        while self.state.closing.last().is_some_and(|register| *register >= scope.base) {
            self.state.closing.pop();
        }
        let end = self.state.out.code.len() as u32;
        for place in &self.state.active[scope.active_count as usize..] {
            self.state.out.locals[*place as usize].end = end;
        }
        self.state.active.truncate(scope.active_count as usize);
        self.release_to(scope.base);
        Ok(())
    }

    /// Notes a register to close when its scope ends.
    pub(super) fn mark_closing(&mut self, register: u8) -> Result<(), Refused> {
        self.state.closing.push(self.account, register)
    }

    /// The lowest register from `level` on that must be closed.
    pub(super) fn first_closing(&self, level: u8) -> Option<u8> {
        let below = self.state.closing.partition_point(|register| *register < level);
        self.state.closing.get(below).copied()
    }

    /// Closes the registers that must be closed from `level` on, for a way out of their scopes.
    pub(super) fn close_from(&mut self, level: u8) -> Result<(), Refused> {
        match self.first_closing(level) {
            Some(register) => self.emit(Instruction::Close { from: Block::new(register) }),
            None => Ok(()),
        }
    }

    /// Ends the variables outside of the function's scopes: its parameters.
    pub(super) fn end_parameters(&mut self) {
        let end = self.state.out.code.len() as u32;
        for place in &*self.state.active {
            self.state.out.locals[*place as usize].end = end;
        }
        self.state.active.truncate(0);
    }

    // ---- Loops, break and goto ----

    /// Enters a loop that ends at `end`.
    pub(super) fn enter_loop(&mut self, exit: Label, level: u8, end: Position) -> Result<(), Refused> {
        self.state.loops.push(self.account, Loop { exit, level, position: end })
    }

    pub(super) fn leave_loop(&mut self) {
        self.state.loops.pop();
    }

    /// The innermost loop; the parser has made sure that a `break` is in one.
    pub(super) fn innermost_loop(&self) -> Option<Loop> {
        self.state.loops.last().copied()
    }

    /// Notes the labels of the innermost scope before its statements are compiled. `may_end` says whether labels at its
    /// end are outside of its variables' scope.
    pub(super) fn note_labels(&mut self, block: &ast::Block, may_end: bool) {
        let tree = self.tree;
        if tree.labels.is_empty() {
            return;
        }
        let labels = || {
            tree.statements_of(block).map(|statement| match statement.kind {
                StatementKind::Label(id) => Some(id),
                _ => None,
            })
        };
        let others = labels().enumerate().filter(|(_, label)| label.is_none());
        let end = others.last().map_or(0, |(place, _)| place);
        let scope = self.state.scopes.len() as u32 - 1;
        for (place, label) in labels().enumerate() {
            if let Some(id) = label {
                let is_last = may_end && place >= end;
                self.tables.labels[id.index()] = LabelState { scope, is_last, ..LabelState::NEW };
            }
        }
    }

    fn label_of(&mut self, id: LabelId) -> Result<Label, Refused> {
        if let Some(label) = self.tables.labels[id.index()].label {
            return Ok(label);
        }
        let label = self.new_label()?;
        self.tables.labels[id.index()].label = Some(label);
        Ok(label)
    }

    /// Compiles `::label::`.
    pub(super) fn place_source_label(&mut self, id: LabelId, reached: bool) -> Result<(), Refused> {
        if self.tables.labels[id.index()].is_last {
            self.end_variables(reached)?;
        }
        let label = self.label_of(id)?;
        self.tables.labels[id.index()].level = self.state.free;
        self.place(label);
        Ok(())
    }

    /// The label of a forward `goto`, and the registers in use there: those of the label's scope that are in use here,
    /// since no variable of it may be declared in between.
    pub(super) fn forward_goto(&mut self, id: LabelId) -> Result<Loop, Refused> {
        let exit = self.label_of(id)?;
        let LabelState { scope, is_last, .. } = self.tables.labels[id.index()];
        let scope = scope as usize + usize::from(!is_last);
        let level = self.state.scopes.get(scope).map_or(self.state.free, |it| it.base);
        Ok(Loop { exit, level, position: self.tree.labels[id.index()].position })
    }

    /// The label of a backward `goto`, and the registers in use there.
    pub(super) fn backward_goto(&mut self, id: LabelId) -> Result<Loop, Refused> {
        let exit = self.label_of(id)?;
        let position = self.tree.labels[id.index()].position;
        Ok(Loop { exit, level: self.tables.labels[id.index()].level, position })
    }

    // ---- Errors ----

    /// The error of a limit exceeded at the current position.
    pub(super) fn limit_error(&self, message: &str) -> CompileError {
        let position = self.state.position;
        let mut text = chunk_display_name(self.source);
        text.extend_from_slice(format!(":{}: {message}", position.line).as_bytes());
        CompileError::Syntax(Box::new(SyntaxError { message: text.into(), position, range: 0..0, opener: None }))
    }
}
