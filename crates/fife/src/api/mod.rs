//! How Rust meets Lua.
//!
//! In reading order: [`Lua`] is a VM, which a [`Builder`] makes, [`Executor`] and [`Fuel`] run tasks, `collector` says when garbage is
//! collected.

mod builder;
mod clock;
mod collector;
mod executor;
mod lua;

pub use crate::object::ExecutorMode;
pub use builder::{Builder, Libraries};
pub use clock::BuildError;
pub use executor::{Executor, Fuel, StashedExecutor, Stepped};
pub(crate) use lua::NATIVES;
pub use lua::{LoadError, Lua, RunError};
