//! Conditions: `and`, `or`, `not` and comparisons, compiled into jumps.
//!
//! A condition is compiled to jump if it is true, or if it is false, and to fall through otherwise. If the value of such
//! an expression is needed, a jump out of it takes the operand's value along, or goes to where a boolean is loaded.
//!
//! A run of `and`, or one of `or`, may have any length on its left side, so it is walked down with its nodes left on the
//! `spine` stack, and then up. Where a run changes to another, there are parentheses, and the code recurses.

use super::Generator;
use super::constant::Literal;
use super::expression::Value;
use super::function::{Label, UNRESOLVED};
use crate::ast::{BinaryOperator, ExpressionId, ExpressionKind, UnaryOperator};
use crate::error::CompileError;
use fife_bytecode::number::float_to_integer;
use fife_bytecode::{Input, Instruction, KeyIndex, Output, Position, ShortJump};

/// Where a condition goes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Exit {
    /// To a label.
    Label(Label),
    /// Out of the whole expression, with a value.
    Value(ValueExit),
}

/// The ways out of an expression whose value is needed.
#[derive(Clone, Copy, Debug)]
pub(super) struct ValueExit {
    /// Where the value is needed.
    dst: u8,
    /// Where to go with the value in `dst`.
    done: Label,
    /// Where to go for `dst` to become true.
    on_true: Label,
    /// Where to go for `dst` to become false.
    on_false: Label,
}

impl ValueExit {
    fn boolean(self, value: bool) -> Label {
        if value { self.on_true } else { self.on_false }
    }
}

impl Exit {
    /// Where to go if the value is just a boolean.
    fn boolean(self, value: bool) -> Label {
        match self {
            Exit::Label(label) => label,
            Exit::Value(exit) => exit.boolean(value),
        }
    }
}

/// The right side of a comparison.
#[derive(Clone, Copy)]
enum Right {
    Register(Input),
    Integer(i16),
    Constant(KeyIndex),
}

/// What a comparison instruction tests.
#[derive(Clone, Copy)]
enum Test {
    Equal,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
}

impl Test {
    /// The test with its sides exchanged.
    fn flipped(self) -> Test {
        match self {
            Test::Equal => Test::Equal,
            Test::Less => Test::Greater,
            Test::LessEqual => Test::GreaterEqual,
            Test::Greater => Test::Less,
            Test::GreaterEqual => Test::LessEqual,
        }
    }
}

impl Generator<'_, '_> {
    /// Whether an expression is compiled into jumps, from which its value is made.
    pub(super) fn is_test(&self, mut expression: ExpressionId) -> bool {
        loop {
            match self.kind(expression) {
                ExpressionKind::And(..) | ExpressionKind::Or(..) => return true,
                ExpressionKind::Binary(operator, ..) => return comparison(operator).is_some(),
                ExpressionKind::Unary(UnaryOperator::Not, operand) => expression = operand,
                _ => return false,
            }
        }
    }

    /// Jumps to `label` if the truth of the expression, which is tested at `test`, is `sense`, and otherwise falls
    /// through.
    pub(super) fn branch(
        &mut self,
        expression: ExpressionId,
        test: Position,
        sense: bool,
        label: Label,
    ) -> Result<(), CompileError> {
        self.leave(expression, test, sense, Exit::Label(label))
    }

    /// Leaves to `exit` if the truth of the expression is `sense`, and otherwise falls through.
    fn leave(
        &mut self,
        mut expression: ExpressionId,
        test: Position,
        mut sense: bool,
        mut exit: Exit,
    ) -> Result<(), CompileError> {
        while let ExpressionKind::Unary(UnaryOperator::Not, operand) = self.kind(expression) {
            (exit, sense) = (Exit::Label(exit.boolean(sense)), !sense);
            expression = operand;
        }
        match self.kind(expression) {
            ExpressionKind::And(..) => self.leave_run(expression, test, false, sense, exit),
            ExpressionKind::Or(..) => self.leave_run(expression, test, true, sense, exit),
            ExpressionKind::Binary(operator, left, right) if comparison(operator).is_some() => {
                let mark = self.free();
                let left = self.left_operand(left)?;
                self.compare(expression, operator, left, right, sense, exit.boolean(sense))?;
                self.release_to(mark);
                Ok(())
            }
            _ => self.leave_with_value(expression, test, sense, exit),
        }
    }

