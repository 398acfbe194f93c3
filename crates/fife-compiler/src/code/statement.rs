//! Statements and blocks; loops are in `repetition`, assignments in `assignment`.

use super::Generator;
use super::call::Results;
use super::constant::Literal;
use super::function::Loop;
use crate::ast::{
    Arm, Assignment, Attribute, Block, Chain, Control, Declaration, ExpressionId, ExpressionKind, FunctionId, LocalId,
    Range, Return, Statement, StatementKind,
};
use crate::error::CompileError;
use crate::meter::Refused;
use fife_bytecode::{self as bytecode, Input, Instruction, Position};

impl Generator<'_, '_> {
    /// Compiles a block in a scope of its own.
    pub(super) fn block(&mut self, block: &Block) -> Result<(), CompileError> {
        self.enter_scope()?;
        let reached = self.statements(block, true)?;
        self.at(block.last);
        Ok(self.leave_scope(reached)?)
    }

    /// A condition that is never true, with what depends on it. As a debugger sees it in PUC-Rio Lua's code, its line
    /// is reached.
    pub(super) fn never(&mut self, test: Position) -> Result<(), Refused> {
        self.at(test);
        let next = self.new_label()?;
        self.jump(next)?;
        self.place(next);
        Ok(())
    }

    /// Where a block starts, or ends if it is empty.
    pub(super) fn first_position(&self, block: &Block) -> Position {
        let first = self.tree.statement(block.statements.first);
        first.map_or(block.end, |statement| statement.position)
    }

    /// Compiles the body of a function, up to its last return.
    pub(super) fn body(&mut self, block: &Block, end: Position) -> Result<(), CompileError> {
        self.enter_scope()?;
        let reached = self.statements(block, true)?;
        self.at(end);
        self.leave_scope(reached)?;
        Ok(self.emit(Instruction::Return0 {})?)
    }

    /// Compiles the statements of a block, whose scope is the innermost one. `may_end` says whether the scope ends with
    /// them. Returns whether control may reach their end.
    pub(super) fn statements(&mut self, block: &Block, may_end: bool) -> Result<bool, CompileError> {
        let tree = self.tree;
        self.note_labels(block, may_end);
        let mut reached = true;
        for statement in tree.statements_of(block) {
            self.statement(statement, reached)?;
            reached = !self.ends_flow(statement);
        }
        Ok(reached)
    }

    /// Whether control never continues after a statement.
    fn ends_flow(&self, statement: &Statement) -> bool {
        matches!(statement.kind, StatementKind::Return { .. } | StatementKind::Break | StatementKind::Goto { .. })
    }

    /// Whether control never reaches the end of a block.
    fn block_ends_flow(&self, block: &Block) -> bool {
        self.tree.statement(block.statements.last).is_some_and(|it| self.ends_flow(it))
    }

    fn statement(&mut self, statement: &Statement, reached: bool) -> Result<(), CompileError> {
        let tree = self.tree;
        self.at(statement.position);
        match &statement.kind {
            StatementKind::Local(id) => {
                let Declaration { locals, values, last } = tree.declarations[id.index()];
                self.local(locals, values, last)
            }
            StatementKind::LocalFunction { local, function } => self.local_function(*local, *function),
            StatementKind::Assign(id) => {
                let Assignment { targets, values, last } = tree.assignments[id.index()];
                self.assign(targets, values, last)
            }
            StatementKind::Call(call) => self.multiple(*call, Results::Exactly(0)),
            StatementKind::Control(id) => self.control(statement.position, &tree.controls[id.index()]),
            StatementKind::Return(id) => {
                let Return { values, last } = tree.returns[id.index()];
                self.return_values(values, last)
            }
            StatementKind::Break | StatementKind::Goto { backward: false, .. } => {
                let Some(exit) = self.forward_exit(&statement.kind)? else { return Ok(()) };
                if self.first_closing(exit.level).is_some() {
                    // As in PUC-Rio Lua, the closing has the position of the exit's target.
                    self.at(exit.position);
                    self.close_from(exit.level)?;
                }
                Ok(self.jump(exit.exit)?)
            }
            StatementKind::Goto { label, backward: true } => {
                let Loop { exit, level, .. } = self.backward_goto(*label)?;
                self.close_from(level)?;
                Ok(self.jump_back(exit)?)
            }
            StatementKind::Label(label) => Ok(self.place_source_label(*label, reached)?),
        }
    }

    fn control(&mut self, position: Position, control: &Control) -> Result<(), CompileError> {
        match control {
            Control::Do(block) => self.block(block),
            Control::While { condition, test, block } => self.while_loop(*condition, *test, block),
            Control::Repeat { block, condition, test } => self.repeat_loop(block, *condition, *test),
            Control::If { arms, otherwise } => self.conditional(*arms, otherwise.as_ref()),
            Control::NumericFor { variable, start, limit, step, body, block } => {
                self.numeric_for([position, *body], *variable, [*start, *limit], *step, block)
            }
            Control::GenericFor { variables, values, call, last, body, block } => {
                self.generic_for([*call, *last, *body], *variables, *values, block)
            }
        }
    }

    /// Where a `break` or a forward `goto` goes; `None` for any other statement.
    fn forward_exit(&mut self, statement: &StatementKind) -> Result<Option<Loop>, CompileError> {
        match statement {
            StatementKind::Break => Ok(self.innermost_loop()),
            StatementKind::Goto { label, backward: false } => Ok(Some(self.forward_goto(*label)?)),
            _ => Ok(None),
        }
    }

