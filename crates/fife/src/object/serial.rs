//! Numbers of objects: tables hash objects by them, and `tostring` shows them instead of addresses.
//!
//! Each object gets a 32-bit number when it is made, its serial. A table has no room for a longer one, and a long run
//! makes more objects than that. So from [`LATE`] on serials repeat, which only makes hashes collide; equality never
//! uses them. An object with such a serial gets a number of its own when it is first shown, from a count that does not
//! end, and a table with weak keys remembers it.

use super::Context;
use super::{Slot, Table, TableObject, Value};
use fife_arena::{Gc, Tracer};
use std::cell::Cell;

/// The first serial that several objects may share.
const LATE: u32 = 1 << 31;

/// The first number of an object with such a serial.
const FIRST_LATE_NUMBER: i64 = 1 << 34;

/// The counts of numbers of a VM.
pub(super) struct Serials<'gc> {
    last: Cell<u32>,
    /// The numbers of late objects that were shown, and their count.
    late: Cell<Option<Gc<'gc, TableObject<'gc>>>>,
    late_count: Cell<i64>,
    strings: Cell<usize>,
}

impl<'gc> Serials<'gc> {
    /// Starts after the first objects, whose serials go up to this one.
    pub(super) fn after(last: u32) -> Self {
        Serials { last: Cell::new(last), late: Cell::new(None), late_count: Cell::new(0), strings: Cell::new(0) }
    }

    /// Shows the table. This is part of the VM's state.
    pub(super) fn trace(&self, tracer: &mut Tracer<'_>) {
        if let Some(late) = self.late.get() {
            tracer.mark(late);
        }
    }

    /// The serial of a new object; never 0.
    #[inline(always)]
    pub(super) fn next(&self) -> u32 {
        let serial = self.last.get().wrapping_add(1);
        let serial = if serial == 0 { LATE } else { serial };
        self.last.set(serial);
        serial
    }

    /// The number of a long string that is shown for the first time; never 0.
    pub(super) fn next_string(&self) -> usize {
        self.strings.set(self.strings.get() + 1);
        self.strings.get()
    }

    /// Continues as if `last` objects had been made, for tests.
    pub(super) fn set(&self, last: u32) {
        self.last.set(last);
    }

    /// The number to show for an object with this serial.
    pub(super) fn number(&self, ctx: Context<'gc>, value: Value<'gc>, serial: u32) -> u64 {
        if serial < LATE { serial.into() } else { self.late_number(ctx, value) }
    }

    #[cold]
    fn late_number(&self, ctx: Context<'gc>, value: Value<'gc>) -> u64 {
        let late = match self.late.get() {
            Some(late) => Table(late),
            None => {
                let (late, weak) = (ctx.table(), ctx.table());
                weak.set_field(ctx, "__mode", ctx.string("k"));
                late.set_metatable(ctx.mc(), Some(weak));
                self.late.set(Some(late.0));
                late
            }
        };
        if let Value::Integer(number) = late.get(ctx, value) {
            return number as u64;
        }
        let number = FIRST_LATE_NUMBER + self.late_count.get();
        self.late_count.set(self.late_count.get() + 1);
        let (key, number_slot) = (Slot::from(value), Slot::integer(number));
        if late.set(ctx, value, number).is_err() {
            // May exceed the limit on memory, since the same object must show the same number again.
            let _ = TableObject::insert(late.0, ctx.mc(), key, number_slot, true);
        }
        number as u64
    }
}
