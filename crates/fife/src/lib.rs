//! Fife runs untrusted Lua 5.4 programs safely: a virtual machine that gives its host control back after bounded work,
//! in memory that the host bounds.
//!
//! ```
//! use fife::{Error, ErrorKind, Limits, Lua};
//!
//! let mut limits = Limits::untrusted();
//! limits.fuel = Some(1_000_000);
//! let mut lua = Lua::builder().limits(limits).build()?;
//! lua.globals().set_function(&lua, "double", |n: i64| n * 2)?;
//! assert_eq!(lua.load("return double(21)").eval::<i64>()?, 42);
//! let error = lua.load("while true do pcall(error) end").exec().unwrap_err();
//! assert_eq!(error.kind(), ErrorKind::Fuel);
//! # Ok::<(), Error>(())
//! ```
//!
//! # Where to begin
//!
//! - [`Lua`] is a virtual machine; [`Lua::builder`] decides its [`Limits`], its [`Libraries`] and what it may reach
//!   ([`Host`]).
//! - [`Lua::load`] is code about to run; [`Function::call`] calls a function of Lua; a [`Task`] runs in portions of
//!   [`Fuel`], and [`Tasks`] are many that take turns.
//! - Functions of Rust that scripts call are closures: [`Table::set_function`]. Async ones are
//!   [`Table::set_async_function`].
//! - [`UserData`] makes a type a class, whose values scripts hold.
//! - [`Error`] is what goes wrong, with a [kind](ErrorKind).
//!
//! # Handles
//!
//! A handle ([`Table`], [`Function`], [`Thread`], [`AnyUserData`]) has no lifetime and never points into the VM: it is
//! a number that keeps its object alive. Clone it, compare it, hash it, keep it in structs, send it to other threads.
//! What looks at values or makes some takes [`&impl Access`](Access), which both [`Lua`] and the
//! [`Context`](gc::Context) of a callback are. What runs Lua code takes `&mut Lua`, so a run within a callback does not
//! compile.
//!
//! Functions that charge for their work, wait, or call Lua without a future are written with the module [`gc`], as
//! definitions that have names: [`native!`].
//!
//! # Features
//!
//! - `full`, on by default: the libraries `io`, `os`, `package` and all of `debug`, debug hooks, binary chunks, and the
//!   texts of [`library_natives`]. Without it there is what a sandbox opens, in a program that is smaller by an eighth.
//! - `serde`, off by default: `Serde` and the module `serde`, for types that derive serde's traits.
//! - `send`, off by default: a [`Lua`] is `Send`, so that a VM can be moved to another thread, and the future that owns
//!   one can be spawned on a runtime with several threads. All that a host gives a VM to keep must be `Send` then:
//!   closures and what they return, futures and what they hold over an await, userdata, data, and fields marked
//!   `#[collect(static)]`. The bound for all of that is [`MaybeSend`], which everything has without the feature. So the
//!   feature is not additive: code that keeps an `Rc` in a VM does not compile with it. Turn it on in the final
//!   program; in a library, write closures and types that are `Send`, and pass [`MaybeSend`] on where it is generic.
//!   Nothing else changes with it: a VM is in one thread at a time (it is never `Sync`), and borrows work as before.
//!   Handles are `Send` and `Sync` in any case.
//!
//! # Layers
//!
//! Each knows only those before it: `object` (what the collector sees), `inspect` (looking at what threads are doing),
//! `error`, `semantics` (what operations mean), `native` (what functions of Rust are given), `vm` (runs prototypes),
//! `api` (how Rust meets Lua), `stdlib`.

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

/// The names that most hosts need, for one import: `use fife::prelude::*`.
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
        IntoLuaMulti, Libraries, Limits, Lua, Ref, Result, Status, Table, Task, Tasks, This, Thread, UserData, Value,
        Variadic,
    };
}

/// The layer below handles: values inside of an open VM, with its lifetime `'gc`, and native functions that work on
/// them in place. It is for functions that charge for their work, wait or call Lua; for objects of Rust that refer to
/// Lua's objects; and for tools that look into a VM. Other hosts need only the handles at the root of the crate.
///
/// ```
/// use fife::gc::{Context, Function, Value};
/// use fife::{Lua, native};
///
/// let mut lua = Lua::new();
/// lua.enter(|ctx: Context<'_>| {
///     let table = ctx.table();
///     table.set_field(ctx, "name", ctx.string("demo"));
///     let length = native!("app.length", |call| {
///         let text = call.string(0)?;
///         call.charge(text.len() / 16);
///         call.one(text.len() as i64)
///     });
///     table.set_field(ctx, "length", Function::native(ctx, length).unwrap());
///     assert!(matches!(table.get_field(ctx, "absent"), Value::Nil));
///     ctx.globals().set_field(ctx, "demo", table);
/// });
/// assert_eq!(lua.load("return demo.length(demo.name)").eval::<i64>()?, 4);
/// # Ok::<(), fife::Error>(())
/// ```
pub mod gc {
    // Values and objects.
    pub use crate::error::{Error, IntoError};
    pub use crate::object::{
        Bytes, Context, Function, HeldBytes, LuaString, NameTaken, Native, NativeFunction, Singleton, Slot, Table,
        TableCursor, TableError, Thread, UnknownKey, UserData, UserDataDescriptor, UserDataType, Value, Visited,
    };
    // Natives and sequences.
    pub use crate::api::handle::{AsyncSequence, Local, LocalError, Locals, async_sequence};
    pub use crate::native::{
        AfterEffect, Call, Interrupt, LongString, Operations, Poll, Reply, Sequence, Step, finish,
    };
    // Tasks, loading and dumping.
    pub use crate::api::{Dumper, Executor, ExecutorMode, LoadArguments, LoadError, Loaded, Loader};
    // Looking at what runs, and at the collector.
    pub use crate::inspect::{
        Activation, ActivationKind, Inspector, Levels, Name, NameKind, Operand, Origin, Position, Variable,
        VariableKind,
    };
    pub use crate::object::{ActiveLines, Collector, FunctionCode, Hook, Upvalue};