    /// The operands of an operator by which an operand with the truth `deciding` decides: `and` (false) or `or` (true).
    fn operands_of_run(&self, expression: ExpressionId, deciding: bool) -> Option<[ExpressionId; 2]> {
        match self.kind(expression) {
            ExpressionKind::And(left, right) if !deciding => Some([left, right]),
            ExpressionKind::Or(left, right) if deciding => Some([left, right]),
            _ => None,
        }
    }

    /// Leaves a run of `and` or of `or`, in which an operand with the truth `deciding` decides.
    fn leave_run(
        &mut self,
        expression: ExpressionId,
        test: Position,
        deciding: bool,
        sense: bool,
        exit: Exit,
    ) -> Result<(), CompileError> {
        // Where all operands but the last go if they decide.
        let behind = if sense == deciding { None } else { Some(self.new_label()?) };
        let decided = behind.map_or(exit, Exit::Label);
        let bottom = self.tables.spine.len();
        let mut lowest = expression;
        while let Some([left, _]) = self.operands_of_run(lowest, deciding) {
            self.tables.spine.push(self.account, lowest)?;
            lowest = left;
        }
        let mut operand = lowest;
        // An operand is tested at the operator behind it.
        while let Some(node) = self.tables.spine[bottom..].last().copied() {
            self.leave(operand, self.position_of(node), deciding, decided)?;
            self.tables.spine.pop();
            if let Some([_, right]) = self.operands_of_run(node, deciding) {
                operand = right;
            }
        }
        self.leave(operand, test, sense, exit)?;
        if let Some(behind) = behind {
            self.place(behind);
        }
        Ok(())
    }

    /// Tests an expression that is not itself a condition.
    fn leave_with_value(
        &mut self,
        expression: ExpressionId,
        test: Position,
        sense: bool,
        exit: Exit,
    ) -> Result<(), CompileError> {
        let mark = self.free();
        let value = self.operand(expression)?;
        self.at(test);
        let src = match value {
            Value::Literal(literal) if literal.is_truthy() != sense => return Ok(()),
            Value::Literal(literal) => {
                return match exit {
                    Exit::Label(label) => Ok(self.jump(label)?),
                    Exit::Value(exit) => {
                        self.load(literal, exit.dst)?;
                        self.jump_with_value(exit)
                    }
                };
            }
            _ => self.in_register(value)?,
        };
        let input = Input::new(src);
        let plain = if sense {
            Instruction::JumpIf { src: input, offset: UNRESOLVED }
        } else {
            Instruction::JumpIfNot { src: input, offset: UNRESOLVED }
        };
        match exit {
            Exit::Label(label) => self.emit_jump(plain, label)?,
            Exit::Value(exit) if exit.dst == src => self.emit_jump(plain, exit.done)?,
            Exit::Value(exit) => {
                let (dst, offset) = (Output::new(exit.dst), ShortJump(0));
                let moving = if sense {
                    Instruction::MoveJumpIf { dst, src: input, offset }
                } else {
                    Instruction::MoveJumpIfNot { dst, src: input, offset }
                };
                self.emit_jump(moving, exit.done)?;
            }
        }
        self.release_to(mark);
        Ok(())
    }

    // ---- Conditions as values ----

