//! Handles: how a host holds Lua values, converts them, gives functions to scripts and gets errors. The head of the
//! crate says what handles are.
//!
//! In reading order: `access`, `root` and the four handles; [`Value`] and [`LuaString`]; `convert`, `collections` and
//! `multi` turn values of Rust into values of Lua and back, `mismatch` says why not; `host_function` makes functions of
//! closures, and `deliver` hands over what they return; `async_function` and `async_context` make functions of futures,
//! `async_sequence` sequences; `class` has types whose values scripts hold, which are `shared` with arguments; `lent`
//! is what closures borrow for a while; `serde` converts what has serde's traits; `chunk`, `program`, `task` and
//! `running` run code, `tasks` many at a time; `error` is what goes wrong; `natives` has the functions of Rust that all
//! of this runs on.

mod access;
mod async_context;
mod async_function;
mod async_sequence;
mod chunk;
mod class;
mod collections;
mod convert;
mod deliver;
mod error;
mod function;
mod host_function;
mod lent;
mod mismatch;
mod multi;
mod natives;
mod program;
mod root;
mod running;
#[cfg(feature = "serde")]
pub(crate) mod serde;
mod shared;
mod string;
mod table;
mod task;
mod tasks;
#[cfg(test)]
mod tests;
mod thread;
mod userdata;
mod value;

use fife_arena::MaybeSend;

pub use access::Access;
pub use async_context::{AsyncContext, CallKey};
pub use async_function::{AsyncHostFunction, OnRestore};
pub use async_sequence::{AsyncSequence, Local, LocalError, Locals, async_sequence};
pub(super) use chunk::searcher;
pub use chunk::{Chunk, ChunkMode};
pub use class::{Class, MetaMethod, Method, MethodMut, NoMethods, UserData};
pub use convert::{FromLua, IntoLua};
pub(super) use error::position_of_message;
pub use error::{Diagnostic, Error, Result};
pub use function::Function;
pub use host_function::HostFunction;
pub use lent::{Lent, NotLent};
pub use mismatch::Mismatch;
pub use multi::{FromLuaMulti, IntoLuaMulti, MultiValue, Variadic};
pub(crate) use natives::NATIVES;
pub(super) use natives::to_text;
pub use program::Program;
pub use running::Running;
pub use string::LuaString;
pub use table::Table;
pub use task::{Status, Task};
pub(super) use task::{failure, results_of};
pub use tasks::{Next, Share, Spawner, Tasks, Turn};
pub use thread::{Resumed, Thread};
pub use userdata::{AnyUserData, Ref, This};
pub use value::Value;
