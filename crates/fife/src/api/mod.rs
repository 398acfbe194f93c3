//! How Rust meets Lua.
//!
//! In reading order: [`Lua`] is a VM, which a [`Builder`] makes, [`Call`] is what a native function is given, [`Sequence`] is a native that calls
//! Lua in between, [`Limits`] and [`Host`] are what a host allows, [`Executor`] and [`Fuel`] run tasks.

mod builder;
mod call;
mod clock;
mod collector;
mod executor;
mod host;
mod limits;
mod lua;
mod make;
mod sequence;

pub use builder::{Builder, Libraries};
pub(crate) use call::OnRefusal;
pub use call::{Call, Reply};
pub use clock::BuildError;
pub(crate) use executor::DroppedTasks;
pub use executor::{Executor, ExecutorMode, Fuel, StashedExecutor, Stepped};
pub(crate) use host::error_text;
pub use host::{Buffering, CommandEnd, ExitRequest, Host, LocalTime, NoHost, OpenMode, PipeMode, Stream, SystemHost};
pub use limits::Limits;
pub(crate) use lua::NATIVES;
pub use lua::{LoadError, Lua, RunError, STEP_FUEL};
pub(crate) use sequence::raise_later;
pub use sequence::{Poll, Sequence};