    /// Computes `and`, `or`, `not` or a comparison into `dst`.
    pub(super) fn logical(&mut self, expression: ExpressionId, dst: u8) -> Result<Value, CompileError> {
        let exit = ValueExit { dst, done: self.new_label()?, on_true: self.new_label()?, on_false: self.new_label()? };
        // The value is that of the last operand, unless an earlier one decides.
        let mut last = expression;
        loop {
            let (left, right, deciding) = match self.kind(last) {
                ExpressionKind::And(left, right) => (left, right, false),
                ExpressionKind::Or(left, right) => (left, right, true),
                _ => break,
            };
            self.leave(left, self.position_of(last), deciding, Exit::Value(exit))?;
            last = right;
        }
        if self.is_test(last) {
            self.leave(last, self.position_of(last), true, Exit::Label(exit.on_true))?;
            self.load_booleans(exit, true)?;
        } else {
            self.into(last, dst)?;
            self.load_booleans(exit, false)?;
        }
        self.place(exit.done);
        Ok(Value::Register(dst))
    }

    /// Jumps out of a condition with the value in its place. The register is live on the way although it may not be
    /// reserved yet.
    fn jump_with_value(&mut self, exit: ValueExit) -> Result<(), CompileError> {
        let mark = self.free();
        if exit.dst == mark {
            self.reserve(1)?;
        }
        self.jump(exit.done)?;
        self.release_to(mark);
        Ok(())
    }

    /// Emits the loads of true and false that the jumps out of a condition need; `falls` says whether
    /// control also comes from above, to load false.
    fn load_booleans(&mut self, exit: ValueExit, falls: bool) -> Result<(), CompileError> {
        let dst = Output::new(exit.dst);
        let (needs_true, needs_false) = (self.is_used(exit.on_true), falls || self.is_used(exit.on_false));
        if !falls && (needs_true || needs_false) {
            self.jump_with_value(exit)?;
        }
        if needs_false {
            self.place(exit.on_false);
            self.emit(if needs_true { Instruction::LoadFalseSkip { dst } } else { Instruction::LoadFalse { dst } })?;
        }
        if needs_true {
            self.place(exit.on_true);
            self.emit(Instruction::LoadTrue { dst })?;
        }
        Ok(())
    }

    /// `left operator right` as a boolean in `dst`, where `left` is already evaluated.
    pub(super) fn comparison_value(
        &mut self,
        node: ExpressionId,
        operator: BinaryOperator,
        left: Value,
        right: ExpressionId,
        mark: u8,
        dst: u8,
    ) -> Result<(), CompileError> {
        let left = self.settled_upvalue(left)?;
        let on_true = self.new_label()?;
        self.compare(node, operator, left, right, true, on_true)?;
        self.release_to(mark);
        let dst = Output::new(dst);
        self.emit(Instruction::LoadFalseSkip { dst })?;
        self.place(on_true);
        Ok(self.emit(Instruction::LoadTrue { dst })?)
    }

    // ---- Comparisons ----

    /// Jumps to `label` if the truth of the comparison is `sense`.
    fn compare(
        &mut self,
        node: ExpressionId,
        operator: BinaryOperator,
        left: Value,
        right: ExpressionId,
        sense: bool,
        label: Label,
    ) -> Result<(), CompileError> {
        let right = self.operand(right)?;
        let (mut test, mut sense) = (Test::Equal, sense);
        match comparison(operator) {
            Some((found, negated)) => {
                test = found;
                sense ^= negated;
            }
            None => debug_assert!(false, "not a comparison: {operator:?}"),
        }
        let (left, right) = match (left, right) {
            (Value::Literal(_), Value::Literal(_)) => (left, right),
            (Value::Literal(_), _) => {
                test = test.flipped();
                (right, left)
            }
            _ => (left, right),
        };
        let left = Input::new(self.in_register(left)?);
        let right = self.comparison_operand(test, right)?;
        self.at(self.position_of(node));
        Ok(self.emit_jump(comparison_instruction(test, sense, left, right), label)?)
    }

