//! How Rust meets Lua.
//!
//! In reading order: [`Lua`] is a VM, [`Call`] is what a native function is given, [`Sequence`] is a native that calls
//! Lua in between, [`Limits`] and [`Host`] are what a host allows, [`Executor`] and [`Fuel`] run tasks.

mod call;
mod collector;
mod executor;
mod host;
mod limits;
mod lua;
mod make;
mod sequence;

pub(crate) use call::OnRefusal;
pub use call::{Call, Reply};
pub use executor::{Executor, ExecutorMode, Fuel, Stepped};
pub(crate) use host::error_text;
pub use host::{Buffering, CommandEnd, ExitRequest, Host, LocalTime, NoHost, OpenMode, PipeMode, Stream, SystemHost};
pub use limits::Limits;
pub use lua::{LoadError, Lua, RunError, STEP_FUEL, StashedExecutor};
pub(crate) use sequence::{BoxedSequence, raise_later};
pub use sequence::{Poll, Sequence};
