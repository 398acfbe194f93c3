//! What one conversion may take: values, levels, fuel, and memory of Rust's.

use super::failure::Failure;
use super::options::Options;
use crate::api::handle::convert::take;
use crate::api::handle::{Mismatch, Result};
use crate::object::{Context, Table};
use std::cell::Cell;

/// One conversion: what it may still take.
pub(super) struct Account<'a, 'gc> {
    pub(super) ctx: Context<'gc>,
    pub(super) options: &'a Options,
    /// How many values may still come.
    values: Cell<usize>,
    /// Bytes that were not asked for yet.
    pending: Cell<usize>,
}

/// Each value counts as so many bytes at least, so that memory bounds the work too.
const VALUE_BYTES: usize = 16;

/// What making a value costs, and how much more it is to read one, and one of any type, which is often kept twice.
const VALUE_FUEL: usize = 4;
const READ_FUEL: usize = 4;
const ANY_FUEL: usize = 6;

/// How much more a table costs.
pub(super) const TABLE_FUEL: usize = 16;

/// So many bytes are asked for at a time.
const PORTION: usize = 1024;

impl<'a, 'gc> Account<'a, 'gc> {
    pub(super) fn new(ctx: Context<'gc>, options: &'a Options) -> Account<'a, 'gc> {
        Account { ctx, options, values: Cell::new(options.values), pending: Cell::new(0) }
    }

    /// Another value.
    pub(super) fn count(&self) -> Result<(), Failure> {
        self.ctx.state().charge(VALUE_FUEL);
        let Some(left) = self.values.get().checked_sub(1) else {
            return Err(Failure::new(Mismatch::text(format!("more than {} values", self.options.values))));
        };
        self.values.set(left);
        Ok(())
    }

    /// Another value, of which Rust keeps that much.
    pub(super) fn read(&self, bytes: usize) -> Result<(), Failure> {
        self.count()?;
        self.ctx.state().charge(READ_FUEL);
        self.take(bytes.saturating_add(VALUE_BYTES))
    }

    /// Another value, where a type takes any.
    pub(super) fn read_any(&self, bytes: usize) -> Result<(), Failure> {
        self.ctx.state().charge(ANY_FUEL);
        self.read(bytes)
    }

    /// The places of a table that is gone through, empty ones too: since a script can have one table gone through again
    /// and again, that work counts as memory does. Fuel for it is charged on the way.
    pub(super) fn pass(&self, table: Table<'gc>) -> Result<(), Failure> {
        self.take(table.0.entry_count())
    }

    /// Memory of Rust's. Once it is refused, all that follows is, since a type may go on where a part of it fails.
    pub(super) fn take(&self, bytes: usize) -> Result<(), Failure> {
        let pending = self.pending.get().saturating_add(bytes);
        self.pending.set(pending);
        if pending < PORTION { Ok(()) } else { self.settle() }
    }

    /// Asks for what is left, which other conversions of the same call are then told of.
    pub(super) fn settle(&self) -> Result<(), Failure> {
        let asked = take(self.ctx, self.pending.get());
        self.pending.set(if asked.is_ok() { 0 } else { usize::MAX });
        asked.map_err(Failure::new)
    }
}
