//! `table.pack` and `table.unpack`: conversion between values and lists.

use crate::error::Error;
use crate::native::{Call, Operations, Poll, Reply, Sequence, Step, finish};
use fife_arena::Collect;

/// Up to this many values are packed or unpacked without a sequence.
const AT_ONCE: usize = 1000;

/// How many values are packed or unpacked between two checks of the fuel.
const CHUNK: usize = 256;

// ---- pack ----

/// `table.pack`
pub(super) fn pack<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let (ctx, count) = (call.ctx(), call.len());
    let table = call.make_table_with(count, 1)?;
    // Only the limit on memory can refuse a string key, and the table is new.
    table.set(ctx, call.make_string(b"n")?, count as i64).map_err(|_| call.refused())?;
    if count <= AT_ONCE {
        call.charge(count);
        for index in 0..count {
            call.raw_set(table, index as i64 + 1, call.slot(index))?;
        }
        return call.one(table);
    }
    call.charge(count / 8);
    call.push(table);
    call.sequence(Pack { count, packed: 0 })
}

/// `table.pack` of many values. The table is after them in the window.
#[derive(Collect)]
struct Pack {
    count: usize,
    packed: usize,
}

impl Pack {
    fn run<'gc>(&mut self, call: &mut Call<'gc, '_>) -> Step<'gc, u32> {
        while self.packed < self.count
            && let Some(table) = call.raw_table(self.count)
        {
            let end = self.count.min(self.packed + CHUNK);
            for index in self.packed..end {
                call.raw_set(table, index as i64 + 1, call.slot(index))?;
            }
            self.packed = end;
            call.spend(CHUNK)?;
        }
        Ok(1)
    }
}

impl<'gc> Sequence<'gc> for Pack {
    const NAME: &'static str = "table.pack";

    fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        finish(self.run(call))
    }
}

// ---- unpack ----

/// `table.unpack`
pub(super) fn unpack<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let first = call.integer_or(1, 1)?;
    let mut unpack = Unpack { operations: Operations::default(), is_checked: false, next: first, last: 0, count: 0 };
    let table = call.raw_table(0);
    let last = match table {
        _ if !call.is_none_or_nil(2) => Some(call.integer(2)?),
        Some(table) => Some(table.length()),
        None => None,
    };
    if let Some(last) = last {
        unpack.check(call, last)?;
        if unpack.count == 0 {
            return call.nothing();
        }
        if unpack.count <= AT_ONCE
            && let Some(table) = table
        {
            call.charge(unpack.count);
            for index in 0..unpack.count {
                call.push_slot(table.get_slot(first.wrapping_add(index as i64)));
            }
            return call.values(unpack.count);
        }
    }
    call.sequence(unpack)
}

/// `table.unpack` of many values, or with metamethods. The values read are at the end of the window.
#[derive(Collect)]
struct Unpack<'gc> {
    operations: Operations<'gc>,
    /// Whether `last` and `count` are known and the stack has room.
    is_checked: bool,
    next: i64,
    last: i64,
    count: usize,
}

impl<'gc> Unpack<'gc> {
    /// Makes room for the results up to index `last`.
    fn check(&mut self, call: &mut Call<'gc, '_>, last: i64) -> Result<(), Error<'gc>> {
        self.is_checked = true;
        self.last = last;
        if self.next > last {
            return Ok(());
        }
        let too_many = "too many results to unpack";
        let count = last.wrapping_sub(self.next) as u64;
        if count >= i32::MAX as u64 {
            return Err(call.error(too_many));
        }
        self.count = count as usize + 1;
        let ctx = call.ctx();
        call.reserve_values(self.count)
            .map_err(|error| if error.is_out_of_memory(ctx) { error } else { call.error(too_many) })
    }

    fn run(&mut self, call: &mut Call<'gc, '_>) -> Step<'gc, u32> {
        if !self.is_checked {
            let last = self.operations.length(call, call.get(0))?;
            self.check(call, last)?;
        }
        while self.next <= self.last && self.count > 0 {
            if !self.operations.has_answer()
                && let Some(table) = call.raw_table(0)
            {
                // The last index may be the largest integer, so the rest is counted without exceeding it.
                let left = self.last.wrapping_sub(self.next) as usize;
                for offset in 0..=left.min(CHUNK - 1) {
                    call.push_slot(table.get_slot(self.next.wrapping_add(offset as i64)));
                }
                if left < CHUNK {
                    break;
                }
                self.next += CHUNK as i64;
                call.spend(CHUNK)?;
                continue;
            }
            let value = self.operations.get_element(call, 0, self.next)?;
            call.push_slot(value);
            if self.next == self.last {
                break;
            }
            self.next += 1;
            call.spend(2)?;
        }
        Ok(self.count as u32)
    }
}

impl<'gc> Sequence<'gc> for Unpack<'gc> {
    const NAME: &'static str = "table.unpack";

    fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        self.operations.resume(call);
        finish(self.run(call))
    }
}
