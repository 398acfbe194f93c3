//! What each operation means, metamethods included.
//!
//! Nothing here calls Lua. An operation has a value, or asks for a call ([`Outcome::Call`]) that whoever asked carries out
//! in his own way: the interpreter by pushing a frame, a library's sequence by [`Poll::Call`](crate::Poll::Call). What
//! can not be done is a [`Failure`], which becomes a message where the names of variables are known.

mod access;
mod arithmetic;
mod compare;
mod text;

pub(crate) use access::{charge_key, get_slot, set_slot};
pub use access::{get, set};
pub use arithmetic::length;
pub(crate) use arithmetic::{arithmetic, concat_operand, length_slot, unary};
pub use compare::{equal, less};
pub(crate) use compare::{equal_slot, less_equal_slot, less_slot};
pub use text::{address_text, to_text};

use crate::object::{Context, Event, Slot, TableObject, Value, table_state};
use fife_arena::Gc;

/// What an operation comes to.
#[derive(Clone, Copy, Debug)]
pub enum Outcome<'gc> {
    /// This value.
    Value(Value<'gc>),
    /// The first result of calling `function` with the first `count` of `arguments`.
    Call {
        /// What to call: any value, see the metamethod `__call`.
        function: Value<'gc>,
        /// The arguments.
        arguments: [Value<'gc>; 3],
        /// How many of them.
        count: usize,
    },
}

/// As [`Outcome`], for the interpreter.
#[derive(Clone, Copy)]
pub(crate) enum Answer<'gc> {
    Value(Slot<'gc>),
    Call(Slot<'gc>, [Slot<'gc>; 2]),
}

/// Why an operation can not be done. Becomes an error by [`Failure::into_error`], or with the names of variables in the
/// interpreter.
#[derive(Clone, Copy)]
pub enum Failure<'gc> {
    /// An operand has the wrong type: `attempt to {0} a {type} value`.
    Type(&'static str, Value<'gc>),
    /// Two operands can not be compared.
    Compare(Value<'gc>, Value<'gc>),
    /// `number has no integer representation`
    NoInteger(Value<'gc>),
    /// Any other message.
    Text(&'static str),
    /// A table refused the entry.
    Table(crate::object::TableError),
}

impl<'gc> Failure<'gc> {
    /// The error. As in PUC-Rio Lua it has no position: what failed is native code.
    pub fn into_error(self, call: &crate::api::Call<'gc, '_>) -> crate::error::Error<'gc> {
        crate::error::runtime::failure(call.ctx, call.thread, usize::MAX, self, None)
    }
}

/// How many metatables an access may go through.
const CHAIN_LIMIT: usize = 2000;

/// The metamethod of a value for an event; nil if there is none.
#[inline]
pub(crate) fn metamethod<'gc>(ctx: Context<'gc>, value: Slot<'gc>, event: Event) -> Slot<'gc> {
    match ctx.metatable_of(value) {
        Some(metatable) => metamethod_in(ctx, metatable, event),
        None => Slot::NIL,
    }
}

/// The metamethod of a metatable for an event. That there is none is remembered in the metatable.
#[inline]
pub(crate) fn metamethod_in<'gc>(ctx: Context<'gc>, metatable: Gc<'gc, TableObject<'gc>>, event: Event) -> Slot<'gc> {
    let bit = 1u16.checked_shl(event as u32).unwrap_or(0);
    if metatable.absent.get() & bit != 0 {
        return Slot::NIL;
    }
    let found = metatable.get_short_string(ctx.state().event_name(event));
    if found.is_nil() && bit != 0 {
        metatable.absent.set(metatable.absent.get() | bit);
        metatable.state.set(metatable.state.get() | table_state::CACHED);
    }
    found
}

/// The `__index` of a metatable if that is a table, remembered in the metatable.
#[inline(always)]
pub(crate) fn index_table<'gc>(
    ctx: Context<'gc>,
    metatable: Gc<'gc, TableObject<'gc>>,
) -> Option<Gc<'gc, TableObject<'gc>>> {
    match metatable.index_cache.get() {
        Some(found) => Some(found),
        None => find_index_table(ctx, metatable),
    }
}

#[inline(never)]
fn find_index_table<'gc>(ctx: Context<'gc>, metatable: Gc<'gc, TableObject<'gc>>) -> Option<Gc<'gc, TableObject<'gc>>> {
    let found = metamethod_in(ctx, metatable, Event::Index).as_table()?;
    metatable.index_cache.set(Some(found));
    metatable.state.set(metatable.state.get() | table_state::CACHED);
    Some(found)
}

impl<'gc> From<Answer<'gc>> for Outcome<'gc> {
    fn from(answer: Answer<'gc>) -> Outcome<'gc> {
        match answer {
            Answer::Value(value) => Outcome::Value(value.value()),
            Answer::Call(function, [first, second]) => Outcome::Call {
                function: function.value(),
                arguments: [first.value(), second.value(), Value::Nil],
                count: 2,
            },
        }
    }
}
