//! Fife: a stackless Lua 5.4 virtual machine.
//!
//! A script runs as data: the host gets control back after bounded work, whatever the script does. Memory is counted and limited,
//! collection happens in slices between steps, and Rust functions can call Lua, yield and be resumed without the Rust stack.
//!
//! ```
//! use fife::{Error, ErrorKind, Limits, Lua};
//!
//! let mut lua = Lua::builder().limits(Limits::untrusted()).build()?;
//! lua.globals().set_function(&lua, "double", |n: i64| n * 2)?;
//! assert_eq!(lua.load("return double(21)").eval::<i64>()?, 42);
//! let error = lua.load("while true do pcall(error) end").exec().unwrap_err();
//! assert_eq!(error.kind(), ErrorKind::Fuel);
//! # Ok::<(), Error>(())
//! ```
//!
//! A handle ([`Table`], [`Function`], [`Thread`], [`AnyUserData`]) has no lifetime and never points into the VM: it is a number
//! that keeps its object alive. It can be cloned, compared, hashed, kept in structs and sent to other threads. What looks at
//! values or makes some takes [`&impl Access`](Access), which both [`Lua`] and the [`Context`](gc::Context) of a callback are. What runs
//! Lua code takes `&mut Lua`, so a nested run within a callback does not compile.
//!
//! Most functions of Rust that scripts call are closures: [`Table::set_function`], [`Function::new`]. Those that pay for their work, wait,
//! or call Lua are written with the module [`gc`], by definitions that have names: [`native!`].
//!
//! # Features
//!
//! - `send`, off by default: a [`Lua`] is `Send`, so that a VM can be moved to another thread, and the future that owns one can be spawned on
//!   a runtime with several threads. All that a host gives a VM to keep must be `Send` then: closures and what they return, futures and what
//!   they hold over an await, userdata, data, and fields marked `#[collect(static)]`. The bound for all of that is [`MaybeSend`],
//!   which everything has without the feature. So the feature is not additive: code that keeps an `Rc` in a VM does not compile with it. The
//!   final program is to turn it on; a library should write closures and types that are `Send`, and pass [`MaybeSend`] on where it is
//!   generic. Nothing else changes with it: a VM is still in one thread at a time (it is never `Sync`), and borrows are what they
//!   were. Handles are `Send` and `Sync` in any case.
//!
//! The layers, each of which knows only those before it: `object` (what the collector sees), `inspect` (what threads
//! are doing, for those who look), `error`, `semantics` (what operations mean), `native` (what functions of Rust are given), `vm` (runs
//! prototypes), `api` (how Rust meets Lua), `stdlib`.

#![deny(unsafe_op_in_unsafe_fn)]

mod api;
mod error;
mod inspect;
#[cfg(test)]
mod miri_tests;
mod native;
mod object;
mod semantics;
mod stdlib;
mod vm;

// A VM, and what it is made with.
pub use api::{BuildError, Builder, Libraries, Lua};
pub use native::{
    Buffering, CommandEnd, Host, Limits, LocalTime, NoHost, OpenMode, PipeMode, STEP_FUEL, Stream, error_text,
};

// Handles and conversions.
pub use api::handle::{
    Access, AnyUserData, AsyncContext, AsyncHostFunction, CallKey, FromLua, FromLuaMulti, Function, HostFunction,
    IntoLua, IntoLuaMulti, LuaString, Mismatch, MultiValue, OnRestore, Table, Thread, Value, Variadic,
};

// Values of Rust that scripts hold or reach.
pub use api::handle::{Class, Lent, MetaMethod, Method, MethodMut, NotLent, Ref, This, UserData};
#[doc(inline)]
pub use fife_derive::{UserData, methods};
pub use object::{STRING_LIMIT, ThreadStatus};

// Running code, and what comes of it.
pub use api::handle::{Chunk, ChunkMode, Diagnostic, Error, Program, Result, Resumed, Running, Status, Task};
pub use api::handle::{Next, Share, Spawner, Tasks, Turn};
pub use api::{Fuel, Stepped};
pub use error::ErrorKind;
pub use object::{ActivationKind, FrameInfo, Note, SourcePosition, TaskId};

// What a host's tools need besides.
pub use fife_arena as arena;
#[doc(inline)]
pub use fife_arena::MaybeSend;
pub use fife_bytecode::number;
pub use stdlib::{library_natives, load::source_of_file};

mod collect {
    pub use fife_arena::Collect;
}
// The trait alone: the derive of that name would need the crate `fife-arena` beside this one.
pub use collect::*;
#[doc(inline)]
pub use fife_arena::CollectThroughFife as Collect;

/// For the macros of `fife-derive`.
#[doc(hidden)]
pub mod __macros {
    pub use crate::api::handle::NoMethods;

    /// That Lua values can become one.
    pub fn takes<T: for<'gc> crate::FromLuaMulti<'gc>>() {}

    /// That it can become Lua values.
    pub fn gives<T: for<'gc> crate::IntoLuaMulti<'gc>>() {}
}