    /// What each operation means, with metamethods: for natives that do what an instruction would. Nothing here calls
    /// Lua; where a metamethod is to be called, the [`Outcome`](semantics::Outcome) says which one, and with what.
    pub mod semantics {
        pub use crate::semantics::*;
    }
}

/// Data of Rust as values of Lua and back, through the crate `serde`: [`Serde`] for arguments, results and fields;
/// [`to_value`](serde::to_value) and [`from_value`](serde::from_value) with [`Options`](serde::Options). With the
/// feature `serde`.
///
/// ```
/// use fife::{Lua, Serde};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Debug, Deserialize, PartialEq, Serialize)]
/// struct Window {
///     width: u16,
///     title: Option<String>,
/// }
///
/// let mut lua = Lua::new();
/// let Serde(window): Serde<Window> = lua.load("return {width = 2 * 320}").eval()?;
/// assert_eq!(window, Window { width: 640, title: None });
/// lua.globals().set(&lua, "window", Serde(&window))?;
/// assert_eq!(lua.load("return window.width").eval::<i64>()?, 640);
/// let error = lua.load("return {width = 'wide'}").eval::<Serde<Window>>().unwrap_err();
/// assert_eq!(error.to_string(), "result 1: field 'width': integer from 0 to 65535 expected, got string");
/// # Ok::<(), fife::Error>(())
/// ```
///
/// | Rust | Lua |
/// |---|---|
/// | `bool`, integers, floats | boolean, integer, float; an integer that Lua cannot hold is an error, never a float |
/// | `char`, `&str`, `String`, bytes (`serde_bytes`) | string |
/// | `None`, `()`, unit struct | nil, or [`null`](serde::null) where that would be lost: [`Options::null`] |
/// | `Some(value)`, newtype struct | the value; so `Some(None)` comes back as `None` |
/// | list, tuple, array, `Vec<u8>` | table with the keys from 1 on; an empty one is marked: [`Options::mark_lists`] |
/// | map, struct | table; keys may be strings, numbers, booleans and variants without a value |
/// | variant without a value | string: `"Variant"` |
/// | other variants | table with one entry: `{Variant = value}`, the value of several a list or a table of fields |
///
/// Reading is as strict as for a file format: strings and numbers are not taken for one another, as other conversions
/// do. A float without a fraction counts as an integer, and an integer as a float. A list has the keys from 1 on and no
/// others; nils may stand where a tuple may end with `None`. A struct ignores fields that it does not have, unless it
/// says `deny_unknown_fields`. Text is UTF-8. Types that take any value get what Lua has: a table with the keys from 1
/// on as a list, any other table as a map, a string that is not UTF-8 as bytes, a float as a float.
///
/// Metatables are ignored: no `__index` and no `__pairs` runs, and only the entries of the table itself count.
///
/// # Untrusted scripts
///
/// What a script hands over costs fuel, and is refused unless the copies have room under [`Limits::memory`]: a table
/// may contain one string or table a thousand times, and each time counts. Tables that contain themselves, and nesting
/// of more than 128 levels, are errors. Messages quote only the start of a string. What a script is given is refused,
/// or waits for a collection, if there is no room.
///
/// What serde does by itself is not measured. For `untagged` enums it tries one variant after the other on a copy.
/// Where two variants of such a type contain the type itself, that time doubles with each level: use tagged types for
/// what scripts fill, or set [`Options::depth`](serde::Options::depth) to a few levels.
///
/// [`Options::null`]: serde::Options::null
/// [`Options::mark_lists`]: serde::Options::mark_lists
#[cfg(feature = "serde")]
pub mod serde {
    pub use crate::api::handle::serde::{
        Empty, Foreign, Mark, Null, Options, from_value, list_metatable, null, to_value,
    };
}
#[cfg(feature = "serde")]
pub use api::handle::serde::Serde;
