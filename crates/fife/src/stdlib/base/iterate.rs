//! `next`, `pairs` and `ipairs`.
//!
//! A generic `for` recognises `next` and the iterator of `ipairs` and does their work itself where no metamethod
//! applies. The functions here serve all other callers.

use crate::error::Error;
use crate::native::{Call, Operations, Poll, Reply, Sequence, Step, finish};
use crate::object::{Slot, TableCursor, Value, Visited};
use crate::semantics::{Event, metamethod};
use fife_arena::Collect;

/// `next`
pub(super) fn next<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let table = call.table(0)?;
    let ctx = call.ctx();
    // Without a position, as in PUC-Rio Lua, where the table itself raises it.
    let unknown = || Error::from_text(ctx, "invalid key to 'next'");
    if matches!(call.get(1), Value::Number(key) if fife_bytecode::number::float_to_integer(key).is_some()) {
        // This key is never stored, since it would be an integer.
        return Err(unknown());
    }
    let mut cursor = TableCursor::after(ctx, table, call.slot(1)).map_err(|_| unknown())?;
    match cursor.advance(ctx, table) {
        Visited::Entry(key, value) => {
            call.push_slot(key);
            call.push_slot(value);
            Ok(Reply::Values(2))
        }
        Visited::End => call.one_slot(Slot::NIL),
        Visited::Pending => call.sequence(PassingOver { cursor }),
    }
}

/// A `next` that has passed over many empty places and has not reached the end.
#[derive(Collect)]
struct PassingOver {
    cursor: TableCursor,
}

impl<'gc> Sequence<'gc> for PassingOver {
    const NAME: &'static str = "next.passing";

    fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        match self.cursor.advance(call.ctx(), call.table(0)?) {
            Visited::Entry(key, value) => {
                call.push_slot(key);
                call.push_slot(value);
                Ok(Poll::Return(2))
            }
            Visited::End => {
                call.push_slot(Slot::NIL);
                Ok(Poll::Return(1))
            }
            Visited::Pending => Ok(Poll::Pending),
        }
    }
}

/// `pairs`
pub(super) fn pairs<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let iterated = call.any(0)?;
    let handler = metamethod(call.ctx(), Slot::from(iterated), Event::Pairs);
    if handler.is_nil() {
        let next = call.upvalue(0);
        return call.all([next, iterated, Value::Nil]);
    }
    call.sequence(PairsHandler { handler, operations: Operations::default() })
}

/// A call of `__pairs`: its first three results are those of `pairs`.
#[derive(Collect)]
struct PairsHandler<'gc> {
    handler: Slot<'gc>,
    operations: Operations<'gc>,
}

impl<'gc> PairsHandler<'gc> {
    fn run(&mut self, call: &mut Call<'gc, '_>) -> Step<'gc, u32> {
        let results = self.operations.call_for_all(call, self.handler, [call.slot(0)])?;
        call.fix_arguments(results + 3);
        Ok(3)
    }
}

impl<'gc> Sequence<'gc> for PairsHandler<'gc> {
    const NAME: &'static str = "pairs";

    fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        finish(self.run(call))
    }
}

/// `ipairs`
pub(super) fn ipairs<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let iterated = call.any(0)?;
    let step = call.upvalue(0);
    call.all([step, iterated, Value::Integer(0)])
}

/// The iterator of `ipairs`: the next index and its value, or nil at the end. Constant, besides a call of `__index`.
pub(super) fn ipairs_step<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let index = call.integer(1)?.wrapping_add(1);
    let mut operations = Operations::default();
    match operations.get(call, call.get(0), index) {
        Ok(value) if value.is_nil() => call.one_slot(value),
        Ok(value) => call.all([Value::Integer(index), value.value()]),
        Err(interrupt) => call.go_on(interrupt, Element { index, operations }),
    }
}

/// A call of `__index` for one element.
#[derive(Collect)]
struct Element<'gc> {
    index: i64,
    operations: Operations<'gc>,
}

impl<'gc> Element<'gc> {
    fn run(&mut self, call: &mut Call<'gc, '_>) -> Step<'gc, u32> {
        let value = self.operations.get(call, call.get(0), self.index)?;
        if value.is_nil() {
            call.push_slot(value);
            return Ok(1);
        }
        call.push(self.index);
        call.push_slot(value);
        Ok(2)
    }
}

impl<'gc> Sequence<'gc> for Element<'gc> {
    const NAME: &'static str = "ipairs";

    fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        self.operations.resume(call);
        finish(self.run(call))
    }
}
