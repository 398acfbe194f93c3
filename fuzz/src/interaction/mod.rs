//! Programs that are dense in what meets badly: weak tables, metatables that change, finalizers, closing, coroutines, hooks,
//! natives that wait, and the ends of stack, depth and memory, with a collection at every pause.
//!
//! In reading order: `world.lua` is what the programs share, [`write`] makes programs from decisions and two lists of
//! templates, [`natives`] and [`host`] are what the host adds, [`stage`] plays them. The target `interaction` and the test
//! `interactions` of the crate `fife` both use this folder.

use super::choice::Choices;

mod host;
mod natives;
mod stage;
mod write;

pub use stage::{NOT_LUA, Outcome, Play};
pub use write::Writer;
