//! What the fuzz targets share.
//!
//! In reading order: [`choice`] reads the fuzzer's bytes as decisions, [`program`] makes Lua programs of decisions,
//! [`drive`] runs a task under limits, in slices, and says what must never happen; [`interaction`] has a generator and a host
//! of its own; [`tables`] makes programs that use tables, and compares them with a model, as a test of the crate `fife` does.

pub mod choice;
pub mod drive;
pub mod interaction;
pub mod program;
#[path = "../../crates/fife/tests/common/tables.rs"]
pub mod tables;
