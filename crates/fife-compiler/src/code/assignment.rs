//! Assignments: the order of evaluation, and where the values go.
//!
//! As in PUC-Rio Lua the tables and keys of all targets are evaluated first, then the values, and
//! then the targets are assigned from the last to the first.

use super::Generator;
use super::buffer::Buffer;
use super::expression::{Key, KeySource, Value};
use crate::ast::{ExpressionId, ExpressionKind, Range};
use crate::error::CompileError;
use fife_bytecode::{Input, Instruction, KeyIndex, Output, Position, REGISTER_LIMIT, UpvalueIndex, UpvalueKind};

/// A target of an assignment, ready to be assigned.
#[derive(Clone, Copy, Debug)]
enum Place {
    /// A variable in its register.
    Register(u8),
    /// A variable in the cell that the register holds.
    Cell(u8),
    UpvalueCell(UpvalueIndex),
    /// A field of a table in an upvalue held by value.
    UpvalueField(UpvalueIndex, KeyIndex),
    /// A field of a table, which is read when the field is assigned.
    Field {
        table: Value,
        key: TargetKey,
    },
}

/// The key of a field that is assigned.
#[derive(Clone, Copy, Debug)]
enum TargetKey {
    Key(Key),
    /// The variable in the cell that the register holds, to be read when the field is assigned.
    Cell(u8),
}

/// How often targets still to come assign each variable in a register or upvalue.
struct Assigned {
    registers: [u8; REGISTER_LIMIT],
    upvalues: [u8; REGISTER_LIMIT],
}

impl Assigned {
    const fn nothing() -> Assigned {
        Assigned { registers: [0; REGISTER_LIMIT], upvalues: [0; REGISTER_LIMIT] }
    }

    /// The count for a target; `None` if it is not a variable.
    fn count(&mut self, generator: &Generator<'_, '_>, target: ExpressionId) -> Option<&mut u8> {
        match generator.kind(target) {
            ExpressionKind::Local(local) => {
                self.registers.get_mut(usize::from(generator.tables.registers[local.index()]))
            }
            ExpressionKind::Upvalue(upvalue) => match generator.upvalue(upvalue) {
                Some((upvalue, _)) => self.upvalues.get_mut(upvalue.index()),
                None => None,
            },
            _ => None,
        }
    }

    /// Whether a variable that is read late will be assigned before.
    fn contains(&self, value: Value) -> bool {
        let count = match value {
            Value::Register(register) | Value::Cell(register) => self.registers.get(usize::from(register)),
            Value::UpvalueCell(upvalue) => self.upvalues.get(upvalue.index()),
            Value::Upvalue(_) | Value::Literal(_) => None,
        };
        count.is_some_and(|count| *count > 0)
    }
}

impl Generator<'_, '_> {
    /// Compiles `targets = values`, whose last token is at `last`.
    pub(super) fn assign(&mut self, targets: Range, values: Range, last: Position) -> Result<(), CompileError> {
        let tree = self.tree;
        let targets = &tree.expression_lists[targets.indices()];
        let values = &tree.expression_lists[values.indices()];
        let mark = self.free();
        if let ([target], [value]) = (targets, values) {
            let place = self.target(*target, &Assigned::nothing())?;
            self.assign_last(*target, place, *value, last)?;
        } else {
            self.assign_several(targets, values, last)?;
        }
        self.release_to(mark);
        Ok(())
    }

    fn assign_several(
        &mut self,
        targets: &[ExpressionId],
        values: &[ExpressionId],
        last: Position,
    ) -> Result<(), CompileError> {
        if targets.len() >= REGISTER_LIMIT {
            self.room(targets.len())?;
        }
        let mut assigned = Assigned::nothing();
        for target in targets {
            if let Some(count) = assigned.count(self, *target) {
                *count += 1;
            }
        }
        let mut places = Buffer::new();
        for target in targets {
            if let Some(count) = assigned.count(self, *target) {
                *count -= 1;
            }
            let place = self.target(*target, &assigned)?;
            places.push(self.account, place)?;
        }
        let first = self.free();
        let mut left = targets.len();
        match values.split_last() {
            // Nothing to adjust: the last value can go straight to the last target.
            Some((last_value, others)) if values.len() == targets.len() => {
                for value in others {
                    self.next(*value)?;
                }
                left -= 1;
                self.assign_last(targets[left], places[left], *last_value, last)?;
            }
            _ => self.adjusted_list(values, targets.len(), last)?,
        }
        for index in (0..left).rev() {
            self.store(targets[index], places[index], first + index as u8, last)?;
        }
        places.release(self.account);
        Ok(())
    }

