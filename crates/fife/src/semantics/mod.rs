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

pub use crate::error::Failure;
use crate::object::{Context, Event, Slot, TableObject, Value, metamethod_in, table_state};
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

/// How many metatables an access may go through.
const CHAIN_LIMIT: usize = 2000;

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
