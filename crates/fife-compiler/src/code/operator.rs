//! Operators that compute a value: constant folding and the choice of instructions.
//!
//! Which operands may be constants follows PUC-Rio Lua's `lcode.c`; `fife_bytecode::number::fold` says what is folded.

use super::Generator;
use super::constant::Literal;
use super::expression::Value;
use crate::ast::{BinaryOperator, ExpressionId, ExpressionKind, UnaryOperator};
use crate::error::CompileError;
use fife_bytecode::number::{ArithmeticOperator, fold};
use fife_bytecode::{Block, Input, Instruction, KeyIndex, Output};

/// The operands of a binary instruction. The right one may be a constant.
#[derive(Clone, Copy)]
enum Operands {
    Registers(Input, Input),
    Integer { flipped: bool, left: Value, right: i16 },
    Constant { flipped: bool, left: Value, right: KeyIndex },
}

impl Generator<'_, '_> {
    /// `left operator right`, where `left` is already evaluated: see [`Generator::evaluate`].
    pub(super) fn binary(
        &mut self,
        node: ExpressionId,
        operator: BinaryOperator,
        left: Value,
        right: ExpressionId,
        mark: u8,
        dst: u8,
    ) -> Result<Value, CompileError> {
        let Some(arithmetic) = arithmetic_operator(operator) else {
            if operator == BinaryOperator::Concat {
                self.concat(node, left, right, mark)?;
                return Ok(Value::Register(mark));
            }
            self.comparison_value(node, operator, left, right, mark, dst)?;
            return Ok(Value::Register(dst));
        };
        let left = self.settled_upvalue(left)?;
        let right = self.operand(right)?;
        if let (Value::Literal(left), Value::Literal(right)) = (left, right)
            && let (Some(left), Some(right)) = (left.number(), right.number())
            && let Some(folded) = fold(arithmetic, left, right)
        {
            self.release_to(mark);
            return Ok(Value::Literal(Literal::of_number(folded)));
        }
        let operands = self.operands(arithmetic, left, right)?;
        let instruction = self.arithmetic(arithmetic, operands, Output::new(dst))?;
        self.at(self.position_of(node));
        self.emit(instruction)?;
        self.release_to(mark);
        Ok(Value::Register(dst))
    }

    /// Finds the form of an arithmetic instruction's operands.
    fn operands(&mut self, operator: ArithmeticOperator, left: Value, right: Value) -> Result<Operands, CompileError> {
        use ArithmeticOperator::*;
        let is_commutative = matches!(operator, Add | Multiply | BitAnd | BitOr | BitXor);
        let flipped = is_commutative && constant_operand(operator, left).is_some();
        let (first, second) = if flipped { (right, left) } else { (left, right) };
        if let Some(literal) = constant_operand(operator, second)
            && constant_operand(operator, first).is_none()
        {
            if matches!(operator, Add | Subtract | ShiftLeft | ShiftRight)
                && let Some(right) = literal.small_integer()
            {
                return Ok(Operands::Integer { flipped, left: first, right });
            }
            if !matches!(operator, ShiftLeft | ShiftRight)
                && let Some(right) = self.key_constant(literal)?
            {
                return Ok(Operands::Constant { flipped, left: first, right });
            }
        }
        let left = self.in_register(left)?;
        let right = self.in_register(right)?;
        Ok(Operands::Registers(Input::new(left), Input::new(right)))
    }

    fn arithmetic(
        &mut self,
        operator: ArithmeticOperator,
        operands: Operands,
        dst: Output,
    ) -> Result<Instruction, CompileError> {
        Ok(match operands {
            Operands::Registers(left, right) => register_instruction(operator, dst, left, right),
            Operands::Integer { flipped, left, right } => {
                let left = Input::new(self.in_register(left)?);
                integer_instruction(operator, flipped, dst, left, right)
            }
            Operands::Constant { flipped, left, right } => {
                let left = Input::new(self.in_register(left)?);
                constant_instruction(operator, flipped, dst, left, right)
            }
        })
    }

