//! Reading and writing `t[k]`, through chains of `__index` and `__newindex`.

use super::{Answer, CHAIN_LIMIT, Failure, Outcome};
use crate::object::class::{self, Member};
use crate::object::{
    Context, Event, Intrinsic, Slot, TableError, TableObject, Value, charge_key, metamethod, metamethod_in,
};

/// `receiver[key]`.
pub fn get<'gc>(
    ctx: Context<'gc>,
    receiver: impl Into<Value<'gc>>,
    key: impl Into<Value<'gc>>,
) -> Result<Outcome<'gc>, Failure<'gc>> {
    get_slot(ctx, Slot::from(receiver.into()), Slot::from(key.into())).map(Into::into)
}

/// `receiver[key] = value`; ignore the outcome's value.
pub fn set<'gc>(
    ctx: Context<'gc>,
    receiver: impl Into<Value<'gc>>,
    key: impl Into<Value<'gc>>,
    value: impl Into<Value<'gc>>,
) -> Result<Outcome<'gc>, Failure<'gc>> {
    let (key, value) = (key.into(), value.into());
    match set_slot(ctx, Slot::from(receiver.into()), Slot::from(key), Slot::from(value))? {
        None => Ok(Outcome::Value(Value::Nil)),
        Some((function, receiver)) => {
            Ok(Outcome::Call { function: function.value(), arguments: [receiver.value(), key, value], count: 3 })
        }
    }
}

pub(crate) fn get_slot<'gc>(
    ctx: Context<'gc>,
    receiver: Slot<'gc>,
    key: Slot<'gc>,
) -> Result<Answer<'gc>, Failure<'gc>> {
    charge_key(ctx, key);
    let seed = ctx.state().interner.seed;
    let mut object = receiver;
    for turn in 0..CHAIN_LIMIT {
        let handler = match object.as_table() {
            Some(table) => {
                let found = table.get(key, seed);
                if !found.is_nil() {
                    return Ok(Answer::Value(found));
                }
                let Some(metatable) = table.metatable.get() else { return Ok(Answer::Value(Slot::NIL)) };
                let handler = metamethod_in(ctx, metatable, Event::Index);
                if handler.is_nil() {
                    return Ok(Answer::Value(Slot::NIL));
                }
                handler
            }
            None => {
                let handler = metamethod(ctx, object, Event::Index);
                if handler.is_nil() {
                    return Err(Failure::Type("index", object.value()));
                }
                handler
            }
        };
        // Each of them may be anywhere in memory. Those of classes and their instances are one or two.
        if turn >= 2 {
            ctx.state().charge(4);
        }
        if handler.is_function() {
            if let Some(native) = handler.as_native()
                && native.intrinsic == Intrinsic::ClassIndex
            {
                return Ok(match class::member(native, key, seed) {
                    Member::Value(value) => Answer::Value(value),
                    Member::Call(function) => Answer::Call(function, [object, key]),
                });
            }
            return Ok(Answer::Call(handler, [object, key]));
        }
        object = handler;
    }
    Err(Failure::Text("'__index' chain too long; possible loop"))
}

/// The `__index` of a table that lacks the key itself, if that is a Lua function; `None` if finding out takes more.
#[inline(always)]
pub(crate) fn index_function<'gc>(ctx: Context<'gc>, receiver: Slot<'gc>, key: Slot<'gc>) -> Option<Slot<'gc>> {
    function_for_missing(ctx, Event::Index, receiver, key)
}

/// As [`index_function`], of `__newindex`.
#[inline(always)]
pub(crate) fn new_index_function<'gc>(ctx: Context<'gc>, receiver: Slot<'gc>, key: Slot<'gc>) -> Option<Slot<'gc>> {
    function_for_missing(ctx, Event::NewIndex, receiver, key)
}

#[inline(always)]
fn function_for_missing<'gc>(
    ctx: Context<'gc>,
    event: Event,
    receiver: Slot<'gc>,
    key: Slot<'gc>,
) -> Option<Slot<'gc>> {
    let table = receiver.as_table()?;
    let handler = metamethod_in(ctx, table.metatable.get()?, event);
    handler.as_closure()?;
    let found = match key.as_string() {
        Some(string) if string.is_short() => table.get_short_string(string),
        // Looking for it is paid for.
        Some(_) => return None,
        None => table.get(key, 0),
    };
    found.is_nil().then_some(handler)
}

/// Stores, or returns which function to call with which receiver (and the key and the value).
pub(crate) fn set_slot<'gc>(
    ctx: Context<'gc>,
    receiver: Slot<'gc>,
    key: Slot<'gc>,
    value: Slot<'gc>,
) -> Result<Option<(Slot<'gc>, Slot<'gc>)>, Failure<'gc>> {
    charge_key(ctx, key);
    let seed = ctx.state().interner.seed;
    let mut object = receiver;
    for turn in 0..CHAIN_LIMIT {
        let handler = match object.as_table() {
            Some(table) => {
                let handler = match table.metatable.get() {
                    Some(metatable) => {
                        let handler = metamethod_in(ctx, metatable, Event::NewIndex);
                        if handler.is_nil() || !table.get(key, seed).is_nil() { Slot::NIL } else { handler }
                    }
                    None => Slot::NIL,
                };
                if handler.is_nil() {
                    return match TableObject::set(table, ctx.mc(), key, value, seed) {
                        Ok(()) => Ok(None),
                        Err(error @ TableError::OutOfMemory) => Err(Failure::Table(error)),
                        Err(TableError::NilKey) => Err(Failure::Text("table index is nil")),
                        Err(TableError::NanKey) => Err(Failure::Text("table index is NaN")),
                        Err(TableError::Frozen) => Err(Failure::Text("attempt to change a frozen table")),
                    };
                }
                handler
            }
            None => {
                let handler = metamethod(ctx, object, Event::NewIndex);
                if handler.is_nil() {
                    return Err(Failure::Type("index", object.value()));
                }
                handler
            }
        };
        // Each of them may be anywhere in memory. Those of classes and their instances are one or two.
        if turn >= 2 {
            ctx.state().charge(4);
        }
        if handler.is_function() {
            return Ok(Some((handler, object)));
        }
        object = handler;
    }
    Err(Failure::Text("'__newindex' chain too long; possible loop"))
}
