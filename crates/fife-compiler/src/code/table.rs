//! Table constructors.

use super::Generator;
use super::call::Results;
use super::expression::{Key, KeySource, Value};
use crate::ast::{ExpressionId, ExpressionKind, Field, Table, TableId};
use crate::error::CompileError;
use fife_bytecode::{Block, Input, Instruction, Position};

/// How many positional fields are computed before they are stored together, as in PUC-Rio Lua.
const FIELDS_PER_FLUSH: u8 = 50;

impl Generator<'_, '_> {
    /// Compiles a constructor. The table is built in the first free register.
    pub(super) fn table(&mut self, table: TableId) -> Result<Value, CompileError> {
        let tree = self.tree;
        let Table { fields, end } = tree.tables[table.index()];
        let fields = &tree.fields[fields.indices()];
        let last = match fields.last() {
            Some(Field::Positional(value)) => Some(*value),
            _ => None,
        };
        let open_tail = last.is_some_and(|value| self.is_multiple(value));
        let is_vararg = last.is_some_and(|value| self.kind(value) == ExpressionKind::VarArgs);
        let positional = fields.iter().filter(|it| matches!(it, Field::Positional(_))).count();
        let saturated = |count: usize| u16::try_from(count).unwrap_or(u16::MAX);
        self.emit(Instruction::NewTable {
            dst: self.next_output(),
            // An open call probably has one value; `...` may have none.
            array: saturated(positional - usize::from(is_vararg)),
            hash: saturated(fields.len() - positional),
        })?;
        let table = self.free();
        self.reserve(1)?;
        let (mut pending, mut stored) = (0, 0);
        for (index, field) in fields.iter().enumerate() {
            match *field {
                Field::Keyed { key, value, position } => self.keyed_field(table, key, value, position)?,
                Field::Positional(value) if open_tail && index + 1 == fields.len() => {
                    self.multiple(value, Results::Open)?;
                    self.at(end);
                    self.emit(Instruction::SetListOpen { table: Block::new(table), start: stored })?;
                    pending = 0;
                }
                Field::Positional(value) => {
                    self.next(value)?;
                    pending += 1;
                    if pending == FIELDS_PER_FLUSH {
                        self.flush(table, pending, stored)?;
                        stored = stored.saturating_add(pending.into());
                        pending = 0;
                    }
                }
            }
        }
        if pending > 0 {
            self.at(end);
            self.flush(table, pending, stored)?;
        }
        self.release_to(table);
        Ok(Value::Register(table))
    }

    /// Stores the last computed positional fields.
    fn flush(&mut self, table: u8, count: u8, start: u32) -> Result<(), CompileError> {
        self.emit(Instruction::SetList { count, table: Block::new(table), start })?;
        self.release_to(table + 1);
        Ok(())
    }

    fn keyed_field(
        &mut self,
        table: u8,
        key: ExpressionId,
        value: ExpressionId,
        position: Position,
    ) -> Result<(), CompileError> {
        let mark = self.free();
        let key = self.key(KeySource::Expression(key))?;
        let value = Input::new(self.register(value)?);
        let table = Input::new(table);
        self.at(position);
        self.emit(match key {
            Key::Field(key) => Instruction::SetField { table, key, value },
            Key::Integer(key) => Instruction::SetIndexInteger { table, key, value },
            Key::Register(key) => Instruction::SetIndex { table, key: Input::new(key), value },
        })?;
        self.release_to(mark);
        Ok(())
    }
}
