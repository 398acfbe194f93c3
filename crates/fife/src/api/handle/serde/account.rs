//! Bounds one conversion: its values, levels and fuel, and the Rust memory it takes.

use super::failure::Failure;
use super::options::Options;
use crate::api::handle::convert::take;
use crate::api::handle::{Mismatch, Result};
use crate::object::{Context, Table};
use std::cell::Cell;

/// What one conversion may still take.
pub(super) struct Account<'a, 'gc> {
    pub(super) ctx: Context<'gc>,
    pub(super) options: &'a Options,
    /// How many values may still come.
    values: Cell<usize>,
    /// Bytes that were not requested yet.
    pending: Cell<usize>,
}

/// Each value counts as at least this many bytes, so that memory bounds the work, too.
const VALUE_BYTES: usize = 16;

/// The fuel for making a value. Reading one costs more, and reading one of any type more again, because it is often
/// kept twice.
const VALUE_FUEL: usize = 4;
const READ_FUEL: usize = 4;
const ANY_FUEL: usize = 6;

/// The additional fuel for a table.
pub(super) const TABLE_FUEL: usize = 16;

/// This many bytes are requested at a time.
const PORTION: usize = 1024;

impl<'a, 'gc> Account<'a, 'gc> {
    pub(super) fn new(ctx: Context<'gc>, options: &'a Options) -> Account<'a, 'gc> {
        Account { ctx, options, values: Cell::new(options.values), pending: Cell::new(0) }
    }

    /// Counts a value.
    pub(super) fn count(&self) -> Result<(), Failure> {
        self.ctx.state().charge(VALUE_FUEL);
        let Some(left) = self.values.get().checked_sub(1) else {
            return Err(Failure::new(Mismatch::text(format!("more than {} values", self.options.values))));
        };
        self.values.set(left);
        Ok(())
    }

    /// Counts a value of which Rust keeps this many bytes.
    pub(super) fn read(&self, bytes: usize) -> Result<(), Failure> {
        self.count()?;
        self.ctx.state().charge(READ_FUEL);
        self.take(bytes.saturating_add(VALUE_BYTES))
    }

    /// Counts a value for a type that takes any.
    pub(super) fn read_any(&self, bytes: usize) -> Result<(), Failure> {
        self.ctx.state().charge(ANY_FUEL);
        self.read(bytes)
    }

    /// Counts the places of a table that is traversed, including empty ones. A script can have one table traversed
    /// again and again, so that work counts as memory does. Fuel for it is charged on the way.
    pub(super) fn pass(&self, table: Table<'gc>) -> Result<(), Failure> {
        self.take(table.0.entry_count())
    }

    /// Takes Rust memory. After a refusal everything is refused, because a type may continue where a part of it fails.
    pub(super) fn take(&self, bytes: usize) -> Result<(), Failure> {
        let pending = self.pending.get().saturating_add(bytes);
        self.pending.set(pending);
        if pending < PORTION { Ok(()) } else { self.settle() }
    }

    /// Requests the rest, so that other conversions of the same call are counted with it.
    pub(super) fn settle(&self) -> Result<(), Failure> {
        let asked = take(self.ctx, self.pending.get());
        self.pending.set(if asked.is_ok() { 0 } else { usize::MAX });
        asked.map_err(Failure::new)
    }
}