/// What most programs that run scripts name, to be imported at once: `use fife::prelude::*`.
///
/// ```
/// use fife::prelude::*;
///
/// fn main() -> Result<()> {
///     let mut lua = Lua::builder().limits(Limits::untrusted()).build()?;
///     let squares: Table = lua.load("local t = {} for i = 1, 10 do t[i] = i * i end return t").eval()?;
///     assert_eq!(squares.get::<i64>(&lua, 7)?, 49);
///     Ok(())
/// }
/// ```
pub mod prelude {
    pub use crate::{
        Access, AnyUserData, AsyncContext, Error, ErrorKind, FromLua, FromLuaMulti, Fuel, Function, IntoLua,
        IntoLuaMulti, Libraries, Limits, Lua, Ref, Result, Status, Table, Task, Tasks, Thread, UserData, Value,
        Variadic,
    };
}

/// Values inside of an open VM, with its lifetime `'gc`, and what natives are written with that work on them in place: for functions that
/// charge for their work, wait or call Lua, for objects of Rust that refer to Lua's, and for tools that look into a VM. Everybody else
/// has handles, which the root of the crate has.
pub mod gc {
    // Values and objects.
    pub use crate::error::{Error, IntoError};
    pub use crate::object::{
        Bytes, Context, Function, HeldBytes, LuaString, NameTaken, Native, NativeFunction, Singleton, Slot, Table,
        TableCursor, TableError, Thread, UnknownKey, UserData, UserDataDescriptor, UserDataType, Value, Visited,
    };
    // Natives and sequences.
    pub use crate::api::handle::{AsyncSequence, Local, LocalError, Locals, async_sequence};
    pub use crate::native::{AfterEffect, Call, Interrupt, Operations, Poll, Reply, Sequence, Step, finish};
    // Tasks, loading and dumping.
    pub use crate::api::{Dumper, Executor, ExecutorMode, LoadArguments, LoadError, Loaded, Loader};
    // Looking at what runs, and at the collector.
    pub use crate::inspect::{
        Activation, ActivationKind, Inspector, Levels, Name, NameKind, Operand, Origin, Position, Variable,
        VariableKind,
    };
    pub use crate::object::{ActiveLines, Collector, FunctionCode, Hook, Upvalue};

    /// What each operation means, with metamethods: for natives that do what an instruction would. Nothing here calls Lua; where a
    /// metamethod is to be called, the [`Outcome`](semantics::Outcome) says which one, and with what.
    pub mod semantics {
        pub use crate::semantics::*;
    }
}

/// Data of Rust as values of Lua and back, by way of the crate `serde`: [`Serde`] for arguments, results and fields; [`to_value`](serde::to_value)
/// and [`from_value`](serde::from_value) with [`Options`](serde::Options). With the feature `serde`.
///
/// | Rust | Lua |
/// |---|---|
/// | `bool`, integers, floats | boolean, integer, float; an integer that Lua cannot hold is an error, never a float |
/// | `char`, `&str`, `String`, bytes (`serde_bytes`) | string |
/// | `None`, `()`, unit struct | nil, or [`null`](serde::null) where that would be lost: [`Options::null`](serde::Options::null) |
/// | `Some(value)`, newtype struct | the value; so `Some(None)` comes back as `None` |
/// | list, tuple, array, `Vec<u8>` | table with the keys from 1 on; an empty one is marked: [`Options::mark_lists`](serde::Options::mark_lists) |
/// | map, struct | table; keys may be strings, numbers, booleans and variants without a value |
/// | variant without a value | string: `"Variant"` |
/// | other variants | table with one entry: `{Variant = value}`, the value of several a list or a table of fields |
///
/// Reading is as strict as a file format: strings and numbers are not taken for one another, as other conversions do. A float without a fraction is an integer, and
/// an integer a float. A list has the keys from 1 on and no others; where a tuple may end with `None`, nils may. A struct ignores fields that it does not
/// have, unless it says `deny_unknown_fields`. Text is UTF-8. Types that take any value get what Lua has: a table with the keys from 1 on as a list, another one as a
/// map, a string that is not UTF-8 as bytes, a float as a float.
///
/// Metatables are not asked: no `__index` and no `__pairs` runs, and only the entries of the table itself are there.
///
/// # Untrusted scripts
///
/// What a script hands over costs fuel, and is refused unless the copies have room under [`Limits::memory`]: a table may have one and the same string or
/// table a thousand times, and each counts. Tables in themselves, and what is nested more than 128 levels deep, are errors. Messages quote no more than
/// the start of a string. What a script is given is refused, or waits for a collection, if there is no room.
///
/// What serde does on its own is not measured: for enums that are `untagged`, it tries one variant after the other on a copy. Where two variants
/// of such a type contain the type itself, that takes a time that doubles with each level; let types that scripts fill be tagged, or
/// set [`Options::depth`](serde::Options::depth) to a few levels.
#[cfg(feature = "serde")]
pub mod serde {
    pub use crate::api::handle::serde::{
        Empty, Foreign, Mark, Null, Options, from_value, list_metatable, null, to_value,
    };
}
#[cfg(feature = "serde")]
pub use api::handle::serde::Serde;
