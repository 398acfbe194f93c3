//! Expressions with one value.
//!
//! The left spine of an expression (the left operand of its left operand and so on, through operators, indexing and
//! calls) may have any length. So it is walked down to its leaf, with the nodes left on the `spine` stack, and then up
//! again, where each node is applied to the value of the one below. All nodes but the last leave their value in the
//! same register.

use super::Generator;
use super::constant::Literal;
use crate::ast::{ExpressionId, ExpressionKind, FunctionId, StringId};
use crate::error::CompileError;
use crate::meter::Refused;
use fife_bytecode::{
    Block, ConstantIndex, Input, Instruction, KeyIndex, Output, Position, PrototypeIndex, SHORT_STRING_LIMIT,
    UpvalueIndex, UpvalueKind,
};

/// Where the value of an expression is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Value {
    /// Nowhere yet: the value is known when compiling.
    Literal(Literal),
    /// In a register: a variable's own, or a temporary.
    Register(u8),
    /// In an upvalue held by value. Only the inside of a spine sees this case.
    Upvalue(UpvalueIndex),
    /// In the cell that an upvalue shares. Seen as above, and by the target of an assignment.
    UpvalueCell(UpvalueIndex),
    /// In a local variable's cell, which the register holds. Seen as above, and by a left operand. In PUC-Rio Lua the
    /// variable is in a register, which an instruction reads when it runs, perhaps after an earlier call has assigned
    /// it.
    Cell(u8),
}

/// The key of an indexed table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum KeySource {
    Name(StringId),
    Expression(ExpressionId),
}

/// How an instruction indexes a table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Key {
    Field(KeyIndex),
    Integer(u16),
    Register(u8),
}

impl Generator<'_, '_> {
    pub(super) fn kind(&self, expression: ExpressionId) -> ExpressionKind {
        self.tree.expressions[expression.index()].kind
    }

    pub(super) fn position_of(&self, expression: ExpressionId) -> Position {
        self.tree.expressions[expression.index()].position
    }

    // ---- The ways to ask for a value ----

    /// Computes an expression into a register: a variable's, or the first free one, which the caller
    /// then reserves.
    pub(super) fn into(&mut self, expression: ExpressionId, dst: u8) -> Result<(), CompileError> {
        let mark = self.free();
        let value = self.evaluate(expression, dst)?;
        self.at_load(expression, value);
        self.move_value(value, dst, mark)
    }

    /// As [`Generator::into`], for an assignment that ends at `last`.
    pub(super) fn value_for_variable(
        &mut self,
        expression: ExpressionId,
        dst: u8,
        last: Position,
    ) -> Result<(), CompileError> {
        let mark = self.free();
        let value = self.evaluate(expression, dst)?;
        self.at(last);
        self.move_value(value, dst, mark)
    }

    /// Computes an expression into the next register and reserves that.
    pub(super) fn next(&mut self, expression: ExpressionId) -> Result<u8, CompileError> {
        let register = self.free();
        self.room(1)?;
        self.into(expression, register)?;
        self.reserve(1)?;
        Ok(register)
    }

    /// Computes an expression to where it is easiest: it stays a literal, or is in a variable's register, or in the
    /// next register, which is reserved.
    pub(super) fn operand(&mut self, expression: ExpressionId) -> Result<Value, CompileError> {
        let mark = self.free();
        let value = self.evaluate(expression, mark)?;
        self.at_load(expression, value);
        self.keep(value, mark)?;
        Ok(value)
    }

    /// As [`Generator::operand`], for an operand that is used only after another one has been evaluated.
    pub(super) fn left_operand(&mut self, expression: ExpressionId) -> Result<Value, CompileError> {
        let mark = self.free();
        let value = self.late_value(expression, mark)?;
        self.keep(value, mark)?;
        self.settled_upvalue(value)
    }

    /// The value, in a register if it is an upvalue's: those are read at once.
    pub(super) fn settled_upvalue(&mut self, value: Value) -> Result<Value, CompileError> {
        match value {
            Value::Upvalue(_) | Value::UpvalueCell(_) => Ok(Value::Register(self.in_register(value)?)),
            Value::Literal(_) | Value::Register(_) | Value::Cell(_) => Ok(value),
        }
    }