    // ---- Declarations ----

    fn local(&mut self, locals: Range, values: Range, last: Position) -> Result<(), CompileError> {
        let tree = self.tree;
        let locals = &tree.local_lists[locals.indices()];
        let mut values = &tree.expression_lists[values.indices()];
        // A variable whose value is known when compiling has no register. It is the last one, and its value, if the
        // tree has it, is last, too.
        let mut count = locals.len();
        if let Some(last) = locals.last()
            && tree.locals[last.index()].folded
        {
            count -= 1;
            if values.len() == locals.len() {
                values = &values[..count];
            }
        }
        let first = self.free();
        self.adjusted_list(values, count, last)?;
        let registers = first..;
        self.at(last);
        for (local, register) in locals[..count].iter().zip(registers.clone()) {
            if self.is_cell(*local) {
                self.emit(Instruction::NewCell { register: bytecode::Block::new(register) })?;
            }
        }
        for (local, register) in locals[..count].iter().zip(registers) {
            self.activate(*local, register)?;
            if tree.locals[local.index()].attribute == Attribute::Close {
                self.emit(Instruction::ToBeClosed { register: bytecode::Block::new(register) })?;
                self.mark_closing(register)?;
            }
        }
        Ok(())
    }

    fn local_function(&mut self, local: LocalId, function: FunctionId) -> Result<(), CompileError> {
        let register = self.free();
        self.room(1)?;
        if !self.is_cell(local) {
            let closure = self.closure(function, register)?;
            self.emit(closure)?;
            self.reserve(1)?;
            return self.activate(local, register);
        }
        // The body captures the cell, so that comes first.
        self.emit_nil(register, 1)?;
        self.reserve(1)?;
        self.emit(Instruction::NewCell { register: bytecode::Block::new(register) })?;
        self.tables.registers[local.index()] = register;
        self.room(1)?;
        let value = self.free();
        let closure = self.closure(function, value)?;
        self.emit(closure)?;
        self.reserve(1)?;
        self.emit(Instruction::SetCell { cell: Input::new(register), src: Input::new(value) })?;
        self.release_to(value);
        self.activate(local, register)
    }

    // ---- Conditionals ----

    fn conditional(&mut self, arms: Range, otherwise: Option<&Block>) -> Result<(), CompileError> {
        let tree = self.tree;
        let arms = &tree.arms[arms.indices()];
        let end = self.new_label()?;
        let mut reached = true;
        for (index, arm) in arms.iter().enumerate() {
            let is_last = index + 1 == arms.len() && otherwise.is_none();
            match self.literal(arm.condition).map(Literal::is_truthy) {
                Some(false) => self.never(arm.test)?,
                Some(true) => {
                    self.block(&arm.block)?;
                    reached = false;
                    break;
                }
                None => self.arm(arm, is_last, end)?,
            }
        }
        if let (Some(block), true) = (otherwise, reached) {
            self.block(block)?;
        }
        self.place(end);
        Ok(())
    }

    /// Compiles an arm, which jumps to `end` unless it is the last.
    fn arm(&mut self, arm: &Arm, is_last: bool, end: super::function::Label) -> Result<(), CompileError> {
        let tree = self.tree;
        if let Chain { first, last } = arm.block.statements
            && first == last
            && let Some(only) = tree.statement(first)
            && let Some(exit) = self.forward_exit(&only.kind)?
            && self.first_closing(exit.level).is_none()
        {
            // The arm only jumps, so the condition can do that.
            return self.branch(arm.condition, arm.test, true, exit.exit);
        }
        let next = self.new_label()?;
        self.branch(arm.condition, arm.test, false, next)?;
        self.block(&arm.block)?;
        if !is_last && !self.block_ends_flow(&arm.block) {
            self.jump(end)?;
        }
        self.place(next);
        Ok(())
    }

    // ---- Return ----

    fn return_values(&mut self, values: Range, last: Position) -> Result<(), CompileError> {
        let tree = self.tree;
        let mark = self.free();
        let closing = self.first_closing(0).map(bytecode::Block::new);
        let values_list = &tree.expression_lists[values.indices()];
        let instruction = match values_list {
            [] => Instruction::Return0 {},
            [value] if closing.is_none() && self.is_call(*value) => {
                self.multiple(*value, Results::Tail)?;
                self.release_to(mark);
                return Ok(());
            }
            [value] if !self.is_multiple(*value) => Instruction::Return1 { src: Input::new(self.register(*value)?) },
            _ => {
                let first = bytecode::Block::new(mark);
                let is_open = self.list(values)?;
                if is_open {
                    Instruction::ReturnOpen { first }
                } else {
                    Instruction::Return { first, count: u16::from(self.free() - mark) }
                }
            }
        };
        self.at(last);
        if let Some(from) = closing {
            let is_open = instruction.takes_open();
            self.emit(if is_open { Instruction::CloseOpen { from } } else { Instruction::Close { from } })?;
        }
        self.emit(instruction)?;
        self.release_to(mark);
        Ok(())
    }

    fn is_call(&self, expression: ExpressionId) -> bool {
        matches!(self.kind(expression), ExpressionKind::Call(_) | ExpressionKind::MethodCall(_))
    }
}
