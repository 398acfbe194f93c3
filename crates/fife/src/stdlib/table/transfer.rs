//! `table.insert`, `table.remove` and `table.move`, which move elements.
//!
//! Appending to and removing from the end of a table without a metatable are done at once, and so is moving a few
//! elements. Everything else is a sequence around a [`Transfer`], which moves elements one after another while there is
//! fuel.

use super::{LENGTH, READ, WRITE, check_table};
use crate::error::Error;
use crate::native::{Call, Operations, Poll, Reply, Sequence, Step, finish};
use crate::object::{Slot, Table};
use fife_arena::{Collect, OutOfMemory};

/// Up to this many elements are moved without a sequence.
const AT_ONCE: u64 = 1000;

/// How many elements are moved between two checks of the fuel.
const CHUNK: u64 = 256;

/// Moves a run of elements from one place to another, which may overlap.
#[derive(Collect, Clone, Copy)]
struct Transfer {
    /// The index of the next element in the source and in the destination.
    from: i64,
    to: i64,
    /// How many elements are left.
    left: u64,
    is_downwards: bool,
    /// Whether the next element was read into the window's value `scratch`.
    is_read: bool,
    /// The places in the window of the two tables, and a free one.
    source: usize,
    destination: usize,
    scratch: usize,
}

impl Transfer {
    /// Notes that this many elements have been moved.
    #[inline]
    fn advance(&mut self, count: u64) {
        let step = if self.is_downwards { -(count as i64) } else { count as i64 };
        // This may wrap around after the last element.
        self.from = self.from.wrapping_add(step);
        self.to = self.to.wrapping_add(step);
        self.left -= count;
    }

    /// Moves up to `count` elements between tables without metatables.
    fn run_raw<'gc>(
        &mut self,
        call: &Call<'gc, '_>,
        source: Table<'gc>,
        destination: Table<'gc>,
        count: u64,
    ) -> Result<(), Error<'gc>> {
        let count = count.min(self.left);
        let before_first = if self.is_downwards { count as i64 - 1 } else { 0 };
        let (from, to) = (self.from.wrapping_sub(before_first), self.to.wrapping_sub(before_first));
        if count > 0 && source.copy_run(call.ctx(), from, destination, to, count) {
            self.advance(count);
            return Ok(());
        }
        for _ in 0..count {
            call.raw_set(destination, self.to, source.get_slot(self.from))?;
            self.advance(1);
        }
        Ok(())
    }

    /// Moves all elements.
    fn run<'gc>(&mut self, call: &mut Call<'gc, '_>, operations: &mut Operations<'gc>) -> Step<'gc, ()> {
        while self.left > 0 {
            if !self.is_read
                && !operations.has_answer()
                && let Some(source) = call.raw_table(self.source)
                && let Some(destination) = call.raw_table(self.destination)
            {
                let count = CHUNK.min(self.left);
                self.run_raw(call, source, destination, count)?;
                call.spend(count as usize)?;
                continue;
            }
            if !self.is_read {
                let value = operations.get_element(call, self.source, self.from)?;
                call.replace_slot(self.scratch, value);
                self.is_read = true;
            }
            operations.set_element(call, self.destination, self.to, call.slot(self.scratch))?;
            self.is_read = false;
            self.advance(1);
            call.spend(2)?;
        }
        Ok(())
    }
}

// ---- insert ----

/// `table.insert`
pub(super) fn insert<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    if call.len() == 2
        && let Some(table) = call.raw_table(0)
    {
        call.raw_set(table, table.length().wrapping_add(1), call.slot(1))?;
        return call.nothing();
    }
    insert_within(call)
}

/// `table.insert`, separate, so that the usual case stays small.
#[inline(never)]
fn insert_within<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    if let Some(table) = call.raw_table(0) {
        let end = table.length().wrapping_add(1);
        let mut insert = Insert::new(call.len());
        insert.check(call, end)?;
        if insert.transfer.left <= AT_ONCE {
            call.charge(insert.transfer.left as usize);
            insert.transfer.run_raw(call, table, table, AT_ONCE)?;
            call.raw_set(table, insert.position, call.slot(2))?;
            return call.nothing();
        }
        call.push_slot(Slot::NIL);
        return call.sequence(insert);
    }
    check_table(call, 0, READ | WRITE | LENGTH)?;
    let insert = Insert::new(call.len());
    call.push_slot(Slot::NIL);
    call.sequence(insert)
}

/// `table.insert` with much to move, or with metamethods.
#[derive(Collect)]
struct Insert<'gc> {
    operations: Operations<'gc>,
    /// How many arguments there are. The window has a free place after them.
    arguments: usize,
    is_checked: bool,
    position: i64,
    transfer: Transfer,
}