    /// Sets the position of the instruction that loads or moves a value: that of the expression, if the value is
    /// nowhere yet or a variable's.
    fn at_load(&mut self, expression: ExpressionId, value: Value) {
        if matches!(value, Value::Literal(_)) || self.kind(expression).is_emitted_late() {
            self.at(self.position_of(expression));
        }
    }

    /// As [`Generator::operand`], but always in a register.
    pub(super) fn register(&mut self, expression: ExpressionId) -> Result<u8, CompileError> {
        let value = self.operand(expression)?;
        self.in_register(value)
    }

    /// Evaluates an expression and discards its value.
    pub(super) fn discard(&mut self, expression: ExpressionId) -> Result<(), CompileError> {
        let mark = self.free();
        self.operand(expression)?;
        self.release_to(mark);
        Ok(())
    }

    // ---- Moving values ----

    /// Reserves the register at `mark` if that is where the value is.
    pub(super) fn keep(&mut self, value: Value, mark: u8) -> Result<(), CompileError> {
        if value == Value::Register(mark) { self.reserve(1) } else { Ok(()) }
    }

    /// The register of a value, which is put into one if necessary.
    pub(super) fn in_register(&mut self, value: Value) -> Result<u8, CompileError> {
        let register = self.free();
        match value {
            Value::Register(register) => return Ok(register),
            Value::Literal(literal) => {
                self.room(1)?;
                self.load(literal, register)?;
            }
            _ => {
                self.room(1)?;
                self.read_variable(value, register)?;
            }
        }
        self.reserve(1)?;
        Ok(register)
    }

    /// Reads a variable that is not in a register into one.
    fn read_variable(&mut self, value: Value, dst: u8) -> Result<(), CompileError> {
        let dst = Output::new(dst);
        Ok(self.emit(match value {
            Value::Upvalue(upvalue) => Instruction::GetUpvalue { upvalue, dst },
            Value::UpvalueCell(upvalue) => Instruction::GetUpvalueCell { upvalue, dst },
            Value::Cell(register) => Instruction::GetCell { dst, cell: Input::new(register) },
            Value::Literal(_) | Value::Register(_) => return Ok(()),
        })?)
    }

    /// Copies a register into the next one, which is reserved.
    pub(super) fn copy_to_next(&mut self, register: u8) -> Result<u8, CompileError> {
        let copy = self.free();
        self.room(1)?;
        self.emit(Instruction::Move { dst: Output::new(copy), src: Input::new(register) })?;
        self.reserve(1)?;
        Ok(copy)
    }

    /// Moves a value to a register. If it is a temporary, it is the one at `mark`, not reserved.
    fn move_value(&mut self, value: Value, dst: u8, mark: u8) -> Result<(), CompileError> {
        match value {
            Value::Register(src) if src == dst => {}
            Value::Register(src) => {
                self.keep(value, mark)?;
                self.emit(Instruction::Move { dst: Output::new(dst), src: Input::new(src) })?;
                self.release_to(mark);
            }
            Value::Literal(literal) => self.load(literal, dst)?,
            Value::Upvalue(_) | Value::UpvalueCell(_) | Value::Cell(_) => self.read_variable(value, dst)?,
        }
        Ok(())
    }

    /// Loads a literal into a register.
    pub(super) fn load(&mut self, literal: Literal, dst: u8) -> Result<(), CompileError> {
        let output = Output::new(dst);
        let instruction = match literal {
            Literal::Nil => return Ok(self.emit_nil(dst, 1)?),
            Literal::True => Instruction::LoadTrue { dst: output },
            Literal::False => Instruction::LoadFalse { dst: output },
            Literal::Integer(value) if i32::try_from(value).is_ok() => {
                Instruction::LoadInteger { dst: output, value: value as i32 }
            }
            _ => {
                let constant = ConstantIndex(self.constant(literal)? as u32);
                Instruction::LoadConstant { dst: output, constant }
            }
        };
        Ok(self.emit(instruction)?)
    }

    // ---- Constants ----

    fn constant(&mut self, literal: Literal) -> Result<usize, Refused> {
        let (function, strings) = (self.state.id, &mut self.tables.strings);
        self.state.constants.index(self.account, self.tree, literal, function, strings)
    }

    /// The literal as a constant operand, if its number is small enough.
    pub(super) fn key_constant(&mut self, literal: Literal) -> Result<Option<KeyIndex>, Refused> {
        Ok(KeyIndex::new(self.constant(literal)?))
    }

