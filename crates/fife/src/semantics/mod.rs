//! The meaning of each operation, including metamethods.
//!
//! Nothing here calls Lua. An operation has a value, or asks for a call ([`Outcome::Call`]) that its caller carries out
//! in its own way: the interpreter by pushing a frame, a sequence by [`Poll::Call`](crate::gc::Poll::Call), for which
//! it has [`Operations`](crate::gc::Operations). A [`Failure`] becomes a message where the names of variables are
//! known; in a native, by [`Call::failure`](crate::gc::Call::failure).
//!
//! ```
//! use fife::Lua;
//! use fife::gc::Value;
//! use fife::gc::semantics::{self, ArithmeticOperator, Outcome};
//!
//! let lua = Lua::new();
//! lua.enter(|ctx| {
//!     let sum = semantics::arithmetic(ctx, ArithmeticOperator::Add, 40, 2.5);
//!     assert!(matches!(sum, Ok(Outcome::Value(Value::Number(42.5)))));
//!     assert!(matches!(semantics::less_equal(ctx, 1, 1.0), Ok(Outcome::Value(Value::Boolean(true)))));
//!     assert!(semantics::less(ctx, 1, "one".len() == 3).is_err(), "a number and a boolean");
//!     let text = semantics::concatenate(ctx, ctx.string("n = "), 1);
//!     assert!(matches!(text, Ok(Outcome::Value(Value::String(text))) if text.as_bytes() == b"n = 1"));
//! });
//! ```

mod access;
mod arithmetic;
mod call;
mod compare;
mod concat;
mod text;

pub use access::{get, set};
pub(crate) use access::{get_slot, index_function, new_index_function, set_slot};
pub use arithmetic::{arithmetic, length};
pub(crate) use arithmetic::{arithmetic_handler, arithmetic_slot, length_slot, to_numeric, unary};
pub use call::call_handler;
pub use compare::{equal, less, less_equal};
pub(crate) use compare::{equal_slot, less_at_once, less_equal_at_once, less_equal_slot, less_slot};
pub use concat::concatenate;
pub(crate) use concat::is_text;
pub use text::{address_text, to_text};

pub use crate::error::Failure;
use crate::object::{Context, Slot, TableObject, Value, metamethod_in, table_state};
pub use crate::object::{Event, charge_key, metamethod};
use fife_arena::Gc;
pub use fife_bytecode::number::ArithmeticOperator;

/// The outcome of an operation.
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

/// The metamethod of the first of two operands that has one; nil if neither has.
#[inline]
pub(crate) fn handler_of<'gc>(ctx: Context<'gc>, event: Event, left: Slot<'gc>, right: Slot<'gc>) -> Slot<'gc> {
    let handler = metamethod(ctx, left, event);
    if handler.is_nil() { metamethod(ctx, right, event) } else { handler }
}

/// The `__index` of a metatable if that is a table. Whether it is is remembered in the metatable.
#[inline(always)]
pub(crate) fn index_table<'gc>(
    ctx: Context<'gc>,
    metatable: Gc<'gc, TableObject<'gc>>,
) -> Option<Gc<'gc, TableObject<'gc>>> {
    match metatable.index_cache.get() {
        Some(found) => Some(found),
        None if metatable.absent.get() & TableObject::NO_INDEX_TABLE != 0 => None,
        None => find_index_table(ctx, metatable),
    }
}

#[inline(never)]
fn find_index_table<'gc>(ctx: Context<'gc>, metatable: Gc<'gc, TableObject<'gc>>) -> Option<Gc<'gc, TableObject<'gc>>> {
    let found = metamethod_in(ctx, metatable, Event::Index).as_table();
    metatable.index_cache.set(found);
    if found.is_none() {
        metatable.absent.set(metatable.absent.get() | TableObject::NO_INDEX_TABLE);
    }
    metatable.state.set(metatable.state.get() | table_state::CACHED);
    found
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