impl<'gc> Insert<'gc> {
    fn new(arguments: usize) -> Insert<'gc> {
        let transfer = Transfer {
            from: 0,
            to: 0,
            left: 0,
            is_downwards: true,
            is_read: false,
            source: 0,
            destination: 0,
            scratch: arguments,
        };
        Insert { operations: Operations::default(), arguments, is_checked: false, position: 0, transfer }
    }

    /// Checks the arguments. `end` is the index after the last element.
    fn check(&mut self, call: &Call<'gc, '_>, end: i64) -> Result<(), Error<'gc>> {
        self.position = match self.arguments {
            2 => end,
            3 => call.integer(1)?,
            _ => return Err(call.error("wrong number of arguments to 'insert'")),
        };
        if self.arguments == 3 && (self.position as u64).wrapping_sub(1) >= end as u64 {
            return Err(call.argument_error(1, "position out of bounds"));
        }
        self.transfer.from = end.wrapping_sub(1);
        self.transfer.to = end;
        // The end may have wrapped around to the smallest integer. Then there is nothing to move.
        self.transfer.left = if end > self.position { end.wrapping_sub(self.position) as u64 } else { 0 };
        self.is_checked = true;
        Ok(())
    }

    fn run(&mut self, call: &mut Call<'gc, '_>) -> Step<'gc, u32> {
        if !self.is_checked {
            let end = self.operations.length(call, call.get(0))?.wrapping_add(1);
            self.check(call, end)?;
        }
        self.transfer.run(call, &mut self.operations)?;
        self.operations.set_element(call, 0, self.position, call.slot(self.arguments - 1))?;
        Ok(0)
    }
}

impl<'gc> Sequence<'gc> for Insert<'gc> {
    const NAME: &'static str = "table.insert";

    fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        self.operations.resume(call);
        finish(self.run(call))
    }
}

// ---- remove ----

/// `table.remove`
pub(super) fn remove<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    if call.len() == 1
        && let Some(table) = call.raw_table(0)
    {
        let length = table.length();
        let removed = table.get_slot(length);
        call.raw_set(table, length, Slot::NIL)?;
        return call.one_slot(removed);
    }
    remove_within(call)
}

/// `table.remove`, separate, so that the usual case stays small.
#[inline(never)]
fn remove_within<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let mut remove = Remove {
        operations: Operations::default(),
        stage: RemoveStage::Length,
        transfer: Transfer {
            from: 0,
            to: 0,
            left: 0,
            is_downwards: false,
            is_read: false,
            source: 0,
            destination: 0,
            scratch: 2,
        },
    };
    if let Some(table) = call.raw_table(0) {
        remove.check(call, table.length())?;
        let transfer = &mut remove.transfer;
        if transfer.left <= AT_ONCE {
            call.charge(transfer.left as usize);
            let removed = table.get_slot(transfer.to);
            transfer.run_raw(call, table, table, AT_ONCE)?;
            call.raw_set(table, transfer.to, Slot::NIL)?;
            return call.one_slot(removed);
        }
    } else {
        check_table(call, 0, READ | WRITE | LENGTH)?;
    }
    call.fix_arguments(2);
    call.push_slot(Slot::NIL);
    call.push_slot(Slot::NIL);
    call.sequence(remove)
}

#[derive(Collect, Clone, Copy, PartialEq, Eq)]
enum RemoveStage {
    Length,
    /// Read the element to remove into the window's value 3.
    Read,
    Move,
}

/// `table.remove` with much to move, or with metamethods.
#[derive(Collect)]
struct Remove<'gc> {
    operations: Operations<'gc>,
    stage: RemoveStage,
    transfer: Transfer,
}

impl<'gc> Remove<'gc> {
    /// Checks the arguments. `size` is the index of the last element.
    fn check(&mut self, call: &Call<'gc, '_>, size: i64) -> Result<(), Error<'gc>> {
        let position = call.integer_or(1, size)?;
        if position != size && (position as u64).wrapping_sub(1) > size as u64 {
            return Err(call.argument_error(1, "position out of bounds"));
        }
        self.transfer.to = position;
        self.transfer.from = position.wrapping_add(1);
        self.transfer.left = if size > position { size.wrapping_sub(position) as u64 } else { 0 };
        self.stage = RemoveStage::Read;
        Ok(())
    }

    fn run(&mut self, call: &mut Call<'gc, '_>) -> Step<'gc, u32> {
        if self.stage == RemoveStage::Length {
            let size = self.operations.length(call, call.get(0))?;
            self.check(call, size)?;
        }
        if self.stage == RemoveStage::Read {
            let removed = self.operations.get_element(call, 0, self.transfer.to)?;
            call.replace_slot(3, removed);
            self.stage = RemoveStage::Move;
        }
        self.transfer.run(call, &mut self.operations)?;
        self.operations.set_element(call, 0, self.transfer.to, Slot::NIL)?;
        Ok(1)
    }
}