    /// The string as the key of a field instruction, if it can be one.
    pub(super) fn field_key(&mut self, name: StringId) -> Result<Option<KeyIndex>, Refused> {
        if self.tree.string(name).len() > SHORT_STRING_LIMIT {
            return Ok(None);
        }
        self.key_constant(Literal::String(name))
    }

    // ---- Evaluating ----

    /// Evaluates an expression to a literal or a register. A computed value goes into `dst`, which is a variable's
    /// register or the first free one, or into the first free register. No register is reserved afterwards.
    pub(super) fn evaluate(&mut self, expression: ExpressionId, dst: u8) -> Result<Value, CompileError> {
        match self.late_value(expression, dst)? {
            value @ (Value::Upvalue(_) | Value::UpvalueCell(_) | Value::Cell(_)) => {
                self.at(self.position_of(expression));
                self.read_variable(value, dst)?;
                Ok(Value::Register(dst))
            }
            value => Ok(value),
        }
    }

    /// As [`Generator::evaluate`], but does not yet read a variable that is not in a register.
    pub(super) fn late_value(&mut self, expression: ExpressionId, dst: u8) -> Result<Value, CompileError> {
        let bottom = self.tables.spine.len();
        let mark = self.free();
        self.room(1)?;
        let mut node = expression;
        loop {
            let below = match self.kind(node) {
                ExpressionKind::Binary(_, left, _) => left,
                ExpressionKind::Index { table, .. } => table,
                ExpressionKind::Call(list) | ExpressionKind::MethodCall(list) => self.tree.first_of(list),
                ExpressionKind::Parenthesized(inner) => {
                    node = inner;
                    continue;
                }
                _ => break,
            };
            self.tables.spine.push(self.account, node)?;
            node = below;
        }
        let into = |spine: usize| if spine == bottom { dst } else { mark };
        let mut value = self.leaf(node, into(self.tables.spine.len()))?;
        while self.tables.spine.len() > bottom {
            self.keep(value, mark)?;
            if let Some(node) = self.tables.spine.pop() {
                value = self.apply(node, value, mark, into(self.tables.spine.len()))?;
            }
        }
        Ok(value)
    }

    /// Evaluates an expression at the bottom of a spine.
    fn leaf(&mut self, expression: ExpressionId, dst: u8) -> Result<Value, CompileError> {
        if let Some(literal) = self.literal(expression) {
            return Ok(Value::Literal(literal));
        }
        self.at(self.position_of(expression));
        let output = Output::new(dst);
        let instruction = match self.kind(expression) {
            ExpressionKind::Local(local) => {
                let register = self.tables.registers[local.index()];
                return Ok(if self.is_cell(local) { Value::Cell(register) } else { Value::Register(register) });
            }
            ExpressionKind::Upvalue(upvalue) => match self.upvalue(upvalue) {
                None => Instruction::GetSelf { dst: output },
                Some((upvalue, UpvalueKind::Value)) => return Ok(Value::Upvalue(upvalue)),
                Some((upvalue, UpvalueKind::Cell)) => return Ok(Value::UpvalueCell(upvalue)),
            },
            ExpressionKind::Global { environment, name } => return self.global(expression, environment, name, dst),
            ExpressionKind::VarArgs => Instruction::VarArgs { dst: Block::new(dst), count: 1 },
            ExpressionKind::Function(function) => self.closure(function, dst)?,
            ExpressionKind::And(..) | ExpressionKind::Or(..) => return self.logical(expression, dst),
            ExpressionKind::Unary(operator, operand) => return self.unary(expression, operator, operand, dst),
            ExpressionKind::Table(id) => return self.table(id),
            // The rest are literals, which are handled above, and expressions that are never the leaf of a spine.
            _ => return self.evaluate(expression, dst),
        };
        self.emit(instruction)?;
        Ok(Value::Register(dst))
    }

    /// Applies a node of a spine to the value of the one below it. That value's temporary, if it is one, is reserved
    /// and is the only one from `mark` on. Afterwards none is.
    fn apply(&mut self, node: ExpressionId, value: Value, mark: u8, dst: u8) -> Result<Value, CompileError> {
        match self.kind(node) {
            ExpressionKind::Index { key, .. } => {
                self.index(node, value, KeySource::Expression(key), dst)?;
            }
            ExpressionKind::Binary(operator, _, right) => {
                return self.binary(node, operator, value, right, mark, dst);
            }
            _ => {
                self.call(node, value, mark, super::call::Results::Exactly(1))?;
                return Ok(Value::Register(mark));
            }
        }
        self.release_to(mark);
        Ok(Value::Register(dst))
    }

