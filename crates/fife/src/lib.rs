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
    IntoLua, IntoLuaMulti, LuaString, MaybeSend, Mismatch, MultiValue, OnRestore, Table, Thread, Value, Variadic,
};

// Values of Rust that scripts hold or reach.
pub use api::handle::{Class, Lent, MetaMethod, Method, MethodMut, NotLent, Ref, This, UserData};
#[doc(inline)]
pub use fife_derive::{UserData, methods};
pub use object::{STRING_LIMIT, ThreadStatus};

// Running code, and what comes of it.
pub use api::handle::{
    Chunk, ChunkMode, Diagnostic, Error, Program, Result, Resumed, Running, SourcePosition, Status, Task,
};
pub use api::{Fuel, Stepped};
pub use error::ErrorKind;
pub use object::TaskId;

// What a host's tools need besides.
pub use fife_arena as arena;
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
        IntoLuaMulti, Libraries, Limits, Lua, Ref, Result, Status, Table, Task, Thread, UserData, Value, Variadic,
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
        Activation, ActivationKind, Inspector, Levels, Name, NameKind, Position, Variable, VariableKind,
    };
    pub use crate::object::{ActiveLines, Collector, FunctionCode, Hook, Upvalue};

    /// What each operation means, with metamethods: for natives that do what an instruction would. Nothing here calls Lua; where a
    /// metamethod is to be called, the [`Outcome`](semantics::Outcome) says which one, and with what.
    pub mod semantics {
        pub use crate::semantics::*;
    }
}

#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
mod readme {}

#[cfg(doctest)]
#[doc = include_str!("../../../book/names.md")]
mod names {}
