//! Random Lua programs for testing Fife: comparisons with PUC-Rio Lua (`tests/differential`), fuzz targets (`fuzz`),
//! the account of memory (`crates/fife/tests/account.rs`).
//!
//! In reading order: [`choices`] are decisions, from a seed or a fuzzer's bytes; [`generate()`] makes a program from
//! them, in one of the [`Style`]s; [`PRELUDE`] and [`SHORT_PRELUDE`] give a program, in two ways, the functions with
//! which it shows things; [`tokens`] splits a text into pieces.
//!
//! The ingredients of programs are in `generate`, one theme per file. A library function is a line in
//! `generate/library.rs`; behavior that may differ between implementations, or between two runs of Fife, belongs in
//! `generate/free.rs` and `generate/hostile.rs`. Two other generators are elsewhere: `fuzz/src/interaction` makes
//! programs, from the same decisions, that are dense in features that interact badly, for a host with its own
//! functions; `crates/fife/tests/common/tables.rs` makes programs that a model follows.

pub mod choices;
mod generate;
pub mod tokens;

pub use choices::Choices;
pub use generate::{Program, Style, generate};

/// The globals of a program, and how it is run, for comparing two implementations. It is called with a function for
/// output, and returns a function that takes the source. See its first lines.
pub const PRELUDE: &str = include_str!("prelude.lua");

/// The same functions in few words, which show less of values: the head of each program that runs by itself.
pub const SHORT_PRELUDE: &str = include_str!("short_prelude.lua");