    /// `left .. right`: the operands of the whole chain on the right are side by side from `mark` on.
    fn concat(&mut self, node: ExpressionId, left: Value, right: ExpressionId, mark: u8) -> Result<(), CompileError> {
        self.on_top(left, mark)?;
        let (mut node, mut right) = (node, right);
        while let ExpressionKind::Binary(BinaryOperator::Concat, left, rest) = self.kind(right) {
            self.next(left)?;
            (node, right) = (right, rest);
        }
        self.next(right)?;
        let count = u16::from(self.free() - mark);
        self.at(self.position_of(node));
        self.emit(Instruction::Concat { first: Block::new(mark), count })?;
        self.release_to(mark);
        Ok(())
    }

    /// Puts a value into the register at `mark`, if it is not there already, and reserves the register.
    pub(super) fn on_top(&mut self, value: Value, mark: u8) -> Result<(), CompileError> {
        match value {
            Value::Register(register) if register == mark => Ok(()),
            Value::Register(register) => self.copy_to_next(register).map(drop),
            _ => self.in_register(value).map(drop),
        }
    }

    /// `operator operand`, at the bottom of a spine.
    pub(super) fn unary(
        &mut self,
        node: ExpressionId,
        operator: UnaryOperator,
        operand: ExpressionId,
        dst: u8,
    ) -> Result<Value, CompileError> {
        if operator == UnaryOperator::Not {
            if self.tables.no_test != Some(node) && self.is_test(operand) {
                return self.logical(node, dst);
            }
            self.tables.no_test = Some(operand);
        }
        let mark = self.free();
        let value = self.operand(operand)?;
        if let Value::Literal(literal) = value
            && let Some(folded) = fold_unary(operator, literal)
        {
            return Ok(Value::Literal(folded));
        }
        let src = Input::new(self.in_register(value)?);
        let dst_register = dst;
        let dst = Output::new(dst);
        self.at(self.position_of(node));
        self.emit(match operator {
            UnaryOperator::Negate => Instruction::Negate { dst, src },
            UnaryOperator::BitNot => Instruction::BitNot { dst, src },
            UnaryOperator::Not => Instruction::Not { dst, src },
            UnaryOperator::Length => Instruction::Length { dst, src },
        })?;
        self.release_to(mark);
        Ok(Value::Register(dst_register))
    }
}

/// The arithmetic operator, if it is one.
fn arithmetic_operator(operator: BinaryOperator) -> Option<ArithmeticOperator> {
    Some(match operator {
        BinaryOperator::Add => ArithmeticOperator::Add,
        BinaryOperator::Subtract => ArithmeticOperator::Subtract,
        BinaryOperator::Multiply => ArithmeticOperator::Multiply,
        BinaryOperator::Divide => ArithmeticOperator::Divide,
        BinaryOperator::Modulo => ArithmeticOperator::Modulo,
        BinaryOperator::Power => ArithmeticOperator::Power,
        BinaryOperator::FloorDivide => ArithmeticOperator::FloorDivide,
        BinaryOperator::BitAnd => ArithmeticOperator::BitAnd,
        BinaryOperator::BitOr => ArithmeticOperator::BitOr,
        BinaryOperator::BitXor => ArithmeticOperator::BitXor,
        BinaryOperator::ShiftLeft => ArithmeticOperator::ShiftLeft,
        BinaryOperator::ShiftRight => ArithmeticOperator::ShiftRight,
        BinaryOperator::Concat
        | BinaryOperator::Equal
        | BinaryOperator::NotEqual
        | BinaryOperator::Less
        | BinaryOperator::LessEqual
        | BinaryOperator::Greater
        | BinaryOperator::GreaterEqual => return None,
    })
}

