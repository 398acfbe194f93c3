//! Assignments: where the values go, and in which order.
//!
//! As in PUC-Rio Lua the tables and keys of all targets are evaluated first, then the values, and
//! then the targets are assigned from the last to the first.

use super::Generator;
use super::buffer::Buffer;
use super::expression::{Key, KeySource};
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
    Field {
        table: u8,
        key: Key,
    },
}

/// The registers that a multiple assignment assigns.
#[derive(Default)]
struct Assigned([u64; 4]);

impl Assigned {
    fn insert(&mut self, register: u8) {
        self.0[usize::from(register) / 64] |= 1 << (register % 64);
    }

    fn contains(&self, register: u8) -> bool {
        self.0[usize::from(register) / 64] >> (register % 64) & 1 != 0
    }
}

impl Generator<'_> {
    /// Compiles `targets = values`, whose last token is at `last`.
    pub(super) fn assign(&mut self, targets: Range, values: Range, last: Position) -> Result<(), CompileError> {
        let tree = self.tree;
        let targets = &tree.expression_lists[targets.indices()];
        let values = &tree.expression_lists[values.indices()];
        let mark = self.free();
        if let ([target], [value]) = (targets, values) {
            let place = self.target(*target, &Assigned::default())?;
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
        let mut assigned = Assigned::default();
        for target in targets {
            if let ExpressionKind::Local(local) = self.kind(*target) {
                assigned.insert(self.registers[local.index()]);
            }
        }
        let mut places = Buffer::new();
        for target in targets {
            let place = self.target(*target, &assigned)?;
            places.push(&mut self.account, place)?;
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
            _ => self.adjusted_list(values, targets.len())?,
        }
        for index in (0..left).rev() {
            self.store(targets[index], places[index], first + index as u8, last)?;
        }
        places.release(&mut self.account);
        Ok(())
    }

    /// Evaluates what a target needs to be assigned. A variable used as table or key that the same
    /// statement assigns is copied, for it must count with its old value.
    fn target(&mut self, target: ExpressionId, assigned: &Assigned) -> Result<Place, CompileError> {
        match self.kind(target) {
            ExpressionKind::Local(local) => {
                let register = self.registers[local.index()];
                Ok(if self.is_cell(local) { Place::Cell(register) } else { Place::Register(register) })
            }
            ExpressionKind::Global { environment, name } => {
                self.field_target(environment, KeySource::Name(name), assigned)
            }
            ExpressionKind::Index { table, key } => self.field_target(table, KeySource::Expression(key), assigned),
            ExpressionKind::Upvalue(upvalue) => match self.upvalue(upvalue) {
                Some((upvalue, UpvalueKind::Cell)) => Ok(Place::UpvalueCell(upvalue)),
                // The tree says that such an upvalue is never assigned.
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
        let table = self.register(table)?;
        let table = self.unassigned(table, assigned)?;
        let key = match self.key(key)? {
            Key::Register(key) => Key::Register(self.unassigned(key, assigned)?),
            key => key,
        };
        Ok(Place::Field { table, key })
    }

    /// The register, or a copy of it if the statement assigns it.
    fn unassigned(&mut self, register: u8, assigned: &Assigned) -> Result<u8, CompileError> {
        if !assigned.contains(register) {
            return Ok(register);
        }
        self.copy_to_next(register)
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
            return self.into(value, register);
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
        Ok(self.emit(match place {
            Place::Register(register) => Instruction::Move { dst: Output::new(register), src },
            Place::Cell(cell) => Instruction::SetCell { cell: Input::new(cell), src },
            Place::UpvalueCell(upvalue) => Instruction::SetUpvalueCell { upvalue, src },
            Place::UpvalueField(upvalue, key) => Instruction::SetUpvalueField { upvalue, key, value: src },
            Place::Field { table, key } => {
                let table = Input::new(table);
                match key {
                    Key::Field(key) => Instruction::SetField { table, key, value: src },
                    Key::Integer(key) => Instruction::SetIndexInteger { table, key, value: src },
                    Key::Register(key) => Instruction::SetIndex { table, key: Input::new(key), value: src },
                }
            }
        })?)
    }
}