impl<'gc> Sequence<'gc> for Remove<'gc> {
    const NAME: &'static str = "table.remove";

    fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        self.operations.resume(call);
        finish(self.run(call))
    }
}

// ---- move ----

/// `table.move`
pub(super) fn move_elements<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let (first, last, to) = (call.integer(1)?, call.integer(2)?, call.integer(3)?);
    let destination = if call.is_none_or_nil(4) { 0 } else { 4 };
    check_table(call, 0, READ)?;
    check_table(call, destination, WRITE)?;
    if last < first {
        return call.one(call.get(destination));
    }
    if first <= 0 && last >= i64::MAX.wrapping_add(first) {
        return Err(call.argument_error(2, "too many elements to move"));
    }
    let count = last - first + 1;
    if to > i64::MAX - count + 1 {
        return Err(call.argument_error(3, "destination wrap around"));
    }
    // In increasing order, unless that would overwrite elements that were not moved yet.
    let may_overlap = to > first && to <= last;
    let transfer = Transfer {
        from: first,
        to,
        left: count as u64,
        is_downwards: false,
        is_read: false,
        source: 0,
        destination,
        scratch: 5,
    };
    let mut moving = Move { operations: Operations::default(), is_ordered: !may_overlap, transfer };
    if let Some(source) = call.raw_table(0)
        && let Some(target) = call.raw_table(destination)
    {
        if may_overlap {
            moving.set_order(source == target);
        }
        make_room(call, source, target, first, to, count)?;
        if moving.transfer.left <= AT_ONCE {
            call.charge(moving.transfer.left as usize);
            moving.transfer.run_raw(call, source, target, AT_ONCE)?;
            return call.one(target);
        }
    }
    call.fix_arguments(5);
    call.push_slot(Slot::NIL);
    call.sequence(moving)
}

/// The most elements for which room is made at once.
const ROOM_MAX: usize = 1 << 15;

/// Gives the array part its final size, if the elements exist and continue those of `target`.
fn make_room<'gc>(
    call: &Call<'gc, '_>,
    source: Table<'gc>,
    target: Table<'gc>,
    first: i64,
    to: i64,
    count: i64,
) -> Result<(), Error<'gc>> {
    let room = target.capacity() as i64;
    let are_there = first > 0 && count <= (source.filled() as i64).saturating_sub(first - 1);
    if !are_there || to < 1 || to - 1 > target.filled() as i64 || to - 1 + count <= room {
        return Ok(());
    }
    // At least double, so that many small moves do not each grow the array.
    let wanted = (to - 1 + count).max(room.saturating_mul(2)) as usize;
    if wanted > ROOM_MAX {
        // Storing makes room as needed.
        return Ok(());
    }
    call.reserve(wanted.saturating_mul(size_of::<Slot<'_>>()))?;
    call.charge(wanted / 8);
    target.reserve(call.ctx(), wanted).map_err(|OutOfMemory| call.refused())
}

/// `table.move` with much to move, or with metamethods.
#[derive(Collect)]
struct Move<'gc> {
    operations: Operations<'gc>,
    /// Whether the order of moving is decided.
    is_ordered: bool,
    transfer: Transfer,
}

impl<'gc> Move<'gc> {
    /// Decides the order for ranges that overlap if the tables are the same.
    fn set_order(&mut self, is_same: bool) {
        self.is_ordered = true;
        if is_same {
            let distance = self.transfer.left as i64 - 1;
            self.transfer.is_downwards = true;
            self.transfer.from += distance;
            self.transfer.to += distance;
        }
    }

    fn run(&mut self, call: &mut Call<'gc, '_>) -> Step<'gc, u32> {
        let destination = self.transfer.destination;
        if !self.is_ordered {
            let is_same = destination == 0 || self.operations.equal(call, call.get(0), call.get(destination))?;
            self.set_order(is_same);
        }
        self.transfer.run(call, &mut self.operations)?;
        call.push_slot(call.slot(destination));
        Ok(1)
    }
}

impl<'gc> Sequence<'gc> for Move<'gc> {
    const NAME: &'static str = "table.move";

    fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        self.operations.resume(call);
        finish(self.run(call))
    }
}