/// The literal that an instruction of the operator could have as a constant.
fn constant_operand(operator: ArithmeticOperator, value: Value) -> Option<Literal> {
    match value {
        Value::Literal(literal @ Literal::Integer(_)) => Some(literal),
        Value::Literal(literal @ Literal::Float(_)) if !operator.is_bitwise() => Some(literal),
        _ => None,
    }
}

fn fold_unary(operator: UnaryOperator, operand: Literal) -> Option<Literal> {
    let arithmetic = match operator {
        UnaryOperator::Not => return Some(Literal::of_boolean(!operand.is_truthy())),
        UnaryOperator::Negate => ArithmeticOperator::Negate,
        UnaryOperator::BitNot => ArithmeticOperator::BitNot,
        UnaryOperator::Length => return None,
    };
    let number = operand.number()?;
    fold(arithmetic, number, number).map(Literal::of_number)
}

fn register_instruction(operator: ArithmeticOperator, dst: Output, left: Input, right: Input) -> Instruction {
    match operator {
        ArithmeticOperator::Add => Instruction::Add { dst, left, right },
        ArithmeticOperator::Subtract => Instruction::Subtract { dst, left, right },
        ArithmeticOperator::Multiply => Instruction::Multiply { dst, left, right },
        ArithmeticOperator::Divide => Instruction::Divide { dst, left, right },
        ArithmeticOperator::Modulo => Instruction::Modulo { dst, left, right },
        ArithmeticOperator::Power => Instruction::Power { dst, left, right },
        ArithmeticOperator::FloorDivide => Instruction::FloorDivide { dst, left, right },
        ArithmeticOperator::BitAnd => Instruction::BitAnd { dst, left, right },
        ArithmeticOperator::BitOr => Instruction::BitOr { dst, left, right },
        ArithmeticOperator::BitXor => Instruction::BitXor { dst, left, right },
        ArithmeticOperator::ShiftLeft => Instruction::ShiftLeft { dst, left, right },
        ArithmeticOperator::ShiftRight => Instruction::ShiftRight { dst, left, right },
        ArithmeticOperator::Negate => Instruction::Negate { dst, src: left },
        ArithmeticOperator::BitNot => Instruction::BitNot { dst, src: left },
    }
}

/// The instruction with a small integer on the right, which exists for `+`, `-`, `<<` and `>>`.
fn integer_instruction(
    operator: ArithmeticOperator,
    flipped: bool,
    dst: Output,
    left: Input,
    right: i16,
) -> Instruction {
    match operator {
        ArithmeticOperator::Subtract => Instruction::SubtractInteger { dst, left, right },
        ArithmeticOperator::ShiftLeft => Instruction::ShiftLeftInteger { dst, left, right },
        ArithmeticOperator::ShiftRight => Instruction::ShiftRightInteger { dst, left, right },
        _ => Instruction::AddInteger { flipped, dst, left, right },
    }
}

/// The instruction with a constant on the right, which exists for all operators but the shifts.
fn constant_instruction(
    operator: ArithmeticOperator,
    flipped: bool,
    dst: Output,
    left: Input,
    right: KeyIndex,
) -> Instruction {
    match operator {
        ArithmeticOperator::Subtract => Instruction::SubtractConstant { dst, left, right },
        ArithmeticOperator::Multiply => Instruction::MultiplyConstant { flipped, dst, left, right },
        ArithmeticOperator::Divide => Instruction::DivideConstant { dst, left, right },
        ArithmeticOperator::Modulo => Instruction::ModuloConstant { dst, left, right },
        ArithmeticOperator::Power => Instruction::PowerConstant { dst, left, right },
        ArithmeticOperator::FloorDivide => Instruction::FloorDivideConstant { dst, left, right },
        ArithmeticOperator::BitAnd => Instruction::BitAndConstant { flipped, dst, left, right },
        ArithmeticOperator::BitOr => Instruction::BitOrConstant { flipped, dst, left, right },
        ArithmeticOperator::BitXor => Instruction::BitXorConstant { flipped, dst, left, right },
        _ => Instruction::AddConstant { flipped, dst, left, right },
    }
}
