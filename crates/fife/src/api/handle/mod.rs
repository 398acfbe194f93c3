//! Handles: how a host holds Lua values, converts them, lends functions to scripts and hears of errors.
//!
//! A handle ([`Table`], [`Function`], [`Thread`], [`AnyUserData`]) has no lifetime and never points into the VM: it is a number
//! that keeps its object alive. It can be cloned, compared, hashed, kept in structs and sent to other threads. What looks at
//! values or makes some takes [`&impl Access`](Access), which both [`Lua`](crate::Lua) and the
//! [`Context`](crate::gc::Context) of a callback are. What runs Lua code takes `&mut Lua`, so a nested run within a
//! callback does not compile.
//!
//! ```
//! use fife::handle::{Access, Result, Table};
//! use fife::{Limits, Lua};
//!
//! fn main() -> Result<()> {
//!     let mut lua = Lua::builder().limits(Limits::untrusted()).build()?;
//!     let globals = lua.globals();
//!     globals.set_function(&lua, "double", |n: i64| n * 2)?;
//!     globals.set_function(&lua, "parse", |text: String| text.parse::<i64>())?;
//!     let (a, b): (i64, String) = lua.load("return double(21), 'ok'").name("=demo").eval()?;
//!     assert_eq!((a, &*b), (42, "ok"));
//!     Ok(())
//! }
//! ```
//!
//! In reading order: `access`, `root` and the four handles; [`Value`] and [`LuaString`]; `convert`, `collections` and
//! `multi` turn values of Rust into values of Lua and back, `mismatch` says why not; `host_function` makes functions of
//! closures, and `deliver` hands over what they return; `chunk`, `program` and `task` run code; `error` is what goes wrong;
//! `natives` has the functions of Rust that all of this runs on.

mod access;
mod chunk;
mod collections;
mod convert;
mod deliver;
mod error;
mod function;
mod host_function;
mod mismatch;
mod multi;
mod natives;
mod program;
mod root;
mod string;
mod table;
mod task;
#[cfg(test)]
mod tests;
mod thread;
mod userdata;
mod value;

pub use access::Access;
pub(super) use chunk::searcher;
pub use chunk::{Chunk, ChunkMode};
pub use convert::{FromLua, IntoLua};
pub use error::{Error, Result, SourcePosition};
pub use function::Function;
pub use host_function::{HostFunction, MaybeSend};
pub use mismatch::Mismatch;
pub use multi::{FromLuaMulti, IntoLuaMulti, MultiValue, Variadic};
pub(crate) use natives::NATIVES;
pub(super) use natives::to_text;
pub use program::Program;
pub use string::LuaString;
pub use table::Table;
pub use task::{Status, Task};
pub use thread::{Resumed, Thread};
pub use userdata::AnyUserData;
pub use value::Value;
