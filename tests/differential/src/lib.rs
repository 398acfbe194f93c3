//! Programs to compare Fife with PUC-Rio Lua: how they are made, run, compared and made smaller.
//!
//! The command `fife-differential` and the fuzz target `differential` are two ways to choose them.

pub mod generate;
pub mod known;
pub mod random;
pub mod run;
pub mod shrink;
mod tokens;