    /// The expression as a literal, without folding.
    pub(super) fn literal(&self, expression: ExpressionId) -> Option<Literal> {
        Some(match self.kind(expression) {
            ExpressionKind::Nil => Literal::Nil,
            ExpressionKind::True => Literal::True,
            ExpressionKind::False => Literal::False,
            ExpressionKind::Integer(value) => Literal::Integer(value.get()),
            ExpressionKind::Float(value) => Literal::Float(value.get()),
            ExpressionKind::String(id) => Literal::String(id),
            _ => return None,
        })
    }

    /// An upvalue by its number in the prototype, and how it is held; `None` for the running closure.
    pub(super) fn upvalue(&self, upvalue: u8) -> Option<(UpvalueIndex, UpvalueKind)> {
        let own = self.state.own_upvalue;
        if own == Some(upvalue) {
            return None;
        }
        let function = &self.tree.functions[self.state.id.index()];
        let used = &self.tree.upvalues[function.upvalues.start as usize + usize::from(upvalue)];
        Some((UpvalueIndex(super::renumbered(upvalue, own)), self.upvalue_kind(used)))
    }

    /// A closure of a function in this one.
    pub(super) fn closure(&mut self, function: FunctionId, dst: u8) -> Result<Instruction, Refused> {
        let prototype = PrototypeIndex(self.state.children.len() as u32);
        self.state.children.push(self.account, function)?;
        self.at(self.tree.functions[function.index()].end);
        Ok(Instruction::Closure { dst: Output::new(dst), prototype })
    }

    // ---- Indexing ----

    fn global(
        &mut self,
        node: ExpressionId,
        environment: ExpressionId,
        name: StringId,
        dst: u8,
    ) -> Result<Value, CompileError> {
        let mark = self.free();
        let environment = self.leaf(environment, mark)?;
        self.keep(environment, mark)?;
        self.index(node, environment, KeySource::Name(name), dst)?;
        self.release_to(mark);
        Ok(Value::Register(dst))
    }

    fn index(&mut self, node: ExpressionId, table: Value, key: KeySource, dst: u8) -> Result<(), CompileError> {
        let dst = Output::new(dst);
        if let Value::Upvalue(upvalue) = table
            && let Some(key) = self.key_name(key)?
        {
            self.at(self.position_of(node));
            return Ok(self.emit(Instruction::GetUpvalueField { upvalue, dst, key })?);
        }
        let (table, key) = match table {
            // Read only after the key is known.
            Value::Cell(_) | Value::UpvalueCell(_) => {
                let key = self.key(key)?;
                (self.in_register(table)?, key)
            }
            _ => (self.in_register(table)?, self.key(key)?),
        };
        self.at(self.position_of(node));
        let table = Input::new(table);
        Ok(self.emit(match key {
            Key::Field(key) => Instruction::GetField { dst, table, key },
            Key::Integer(key) => Instruction::GetIndexInteger { dst, table, key },
            Key::Register(key) => Instruction::GetIndex { dst, table, key: Input::new(key) },
        })?)
    }

    /// The key of a field instruction, if it is a suitable name.
    pub(super) fn key_name(&mut self, key: KeySource) -> Result<Option<KeyIndex>, Refused> {
        match key {
            KeySource::Name(name) => self.field_key(name),
            KeySource::Expression(key) => match self.kind(key) {
                ExpressionKind::String(name) => self.field_key(name),
                _ => Ok(None),
            },
        }
    }

    /// Prepares a key for use by one instruction.
    pub(super) fn key(&mut self, key: KeySource) -> Result<Key, CompileError> {
        let value = match key {
            KeySource::Name(name) => Value::Literal(Literal::String(name)),
            KeySource::Expression(key) => self.operand(key)?,
        };
        match value {
            Value::Literal(Literal::String(name)) => {
                if let Some(key) = self.field_key(name)? {
                    return Ok(Key::Field(key));
                }
            }
            Value::Literal(Literal::Integer(index)) => {
                if let Ok(index) = u16::try_from(index) {
                    return Ok(Key::Integer(index));
                }
            }
            _ => {}
        }
        Ok(Key::Register(self.in_register(value)?))
    }
}