    /// Finds the form of a comparison's right side.
    fn comparison_operand(&mut self, test: Test, right: Value) -> Result<Right, CompileError> {
        if let Value::Literal(literal) = right {
            // Equality with a number is raw, so an integer may stand for an equal float. An order may call a
            // metamethod, which gets the number as it was written.
            let integer = match (test, literal) {
                (Test::Equal, Literal::Float(value)) => float_to_integer(value).map(Literal::Integer),
                _ => Some(literal),
            };
            if let Some(integer) = integer.and_then(Literal::small_integer) {
                return Ok(Right::Integer(integer));
            }
            if let Test::Equal = test
                && let Some(key) = self.key_constant(literal)?
            {
                return Ok(Right::Constant(key));
            }
        }
        Ok(Right::Register(Input::new(self.in_register(right)?)))
    }
}

/// The test of a comparison operator, and whether the operator is true if the test fails.
fn comparison(operator: BinaryOperator) -> Option<(Test, bool)> {
    Some(match operator {
        BinaryOperator::Equal => (Test::Equal, false),
        BinaryOperator::NotEqual => (Test::Equal, true),
        BinaryOperator::Less => (Test::Less, false),
        BinaryOperator::LessEqual => (Test::LessEqual, false),
        BinaryOperator::Greater => (Test::Greater, false),
        BinaryOperator::GreaterEqual => (Test::GreaterEqual, false),
        _ => return None,
    })
}

/// The instruction that jumps if the truth of the test is `sense`.
fn comparison_instruction(test: Test, sense: bool, left: Input, right: Right) -> Instruction {
    use Instruction::*;
    let offset = ShortJump(0);
    match (test, right, sense) {
        (Test::Equal, Right::Register(right), true) => JumpIfEqual { left, right, offset },
        (Test::Equal, Right::Register(right), false) => JumpIfNotEqual { left, right, offset },
        (Test::Equal, Right::Integer(right), true) => JumpIfEqualInteger { left, right, offset },
        (Test::Equal, Right::Integer(right), false) => JumpIfNotEqualInteger { left, right, offset },
        // Only equality takes a constant.
        (_, Right::Constant(right), true) => JumpIfEqualConstant { left, right, offset },
        (_, Right::Constant(right), false) => JumpIfNotEqualConstant { left, right, offset },
        (Test::Less, Right::Register(right), true) => JumpIfLess { left, right, offset },
        (Test::Less, Right::Register(right), false) => JumpIfNotLess { left, right, offset },
        (Test::LessEqual, Right::Register(right), true) => JumpIfLessEqual { left, right, offset },
        (Test::LessEqual, Right::Register(right), false) => JumpIfNotLessEqual { left, right, offset },
        // For registers, greater is less with its sides exchanged.
        (Test::Greater, Right::Register(right), true) => JumpIfLess { left: right, right: left, offset },
        (Test::Greater, Right::Register(right), false) => JumpIfNotLess { left: right, right: left, offset },
        (Test::GreaterEqual, Right::Register(right), true) => JumpIfLessEqual { left: right, right: left, offset },
        (Test::GreaterEqual, Right::Register(right), false) => JumpIfNotLessEqual { left: right, right: left, offset },
        (Test::Less, Right::Integer(right), true) => JumpIfLessInteger { left, right, offset },
        (Test::Less, Right::Integer(right), false) => JumpIfNotLessInteger { left, right, offset },
        (Test::LessEqual, Right::Integer(right), true) => JumpIfLessEqualInteger { left, right, offset },
        (Test::LessEqual, Right::Integer(right), false) => JumpIfNotLessEqualInteger { left, right, offset },
        (Test::Greater, Right::Integer(right), true) => JumpIfGreaterInteger { left, right, offset },
        (Test::Greater, Right::Integer(right), false) => JumpIfNotGreaterInteger { left, right, offset },
        (Test::GreaterEqual, Right::Integer(right), true) => JumpIfGreaterEqualInteger { left, right, offset },
        (Test::GreaterEqual, Right::Integer(right), false) => JumpIfNotGreaterEqualInteger { left, right, offset },
    }
}
