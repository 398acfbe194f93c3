//! Random Lua programs, for all that tests Fife with them: comparisons with PUC-Rio Lua (`tests/differential`), fuzz targets
//! (`fuzz`), the account of memory (`crates/fife/tests/account.rs`).
//!
//! In reading order: [`choices`] are decisions, from a seed or a fuzzer's bytes; [`generate()`] makes a program of them, in one of
//! the [`Style`]s; [`PRELUDE`] and [`SHORT_PRELUDE`] are two ways to give a program the functions that it shows things with;
//! [`tokens`] cuts a text into pieces.
//!
//! What programs are made of stands in `generate`, a theme in each file. A library function is a line in `generate/library.rs`;
//! what may differ between implementations, or between two runs of Fife, goes to `generate/free.rs` and `generate/hostile.rs`.
//! Programs that are dense in what meets badly, for a host that has functions of its own, are another thing: `fuzz/src/interaction`
//! makes those, from the same decisions. So are programs that a model follows: `crates/fife/tests/common/tables.rs`.

pub mod choices;
mod generate;
pub mod tokens;

pub use choices::Choices;
pub use generate::{Program, Style, generate};

/// What a program finds in its globals, and how it is run, where two implementations are compared: a function of one that takes
/// output, it returns a function of the source. See its first lines.
pub const PRELUDE: &str = include_str!("prelude.lua");

/// The same functions in few words, with less to be seen of values: the head of each program that runs by itself.
pub const SHORT_PRELUDE: &str = include_str!("short_prelude.lua");
