//! Fife: a stackless Lua 5.4 virtual machine.
//!
//! A script runs as data: the host calls [`Lua::step`] and gets control back after bounded work, whatever the script does.
//! Memory is counted and limited, collection happens in slices between steps, and Rust functions can call Lua, yield and be
//! resumed without the Rust stack.
//!
//! ```
//! use fife::{Fuel, Lua};
//!
//! let mut lua = Lua::core();
//! let task = lua.start(b"local t = {} for i = 1, 10 do t[i] = i * i end return #t", "=squares").unwrap();
//! lua.run(&task, &mut Fuel::with(100_000)).unwrap();
//! assert_eq!(lua.enter(|ctx| task.fetch(ctx).results()[0].to_integer()), Some(10));
//! ```
//!
//! Rust functions become functions of Lua by definitions that have names: [`native!`].
//!
//! The layers, each of which knows only those before it: `object` (what the collector sees), `inspect` (what threads
//! are doing, for those who look), [`error`], [`semantics`] (what
//! operations mean), `vm` (runs prototypes), `api` (how Rust meets Lua), `stdlib`.

#![deny(unsafe_op_in_unsafe_fn)]

mod api;
pub mod error;
mod inspect;
#[cfg(test)]
mod miri_tests;
mod native;
mod object;
pub mod semantics;
mod stdlib;
mod vm;

pub use api::handle;
pub use api::{
    BuildError, Builder, Dumper, Executor, ExecutorMode, Fuel, Libraries, LoadArguments, LoadError, Loaded, Loader,
    Lua, RunError, StashedExecutor, Stepped,
};
pub use error::{Error, ErrorKind, IntoError};
pub use fife_arena as arena;
pub use fife_bytecode::number;
pub use inspect::{Activation, ActivationKind, Inspector, Levels, Name, NameKind, Position, Variable, VariableKind};
pub use native::{
    AfterEffect, Buffering, Call, CommandEnd, Host, Interrupt, Limits, LocalTime, NoHost, OpenMode, Operations,
    PipeMode, Poll, Reply, STEP_FUEL, Sequence, Step, Stream, error_text, finish,
};
pub use object::{
    ActiveLines, Bytes, Collector, Context, Function, FunctionCode, HeldBytes, Hook, LuaString, NameTaken, Native,
    NativeFunction, STRING_LIMIT, Slot, Table, TableCursor, TableError, TaskId, Thread, ThreadStatus, UnknownKey,
    Upvalue, UserData, UserDataDescriptor, UserDataType, Value, Visited,
};
pub use stdlib::{library_natives, load::source_of_file};

mod collect {
    pub use fife_arena::Collect;
}
// The trait alone: the derive of that name would need the crate `fife-arena` beside this one.
pub use collect::*;
#[doc(inline)]
pub use fife_arena::CollectThroughFife as Collect;

/// The types of values inside of an open VM, with its lifetime `'gc`: for natives that work on values in place, and for objects
/// of Rust that refer to Lua's. [`handle`] has those for everybody else.
pub mod gc {
    pub use crate::Collect;
    pub use crate::api::{Executor, ExecutorMode};
    pub use crate::error::{Error, IntoError};
    pub use crate::native::{Call, Poll, Reply, Sequence};
    pub use crate::object::{
        Context, Function, LuaString, Native, NativeFunction, Table, TableError, Thread, ThreadStatus, UnknownKey,
        UserData, Value,
    };
}

#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
mod readme {}

#[cfg(doctest)]
#[doc = include_str!("../../../book/names.md")]
mod names {}
