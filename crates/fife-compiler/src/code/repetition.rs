//! Loops.
//!
//! Only `JumpBack`, `ForLoop` and `ForGenericLoop` jump backward. The body of a `for` loop directly follows its prepare
//! instruction; `assemble` relies on that to keep small loops in one segment.

use super::Generator;
use super::constant::Literal;
use super::function::{UNKNOWN_COST, UNRESOLVED};
use crate::ast::{Block, ExpressionId, LocalId, Range};
use crate::error::CompileError;
use fife_bytecode::{self as bytecode, Instruction, Position};

/// Registers of a generic loop before its variables: iterator, state, control, closing value.
const GENERIC_CONTROL: u8 = 4;

/// Registers above the control values that a call of the iterator may use, as in PUC-Rio Lua.
const ITERATOR_CALL: usize = 3;

impl Generator<'_, '_> {
    pub(super) fn while_loop(
        &mut self,
        condition: ExpressionId,
        test: Position,
        block: &Block,
    ) -> Result<(), CompileError> {
        let truth = self.literal(condition).map(Literal::is_truthy);
        if truth == Some(false) {
            return Ok(self.never(test)?);
        }
        let exit = self.new_label()?;
        let head = self.label_here()?;
        if truth.is_none() {
            self.branch(condition, test, false, exit)?;
        }
        self.enter_loop(exit, self.free(), block.end)?;
        self.block(block)?;
        self.leave_loop();
        self.jump_back(head)?;
        self.place(exit);
        Ok(())
    }

    pub(super) fn repeat_loop(
        &mut self,
        block: &Block,
        condition: ExpressionId,
        test: Position,
    ) -> Result<(), CompileError> {
        let level = self.free();
        let exit = self.new_label()?;
        let head = self.label_here()?;
        self.enter_loop(exit, level, self.position_of(condition))?;
        self.enter_scope()?;
        let reached = self.statements(block, false)?;
        // The condition sees the variables of the block, which end after it on both ways.
        let truth = self.literal(condition).map(Literal::is_truthy);
        match truth {
            Some(true) => {}
            Some(false) => {
                self.at(test);
                self.close_from(level)?;
                self.jump_back(head)?;
            }
            None => {
                let done = self.new_label()?;
                self.branch(condition, test, true, done)?;
                self.close_from(level)?;
                self.jump_back(head)?;
                self.place(done);
            }
        }
        self.leave_scope(reached && truth != Some(false))?;
        self.leave_loop();
        self.place(exit);
        Ok(())
    }

    pub(super) fn numeric_for(
        &mut self,
        [position, body_position]: [Position; 2],
        variable: LocalId,
        bounds: [ExpressionId; 2],
        step: Option<ExpressionId>,
        block: &Block,
    ) -> Result<(), CompileError> {
        self.enter_scope()?;
        let level = self.free();
        for bound in bounds {
            self.next(bound)?;
        }
        match step {
            Some(step) => self.next(step)?,
            None => self.in_register(super::expression::Value::Literal(Literal::Integer(1)))?,
        };
        let (exit, body) = (self.new_label()?, self.new_label()?);
        let base = bytecode::Block::new(level);
        self.at(body_position);
        self.emit_jump(Instruction::ForPrepare { base, offset: UNRESOLVED }, exit)?;
        self.place(body);
        self.enter_loop(exit, level, block.end)?;
        self.enter_scope()?;
        // The loop keeps its state in the variable's register, unless the body may change that.
        let is_copied = self.is_cell(variable) || self.tree.locals[variable.index()].assigned;
        // Three hidden variables, as in PUC-Rio Lua, for debuggers that number them. The first may share its register
        // with the loop's variable.
        for register in level..level + 3 {
            self.activate_hidden(register)?;
        }
        self.at(self.first_position(block));
        let register = if is_copied { self.copy_to_next(level)? } else { level };
        self.declare(variable, register)?;
        self.block(block)?;
        self.leave_scope(true)?;
        self.leave_loop();
        // `ForLoop` needs its three registers, which the surrounding scope holds.
        debug_assert_eq!(self.free(), level + 3);
        self.at(position);
        self.emit_jump(Instruction::ForLoop { cost: UNKNOWN_COST, base, offset: UNRESOLVED }, body)?;
        self.leave_scope(true)?;
        self.place(exit);
        Ok(())
    }

    pub(super) fn generic_for(
        &mut self,
        [call_position, last, body_position]: [Position; 3],
        variables: Range,
        values: Range,
        block: &Block,
    ) -> Result<(), CompileError> {
        let tree = self.tree;
        let variables = &tree.local_lists[variables.indices()];
        let values = &tree.expression_lists[values.indices()];
        self.enter_scope()?;
        let level = self.free();
        self.adjusted_list(values, GENERIC_CONTROL.into(), last)?;
        self.room(variables.len().max(ITERATOR_CALL))?;
        let (exit, body, call) = (self.new_label()?, self.new_label()?, self.new_label()?);
        let base = bytecode::Block::new(level);
        self.at(body_position);
        self.emit_jump(Instruction::ForGenericPrepare { base, offset: UNRESOLVED }, call)?;
        self.mark_closing(level + 3)?;
        self.place(body);
        for register in level..level + GENERIC_CONTROL {
            self.activate_hidden(register)?;
        }
        self.enter_loop(exit, level + GENERIC_CONTROL, block.end)?;
        self.enter_scope()?;
        let first = self.free();
        self.reserve(variables.len())?;
        for (variable, register) in variables.iter().zip(first..) {
            if self.is_cell(*variable) {
                self.emit(Instruction::NewCell { register: bytecode::Block::new(register) })?;
            }
        }
        for (variable, register) in variables.iter().zip(first..) {
            self.activate(*variable, register)?;
        }
        self.block(block)?;
        self.leave_scope(true)?;
        self.leave_loop();
        self.at(call_position);
        self.place(call);
        let count = variables.len() as u16;
        self.emit(Instruction::ForGenericCall { cost: UNKNOWN_COST, base, count })?;
        self.reserve(variables.len())?;
        self.emit_jump(Instruction::ForGenericLoop { cost: UNKNOWN_COST, base, offset: UNRESOLVED }, body)?;
        self.release_to(level + GENERIC_CONTROL);
        self.place(exit);
        self.at(block.end);
        Ok(self.leave_scope(true)?)
    }
}