    /// Evaluates what a target needs. A variable used as table or key is copied if a later target of the same statement
    /// assigns it, because its old value must count.
    fn target(&mut self, target: ExpressionId, assigned: &Assigned) -> Result<Place, CompileError> {
        match self.kind(target) {
            ExpressionKind::Local(local) => {
                let register = self.tables.registers[local.index()];
                Ok(if self.is_cell(local) { Place::Cell(register) } else { Place::Register(register) })
            }
            ExpressionKind::Global { environment, name } => {
                self.field_target(environment, KeySource::Name(name), assigned)
            }
            ExpressionKind::Index { table, key } => self.field_target(table, KeySource::Expression(key), assigned),
            ExpressionKind::Upvalue(upvalue) => match self.upvalue(upvalue) {
                Some((upvalue, UpvalueKind::Cell)) => Ok(Place::UpvalueCell(upvalue)),
                // According to the tree such an upvalue is never assigned.
                _ => Err(self.limit_error("assignment to an upvalue held by value")),
            },
            _ => Err(self.limit_error("syntax error")),
        }
    }

    fn field_target(
        &mut self,
        table: ExpressionId,
        key: KeySource,
        assigned: &Assigned,
    ) -> Result<Place, CompileError> {
        if let ExpressionKind::Upvalue(upvalue) = self.kind(table)
            && let Some((upvalue, UpvalueKind::Value)) = self.upvalue(upvalue)
            && let Some(key) = self.key_name(key)?
        {
            return Ok(Place::UpvalueField(upvalue, key));
        }
        let mark = self.free();
        let table = self.late_value(table, mark)?;
        self.keep(table, mark)?;
        let table = match table {
            Value::Literal(_) | Value::Upvalue(_) => Value::Register(self.in_register(table)?),
            _ => self.unassigned(table, assigned)?,
        };
        let is_name = self.key_name(key)?.is_some();
        let key = match key {
            KeySource::Expression(key)
                if let ExpressionKind::Local(local) = self.kind(key)
                    && self.is_cell(local) =>
            {
                match self.unassigned(Value::Cell(self.tables.registers[local.index()]), assigned)? {
                    Value::Cell(register) => TargetKey::Cell(register),
                    key => TargetKey::Key(Key::Register(self.in_register(key)?)),
                }
            }
            key => TargetKey::Key(match self.key(key)? {
                Key::Register(key) => {
                    let key = self.unassigned(Value::Register(key), assigned)?;
                    Key::Register(self.in_register(key)?)
                }
                key => key,
            }),
        };
        // An upvalue is read late only with a name as the key.
        let table = if is_name { table } else { self.settled_upvalue(table)? };
        Ok(Place::Field { table, key })
    }

    /// The variable, or a copy of it if a later target assigns it.
    fn unassigned(&mut self, variable: Value, assigned: &Assigned) -> Result<Value, CompileError> {
        if !assigned.contains(variable) {
            return Ok(variable);
        }
        Ok(Value::Register(match variable {
            Value::Register(register) => self.copy_to_next(register)?,
            _ => self.in_register(variable)?,
        }))
    }

    /// Evaluates the last value and assigns it.
    fn assign_last(
        &mut self,
        target: ExpressionId,
        place: Place,
        value: ExpressionId,
        last: Position,
    ) -> Result<(), CompileError> {
        if let Place::Register(register) = place {
            return self.value_for_variable(value, register, last);
        }
        let value = self.register(value)?;
        self.store(target, place, value, last)
    }

    /// Assigns a register's value.
    fn store(&mut self, target: ExpressionId, place: Place, src: u8, last: Position) -> Result<(), CompileError> {
        // PUC-Rio Lua reports the line on which the statement ends.
        let position = self.position_of(target);
        self.at(if position.line == last.line { position } else { last });
        let src = Input::new(src);
        let mark = self.free();
        let instruction = match place {
            Place::Register(register) => Instruction::Move { dst: Output::new(register), src },
            Place::Cell(cell) => Instruction::SetCell { cell: Input::new(cell), src },
            Place::UpvalueCell(upvalue) => Instruction::SetUpvalueCell { upvalue, src },
            Place::UpvalueField(upvalue, key) => Instruction::SetUpvalueField { upvalue, key, value: src },
            Place::Field { table, key } => {
                let table = Input::new(self.in_register(table)?);
                let key = match key {
                    TargetKey::Key(key) => key,
                    TargetKey::Cell(register) => Key::Register(self.in_register(Value::Cell(register))?),
                };
                match key {
                    Key::Field(key) => Instruction::SetField { table, key, value: src },
                    Key::Integer(key) => Instruction::SetIndexInteger { table, key, value: src },
                    Key::Register(key) => Instruction::SetIndex { table, key: Input::new(key), value: src },
                }
            }
        };
        self.emit(instruction)?;
        self.release_to(mark);
        Ok(())
    }
}
