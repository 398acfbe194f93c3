//! Calls, and expressions that are several values.
//!
//! A called function and its arguments are side by side in the top registers; its results replace them. The last call
//! or `...` of a list may be *open*: it leaves any number of values, from the first free register on, to the very next
//! instruction.

use super::Generator;
use super::expression::Value;
use super::function::UNKNOWN_COST;
use crate::ast::{ExpressionId, ExpressionKind, Range};
use crate::error::CompileError;
use fife_bytecode::{Block, Input, Instruction, Output, Position};

/// How many results are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Results {
    Exactly(u8),
    /// All of them, as an open list.
    Open,
    /// All of them, as those of the running function.
    Tail,
}

impl Generator<'_, '_> {
    /// Whether an expression can be several values.
    pub(super) fn is_multiple(&self, expression: ExpressionId) -> bool {
        matches!(
            self.kind(expression),
            ExpressionKind::Call(_) | ExpressionKind::MethodCall(_) | ExpressionKind::VarArgs
        )
    }

    /// Evaluates a call or `...`; the results come from the first free register on. The caller
    /// reserves them.
    pub(super) fn multiple(&mut self, expression: ExpressionId, results: Results) -> Result<(), CompileError> {
        let mark = self.free();
        let callee = match self.kind(expression) {
            ExpressionKind::Call(list) | ExpressionKind::MethodCall(list) => self.tree.first_of(list),
            _ => {
                self.at(self.position_of(expression));
                return self.varargs(results);
            }
        };
        let callee = self.operand(callee)?;
        self.call(expression, callee, mark, results)
    }

    fn varargs(&mut self, results: Results) -> Result<(), CompileError> {
        let dst = Block::new(self.free());
        match results {
            Results::Exactly(0) => {}
            Results::Exactly(count) => {
                self.room(count.into())?;
                self.emit(Instruction::VarArgs { dst, count: count.into() })?;
            }
            Results::Open | Results::Tail => {
                self.room(1)?;
                self.emit(Instruction::VarArgsOpen { dst })?;
            }
        }
        Ok(())
    }

    /// Compiles a call whose callee, or the object of a method call, is already evaluated: its temporary, if it is one,
    /// is the register at `mark`.
    pub(super) fn call(
        &mut self,
        node: ExpressionId,
        callee: Value,
        mark: u8,
        results: Results,
    ) -> Result<(), CompileError> {
        let arguments = match self.kind(node) {
            ExpressionKind::MethodCall(list) => {
                self.method(self.tree.expression_lists[list.start as usize + 1], callee, mark)?;
                Range { start: list.start + 2, end: list.end }
            }
            ExpressionKind::Call(list) => {
                self.on_top(callee, mark)?;
                Range { start: list.start + 1, end: list.end }
            }
            _ => Range::default(),
        };
        let is_open = self.list(arguments)?;
        let args = u16::from(self.free() - mark - 1);
        let func = Block::new(mark);
        let cost = UNKNOWN_COST;
        self.at(self.position_of(node));
        self.emit(match (is_open, results) {
            (false, Results::Exactly(count)) => Instruction::Call { cost, func, args, results: count.into() },
            (true, Results::Exactly(count)) => Instruction::CallOpenArgs { cost, func, results: count.into() },
            (false, Results::Open) => Instruction::CallOpenResults { cost, func, args },
            (true, Results::Open) => Instruction::CallOpen { cost, func },
            (false, Results::Tail) => Instruction::TailCall { func, args },
            (true, Results::Tail) => Instruction::TailCallOpen { func },
        })?;
        self.release_to(mark);
        Ok(())
    }

    /// Puts the method and the object of a method call into the registers from `mark` on.
    fn method(&mut self, method: ExpressionId, object: Value, mark: u8) -> Result<(), CompileError> {
        let name = match self.kind(method) {
            ExpressionKind::String(name) => name,
            _ => return Err(self.limit_error("syntax error")),
        };
        let key = self.field_key(name)?;
        if let Some(key) = key {
            let object = Input::new(self.in_register(object)?);
            self.at(self.position_of(method));
            self.emit(Instruction::SelfField { dst: Block::new(mark), object, key })?;
            self.release_to(mark);
            return self.reserve(2);
        }
        // The method's name is too long, or its constant's number too large, for one instruction.
        self.on_top(object, mark)?;
        self.room(1)?;
        self.at(self.position_of(method));
        self.emit(Instruction::Move { dst: self.next_output(), src: Input::new(mark) })?;
        self.reserve(1)?;
        let key = self.in_register(Value::Literal(super::constant::Literal::String(name)))?;
        let (dst, table, key) = (Output::new(mark), Input::new(mark + 1), Input::new(key));
        self.emit(Instruction::GetIndex { dst, table, key })?;
        self.release_to(mark + 2);
        Ok(())
    }

    /// Computes a list of expressions into the next registers and reserves them. Returns true if the last one is open:
    /// it then leaves an open list after them.
    pub(super) fn list(&mut self, expressions: Range) -> Result<bool, CompileError> {
        let tree = self.tree;
        let Some((last, others)) = tree.expression_lists[expressions.indices()].split_last() else {
            return Ok(false);
        };
        for expression in others {
            self.next(*expression)?;
        }
        if self.is_multiple(*last) {
            self.multiple(*last, Results::Open)?;
            return Ok(true);
        }
        self.next(*last)?;
        Ok(false)
    }

    /// Computes a list of expressions into exactly the next `wanted` registers and reserves them: surplus values are
    /// dropped, missing ones are nil, and the last expression may be several. The list ends at `last`.
    pub(super) fn adjusted_list(
        &mut self,
        expressions: &[ExpressionId],
        wanted: usize,
        last: Position,
    ) -> Result<(), CompileError> {
        self.room(wanted)?;
        let mut missing = wanted;
        for (index, expression) in expressions.iter().enumerate() {
            if index + 1 == expressions.len() && self.is_multiple(*expression) {
                self.multiple(*expression, Results::Exactly(missing as u8))?;
                self.reserve(missing)?;
                missing = 0;
            } else if missing > 0 {
                self.next(*expression)?;
                missing -= 1;
            } else {
                self.discard(*expression)?;
            }
        }
        if missing > 0 {
            self.at(last);
            self.emit_nil(self.free(), missing as u16)?;
            self.reserve(missing)?;
        }
        Ok(())
    }
}
