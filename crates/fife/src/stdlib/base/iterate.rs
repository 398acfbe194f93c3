//! `next`, `pairs` and `ipairs`.
//!
//! A generic `for` recognises `next` and the iterator of `ipairs` and does their work itself where no metamethod has a
//! say; the functions here serve all other callers.

use crate::error::{Error, runtime};
use crate::native::{Call, Poll, Reply, Sequence};
use crate::object::metamethod;
use crate::object::{Event, Slot, TABLE_END, Value};
use crate::semantics::{self, Outcome, charge_key};
use fife_arena::Collect;

/// `next`
pub(super) fn next<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let table = call.table(0)?;
    let ctx = call.ctx();
    // Without a position, as in PUC-Rio Lua, where the table itself complains.
    let unknown = || Error::from_text(ctx, "invalid key to 'next'");
    if matches!(call.get(1), Value::Number(key) if fife_bytecode::number::float_to_integer(key).is_some()) {
        // No such key is ever stored: it would be an integer.
        return Err(unknown());
    }
    charge_key(ctx, call.slot(1));
    let seed = ctx.state().interner.seed;
    let position = table.0.position_after(call.slot(1), 0, seed).ok_or_else(unknown)?;
    let (entry, after, passed) = table.0.next_entry(position);
    call.charge(passed as usize / 8);
    match entry {
        Some((key, value)) => call.all([key.value(), value.value()]),
        None if after == TABLE_END => call.one(Value::Nil),
        None => call.sequence(PassingOver { position: after }),
    }
}

/// A `next` that has passed over many empty places, and has not come to the end.
#[derive(Collect)]
struct PassingOver {
    position: u32,
}

impl<'gc> Sequence<'gc> for PassingOver {
    const NAME: &'static str = "next.passing";

    fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        let (entry, after, passed) = call.table(0)?.0.next_entry(self.position);
        call.charge(passed as usize / 8);
        match entry {
            Some((key, value)) => {
                call.push(key.value());
                call.push(value.value());
                Ok(Poll::Return(2))
            }
            None if after == TABLE_END => {
                call.push(Value::Nil);
                Ok(Poll::Return(1))
            }
            None => {
                self.position = after;
                Ok(Poll::Pending)
            }
        }
    }
}

/// `pairs`
pub(super) fn pairs<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let iterated = call.any(0)?;
    let handler = metamethod(call.ctx(), Slot::from(iterated), Event::Pairs).value();
    if handler.is_nil() {
        let next = call.upvalue(0);
        return call.all([next, iterated, Value::Nil]);
    }
    call.push(handler);
    call.push(iterated);
    call.sequence(PairsHandler { is_called: false })
}

/// A call of `__pairs`: its first three results are those of `pairs`.
#[derive(Collect)]
struct PairsHandler {
    is_called: bool,
}

impl<'gc> Sequence<'gc> for PairsHandler {
    const NAME: &'static str = "pairs";

    fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        if !self.is_called {
            self.is_called = true;
            return Ok(Poll::Call(1));
        }
        let wanted = call.results_from() + 3;
        while call.len() < wanted {
            call.push(Value::Nil);
        }
        call.truncate(wanted);
        Ok(Poll::Return(3))
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
    let ctx = call.ctx();
    match semantics::get(ctx, call.get(0), index) {
        Ok(Outcome::Value(Value::Nil)) => call.one(Value::Nil),
        Ok(Outcome::Value(value)) => call.all([Value::Integer(index), value]),
        Ok(Outcome::Call { function, arguments, count }) => {
            call.push(function);
            for argument in &arguments[..count] {
                call.push(*argument);
            }
            call.sequence(IndexHandler { index, arguments: count as u32, is_called: false })
        }
        // Without a position, as in PUC-Rio Lua: no Lua code runs at this level.
        Err(failure) => Err(runtime::failure(ctx, call.thread, usize::MAX, failure, None)),
    }
}

/// A call of `__index` for one element.
#[derive(Collect)]
struct IndexHandler {
    index: i64,
    arguments: u32,
    is_called: bool,
}

impl<'gc> Sequence<'gc> for IndexHandler {
    const NAME: &'static str = "ipairs";

    fn poll(&mut self, call: &mut Call<'gc, '_>) -> Result<Poll, Error<'gc>> {
        if !self.is_called {
            self.is_called = true;
            return Ok(Poll::Call(self.arguments));
        }
        let value = call.get(call.results_from());
        if value.is_nil() {
            call.push(Value::Nil);
            return Ok(Poll::Return(1));
        }
        call.push(self.index);
        call.push(value);
        Ok(Poll::Return(2))
    }
}
