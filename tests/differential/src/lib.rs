//! Programs to compare Fife with PUC-Rio Lua: how they are run, compared and made smaller.
//!
//! `fife_generator` makes them, of decisions; the command `fife-differential` and the fuzz target `differential` are two ways to
//! choose those.

pub mod known;
pub mod run;
pub mod shrink;
