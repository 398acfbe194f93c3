//! Programs that compare Fife with PUC-Rio Lua: running them, comparing outputs and shrinking.
//!
//! `fife_generator` makes them from decisions; the command `fife-differential` and the fuzz target `differential` are
//! two ways to choose these.

pub mod known;
pub mod run;
pub mod shrink;
