//! What the fuzz targets share.
//!
//! The crate `fife_generator` reads the fuzzer's bytes as decisions, and makes most of the programs. In reading order:
//! [`drive`] runs a task under limits, in slices, and says what must never happen; [`interaction`] has its own
//! generator and host; [`tables`] makes programs that use tables and compares them with a model, like a test of the
//! crate `fife`.

pub mod drive;
pub mod interaction;
#[path = "../../crates/fife/tests/common/tables.rs"]
pub mod tables;
