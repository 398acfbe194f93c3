//! Upvalues for `debug`: reads, writes and joins them, and tells variables apart.
//!
//! Natives show only the upvalues that they have in PUC-Rio Lua, too, and none of them can be changed: their others are
//! private.

use crate::error::Error;
use crate::native::{Call, Reply};
use crate::object::{Function, Native, Upvalue, Value};
use crate::stdlib::{coroutine, package, string};
use fife_arena::OutOfMemory;
use std::ops::Range;

/// How many upvalues a function has.
pub(super) fn count(function: Function<'_>) -> usize {
    function.definition().map_or_else(|| function.upvalue_count(), |native| visible(native).len())
}

/// The upvalues of a native that scripts see. A host's functions show none, whatever their names.
fn visible(native: &'static Native) -> Range<usize> {
    let is_made_of = |[definition]: &'static [Native; 1]| std::ptr::eq(native, definition);
    if is_made_of(&string::GMATCH_STEP) {
        1..4
    } else if is_made_of(&coroutine::WRAPPED) || is_made_of(&package::REQUIRE) {
        0..1
    } else {
        0..0
    }
}

/// The upvalue of a function with this number, counted from 1.
fn upvalue<'gc>(function: Function<'gc>, number: i64) -> Option<Upvalue<'gc>> {
    let index = usize::try_from(number).ok()?.checked_sub(1)?;
    let first = function.definition().map_or(0, |native| visible(native).start);
    if index < count(function) { function.upvalue(first + index) } else { None }
}

/// `debug.getupvalue`
pub(super) fn getupvalue<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let number = call.integer(1)?;
    let Some(upvalue) = upvalue(call.function(0)?, number) else { return call.nothing() };
    let name = call.make_string(upvalue.name())?;
    call.all([Value::String(name), upvalue.value()])
}

/// `debug.setupvalue`
pub(super) fn setupvalue<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    call.any(2)?;
    // If there are more values, PUC-Rio Lua takes the last one.
    let value = call.get(call.len() - 1);
    let number = call.integer(1)?;
    let upvalue = upvalue(call.function(0)?, number).filter(|upvalue| upvalue.is_writable());
    let Some(upvalue) = upvalue else { return call.nothing() };
    let name = call.make_string(upvalue.name())?;
    upvalue.set(call.ctx(), value);
    call.one(name)
}

/// `debug.upvaluejoin`
pub(super) fn upvaluejoin<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let target = join_argument(call, 0)?;
    let source = join_argument(call, 2)?;
    target.join(call.ctx(), source).map_err(|OutOfMemory| call.refused())?;
    call.nothing()
}

/// The upvalue of a Lua function given by two arguments, the function and a number.
fn join_argument<'gc>(call: &Call<'gc, '_>, first: usize) -> Result<Upvalue<'gc>, Error<'gc>> {
    let number = call.integer(first + 1)?;
    let function = call.function(first)?;
    let Some(upvalue) = upvalue(function, number) else {
        return Err(call.argument_error(first + 1, "invalid upvalue index"));
    };
    if function.code().is_none() {
        return Err(call.argument_error(first, "Lua function expected"));
    }
    Ok(upvalue)
}

/// `debug.upvalueid`
pub(super) fn upvalueid<'gc>(call: &mut Call<'gc, '_>) -> Result<Reply, Error<'gc>> {
    let number = call.integer(1)?;
    let Some(upvalue) = upvalue(call.function(0)?, number) else { return call.one(Value::Nil) };
    let identity = upvalue.identity(call.ctx()).map_err(|OutOfMemory| call.refused())?;
    call.one(identity)
}
