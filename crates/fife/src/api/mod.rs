//! How Rust meets Lua.
//!
//! In reading order: [`Lua`] is a VM, which a [`Builder`] makes; [`Executor`] and [`Fuel`] run tasks; [`Loader`] makes
//! functions of chunks, and [`Dumper`] chunks of functions; `collector` decides when garbage is collected.

mod builder;
mod clock;
mod collector;
mod executor;
mod few;
pub(crate) mod handle;
mod loader;
mod lua;
mod panics;

pub use crate::object::ExecutorMode;
pub use builder::{Builder, Libraries};
pub use clock::BuildError;
pub use executor::{Executor, Fuel, Stepped};
pub(crate) use handle::NATIVES as HANDLE_NATIVES;
pub use loader::{Dumper, LoadArguments, LoadError, Loaded, Loader};
pub use lua::Lua;
pub(crate) use lua::NATIVES;
